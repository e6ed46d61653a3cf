package dev.aigw.providers.openai;

import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.ServedModel;
import dev.aigw.providers.http.Urls;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a server with OpenAI's protocol differs from the others: its base URL, the fields that it names differently or
 * does not take, the meaning of its codes.
 *
 * <p>{@link Dialects} has those of known servers. To describe another:
 *
 * <pre>{@code
 * Dialect ours = Dialect.builder("ours", "https://llm.example.org/v1")
 *     .takes("top_k")
 *     .streamUsage(true)
 *     .lacks("seed", "json_schema")
 *     .errorCode("queue_full", ErrorKind.OVERLOADED)
 *     .build();
 * OpenAiAdapter adapter = OpenAiAdapter.builder(ours).build();
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Dialect {

    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";

    final String name;
    final String baseUrl;
    final @Nullable String keyVariable;
    final String credentialHeader;
    final String credentialPrefix;
    final Map<String, String> headers;
    final BinaryOperator<String> path;
    final boolean embeddings;
    final boolean base64Embeddings;
    final Set<Operation<?, ?>> operations;
    final boolean streamUsage;
    final boolean responsesApi;
    final Predicate<String> responsesOnly;
    final Function<String, @Nullable ServedModel> served;
    final @Nullable String promptCacheKey;
    final @Nullable String promptCacheHeader;
    final boolean promptCacheOptions;
    final boolean cacheControl;
    final @Nullable BatchProtocol batches;
    final boolean documentUrl;
    final boolean plainAudio;
    final boolean reasoningApart;
    final String requiredChoice;
    final @Nullable String reasoningField;
    final boolean reasoningRequired;
    final boolean alternating;
    final @Nullable String reasoningDetails;
    final @Nullable String prefixField;
    final Function<ReasoningEffort, Map<String, ?>> reasoning;
    final Function<ResponseFormat, Map<String, ?>> schemaFormat;
    final UnaryOperator<String> toolCallId;
    final Map<String, Refusal> errorCodes;
    final Map<String, Refusal> errorWords;
    final Map<Integer, ErrorKind> errorStatuses;
    final Map<String, FinishReason.Kind> finishReasons;
    final List<String> replyFields;
    final @Nullable String sources;
    private final Map<String, String> renamed;
    private final Set<String> lacking;

    private Dialect(Builder builder) {
        this.name = builder.name;
        this.baseUrl = builder.baseUrl;
        this.keyVariable = builder.keyVariable;
        this.credentialHeader = builder.credentialHeader;
        this.credentialPrefix = builder.credentialPrefix;
        this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.headers));
        this.path = withSegments(builder.path);
        this.embeddings = builder.embeddings;
        this.base64Embeddings = builder.base64Embeddings;
        this.operations = Set.copyOf(builder.operations);
        this.streamUsage = builder.streamUsage;
        this.responsesApi = builder.responsesApi;
        this.responsesOnly = builder.responsesOnly;
        this.served = builder.served;
        this.promptCacheKey = builder.promptCacheKey;
        this.promptCacheHeader = builder.promptCacheHeader;
        this.promptCacheOptions = builder.promptCacheOptions;
        this.cacheControl = builder.cacheControl;
        this.batches = builder.batches;
        this.documentUrl = builder.documentUrl;
        this.plainAudio = builder.plainAudio;
        this.reasoningApart = builder.reasoningApart;
        this.requiredChoice = builder.requiredChoice;
        this.reasoningField = builder.reasoningField;
        this.reasoningRequired = builder.reasoningRequired;
        this.alternating = builder.alternating;
        this.reasoningDetails = builder.reasoningDetails;
        this.prefixField = builder.prefixField;
        this.reasoning = builder.reasoning;
        this.schemaFormat = builder.schemaFormat;
        this.toolCallId = builder.toolCallId;
        this.errorCodes = Map.copyOf(builder.errorCodes);
        this.errorWords = Map.copyOf(builder.errorWords);
        this.errorStatuses = Map.copyOf(builder.errorStatuses);
        this.finishReasons = Map.copyOf(builder.finishReasons);
        this.replyFields = List.copyOf(builder.replyFields);
        this.sources = builder.sources;
        Map<String, String> names = new HashMap<>(builder.renamed);
        Set<String> missing = new HashSet<>(builder.lacking);
        if (missing.remove(MAX_COMPLETION_TOKENS)) {
            names.putIfAbsent(MAX_COMPLETION_TOKENS, "max_tokens");
        }
        this.renamed = Map.copyOf(names);
        this.lacking = Set.copyOf(missing);
    }

    private static BinaryOperator<String> withSegments(@Nullable BinaryOperator<String> own) {
        return own == null ? (path, model) -> path : (path, model) -> own.apply(path, Urls.segment(model));
    }

    /**
     * Starts a dialect with what all servers with the protocol take: {@code max_tokens} and none of the fields that
     * some of them refuse, such as {@code stream_options} and {@code top_k}.
     *
     * @param name the default name of the adapter
     * @param baseUrl the base URL of the server, with the version
     */
    public static Builder builder(String name, String baseUrl) {
        return new Builder(name, baseUrl);
    }

    /** Returns the default name of the adapter. */
    public String name() {
        return name;
    }

    /** Returns the default base URL of the adapter. */
    public String baseUrl() {
        return baseUrl;
    }

    /** Returns the usual environment variable for the key; null for servers that need none. */
    public @Nullable String keyVariable() {
        return keyVariable;
    }

    /** Returns the server's name of a field. */
    String nameOf(String field) {
        return renamed.getOrDefault(field, field);
    }

    boolean hasNo(String field) {
        return lacking.contains(field);
    }

    /**
     * Returns the capabilities that need fields which the server does not take. A schema can be requested in another
     * way, so it is never dropped.
     */
    Set<Capability> lacking(boolean dropped) {
        Set<Capability> capabilities = new HashSet<>(2);
        if (hasNo("json_schema")) {
            capabilities.add(Capability.JSON_SCHEMA);
        }
        if (hasNo("tools") && !dropped) {
            capabilities.add(Capability.TOOLS);
        }
        return capabilities;
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return "Dialect{" + name + "}";
    }

    /**
     * Builds a {@link Dialect}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final String name;
        private final String baseUrl;
        private final SetOnce once = new SetOnce();
        private @Nullable String keyVariable;
        private String credentialHeader = "Authorization";
        private String credentialPrefix = "Bearer ";
        private final Map<String, String> headers = new LinkedHashMap<>(2);
        private @Nullable BinaryOperator<String> path;
        private boolean embeddings = true;
        private boolean base64Embeddings;
        private final Set<Operation<?, ?>> operations = new HashSet<>(4);
        private boolean streamUsage;
        private boolean responsesApi;
        private Predicate<String> responsesOnly = model -> false;
        private Function<String, @Nullable ServedModel> served = model -> null;
        private @Nullable String promptCacheKey;
        private @Nullable String promptCacheHeader;
        private boolean promptCacheOptions;
        private boolean cacheControl;
        private @Nullable BatchProtocol batches;
        private boolean documentUrl;
        private boolean plainAudio;
        private boolean reasoningApart;
        private String requiredChoice = "required";
        private @Nullable String reasoningField;
        private boolean reasoningRequired;
        private boolean alternating;
        private @Nullable String reasoningDetails;
        private @Nullable String prefixField;
        private Function<ReasoningEffort, Map<String, ?>> reasoning = ChatEncoder::effort;
        private Function<ResponseFormat, Map<String, ?>> schemaFormat = ChatEncoder::jsonSchema;
        private UnaryOperator<String> toolCallId = id -> id;
        private final Map<String, Refusal> errorCodes = new HashMap<>(4);
        private final Map<String, Refusal> errorWords = new HashMap<>(2);
        private final Map<Integer, ErrorKind> errorStatuses = new HashMap<>(2);
        private final Map<String, FinishReason.Kind> finishReasons = new HashMap<>(4);
        private List<String> replyFields = List.of();
        private @Nullable String sources;
        private final Map<String, String> renamed = new HashMap<>(4);
        private final Set<String> lacking = new HashSet<>(Set.of("top_k", MAX_COMPLETION_TOKENS));

        private Builder(String name, String baseUrl) {
            this.name = Objects.requireNonNull(name, "name");
            this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
        }

        /** Sets the usual environment variable for the key; none by default. */
        public Builder keyVariable(String keyVariable) {
            once.check(0, "keyVariable");
            this.keyVariable = Objects.requireNonNull(keyVariable, "keyVariable");
            return this;
        }

        /** Sets the header that carries the credential; {@code Authorization} with {@code "Bearer "} by default. */
        public Builder credentialHeader(String name, String prefix) {
            once.check(1, "credentialHeader");
            this.credentialHeader = Objects.requireNonNull(name, "name");
            this.credentialPrefix = Objects.requireNonNull(prefix, "prefix");
            return this;
        }

        /** Adds a header to every call. */
        public Builder header(String name, String value) {
            put(headers, name, value, "the header ");
            return this;
        }

        /**
         * Sets the function from OpenAI's path (for example {@code /chat/completions}) and the model to the path of a
         * call; OpenAI's path by default. The model is given as one segment of a path, with slashes and other special
         * characters escaped.
         */
        public Builder path(BinaryOperator<String> path) {
            once.check(2, "path");
            this.path = Objects.requireNonNull(path, "path");
            return this;
        }

        /** Sets the server's name of a request's field. */
        public Builder rename(String field, String theirs) {
            put(renamed, field, theirs, "the name of ");
            return this;
        }

        /**
         * Declares that the server takes fields that not all servers take: {@code top_k}, and
         * {@code max_completion_tokens}, whose value is sent as {@code max_tokens} otherwise.
         */
        public Builder takes(String... fields) {
            lacking.removeAll(Set.of(fields));
            return this;
        }

        /**
         * Declares fields of a request that the server does not take, by OpenAI's names. Besides the fields of the
         * request itself, {@code json_object} and {@code json_schema} mean the two forms of {@code response_format},
         * {@code name} the speaker's name in a message, {@code background} answers in the background, and
         * {@code refusal} the field for a refusal, which is then sent as text. {@code user} and {@code metadata} do not
         * influence the answer, so they are left out silently.
         */
        public Builder lacks(String... fields) {
            lacking.addAll(Set.of(fields));
            return this;
        }

        /** Sets whether the server has embeddings; true by default. */
        public Builder embeddings(boolean embeddings) {
            once.check(3, "embeddings");
            this.embeddings = embeddings;
            return this;
        }

        /**
         * Sets whether vectors are requested as base64, which is a third of the size of numbers; false by default. Both
         * forms are read.
         */
        public Builder base64Embeddings(boolean base64Embeddings) {
            once.check(4, "base64Embeddings");
            this.base64Embeddings = base64Embeddings;
            return this;
        }

        /**
         * Declares that the server also has the endpoints of these operations: any of
         * {@link dev.aigw.api.rerank.RerankRequest#RERANK} (at {@code /rerank}, with Cohere's protocol),
         * {@link dev.aigw.api.moderation.ModerationRequest#MODERATE},
         * {@link dev.aigw.api.image.ImageRequest#GENERATE_IMAGE},
         * {@link dev.aigw.api.audio.TranscriptionRequest#TRANSCRIBE} and
         * {@link dev.aigw.api.audio.SpeechRequest#SPEAK}. None by default.
         *
         * @throws IllegalArgumentException if one is another operation
         */
        public Builder serves(Operation<?, ?>... operations) {
            for (Operation<?, ?> operation : operations) {
                if (!MediaOperations.include(operation)) {
                    throw new IllegalArgumentException("the protocol has no separate endpoint for the operation \""
                            + operation + "\": leave it out of serves(...)");
                }
                this.operations.add(operation);
            }
            return this;
        }

        /**
         * Sets whether usage in streams is requested by {@code stream_options}, which some servers refuse; false by
         * default. Usage that does not come is estimated.
         */
        public Builder streamUsage(boolean streamUsage) {
            once.check(5, "streamUsage");
            this.streamUsage = streamUsage;
            return this;
        }

        /**
         * Sets whether the server has the Responses API too, so that the cards of its models may choose it; false by
         * default. {@link OpenAiAdapter.Builder#responsesApi} overrides both.
         */
        public Builder responsesApi(boolean responsesApi) {
            once.check(20, "responsesApi");
            this.responsesApi = responsesApi;
            return this;
        }

        /** Sets how the server takes batches, such as {@link BatchProtocol#OPENAI}; it takes none by default. */
        public Builder batches(BatchProtocol batches) {
            once.check(27, "batches");
            this.batches = Objects.requireNonNull(batches, "batches");
            return this;
        }

        /**
         * Sets which models the server has at the Responses API only, whatever their cards say of the vendor's own
         * server; none by default. {@link OpenAiAdapter.Builder#responsesApi} overrides it.
         */
        public Builder responsesOnly(Predicate<String> responsesOnly) {
            once.check(21, "responsesOnly");
            this.responsesOnly = Objects.requireNonNull(responsesOnly, "responsesOnly");
            return this;
        }

        /**
         * Sets the field of a request that takes the key of a session, by which the server finds earlier calls of it in
         * its prompt cache, such as {@code prompt_cache_key}; none by default.
         */
        public Builder promptCacheKey(String field) {
            once.check(23, "promptCacheKey");
            this.promptCacheKey = Objects.requireNonNull(field, "promptCacheKey");
            return this;
        }

        /** Sets the header of a chat completion that takes that key; none by default. */
        public Builder promptCacheHeader(String name) {
            once.check(24, "promptCacheHeader");
            this.promptCacheHeader = Objects.requireNonNull(name, "promptCacheHeader");
            return this;
        }

        /**
         * Sets the function from the server's id of a model to the vendor's model behind it, or to null where that is
         * unknown; by default it is the dialect's own model of that id.
         *
         * @see dev.aigw.api.spi.ProviderAdapter#served
         */
        public Builder served(Function<String, @Nullable ServedModel> served) {
            once.check(22, "served");
            this.served = Objects.requireNonNull(served, "served");
            return this;
        }

        /**
         * Sets whether the server takes OpenAI's fields for prompt caches: breakpoints and {@code prompt_cache_options}
         * for models whose card says that they take marks, {@code prompt_cache_retention} for those whose card has a
         * lifetime of 24 hours; false by default.
         */
        public Builder promptCacheOptions(boolean promptCacheOptions) {
            once.check(25, "promptCacheOptions");
            this.promptCacheOptions = promptCacheOptions;
            return this;
        }

        /**
         * Sets whether cache hints become {@code cache_control} of the part before them, in Anthropic's form, which
         * some gateways take for all vendors behind them; false by default.
         */
        public Builder cacheControl(boolean cacheControl) {
            once.check(26, "cacheControl");
            this.cacheControl = cacheControl;
            return this;
        }

        /**
         * Sets whether the server takes documents as {@code document_url} parts, by URL or inline, instead of OpenAI's
         * {@code file} parts; false by default.
         */
        public Builder documentUrl(boolean documentUrl) {
            once.check(6, "documentUrl");
            this.documentUrl = documentUrl;
            return this;
        }

        /**
         * Sets whether the server takes audio as one string, its bytes as base64 or its URL, instead of OpenAI's object
         * of data and format; false by default.
         */
        public Builder plainAudio(boolean plainAudio) {
            once.check(7, "plainAudio");
            this.plainAudio = plainAudio;
            return this;
        }

        /** Sets whether the server counts reasoning separately from the completion; false by default. */
        public Builder reasoningApart(boolean reasoningApart) {
            once.check(8, "reasoningApart");
            this.reasoningApart = reasoningApart;
            return this;
        }

        /** Sets the server's word for "at least one tool"; {@code required} by default. */
        public Builder requiredChoice(String requiredChoice) {
            once.check(9, "requiredChoice");
            this.requiredChoice = Objects.requireNonNull(requiredChoice, "requiredChoice");
            return this;
        }

        /** Sets the field of a message in which the server's own reasoning is sent back; none by default. */
        public Builder reasoningField(String reasoningField) {
            once.check(10, "reasoningField");
            this.reasoningField = Objects.requireNonNull(reasoningField, "reasoningField");
            return this;
        }

        /**
         * Sets whether the server refuses an answer with tool calls that comes back without reasoning, unless reasoning
         * is turned off; false by default. An answer of another model, or without reasoning, then gets a blank one in
         * the {@link #reasoningField}.
         */
        public Builder reasoningRequired(boolean reasoningRequired) {
            once.check(18, "reasoningRequired");
            this.reasoningRequired = reasoningRequired;
            return this;
        }

        /**
         * Sets whether the server refuses consecutive messages of one side, which then become one; false by default.
         */
        public Builder alternating(boolean alternating) {
            once.check(19, "alternating");
            this.alternating = alternating;
            return this;
        }

        /**
         * Sets the field of a message that lists its reasoning in pieces, signed or encrypted, which must be sent back
         * unchanged; none by default. They become a {@link dev.aigw.api.chat.ContentPart.Raw} part, which is sent back
         * to the adapter of the same name instead of the {@link #reasoningField}.
         */
        public Builder reasoningDetails(String reasoningDetails) {
            once.check(11, "reasoningDetails");
            this.reasoningDetails = Objects.requireNonNull(reasoningDetails, "reasoningDetails");
            return this;
        }

        /** Sets the field that marks a last assistant message as the beginning of the answer; none by default. */
        public Builder prefixField(String prefixField) {
            once.check(12, "prefixField");
            this.prefixField = Objects.requireNonNull(prefixField, "prefixField");
            return this;
        }

        /** Sets the fields for the reasoning effort; {@code reasoning_effort} with the level by default. */
        public Builder reasoning(Function<ReasoningEffort, Map<String, ?>> reasoning) {
            once.check(13, "reasoning");
            this.reasoning = Objects.requireNonNull(reasoning, "reasoning");
            return this;
        }

        /**
         * Sets the {@code response_format} for JSON that fits a schema; OpenAI's type {@code json_schema} by default.
         */
        public Builder schemaFormat(Function<ResponseFormat, Map<String, ?>> schemaFormat) {
            once.check(14, "schemaFormat");
            this.schemaFormat = Objects.requireNonNull(schemaFormat, "schemaFormat");
            return this;
        }

        /**
         * Sets the function that turns other vendors' ids of tool calls into ids that the server takes; unchanged by
         * default.
         */
        public Builder toolCallId(UnaryOperator<String> toolCallId) {
            once.check(15, "toolCallId");
            this.toolCallId = Objects.requireNonNull(toolCallId, "toolCallId");
            return this;
        }

        /** Sets the meaning of an error's code or type; those of OpenAI are known. */
        public Builder errorCode(String code, ErrorKind kind) {
            return errorCode(code, kind, FailureSubject.UNKNOWN);
        }

        /** Sets the meaning of an error's code or type, and the subject of the failure. */
        public Builder errorCode(String code, ErrorKind kind, FailureSubject subject) {
            put(errorCodes, code, new Refusal(kind, subject), "the error code ");
            return this;
        }

        /**
         * Sets the meaning of errors whose message contains {@code words}, ignoring case: for servers without error
         * codes.
         */
        public Builder errorWords(String words, ErrorKind kind, FailureSubject subject) {
            put(errorWords, words.toLowerCase(Locale.ROOT), new Refusal(kind, subject), "the meaning of ");
            return this;
        }

        /** Sets the meaning of an HTTP status that the server uses in a non-standard way. */
        public Builder errorStatus(int status, ErrorKind kind) {
            put(errorStatuses, status, kind, "the status ");
            return this;
        }

        /** Sets the meaning of a finish reason; those of OpenAI are known. */
        public Builder finishReason(String raw, FinishReason.Kind kind) {
            put(finishReasons, raw, kind, "the finish reason ");
            return this;
        }

        /** Sets the fields of a reply, or of its choice, that are put into the response's {@code extra}. */
        public Builder replyFields(String... replyFields) {
            once.check(16, "replyFields");
            this.replyFields = List.of(replyFields);
            return this;
        }

        /**
         * Sets the field of a reply that lists the answer's sources, as URLs or as objects with {@code url} and
         * {@code title}; they become citations of the text.
         */
        public Builder sources(String sources) {
            once.check(17, "sources");
            this.sources = Objects.requireNonNull(sources, "sources");
            return this;
        }

        private static <K, V> void put(Map<K, V> map, K key, V value, String what) {
            Objects.requireNonNull(value, what + key);
            if (map.putIfAbsent(Objects.requireNonNull(key, "key"), value) != null) {
                throw new IllegalStateException(what + key + " is set twice: remove one of the two");
            }
        }

        /** Returns the dialect. */
        public Dialect build() {
            return new Dialect(this);
        }
    }
}
