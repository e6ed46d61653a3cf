package dev.aigw.providers.openai;

import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * In what a server that speaks OpenAI's protocol differs from OpenAI: where it is, which fields it calls otherwise or
 * does not take, what its codes mean.
 *
 * <p>{@link Dialects} has those of known servers. To describe another:
 *
 * <pre>{@code
 * Dialect ours = Dialect.builder("ours", "https://llm.example.org/v1")
 *     .rename("max_completion_tokens", "max_tokens")
 *     .takes("top_k")
 *     .lacks("seed", "json_schema")
 *     .errorCode("queue_full", ErrorKind.OVERLOADED)
 *     .build();
 * OpenAiAdapter adapter = OpenAiAdapter.builder(ours).build();
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Dialect {

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
    final boolean documentUrl;
    final boolean plainAudio;
    final boolean reasoningApart;
    final String requiredChoice;
    final @Nullable String reasoningField;
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
        this.path = builder.path;
        this.embeddings = builder.embeddings;
        this.base64Embeddings = builder.base64Embeddings;
        this.operations = Set.copyOf(builder.operations);
        this.streamUsage = builder.streamUsage;
        this.documentUrl = builder.documentUrl;
        this.plainAudio = builder.plainAudio;
        this.reasoningApart = builder.reasoningApart;
        this.requiredChoice = builder.requiredChoice;
        this.reasoningField = builder.reasoningField;
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
        this.renamed = Map.copyOf(builder.renamed);
        this.lacking = Set.copyOf(builder.lacking);
    }

    /**
     * Starts a dialect that differs in nothing but name and place.
     *
     * @param name the adapter's name unless its builder says otherwise
     * @param baseUrl where the server is, version included
     */
    public static Builder builder(String name, String baseUrl) {
        return new Builder(name, baseUrl);
    }

    /** Returns the adapter's name unless its builder says otherwise. */
    public String name() {
        return name;
    }

    /** Returns where the server is unless the adapter's builder says otherwise. */
    public String baseUrl() {
        return baseUrl;
    }

    /** Returns the environment variable that commonly holds the key; null for servers that need none. */
    public @Nullable String keyVariable() {
        return keyVariable;
    }

    /** Returns what the server calls a field. */
    String nameOf(String field) {
        return renamed.getOrDefault(field, field);
    }

    boolean hasNo(String field) {
        return lacking.contains(field);
    }

    /** Returns what needs fields that the server does not take. A schema can be asked for otherwise: it never drops. */
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

    /** Builds a {@link Dialect}. Not safe for use by several threads. */
    public static final class Builder {

        private final String name;
        private final String baseUrl;
        private @Nullable String keyVariable;
        private String credentialHeader = "Authorization";
        private String credentialPrefix = "Bearer ";
        private final Map<String, String> headers = new LinkedHashMap<>(2);
        private BinaryOperator<String> path = (path, model) -> path;
        private boolean embeddings = true;
        private boolean base64Embeddings;
        private final Set<Operation<?, ?>> operations = new HashSet<>(4);
        private boolean streamUsage = true;
        private boolean documentUrl;
        private boolean plainAudio;
        private boolean reasoningApart;
        private String requiredChoice = "required";
        private @Nullable String reasoningField;
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
        private final Set<String> lacking = new HashSet<>(Set.of("top_k"));

        private Builder(String name, String baseUrl) {
            this.name = Objects.requireNonNull(name, "name");
            this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
        }

        /** Names the environment variable that commonly holds the key; none by default. */
        public Builder keyVariable(String keyVariable) {
            this.keyVariable = Objects.requireNonNull(keyVariable, "keyVariable");
            return this;
        }

        /** Sets the header that carries the credential; {@code Authorization} with {@code "Bearer "} by default. */
        public Builder credentialHeader(String name, String prefix) {
            this.credentialHeader = Objects.requireNonNull(name, "name");
            this.credentialPrefix = Objects.requireNonNull(prefix, "prefix");
            return this;
        }

        /** Adds a header to every call. */
        public Builder header(String name, String value) {
            headers.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets how a call's path is made from OpenAI's (for example {@code /chat/completions}) and the model; by
         * default it is OpenAI's.
         */
        public Builder path(BinaryOperator<String> path) {
            this.path = Objects.requireNonNull(path, "path");
            return this;
        }

        /** Says that the server calls a request's field otherwise. */
        public Builder rename(String field, String theirs) {
            renamed.put(field, theirs);
            return this;
        }

        /** Says that the server takes fields that OpenAI does not; {@code top_k} is the one there is. */
        public Builder takes(String... fields) {
            lacking.removeAll(Set.of(fields));
            return this;
        }

        /**
         * Names fields of a request that the server does not take, as OpenAI calls them. Beside those of the request
         * itself, {@code json_object} and {@code json_schema} stand for the two forms of {@code response_format},
         * {@code name} for the speaker's name in a message, and {@code refusal} for the field of the model's words of
         * refusal, which are sent as its text then. {@code user} and {@code metadata} do not influence the answer, so
         * they are left out silently.
         */
        public Builder lacks(String... fields) {
            lacking.addAll(Set.of(fields));
            return this;
        }

        /** Sets whether the server makes embeddings; true by default. */
        public Builder embeddings(boolean embeddings) {
            this.embeddings = embeddings;
            return this;
        }

        /**
         * Sets whether vectors are asked for as base64, a third of the size of numbers; false by default. Both are
         * read.
         */
        public Builder base64Embeddings(boolean base64Embeddings) {
            this.base64Embeddings = base64Embeddings;
            return this;
        }

        /**
         * Says that the server has the endpoints of these operations too: any of
         * {@link dev.aigw.api.rerank.RerankRequest#RERANK} (at {@code /rerank}, in Cohere's shape),
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
                    throw new IllegalArgumentException("the protocol has no endpoint of its own for the operation \""
                            + operation + "\": leave it out of serves(...)");
                }
                this.operations.add(operation);
            }
            return this;
        }

        /** Sets whether usage in streams has to be asked for by {@code stream_options}; true by default. */
        public Builder streamUsage(boolean streamUsage) {
            this.streamUsage = streamUsage;
            return this;
        }

        /**
         * Sets whether the server takes documents as {@code document_url} parts, by URL or inline, in place of OpenAI's
         * {@code file} parts; false by default.
         */
        public Builder documentUrl(boolean documentUrl) {
            this.documentUrl = documentUrl;
            return this;
        }

        /**
         * Sets whether the server takes a sound as one string, its bytes as base64 or its URL, in place of OpenAI's
         * object of data and format; false by default.
         */
        public Builder plainAudio(boolean plainAudio) {
            this.plainAudio = plainAudio;
            return this;
        }

        /** Sets whether the server counts reasoning beside the completion, not within it; false by default. */
        public Builder reasoningApart(boolean reasoningApart) {
            this.reasoningApart = reasoningApart;
            return this;
        }

        /** Sets the server's word for "at least one tool"; {@code required} by default. */
        public Builder requiredChoice(String requiredChoice) {
            this.requiredChoice = Objects.requireNonNull(requiredChoice, "requiredChoice");
            return this;
        }

        /** Sets the field of a message in which the server wants its own reasoning back; by default none. */
        public Builder reasoningField(String reasoningField) {
            this.reasoningField = Objects.requireNonNull(reasoningField, "reasoningField");
            return this;
        }

        /**
         * Sets the field of a message that lists its reasoning in pieces, signed or encrypted, which the server wants
         * back as they came; by default none. They are kept as a {@link dev.aigw.api.chat.ContentPart.Raw} part, and go
         * back to the adapter of the same name in place of the {@link #reasoningField}.
         */
        public Builder reasoningDetails(String reasoningDetails) {
            this.reasoningDetails = Objects.requireNonNull(reasoningDetails, "reasoningDetails");
            return this;
        }

        /**
         * Sets the field that marks a last message of the assistant as the beginning of the answer; by default none.
         */
        public Builder prefixField(String prefixField) {
            this.prefixField = Objects.requireNonNull(prefixField, "prefixField");
            return this;
        }

        /** Sets the fields that say how much to think; by default {@code reasoning_effort} with the level. */
        public Builder reasoning(Function<ReasoningEffort, Map<String, ?>> reasoning) {
            this.reasoning = Objects.requireNonNull(reasoning, "reasoning");
            return this;
        }

        /**
         * Sets the {@code response_format} that asks for JSON after a schema; by default OpenAI's, of the type
         * {@code json_schema}.
         */
        public Builder schemaFormat(Function<ResponseFormat, Map<String, ?>> schemaFormat) {
            this.schemaFormat = Objects.requireNonNull(schemaFormat, "schemaFormat");
            return this;
        }

        /**
         * Sets how ids of tool calls that another vendor made become ones that the server takes; unchanged by default.
         */
        public Builder toolCallId(UnaryOperator<String> toolCallId) {
            this.toolCallId = Objects.requireNonNull(toolCallId, "toolCallId");
            return this;
        }

        /** Says what an error's code or type means; those of OpenAI are known. */
        public Builder errorCode(String code, ErrorKind kind) {
            return errorCode(code, kind, FailureSubject.UNKNOWN);
        }

        /** Says what an error's code or type means, and what the failure is about. */
        public Builder errorCode(String code, ErrorKind kind, FailureSubject subject) {
            errorCodes.put(code, new Refusal(kind, subject));
            return this;
        }

        /**
         * Says what an error means whose message holds {@code words}, upper and lower case alike: for servers that give
         * no code of their own.
         */
        public Builder errorWords(String words, ErrorKind kind, FailureSubject subject) {
            errorWords.put(words.toLowerCase(Locale.ROOT), new Refusal(kind, subject));
            return this;
        }

        /** Says what an HTTP status means that the server uses in a way of its own. */
        public Builder errorStatus(int status, ErrorKind kind) {
            errorStatuses.put(status, Objects.requireNonNull(kind, "kind"));
            return this;
        }

        /** Says what a finish reason means; those of OpenAI are known. */
        public Builder finishReason(String raw, FinishReason.Kind kind) {
            finishReasons.put(raw, Objects.requireNonNull(kind, "kind"));
            return this;
        }

        /** Names fields of a reply, or of its choice, that are kept in the response's {@code extra}. */
        public Builder replyFields(String... replyFields) {
            this.replyFields = List.of(replyFields);
            return this;
        }

        /**
         * Names the field of a reply that lists the answer's sources, as URLs or as objects with {@code url} and
         * {@code title}; they become citations of the text.
         */
        public Builder sources(String sources) {
            this.sources = Objects.requireNonNull(sources, "sources");
            return this;
        }

        /** Returns the dialect. */
        public Dialect build() {
            return new Dialect(this);
        }
    }
}
