package dev.aigw.providers.anthropic;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.encode.Unsupported;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.HttpTransport;
import dev.aigw.providers.json.Json;
import java.net.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Speaks Anthropic's Messages API: chats, whole and streamed.
 *
 * <pre>{@code
 * ProviderAdapter anthropic = AnthropicAdapter.builder().apiKey(System.getenv("ANTHROPIC_API_KEY")).build();
 * }</pre>
 *
 * <p>Where the vendor's ways differ from the request's:
 *
 * <ul>
 *   <li>The vendor requires an output limit. Without {@code maxOutputTokens} the adapter sends
 *       {@code defaultMaxTokens}, 4096 unless set, on top of a thinking budget.
 *   <li>A reasoning <em>level</em> is sent as adaptive thinking with {@code output_config.effort} ({@code MINIMAL} as
 *       {@code low}), which models from Claude 4.6 take. A <em>budget</em> is sent as {@code thinking.budget_tokens},
 *       for earlier models; the vendor wants at least 1024 and less than the output limit. Level {@code NONE} and a
 *       budget of zero turn thinking off.
 *   <li>A response schema is sent as the vendor's structured output ({@code output_config.format}). The vendor has no
 *       mode for "any JSON object": it is asked for in a line at the end of the instructions.
 *   <li>Instructions are sent apart from the conversation; those from its middle move there, with a warning.
 *   <li>Thinking goes back with its signature to the adapter of the same name that made it. Signed reasoning of any
 *       other is left out, with a warning.
 *   <li>A cache hint marks the part before it, for five minutes or, if it asks for more, an hour.
 *   <li>Log probabilities, seed, penalties, verbosity, audio, video and other vendors' own tools fail as
 *       {@link ErrorKind#UNSUPPORTED}, unless {@link Builder#dropUnsupported} says to leave them out.
 *   <li>Tool calls and results that run on the vendor's side are {@link dev.aigw.api.chat.ContentPart.Raw} parts, to be
 *       sent back as they came. After a finish reason of {@code PAUSED} send the answer back to go on.
 *   <li>A field in the request's {@code extra} replaces the one of that name that the adapter would write.
 * </ul>
 *
 * <p>Safe for use by many threads. Close it when done; a supplied client stays open.
 */
public final class AnthropicAdapter implements ProviderAdapter {

    private static final String PATH = "/v1/messages";
    private static final String FILES_BETA = "files-api-2025-04-14";

    private final String name;
    private final @Nullable Credential credential;
    private final String baseUrl;
    private final String url;
    private final String version;
    private final List<String> betas;
    private final Map<String, String> headers;
    private final int defaultMaxTokens;
    private final boolean dropUnsupported;
    private final HttpTransport transport;

    private AnthropicAdapter(Builder builder) {
        this.name = builder.name;
        this.credential = builder.credential;
        this.baseUrl = trimmed(builder.baseUrl);
        this.url = baseUrl + PATH;
        this.version = builder.version;
        this.betas = List.copyOf(builder.betas);
        this.headers = new LinkedHashMap<>(builder.headers);
        this.defaultMaxTokens = builder.defaultMaxTokens;
        this.dropUnsupported = builder.dropUnsupported;
        this.transport = builder.transport(name);
    }

    /** Starts an adapter named {@code anthropic} for {@code https://api.anthropic.com}, without a credential. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT) || operation.equals(ChatRequest.CHAT_STREAM);
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, AttemptContext attempt) {
        ModelReply reply;
        if (request instanceof ChatRequest chat && operation.equals(ChatRequest.CHAT)) {
            reply = chat(chat, attempt);
        } else if (request instanceof ChatRequest chat && operation.equals(ChatRequest.CHAT_STREAM)) {
            reply = stream(chat, attempt);
        } else {
            throw new Unsupported(name, dropUnsupported, attempt).refusal("has no operation " + operation.name());
        }
        return operation.replyType().cast(reply);
    }

    private ChatResponse chat(ChatRequest request, AttemptContext attempt) {
        return MessagesDecoder.decode(name, transport.send(begin(request, attempt, false), attempt));
    }

    private ChatStream stream(ChatRequest request, AttemptContext attempt) {
        HttpStream stream = transport.open(begin(request, attempt, true), attempt);
        return ChatStream.of(new MessagesStreamReader(name, stream), Json.REPLIES);
    }

    private HttpCall begin(ChatRequest request, AttemptContext attempt, boolean streamed) {
        MessagesEncoder encoder = new MessagesEncoder(
                new Unsupported(name, dropUnsupported, attempt), defaultMaxTokens, request, attempt);
        String other = attempt.baseUrl();
        HttpCall call = HttpCall.post(other == null ? url : trimmed(other) + PATH)
                .body(out -> encoder.write(out, streamed))
                .header("anthropic-version", version);
        headers.forEach(call::header);
        String beta = betas(encoder.usesFiles());
        if (!beta.isEmpty()) {
            call.header("anthropic-beta", beta);
        }
        Credential used = attempt.credential() != null ? attempt.credential() : credential;
        return used == null ? call : call.credential("x-api-key", "", used.secret());
    }

    private String betas(boolean usesFiles) {
        String joined = String.join(",", betas);
        if (!usesFiles || betas.contains(FILES_BETA)) {
            return joined;
        }
        return joined.isEmpty() ? FILES_BETA : joined + "," + FILES_BETA;
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
        return "AnthropicAdapter{" + name + ", " + baseUrl + "}";
    }

    /** Builds an {@link AnthropicAdapter}. Not safe for use by several threads. */
    public static final class Builder {

        private String name = "anthropic";
        private @Nullable Credential credential;
        private String baseUrl = "https://api.anthropic.com";
        private String version = "2023-06-01";
        private final List<String> betas = new ArrayList<>(2);
        private final Map<String, String> headers = new LinkedHashMap<>();
        private int defaultMaxTokens = 4096;
        private boolean dropUnsupported;
        private boolean allowInsecure;
        private @Nullable OkHttpClient httpClient;
        private @Nullable Proxy proxy;
        private @Nullable Long maxBodyBytes;
        private @Nullable Integer maxEventBytes;
        private @Nullable Long maxStreamBytes;

        private Builder() {}

        /**
         * Sets the name that deployments refer to; {@code anthropic} by default.
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
         * Sets the credential, which is read anew for each attempt; none by default.
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

        /** Sets where the server is, without the version in the path; {@code https://api.anthropic.com} by default. */
        public Builder baseUrl(String baseUrl) {
            this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
            return this;
        }

        /** Sets the version of the API, {@code 2023-06-01} by default. */
        public Builder version(String version) {
            this.version = Objects.requireNonNull(version, "version");
            return this;
        }

        /**
         * Turns a beta feature of the API on. The one for uploaded files turns itself on when a request names a file.
         */
        public Builder beta(String beta) {
            betas.add(Objects.requireNonNull(beta, "beta"));
            return this;
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
         * Sets the output limit of requests that have none; 4096 tokens by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder defaultMaxTokens(int defaultMaxTokens) {
            if (defaultMaxTokens <= 0) {
                throw new IllegalArgumentException(
                        "defaultMaxTokens is " + defaultMaxTokens + ": use a positive number of tokens");
            }
            this.defaultMaxTokens = defaultMaxTokens;
            return this;
        }

        /**
         * Sets whether what the vendor does not take is left out of requests, with a warning in
         * {@code reply.route().warnings()}; by default such requests fail as {@link ErrorKind#UNSUPPORTED}, so that a
         * router can ask a deployment that takes it.
         */
        public Builder dropUnsupported(boolean dropUnsupported) {
            this.dropUnsupported = dropUnsupported;
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
            HttpTransport.Builder transport = HttpTransport.builder(provider, AnthropicErrors::read)
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
        public AnthropicAdapter build() {
            return new AnthropicAdapter(this);
        }
    }
}
