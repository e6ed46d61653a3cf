package dev.aigw.providers.openai;

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
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.HttpTransport;
import dev.aigw.providers.json.Json;
import java.net.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Speaks OpenAI's protocol: chat completions, whole and streamed, and embeddings. Works with any server of the same
 * shape, such as vLLM, llama.cpp or LM Studio, by its base URL.
 *
 * <pre>{@code
 * ProviderAdapter openai = OpenAiAdapter.builder().apiKey(System.getenv("OPENAI_API_KEY")).build();
 * ProviderAdapter local = OpenAiAdapter.builder()
 *     .name("local").baseUrl("http://localhost:8000/v1").legacyMaxTokens(true).build();
 * }</pre>
 *
 * <p>Safe for use by many threads. Close it when done; a supplied client stays open. What a request holds and the
 * protocol cannot carry is refused before anything is sent, as {@link dev.aigw.api.ErrorKind#UNSUPPORTED}. A reasoning
 * budget is sent as the nearest level, with a warning; {@code topK} is left out, with a warning.
 */
public final class OpenAiAdapter implements ProviderAdapter {

    private static final String CHAT_PATH = "/chat/completions";
    private static final String EMBEDDING_PATH = "/embeddings";

    private final String name;
    private final @Nullable Credential credential;
    private final String baseUrl;
    private final String chatUrl;
    private final String embeddingUrl;
    private final Map<String, String> headers;
    private final boolean legacyMaxTokens;
    private final HttpTransport transport;

    private OpenAiAdapter(Builder builder) {
        this.name = builder.name;
        this.credential = builder.credential;
        this.baseUrl = trimmed(builder.baseUrl);
        this.chatUrl = baseUrl + CHAT_PATH;
        this.embeddingUrl = baseUrl + EMBEDDING_PATH;
        this.headers = new LinkedHashMap<>(builder.headers);
        this.legacyMaxTokens = builder.legacyMaxTokens;
        this.transport = builder.transport(name);
    }

    /** Starts an adapter named {@code openai} for {@code https://api.openai.com/v1}, without a credential. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT)
                || operation.equals(ChatRequest.CHAT_STREAM)
                || operation.equals(EmbeddingRequest.EMBED);
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, AttemptContext attempt) {
        ModelReply reply;
        if (request instanceof ChatRequest chat && operation.equals(ChatRequest.CHAT)) {
            reply = chat(chat, attempt);
        } else if (request instanceof ChatRequest chat && operation.equals(ChatRequest.CHAT_STREAM)) {
            reply = stream(chat, attempt);
        } else if (request instanceof EmbeddingRequest embedding && operation.equals(EmbeddingRequest.EMBED)) {
            reply = embed(embedding, attempt);
        } else {
            throw ChatEncoder.unsupported(name, attempt, name + " has no operation " + operation.name());
        }
        return operation.replyType().cast(reply);
    }

    private ChatResponse chat(ChatRequest request, AttemptContext attempt) {
        ChatEncoder encoder = new ChatEncoder(name, legacyMaxTokens, request, attempt);
        HttpCall call = begin(chatUrl, CHAT_PATH, attempt).body(out -> encoder.write(out, false));
        return ChatCodec.decode(transport.send(call, attempt));
    }

    private ChatStream stream(ChatRequest request, AttemptContext attempt) {
        ChatEncoder encoder = new ChatEncoder(name, legacyMaxTokens, request, attempt);
        HttpCall call = begin(chatUrl, CHAT_PATH, attempt).body(out -> encoder.write(out, true));
        HttpStream stream = transport.open(call, attempt);
        return ChatStream.of(new ChatStreamReader(name, stream), Json.REPLIES);
    }

    private EmbeddingResponse embed(EmbeddingRequest request, AttemptContext attempt) {
        HttpCall call =
                begin(embeddingUrl, EMBEDDING_PATH, attempt).body(out -> EmbeddingCodec.encode(out, request, attempt));
        return EmbeddingCodec.decode(
                transport.send(call, attempt), request.inputs().size());
    }

    private HttpCall begin(String url, String path, AttemptContext attempt) {
        String other = attempt.baseUrl();
        HttpCall call = HttpCall.post(other == null ? url : trimmed(other) + path);
        headers.forEach(call::header);
        if (attempt.idempotencyKey() != null) {
            call.header("Idempotency-Key", attempt.idempotencyKey());
        }
        Credential used = attempt.credential() != null ? attempt.credential() : credential;
        return used == null ? call : call.credential("Authorization", "Bearer ", used.secret());
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

        private String name = "openai";
        private @Nullable Credential credential;
        private String baseUrl = "https://api.openai.com/v1";
        private final Map<String, String> headers = new LinkedHashMap<>();
        private boolean legacyMaxTokens;
        private boolean allowInsecure;
        private @Nullable OkHttpClient httpClient;
        private @Nullable Proxy proxy;
        private @Nullable Long maxBodyBytes;
        private @Nullable Integer maxEventBytes;
        private @Nullable Long maxStreamBytes;

        private Builder() {}

        /**
         * Sets the name that deployments refer to; {@code openai} by default.
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

        /** Sets where the server is, version included; {@code https://api.openai.com/v1} by default. */
        public Builder baseUrl(String baseUrl) {
            this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
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

        /** Sets whether the output limit is sent as {@code max_tokens}, as many servers of this shape expect. */
        public Builder legacyMaxTokens(boolean legacyMaxTokens) {
            this.legacyMaxTokens = legacyMaxTokens;
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
            HttpTransport.Builder transport = HttpTransport.builder(provider, OpenAiErrors::read)
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
