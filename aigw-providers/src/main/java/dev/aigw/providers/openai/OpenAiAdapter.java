package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Capability;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.WireFacts;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.chat.BoundReasoning;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ReasoningOrigin;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.BatchSupport;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.ServedModel;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpDownload;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.Framing;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.ChatOptions;
import dev.aigw.providers.kit.EmbeddingBatches;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.LearnedRefusals;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Speaks OpenAI's protocol: chat completions, whole and streamed, embeddings, moderation, images, transcription and
 * speech. Works with the many servers with the same protocol: {@link Dialects} has their differences, and any other is
 * reached by its base URL, with what all of them take.
 *
 * <pre>{@code
 * ProviderAdapter openai = OpenAiAdapter.builder().apiKey(System.getenv("OPENAI_API_KEY")).build();
 * ProviderAdapter groq = OpenAiAdapter.builder(Dialects.GROQ).apiKeyFromEnvironment().build();
 * ProviderAdapter local = OpenAiAdapter.builder(Dialects.VLLM).baseUrl("http://gpu-1:8000/v1").build();
 * }</pre>
 *
 * <p>Safe for use by many threads. Close it when done; a supplied client stays open. A request with something that the
 * server does not take fails as {@link dev.aigw.api.ErrorKind#UNSUPPORTED} before anything is sent, unless
 * {@link Builder#dropUnsupported} is set. A reasoning budget is sent as the nearest level, with a warning.
 *
 * <p>Prompt caches: see {@link dev.aigw.api.PromptCaching}. A session's key is sent where the dialect has a place for
 * it. Cache hints become OpenAI's breakpoints for models whose card says that they take marks, and Anthropic's marks at
 * gateways that translate them; elsewhere they have no effect.
 */
public final class OpenAiAdapter implements ProviderAdapter {

    private static final String RESPONSES = "responses";
    private static final Pattern RESPONSES_WORDS =
            Pattern.compile("\\bv1/responses\\b|\\bresponses (?:api|endpoint)\\b", Pattern.CASE_INSENSITIVE);
    private static final String CHAT_PATH = "/chat/completions";
    private static final String EMBEDDING_PATH = "/embeddings";

    /** 2,048 texts and 300,000 tokens in all ("Create embeddings" in OpenAI's reference). */
    private static final EmbeddingBatches EMBEDDING_LIMITS =
            EmbeddingBatches.of(2048).maxBytes(300_000);

    private final HttpEndpoint http;
    private final Dialect dialect;
    private final boolean dialectByUrl;
    private final Readers readers;
    private final Readers longReaders;
    private final ResponsesCalls responses;
    private final @Nullable Boolean responsesApi;
    private final boolean continueById;
    private final Map<String, ?> extra;
    private final boolean dropUnsupported;
    private final LearnedRefusals refusals;
    private final EmbeddingBatches embeddingBatches;
    private final MediaOperations media;
    private final @Nullable BatchSupport batches;

    private OpenAiAdapter(Builder builder, HttpEndpoint http, boolean dropUnsupported) {
        this.dialect = builder.dialect;
        this.dialectByUrl = builder.dialectByUrl;
        this.http = http;
        ChatCodec codec = new ChatCodec(http.name(), dialect, false);
        ChatCodec longCodec = new ChatCodec(http.name(), dialect, true);
        this.readers = Readers.of(http.name(), codec);
        this.longReaders = Readers.of(http.name(), longCodec);
        this.responsesApi = builder.responsesApi;
        this.continueById = builder.continueById;
        this.extra = new LinkedHashMap<>(builder.extra);
        this.responses = new ResponsesCalls(
                http,
                dialect,
                new ResponsesCodec(http.name(), codec),
                new ResponsesCodec(http.name(), longCodec),
                new Background(http, dialect.path, builder.pollInterval),
                extra,
                builder.continueById);
        this.dropUnsupported = dropUnsupported;
        this.refusals = new LearnedRefusals(http.name(), RESPONSES, RESPONSES_WORDS, this::mayUseResponses);
        this.embeddingBatches = builder.embeddingBatches == null ? EMBEDDING_LIMITS : builder.embeddingBatches;
        this.batches = dialect.batches == null || (dialectByUrl && !isOpenAi(null))
                ? null
                : new FileBatches(http, dialect.batches, dialect.path, new BatchItems());
        this.media = new MediaOperations(http.transport(), this::begin, this::unsupported);
    }

    /**
     * Starts an adapter named {@code openai} for {@code https://api.openai.com/v1}, without a credential. With the base
     * URL of another server, requests have only what all servers with the protocol take: {@code max_tokens} instead of
     * {@code max_completion_tokens}, and no {@code stream_options}. For a proxy in front of OpenAI use
     * {@code builder(Dialects.OPENAI)}.
     */
    public static Builder builder() {
        return new Builder(Dialects.OPENAI, true);
    }

    /**
     * Starts an adapter for another server with OpenAI's protocol, with the dialect's name and base URL, without a
     * credential.
     */
    public static Builder builder(Dialect dialect) {
        return new Builder(Objects.requireNonNull(dialect, "dialect"), false);
    }

    @Override
    public String name() {
        return http.name();
    }

    /** Returns the dialect's name; the adapter's if its server is only known by its base URL. */
    @Override
    public String vendor() {
        return dialectByUrl && !isOpenAi(null) ? name() : dialect.name;
    }

    /** Returns the model that the dialect says, else the vendor's own; OpenAI's regional servers have other prices. */
    @Override
    public ServedModel served(String model) {
        ServedModel known = dialect.served.apply(model);
        if (known != null) {
            return known;
        }
        boolean regional = http.isAt("openai.com", null) && !http.host().equals("api.openai.com");
        return new ServedModel(vendor() + "/" + model, true, regional ? null : "1");
    }

    @Override
    public WireFacts learned(String model) {
        return refusals.learned(model);
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT)
                || operation.equals(ChatRequest.CHAT_STREAM)
                || (operation.equals(EmbeddingRequest.EMBED) && dialect.embeddings)
                || dialect.operations.contains(operation);
    }

    /** Returns the capabilities that the server has no field for; with {@link Builder#dropUnsupported} only schemas. */
    @Override
    public Set<Capability> lacking() {
        return dialect.lacking(dropUnsupported);
    }

    @Override
    public @Nullable BatchSupport batches() {
        return batches;
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q given, AttemptContext attempt) {
        Q request = Extra.sentTo(this, given);
        ModelReply reply;
        if (request instanceof ChatRequest chat && operation.equals(ChatRequest.CHAT)) {
            reply = refusals.send(chat, attempt, this::chat);
        } else if (request instanceof ChatRequest chat && operation.equals(ChatRequest.CHAT_STREAM)) {
            reply = refusals.send(chat, attempt, this::stream);
        } else if (request instanceof EmbeddingRequest embedding && supports(operation)) {
            reply = embed(embedding, attempt);
        } else if (dialect.operations.contains(operation)) {
            reply = media.call(request, attempt);
        } else {
            throw unsupported(attempt).refusal("has no operation " + operation.name());
        }
        return http.reply(operation, reply);
    }

    private ChatResponse chat(ChatRequest request, AttemptContext attempt) {
        if (usesResponses(request, attempt)) {
            return responses.chat(request, attempt, unsupported(attempt), dialect(attempt));
        }
        Unsupported unsupported = unsupported(attempt);
        ChatRequest sent = sent(request, unsupported);
        PromptCache cache = PromptCache.of(dialect(attempt), unsupported, sent, attempt);
        HttpCall call = begin(sent, cache, unsupported, attempt, false);
        Readers by = readers(cache);
        return http.transport().send(call, attempt, Framing.SERVER_SENT_EVENTS, by.usual, by.whole, by.streamed);
    }

    /** What reads the answers of chat completions. */
    private record Readers(
            Json.Reading<ChatResponse> usual,
            Function<HttpReply, ChatResponse> whole,
            Function<HttpStream, ChatEventSource> streamed) {

        static Readers of(String provider, ChatCodec codec) {
            return new Readers(
                    codec::readUsual, codec::decode, stream -> new ChatStreamReader(provider, codec, stream));
        }
    }

    private ChatStream stream(ChatRequest request, AttemptContext attempt) {
        if (usesResponses(request, attempt)) {
            return responses.stream(request, attempt, unsupported(attempt), dialect(attempt));
        }
        Unsupported unsupported = unsupported(attempt);
        ChatRequest sent = sent(request, unsupported);
        PromptCache cache = PromptCache.of(dialect(attempt), unsupported, sent, attempt);
        HttpCall call = begin(sent, cache, unsupported, attempt, true);
        HttpStream stream = http.transport().open(call, attempt);
        return ChatStream.of(readers(cache).streamed.apply(stream));
    }

    /**
     * Returns whether to call the Responses API: as the builder says, else as the server needs it for the model, else
     * as the model's card or an earlier refusal says, or to send back reasoning that came from it, where the server has
     * that API.
     */
    private boolean usesResponses(ChatRequest request, AttemptContext attempt) {
        if (responsesApi != null) {
            return responsesApi;
        }
        if ((continueById || ResponsesCalls.isInBackground(extra, request)) && dialect(attempt).responsesApi) {
            return true;
        }
        if (dialect.responsesOnly.test(attempt.model())) {
            return true;
        }
        boolean tools = !request.tools().isEmpty();
        return mayUseResponses(attempt)
                && (RESPONSES.equals(attempt.card().wire().endpoint(tools))
                        || hasEncryptedReasoning(request, attempt)
                        || RESPONSES.equals(refusals.learned(attempt.model()).endpoint(tools)));
    }

    /** Returns whether the conversation has reasoning of this place, which only the Responses API takes back. */
    private boolean hasEncryptedReasoning(ChatRequest request, AttemptContext attempt) {
        BoundReasoning bound = request.boundReasoning();
        return !bound.isEmpty()
                && bound.isReadAt(
                        new ReasoningOrigin(name(), attempt.model(), attempt.account(), null),
                        attempt.card().wire());
    }

    private boolean mayUseResponses(AttemptContext attempt) {
        return responsesApi == null && dialect(attempt).responsesApi;
    }

    /** Returns what is sent of a request by chat completions. */
    private ChatRequest sent(ChatRequest request, Unsupported unsupported) {
        if (ResponsesCalls.isInBackground(extra, request)) {
            throw ResponsesCalls.noBackground(unsupported);
        }
        return StoredAnswer.without(unsupported.fit(request));
    }

    private Readers readers(@Nullable PromptCache cache) {
        return cache != null && cache.writesLong() ? longReaders : readers;
    }

    private HttpCall begin(
            ChatRequest sent,
            @Nullable PromptCache cache,
            Unsupported unsupported,
            AttemptContext attempt,
            boolean streamed) {
        Dialect written = dialect(attempt);
        ChatEncoder encoder = new ChatEncoder(written, extra, unsupported, sent, cache, attempt);
        HttpCall call = begin(CHAT_PATH, attempt);
        String key = attempt.promptCacheKey();
        if (key != null && written.promptCacheHeader != null) {
            call.defaultHeader(written.promptCacheHeader, key);
        }
        return call.body(out -> encoder.write(out, streamed));
    }

    /** Returns the dialect to write in. */
    private Dialect dialect(AttemptContext attempt) {
        if (!dialectByUrl) {
            return dialect;
        }
        return isOpenAi(attempt) ? dialect : Dialects.COMMON;
    }

    /** Returns whether OpenAI or Azure serves the attempt, or if it is null, what has no base URL of its own. */
    private boolean isOpenAi(@Nullable AttemptContext attempt) {
        return http.isAt("openai.com", attempt) || http.isAt("azure.com", attempt);
    }

    private void write(ChatRequest request, AttemptContext attempt, boolean byResponses, OutputStream out)
            throws IOException {
        Unsupported unsupported = unsupported(attempt);
        if (ResponsesCalls.isInBackground(extra, request)) {
            throw unsupported.refusal("answers no request of a batch in the background: leave background out, or use an"
                    + " adapter without it");
        }
        Dialect written = dialect(attempt);
        if (byResponses) {
            responses.write(request, attempt, unsupported, written, out);
            return;
        }
        ChatRequest sent = StoredAnswer.without(unsupported.fit(request));
        PromptCache cache = PromptCache.of(written, unsupported, sent, attempt);
        new ChatEncoder(written, extra, unsupported, sent, cache, attempt).write(out, false);
    }

    /** Writes and reads the items of batches as plain calls. */
    private final class BatchItems implements FileBatches.Items {

        private static final String VERSION = "/v1"; // items name the path behind OpenAI's host, whatever the base URL

        @Override
        public boolean supports(Operation<?, ?> itemOperation) {
            return itemOperation.equals(ChatRequest.CHAT)
                    || (itemOperation.equals(EmbeddingRequest.EMBED) && dialect.embeddings);
        }

        @Override
        public String endpoint(BatchRequest request, AttemptContext attempt) {
            if (request.itemOperation().equals(EmbeddingRequest.EMBED)) {
                return VERSION + EMBEDDING_PATH;
            }
            boolean byResponses = request.items().stream()
                    .anyMatch(item -> item.request() instanceof ChatRequest chat && usesResponses(chat, attempt));
            return VERSION + (byResponses ? ResponsesCalls.PATH : CHAT_PATH);
        }

        @Override
        public void write(ModelRequest item, String endpoint, AttemptContext attempt, OutputStream out)
                throws IOException {
            ModelRequest sent = Extra.sentTo(OpenAiAdapter.this, item);
            if (sent instanceof ChatRequest chat) {
                OpenAiAdapter.this.write(chat, attempt, endpoint.endsWith(ResponsesCalls.PATH), out);
            } else {
                EmbeddingCodec.encode(out, (EmbeddingRequest) sent, attempt, dialect(attempt));
            }
        }

        @Override
        public ModelReply read(HttpDownload file, JsonNode body, String endpoint) {
            if (endpoint.endsWith(EMBEDDING_PATH)) {
                return EmbeddingCodec.decode(file.reply(body));
            }
            return file.chat(
                    body,
                    reply -> endpoint.endsWith(ResponsesCalls.PATH)
                            ? responses.decode(reply)
                            : readers.whole().apply(reply));
        }
    }

    private EmbeddingResponse embed(EmbeddingRequest request, AttemptContext attempt) {
        return embeddingBatches.call(request, attempt, this::embedOnce);
    }

    private EmbeddingResponse embedOnce(EmbeddingRequest request, AttemptContext attempt) {
        HttpCall call = begin(EMBEDDING_PATH, attempt)
                .body(out -> EmbeddingCodec.encode(out, request, attempt, dialect(attempt)));
        return EmbeddingCodec.decode(http.transport().send(call, attempt), request, dialect(attempt));
    }

    private Unsupported unsupported(AttemptContext attempt) {
        return new Unsupported(name(), dropUnsupported, attempt);
    }

    private HttpCall begin(String path, AttemptContext attempt) {
        return http.call("POST", dialect.path.apply(path, attempt.model()), attempt);
    }

    @Override
    public void probe(String path, AttemptContext attempt) {
        http.probe(path, attempt);
    }

    @Override
    public void close() {
        http.close();
    }

    /** Returns name and base URL. */
    @Override
    public String toString() {
        return "OpenAiAdapter{" + http + "}";
    }

    /**
     * Builds an {@link OpenAiAdapter}. Setting the same property twice throws {@link IllegalStateException}. Not safe
     * for use by several threads.
     */
    public static final class Builder extends ChatOptions<Builder> {

        private final Dialect dialect;
        private final boolean dialectByUrl;
        private @Nullable Boolean responsesApi;
        private boolean continueById;
        private Duration pollInterval = Duration.ofSeconds(2);
        private final Map<String, Object> extra = new LinkedHashMap<>();
        private @Nullable EmbeddingBatches embeddingBatches;

        private Builder(Dialect dialect, boolean dialectByUrl) {
            super(dialect.name);
            this.dialect = dialect;
            this.dialectByUrl = dialectByUrl;
            http().credentialHeader(dialect.credentialHeader, dialect.credentialPrefix);
            dialect.headers.forEach(http()::defaultHeader);
            http().readFields(dialect.replyFields);
        }

        /**
         * Reads the API key from the server's usual environment variable, for example {@code GROQ_API_KEY}.
         *
         * @throws IllegalStateException if the dialect names no such variable
         * @throws IllegalArgumentException if the variable is missing or blank; the message names it
         */
        public Builder apiKeyFromEnvironment() {
            String variable = dialect.keyVariable;
            if (variable == null) {
                throw new IllegalStateException(
                        dialect.name + " has no usual environment variable for its key: use apiKey or credential");
            }
            String key = System.getenv(variable);
            if (key == null || key.isBlank()) {
                throw new IllegalArgumentException("the environment variable " + variable + " is missing or blank: set"
                        + " it to the API key, or use apiKey or credential");
            }
            return apiKey(key);
        }

        /**
         * Sets a credential that is always sent as {@code Authorization: Bearer …}, regardless of the dialect's header
         * for keys: a token of an identity provider instead of a key.
         *
         * @throws IllegalStateException if a key or credential is set already
         */
        public Builder token(Credential token) {
            http().bearer();
            return credential(token);
        }

        /** Sets the base URL of the server, with the version; the dialect's by default. */
        @Override
        public Builder baseUrl(String baseUrl) {
            return super.baseUrl(baseUrl);
        }

        /**
         * Sets whether chats use the Responses API instead of chat completions. By default the model's card decides, at
         * OpenAI, Azure and dialects that have it: newer models take tools only there. Requests and events are the
         * same. The vendor is asked to store nothing ({@code store} is false unless {@code extra("store", true)}). If
         * the model reasons, its reasoning comes back encrypted and is sent back with the conversation. Stop texts,
         * seed and penalties are not supported. Vendor-specific items, such as a web search, are
         * {@link dev.aigw.api.chat.ContentPart.Raw} parts, to be sent back unchanged.
         */
        public Builder responsesApi(boolean responsesApi) {
            once("responsesApi");
            this.responsesApi = responsesApi;
            return this;
        }

        /**
         * Sets whether the vendor computes answers in the background, for those that take minutes; false by default. It
         * is the extra field {@code background} of each request, so a request's own takes precedence. Needs a server
         * with the Responses API, which is called then.
         *
         * <pre>{@code
         * OpenAiAdapter research = OpenAiAdapter.builder().name("research").apiKey(key).background(true).build();
         * router.chat(ChatRequest.builder("sol").user("Compare …").extra("background", true).build());
         * }</pre>
         *
         * <p>The vendor keeps the answer for some minutes, even if it is asked to store nothing. The adapter asks for
         * it at the {@link #pollInterval} until it is done. A stream that breaks goes on after its latest event. The
         * attempt's timeout and the call's deadline apply to all of it, so set them long enough. When they pass, or the
         * call is cancelled or the stream closed, the answer is cancelled at the vendor. All of this uses the
         * credential and base URL of the attempt.
         */
        public Builder background(boolean background) {
            return extra("background", background);
        }

        /**
         * Sets whether answers are stored at the vendor and conversations continued by their ids, so that a long
         * conversation is not sent again with each turn; false by default. Needs a server with the Responses API, which
         * is called then.
         *
         * <pre>{@code
         * OpenAiAdapter stored = OpenAiAdapter.builder().apiKey(key).continueById(true).build();
         * ChatResponse first = router.chat(request);
         * router.chat(request.toBuilder().message(first.message()).user("And in winter?").build()); // sends one turn
         * }</pre>
         *
         * <p>Keep the whole conversation and send it as ever: an answer's message ends in a
         * {@link dev.aigw.api.chat.ContentPart.Raw} part that names the stored answer, and what comes before it is not
         * sent. It is sent in full, with a warning, if it was changed, if the vendor does not know the answer any more,
         * or if the attempt uses another account; other adapters get it in full, too. The vendor charges for all tokens
         * of a conversation, sent or stored. A request with {@code extra("store", false)} stores nothing.
         *
         * @see <a href="https://developers.openai.com/api/docs/guides/conversation-state">"Conversation state" of
         *     OpenAI, checked in November 2026</a>
         */
        public Builder continueById(boolean continueById) {
            once("continueById");
            this.continueById = continueById;
            return this;
        }

        /**
         * Sets the pause between two questions for an answer in the background, where the vendor names none; 2 seconds
         * by default.
         *
         * @throws IllegalArgumentException if it is not positive
         * @see #background
         */
        public Builder pollInterval(Duration pollInterval) {
            once("pollInterval");
            if (pollInterval.isZero() || pollInterval.isNegative()) {
                throw new IllegalArgumentException(
                        "pollInterval is " + pollInterval + ": use a positive duration, such as 2 seconds");
            }
            this.pollInterval = pollInterval;
            return this;
        }

        /** Sets the organization that calls are charged to. */
        public Builder organization(String organization) {
            return header("OpenAI-Organization", organization);
        }

        /** Sets the project that calls are charged to. */
        public Builder project(String project) {
            return header("OpenAI-Project", project);
        }

        /**
         * Adds a server-specific field to every chat request, as a plain JSON value; a request's {@code extra} of that
         * name overrides it.
         */
        public Builder extra(String name, Object value) {
            once("the extra field " + Objects.requireNonNull(name, "name"));
            extra.put(name, Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets how many texts are embedded in one call; larger requests are split. By default OpenAI's limits: 2,048
         * texts, and 300,000 tokens in all, counted as bytes.
         */
        public Builder embeddingBatches(EmbeddingBatches embeddingBatches) {
            once("embeddingBatches");
            this.embeddingBatches = Objects.requireNonNull(embeddingBatches, "embeddingBatches");
            return this;
        }

        /**
         * Returns the adapter; no socket is opened before the first call.
         *
         * @throws IllegalArgumentException if a maximum size is not positive
         */
        public OpenAiAdapter build() {
            return new OpenAiAdapter(this, endpoint(dialect.baseUrl, OpenAiErrors.of(dialect)), dropsUnsupported());
        }
    }
}
