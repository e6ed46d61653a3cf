package dev.aigw.providers.openai;

import dev.aigw.api.Capability;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.batch.EmbeddingBatches;
import dev.aigw.providers.encode.Unsupported;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.HttpTransport;
import dev.aigw.providers.http.Urls;
import dev.aigw.providers.json.Json;
import java.net.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Speaks OpenAI's protocol: chat completions, whole and streamed, embeddings, moderation, images, transcription and
 * speech. Works with the many servers of the same shape: {@link Dialects} knows in what they differ, and any other is
 * reached by its base URL.
 *
 * <pre>{@code
 * ProviderAdapter openai = OpenAiAdapter.builder().apiKey(System.getenv("OPENAI_API_KEY")).build();
 * ProviderAdapter groq = OpenAiAdapter.builder(Dialects.GROQ).apiKeyFromEnvironment().build();
 * ProviderAdapter local = OpenAiAdapter.builder(Dialects.VLLM).baseUrl("http://gpu-1:8000/v1").build();
 * }</pre>
 *
 * <p>Safe for use by many threads. Close it when done; a supplied client stays open. What a request holds and the
 * server does not take is refused before anything is sent, as {@link dev.aigw.api.ErrorKind#UNSUPPORTED}, unless
 * {@link Builder#dropUnsupported} says to leave it out. A reasoning budget is sent as the nearest level, with a
 * warning.
 */
public final class OpenAiAdapter implements ProviderAdapter {

    private static final String CHAT_PATH = "/chat/completions";
    private static final String RESPONSES_PATH = "/responses";
    private static final String EMBEDDING_PATH = "/embeddings";

    /** 2,048 texts and 300,000 tokens in all ("Create embeddings" in OpenAI's reference). */
    private static final EmbeddingBatches EMBEDDING_LIMITS =
            EmbeddingBatches.of(2048).maxBytes(300_000);

    private final String name;
    private final Dialect dialect;
    private final ChatCodec codec;
    private final @Nullable ResponsesCodec responses;
    private final @Nullable Credential credential;
    private final String credentialHeader;
    private final String credentialPrefix;
    private final String baseUrl;
    private final Map<String, String> headers;
    private final Map<String, ?> extra;
    private final boolean dropUnsupported;
    private final EmbeddingBatches embeddingBatches;
    private final HttpTransport transport;
    private final MediaOperations media;

    private OpenAiAdapter(Builder builder) {
        this.name = builder.name;
        this.dialect = builder.dialect;
        this.codec = new ChatCodec(name, dialect);
        this.responses = builder.responsesApi ? new ResponsesCodec(name, codec) : null;
        this.credential = builder.credential;
        this.credentialHeader = builder.bearer ? "Authorization" : dialect.credentialHeader;
        this.credentialPrefix = builder.bearer ? "Bearer " : dialect.credentialPrefix;
        this.baseUrl = trimmed(builder.baseUrl);
        this.headers = new LinkedHashMap<>(dialect.headers);
        this.headers.putAll(builder.headers);
        this.extra = new LinkedHashMap<>(builder.extra);
        this.dropUnsupported = builder.dropUnsupported;
        this.embeddingBatches = builder.embeddingBatches == null ? EMBEDDING_LIMITS : builder.embeddingBatches;
        this.transport = builder.transport(name);
        this.media = new MediaOperations(transport, this::begin, this::unsupported);
    }

    /** Starts an adapter named {@code openai} for {@code https://api.openai.com/v1}, without a credential. */
    public static Builder builder() {
        return new Builder(Dialects.OPENAI);
    }

    /**
     * Starts an adapter for another server of OpenAI's shape, with the dialect's name and place, without a credential.
     */
    public static Builder builder(Dialect dialect) {
        return new Builder(Objects.requireNonNull(dialect, "dialect"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT)
                || operation.equals(ChatRequest.CHAT_STREAM)
                || (operation.equals(EmbeddingRequest.EMBED) && dialect.embeddings)
                || dialect.operations.contains(operation);
    }

    /** Returns what the server takes no field for; of what {@link Builder#dropUnsupported} leaves out, only schemas. */
    @Override
    public Set<Capability> lacking() {
        return dialect.lacking(dropUnsupported);
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, AttemptContext attempt) {
        ModelReply reply;
        if (request instanceof ChatRequest chat && operation.equals(ChatRequest.CHAT)) {
            reply = chat(chat, attempt);
        } else if (request instanceof ChatRequest chat && operation.equals(ChatRequest.CHAT_STREAM)) {
            reply = stream(chat, attempt);
        } else if (request instanceof EmbeddingRequest embedding && supports(operation)) {
            reply = embed(embedding, attempt);
        } else if (dialect.operations.contains(operation)) {
            reply = media.call(request, attempt);
        } else {
            throw unsupported(attempt).refusal("has no operation " + operation.name());
        }
        return operation.replyType().cast(reply);
    }

    private ChatResponse chat(ChatRequest request, AttemptContext attempt) {
        HttpReply reply = transport.send(begin(request, attempt, false), attempt);
        return responses == null ? codec.decode(reply) : responses.decode(reply);
    }

    private ChatStream stream(ChatRequest request, AttemptContext attempt) {
        HttpStream stream = transport.open(begin(request, attempt, true), attempt);
        return ChatStream.of(
                responses == null
                        ? new ChatStreamReader(name, codec, stream)
                        : new ResponsesStreamReader(name, responses, stream),
                Json.REPLIES);
    }

    private HttpCall begin(ChatRequest request, AttemptContext attempt, boolean streamed) {
        if (responses != null) {
            ResponsesEncoder encoder = new ResponsesEncoder(extra, unsupported(attempt), request, attempt);
            return begin(RESPONSES_PATH, attempt).body(out -> encoder.write(out, streamed));
        }
        ChatEncoder encoder = new ChatEncoder(dialect, extra, unsupported(attempt), request, attempt);
        return begin(CHAT_PATH, attempt).body(out -> encoder.write(out, streamed));
    }

    private EmbeddingResponse embed(EmbeddingRequest request, AttemptContext attempt) {
        return embeddingBatches.call(request, attempt, this::embedOnce);
    }

    private EmbeddingResponse embedOnce(EmbeddingRequest request, AttemptContext attempt) {
        HttpCall call =
                begin(EMBEDDING_PATH, attempt).body(out -> EmbeddingCodec.encode(out, request, attempt, dialect));
        return EmbeddingCodec.decode(
                transport.send(call, attempt), request.inputs().size());
    }

    private Unsupported unsupported(AttemptContext attempt) {
        return new Unsupported(name, dropUnsupported, attempt);
    }

    private HttpCall begin(String path, AttemptContext attempt) {
        String other = attempt.baseUrl();
        return prepared(
                HttpCall.post((other == null ? baseUrl : trimmed(other)) + dialect.path.apply(path, attempt.model())),
                attempt);
    }

    @Override
    public void probe(String path, AttemptContext attempt) {
        String other = attempt.baseUrl();
        String url;
        try {
            url = Urls.resolve(other == null ? baseUrl : other, path);
        } catch (IllegalArgumentException e) {
            throw unsupported(attempt).refusal(String.valueOf(e.getMessage()));
        }
        transport.fetch(prepared(HttpCall.of("GET", url), attempt), attempt);
    }

    private HttpCall prepared(HttpCall call, AttemptContext attempt) {
        headers.forEach(call::header);
        if (attempt.idempotencyKey() != null) {
            call.header("Idempotency-Key", attempt.idempotencyKey());
        }
        Credential used = attempt.credential() != null ? attempt.credential() : credential;
        return used == null ? call : call.credential(credentialHeader, credentialPrefix, used.secret());
    }

    private static String trimmed(String url) {
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '/') {
            end--;
        }
        return url.substring(0, end);
    }

    @Override
    public void close() {
        transport.close();
    }

    /** Returns name and base URL. */
    @Override
    public String toString() {
        return "OpenAiAdapter{" + name + ", " + baseUrl + "}";
    }

    /** Builds an {@link OpenAiAdapter}. Not safe for use by several threads. */
    public static final class Builder {

        private final Dialect dialect;
        private String name;
        private @Nullable Credential credential;
        private boolean bearer;
        private boolean responsesApi;
        private String baseUrl;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final Map<String, Object> extra = new LinkedHashMap<>();
        private boolean dropUnsupported;
        private @Nullable EmbeddingBatches embeddingBatches;
        private boolean allowInsecure;
        private @Nullable OkHttpClient httpClient;
        private @Nullable Proxy proxy;
        private @Nullable Long maxBodyBytes;
        private @Nullable Integer maxEventBytes;
        private @Nullable Long maxStreamBytes;

        private Builder(Dialect dialect) {
            this.dialect = dialect;
            this.name = dialect.name;
            this.baseUrl = dialect.baseUrl;
        }

        /**
         * Sets the name that deployments refer to; the dialect's by default, {@code openai} without one.
         *
         * @throws IllegalArgumentException if it is blank or holds a {@code /}
         */
        public Builder name(String name) {
            if (name.isBlank() || name.indexOf('/') >= 0) {
                throw new IllegalArgumentException(
                        "adapter name \"" + name + "\": use a word without /, which separates it from the model");
            }
            this.name = name;
            return this;
        }

        /**
         * Sets the API key.
         *
         * @throws IllegalArgumentException if it is null or blank, with the remedy in its message
         */
        public Builder apiKey(@Nullable String apiKey) {
            return credential(Credential.of(apiKey == null ? "" : apiKey));
        }

        /**
         * Takes the API key from the environment variable that is usual for the server, for example
         * {@code GROQ_API_KEY}.
         *
         * @throws IllegalStateException if the dialect names no such variable
         * @throws IllegalArgumentException if the variable is missing or blank, with its name in the message
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
         * Sets a credential that is always sent as {@code Authorization: Bearer …}, whatever header the dialect's keys
         * travel in: a token of the identity provider in place of a key.
         *
         * @throws IllegalStateException if key or credential was set before
         */
        public Builder token(Credential token) {
            bearer = true;
            return credential(token);
        }

        /**
         * Sets the credential, which is read anew for each attempt; none by default, for local servers.
         *
         * @throws IllegalStateException if key or credential was set before
         */
        public Builder credential(Credential credential) {
            if (this.credential != null) {
                throw new IllegalStateException("the credential is set already: call apiKey or credential once");
            }
            this.credential = Objects.requireNonNull(credential, "credential");
            return this;
        }

        /** Sets where the server is, version included; by default where the dialect says. */
        public Builder baseUrl(String baseUrl) {
            this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
            return this;
        }

        /**
         * Sets whether chats go to the Responses API in place of chat completions; false by default. Requests and
         * events are the same. The vendor is told to store nothing ({@code store} is false unless {@code extra("store",
         * true)}); where the request says how much to think, reasoning comes back encrypted and goes back with the
         * conversation. Stop texts, seed and penalties are not taken. Items of the vendor's own kinds, such as a web
         * search, are {@link dev.aigw.api.chat.ContentPart.Raw} parts, to be sent back as they came.
         */
        public Builder responsesApi(boolean responsesApi) {
            this.responsesApi = responsesApi;
            return this;
        }

        /** Sets the organization that calls are counted for. */
        public Builder organization(String organization) {
            return header("OpenAI-Organization", organization);
        }

        /** Sets the project that calls are counted for. */
        public Builder project(String project) {
            return header("OpenAI-Project", project);
        }

        /** Adds a header to every call. */
        public Builder header(String name, String value) {
            if (headers.putIfAbsent(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"))
                    != null) {
                throw new IllegalStateException("the header " + name + " is set already");
            }
            return this;
        }

        /**
         * Adds a field of the server's own to every chat request, as a plain JSON value; a request's own {@code extra}
         * of that name comes first.
         */
        public Builder extra(String name, Object value) {
            if (extra.putIfAbsent(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"))
                    != null) {
                throw new IllegalStateException("the extra field " + name + " is set already");
            }
            return this;
        }

        /**
         * Sets whether what the server does not take is left out of requests, with a warning in
         * {@code reply.route().warnings()}; by default such requests fail as
         * {@link dev.aigw.api.ErrorKind#UNSUPPORTED}, so that a router can ask a deployment that takes it.
         */
        public Builder dropUnsupported(boolean dropUnsupported) {
            this.dropUnsupported = dropUnsupported;
            return this;
        }

        /**
         * Sets how many texts are embedded in one call; larger requests are split. By default OpenAI's limits: 2,048
         * texts, and 300,000 tokens in all, taken as bytes.
         */
        public Builder embeddingBatches(EmbeddingBatches embeddingBatches) {
            this.embeddingBatches = Objects.requireNonNull(embeddingBatches, "embeddingBatches");
            return this;
        }

        /** Sets whether the credential may travel over plain HTTP to another machine; false by default. */
        public Builder allowInsecure(boolean allowInsecure) {
            this.allowInsecure = allowInsecure;
            return this;
        }

        /**
         * Sets the client whose connections, proxy and TLS settings to share; its time limits, redirects and retries
         * are not used. The adapter never closes it. By default the adapter makes its own.
         */
        public Builder httpClient(OkHttpClient httpClient) {
            this.httpClient = Objects.requireNonNull(httpClient, "httpClient");
            return this;
        }

        /** Sets the proxy. */
        public Builder proxy(Proxy proxy) {
            this.proxy = Objects.requireNonNull(proxy, "proxy");
            return this;
        }

        /** Sets the largest reply; 64 MiB by default. */
        public Builder maxBodyBytes(long maxBodyBytes) {
            this.maxBodyBytes = maxBodyBytes;
            return this;
        }

        /** Sets the largest event of a stream; 8 MiB by default. */
        public Builder maxEventBytes(int maxEventBytes) {
            this.maxEventBytes = maxEventBytes;
            return this;
        }

        /** Sets the largest stream; 256 MiB by default. */
        public Builder maxStreamBytes(long maxStreamBytes) {
            this.maxStreamBytes = maxStreamBytes;
            return this;
        }

        private HttpTransport transport(String provider) {
            HttpTransport.Builder transport = HttpTransport.builder(provider, new OpenAiErrors(dialect))
                    .client(httpClient)
                    .proxy(proxy)
                    .allowInsecure(allowInsecure);
            if (maxBodyBytes != null) {
                transport.maxBodyBytes(maxBodyBytes);
            }
            if (maxEventBytes != null) {
                transport.maxEventBytes(maxEventBytes);
            }
            if (maxStreamBytes != null) {
                transport.maxStreamBytes(maxStreamBytes);
            }
            return transport.build();
        }

        /**
         * Returns the adapter; no socket is opened before the first call.
         *
         * @throws IllegalArgumentException if a limit is not positive
         */
        public OpenAiAdapter build() {
            return new OpenAiAdapter(this);
        }
    }
}
