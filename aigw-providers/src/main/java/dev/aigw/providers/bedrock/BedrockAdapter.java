package dev.aigw.providers.bedrock;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
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
import dev.aigw.providers.http.Urls;
import dev.aigw.providers.json.Json;
import java.io.ByteArrayOutputStream;
import java.net.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Speaks Amazon Bedrock's Converse and ConverseStream: chats, whole and streamed, with any model that Bedrock serves.
 *
 * <pre>{@code
 * ProviderAdapter bedrock = BedrockAdapter.builder()
 *     .region("eu-central-1")
 *     .awsCredentials() // the SDK's default chain; or .awsCredentials(provider), or .apiKey(…)
 *     .build();
 * }</pre>
 *
 * <p>Streams need {@code software.amazon.awssdk:eventstream} on the class path, AWS credentials also
 * {@code software.amazon.awssdk:auth} and {@code http-auth-aws}. A model is named by its id, an inference profile or an
 * ARN ({@code eu.anthropic.claude-sonnet-4-5-20250929-v1:0}). A deployment's own credential is a Bedrock API key.
 *
 * <p>Where the vendor's ways differ from the request's:
 *
 * <ul>
 *   <li>Reasoning is each maker's own affair, and sent as {@code additionalModelRequestFields}: to Anthropic's models
 *       as adaptive thinking with an effort, or with a budget of tokens; to Amazon's and OpenAI's as a level. For other
 *       makers it is unsupported; so is {@code topK}, but for Anthropic, Amazon and Mistral.
 *   <li>Signed reasoning goes back to models of the maker that signed it, through the adapter of the same name; any
 *       other is left out, with a warning.
 *   <li>Ids of tool calls that other vendors made are fitted to what Bedrock accepts.
 *   <li>A response schema is sent as {@code outputConfig.textFormat}. "Any JSON object" is asked for in a line at the
 *       end of the instructions.
 *   <li>Instructions are sent apart from the conversation; those from its middle move there, with a warning.
 *   <li>A cache hint becomes a cache point, for five minutes or, if it asks for more, an hour.
 *   <li>Media is sent by its bytes or an {@code s3://} URL. A document's name is fitted to what Bedrock accepts.
 *   <li>Seed, penalties, verbosity, log probabilities and {@code parallelToolCalls(false)} fail as
 *       {@link ErrorKind#UNSUPPORTED}, or are left out with a warning if {@code dropUnsupported} says so.
 *   <li>A field in the request's {@code extra} ({@code guardrailConfig}, {@code performanceConfig}) replaces the one of
 *       that name that the adapter would write; fields of an extra {@code additionalModelRequestFields} are added.
 * </ul>
 *
 * <p>Safe for use by many threads. Close it when done; a supplied client stays open.
 */
public final class BedrockAdapter implements ProviderAdapter {

    private final String name;
    private final @Nullable Credential credential;
    private final @Nullable AwsSigner signer;
    private final String baseUrl;
    private final Map<String, String> headers;
    private final boolean dropUnsupported;
    private final HttpTransport transport;

    private BedrockAdapter(Builder builder) {
        this.name = builder.name;
        this.credential = builder.credential;
        this.signer = builder.signer();
        this.baseUrl = builder.baseUrl();
        this.headers = new LinkedHashMap<>(builder.headers);
        this.dropUnsupported = builder.dropUnsupported;
        this.transport = builder.transport(name);
    }

    /** Starts an adapter named {@code bedrock}, without region and credential. */
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
            throw GatewayException.builder(ErrorKind.UNSUPPORTED, name + " has no operation " + operation.name())
                    .provider(name)
                    .deployment(attempt.deployment())
                    .build();
        }
        return operation.replyType().cast(reply);
    }

    private ChatResponse chat(ChatRequest request, AttemptContext attempt) {
        HttpCall call = begin("converse", request, attempt);
        return ConverseDecoder.decode(name, origin(attempt), attempt.model(), transport.send(call, attempt));
    }

    private ChatStream stream(ChatRequest request, AttemptContext attempt) {
        HttpCall call = begin("converse-stream", request, attempt);
        HttpStream stream = transport.open(call, attempt, FrameReader.FRAMING);
        return ChatStream.of(new ConverseStreamReader(name, origin(attempt), attempt.model(), stream), Json.REPLIES);
    }

    /** Returns who can read back what this attempt's model signs: the maker's models only. */
    private String origin(AttemptContext attempt) {
        return name + "/" + ModelFields.maker(attempt.model());
    }

    private HttpCall begin(String action, ChatRequest request, AttemptContext attempt) {
        Unsupported unsupported = new Unsupported(name, dropUnsupported, attempt);
        ConverseEncoder encoder = new ConverseEncoder(request, attempt.model(), origin(attempt), unsupported);
        ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
        String base = attempt.baseUrl() == null ? baseUrl : Urls.trimmed(attempt.baseUrl());
        String url = base + "/model/" + Urls.segment(attempt.model()) + "/" + action;
        HttpCall call = HttpCall.post(url).body(out -> {
            encoder.write(body);
            body.writeTo(out);
        });
        headers.forEach(call::header);
        Credential used = attempt.credential() != null ? attempt.credential() : credential;
        if (used != null) {
            call.credential("Authorization", "Bearer ", used.secret());
        } else if (signer != null) {
            signer.sign(call, url, body.toByteArray());
        }
        return call;
    }

    @Override
    public void close() {
        transport.close();
    }

    /** Returns name and base URL. */
    @Override
    public String toString() {
        return "BedrockAdapter{" + name + ", " + baseUrl + "}";
    }

    /** Builds a {@link BedrockAdapter}. Not safe for use by several threads. */
    public static final class Builder {

        private String name = "bedrock";
        private @Nullable String region;
        private @Nullable String baseUrl;
        private @Nullable Credential credential;
        private boolean defaultChain;
        private @Nullable AwsCredentialsProvider awsCredentials;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private boolean dropUnsupported;
        private boolean allowInsecure;
        private @Nullable OkHttpClient httpClient;
        private @Nullable Proxy proxy;
        private @Nullable Long maxBodyBytes;
        private @Nullable Integer maxEventBytes;
        private @Nullable Long maxStreamBytes;

        private Builder() {}

        private String baseUrl() {
            return baseUrl != null ? Urls.trimmed(baseUrl) : "https://bedrock-runtime." + region + ".amazonaws.com";
        }

        private @Nullable AwsSigner signer() {
            if (awsCredentials != null) {
                return new AwsSigner(name, awsCredentials, Objects.requireNonNull(region));
            }
            return defaultChain ? AwsSigner.ofDefaultChain(name, Objects.requireNonNull(region)) : null;
        }

        /**
         * Sets the name that deployments refer to; {@code bedrock} by default.
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

        /** Sets the AWS region, such as {@code eu-central-1}: where the server is, and what signatures are made for. */
        public Builder region(String region) {
            this.region = Objects.requireNonNull(region, "region");
            return this;
        }

        /**
         * Sets the Bedrock API key.
         *
         * @throws IllegalArgumentException if it is null or blank, with the remedy in its message
         * @throws IllegalStateException if key or credentials were set before
         */
        public Builder apiKey(@Nullable String apiKey) {
            return credential(Credential.of(apiKey == null ? "" : apiKey));
        }

        /**
         * Sets the Bedrock API key as a credential, which is read anew for each attempt; none by default.
         *
         * @throws IllegalStateException if key or credentials were set before
         */
        public Builder credential(Credential credential) {
            once();
            this.credential = Objects.requireNonNull(credential, "credential");
            return this;
        }

        /**
         * Signs calls with the AWS credentials that the SDK's default chain finds: system properties, environment,
         * profile, container or instance role.
         *
         * @throws IllegalStateException if key or credentials were set before
         */
        public Builder awsCredentials() {
            once();
            this.defaultChain = true;
            return this;
        }

        /**
         * Signs calls with the AWS credentials that {@code provider} gives for each attempt. The provider stays the
         * caller's to close.
         *
         * @throws IllegalStateException if key or credentials were set before
         */
        public Builder awsCredentials(AwsCredentialsProvider provider) {
            once();
            this.awsCredentials = Objects.requireNonNull(provider, "provider");
            return this;
        }

        private void once() {
            if (credential != null || defaultChain || awsCredentials != null) {
                throw new IllegalStateException(
                        "the credential is set already: call apiKey, credential or awsCredentials once");
            }
        }

        /** Sets where the server is; {@code https://bedrock-runtime.<region>.amazonaws.com} by default. */
        public Builder baseUrl(String baseUrl) {
            this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
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
         * Sets whether what the vendor cannot take is left out of a request, with a warning, in place of failing as
         * {@link ErrorKind#UNSUPPORTED}; false by default.
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
            HttpTransport.Builder transport = HttpTransport.builder(provider, new BedrockErrors())
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
         * @throws IllegalStateException if the region is missing
         */
        public BedrockAdapter build() {
            if (region == null && (baseUrl == null || defaultChain || awsCredentials != null)) {
                throw new IllegalStateException(
                        "the region is missing: call region(\"eu-central-1\") or another; an API key with a baseUrl"
                                + " needs none");
            }
            return new BedrockAdapter(this);
        }
    }
}
