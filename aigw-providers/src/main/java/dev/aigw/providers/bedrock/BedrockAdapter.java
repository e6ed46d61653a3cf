package dev.aigw.providers.bedrock;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.ServedModel;
import dev.aigw.providers.http.CloudModels;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.HttpTransport;
import dev.aigw.providers.http.Urls;
import dev.aigw.providers.http.errors.JsonErrors;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.ChatOptions;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.LearnedRefusals;
import dev.aigw.providers.kit.Origin;
import dev.aigw.providers.kit.Unsupported;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Speaks Amazon Bedrock's Converse and ConverseStream: chats, whole and streamed, with any model that Bedrock serves;
 * InvokeModel for embeddings by Amazon's Titan and Cohere; and Rerank.
 *
 * <pre>{@code
 * ProviderAdapter bedrock = BedrockAdapter.builder()
 *     .region("eu-central-1")
 *     .awsCredentials() // the SDK's default chain; or .awsCredentials(provider), or .apiKey(…)
 *     .build();
 * }</pre>
 *
 * <p>Streams need {@code software.amazon.awssdk:eventstream} on the class path, AWS credentials also need
 * {@code software.amazon.awssdk:auth} and {@code http-auth-aws}. A model is named by its id, an inference profile or an
 * ARN ({@code eu.anthropic.claude-sonnet-5-5}). A deployment's own credential is a Bedrock API key.
 *
 * <p>Where the vendor's API differs from our requests:
 *
 * <ul>
 *   <li>Reasoning differs by model maker and is sent as {@code additionalModelRequestFields}: to Anthropic's models as
 *       adaptive thinking with an effort, or with a budget of tokens; to Amazon's and OpenAI's as a level. For other
 *       makers it is unsupported. {@code topK} is supported for Anthropic, Amazon and Mistral only.
 *   <li>Signed reasoning is sent back to models of the maker that signed it, by the adapter of the same name; any other
 *       is left out, with a warning.
 *   <li>Ids of tool calls of other vendors are adapted to what Bedrock accepts.
 *   <li>A response schema is sent as {@code outputConfig.textFormat}. For "any JSON object", a line at the end of the
 *       instructions asks for it.
 *   <li>Instructions are sent separately from the conversation; those from its middle move there, with a warning.
 *   <li>A cache hint becomes a cache point, for five minutes or, if it asks for more, an hour; without hints,
 *       {@link dev.aigw.api.PromptCaching} may ask for some. Models of other makers than Anthropic refuse them and get
 *       none.
 *   <li>Media is sent by its bytes or an {@code s3://} URL. A document's name is adapted to what Bedrock accepts.
 *   <li>Seed, penalties, verbosity, log probabilities and {@code parallelToolCalls(false)} fail as
 *       {@link ErrorKind#UNSUPPORTED}, or are left out with a warning if {@code dropUnsupported} is set.
 *   <li>Titan embeds one text per call and Cohere 96: more texts are sent in several calls, one after the other. Fields
 *       in the {@code extra} of an embedding ({@code normalize}, {@code input_type}) are sent to the model; Cohere gets
 *       {@code search_document} by default.
 *   <li>Reranking uses the server {@code bedrock-agent-runtime} instead of {@code bedrock-runtime}. It requires the
 *       model's ARN, which the adapter builds from id and region.
 *   <li>A field in the request's {@code extra} ({@code guardrailConfig}, {@code performanceConfig}) replaces the
 *       adapter's field of that name; fields of an extra {@code additionalModelRequestFields} are added.
 * </ul>
 *
 * <p>Safe for use by many threads. Close it when done; a supplied client stays open.
 */
public final class BedrockAdapter implements ProviderAdapter {

    private final String name;
    private final @Nullable String region;
    private final @Nullable AwsSigner signer;
    private final boolean dropUnsupported;
    private final LearnedRefusals refusals;
    private final HttpEndpoint http;
    private final HttpTransport transport;

    private BedrockAdapter(Builder builder, HttpEndpoint http, @Nullable AwsSigner signer, boolean dropUnsupported) {
        this.dropUnsupported = dropUnsupported;
        this.refusals = new LearnedRefusals(http.name());
        this.http = http;
        this.name = http.name();
        this.region = builder.region;
        this.signer = signer;
        this.transport = http.transport();
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
    public String vendor() {
        return "bedrock";
    }

    /** Returns the adapter's name and the model's maker: only models of one maker read each other's reasoning. */
    @Override
    public String reasoningReader(String model) {
        return name + "/" + ModelFields.maker(model);
    }

    @Override
    public WireFacts learned(String model) {
        return refusals.learned(model);
    }

    /** Reads ids, inference profiles and ARNs of Claude and of OpenAI's models; with their prices there. */
    @Override
    public ServedModel served(String model) {
        ServedModel known = CloudModels.onBedrock(model);
        return known == null ? ProviderAdapter.super.served(model) : known;
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT)
                || operation.equals(EmbeddingRequest.EMBED)
                || operation.equals(RerankRequest.RERANK)
                || (operation.equals(ChatRequest.CHAT_STREAM) && FrameReader.isAvailable());
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
        } else if (request instanceof EmbeddingRequest embedding && operation.equals(EmbeddingRequest.EMBED)) {
            reply = embed(embedding, attempt);
        } else if (request instanceof RerankRequest rerank && operation.equals(RerankRequest.RERANK)) {
            reply = rerank(rerank, attempt);
        } else {
            throw http.refusal(ErrorKind.UNSUPPORTED, name + " has no operation " + operation.name(), attempt);
        }
        return http.reply(operation, reply);
    }

    private ChatResponse chat(ChatRequest request, AttemptContext attempt) {
        Origin origin = origin(attempt, request);
        HttpCall call = begin("converse", request, attempt);
        return transport.send(
                call,
                attempt,
                FrameReader.FRAMING,
                reply -> ConverseDecoder.decode(name, origin, attempt.model(), reply),
                stream -> new ConverseStreamReader(name, origin, attempt.model(), stream));
    }

    private ChatStream stream(ChatRequest request, AttemptContext attempt) {
        if (!FrameReader.isAvailable()) {
            throw http.refusal(
                    ErrorKind.UNSUPPORTED,
                    name + " needs software.amazon.awssdk:eventstream for streams: add it to the class path",
                    attempt);
        }
        HttpCall call = begin("converse-stream", request, attempt);
        HttpStream stream = transport.open(call, attempt, FrameReader.FRAMING);
        return ChatStream.of(new ConverseStreamReader(name, origin(attempt, request), attempt.model(), stream));
    }

    private Origin origin(AttemptContext attempt, ChatRequest request) {
        return new Origin(reasoningReader(attempt.model()), attempt, request);
    }

    private HttpCall begin(String action, ChatRequest request, AttemptContext attempt) {
        Unsupported unsupported = unsupported(attempt);
        ConverseEncoder encoder =
                new ConverseEncoder(unsupported.fit(request), attempt, reasoningReader(attempt.model()), unsupported);
        return http.call("POST", modelPath(attempt, action), attempt).body(encoder::write);
    }

    private static HttpCall.BodyWriter json(Map<String, ?> body) {
        return out -> {
            try (JsonGenerator json = Json.generator(out)) {
                Json.write(json, body);
            }
        };
    }

    private static String modelPath(AttemptContext attempt, String action) {
        return "/model/" + Urls.segment(attempt.model()) + "/" + action;
    }

    private Unsupported unsupported(AttemptContext attempt) {
        return new Unsupported(name, dropUnsupported, attempt);
    }

    private EmbeddingResponse embed(EmbeddingRequest request, AttemptContext attempt) {
        EmbeddingCodec codec = EmbeddingCodec.of(attempt.model());
        if (codec == null) {
            throw unsupported(attempt)
                    .refusal("has embeddings of Amazon's Titan and Cohere's models only, not of " + attempt.model());
        }
        return codec.batches().call(request, attempt, (part, each) -> {
            Map<String, Object> body = codec.encode(part, each.model(), unsupported(each));
            HttpCall call = http.call("POST", modelPath(each, "invoke"), each).body(json(body));
            return codec.decode(transport.send(call, each), part, each.model());
        });
    }

    private RerankResponse rerank(RerankRequest request, AttemptContext attempt) {
        String arn = attempt.model();
        if (!arn.startsWith("arn:")) {
            if (region == null) {
                throw unsupported(attempt)
                        .refusal("needs a model's ARN to rerank: name the model so, or set the region on its builder");
            }
            arn = Reranking.arn(arn, region);
        }
        String url = Reranking.server(http.url(Reranking.PATH, attempt));
        HttpCall call = http.callTo("POST", url, attempt).body(json(Reranking.encode(request, arn)));
        return Reranking.decode(
                transport.send(call, attempt), request.documents().size(), name, attempt);
    }

    @Override
    public void close() {
        http.close();
        if (signer != null) {
            signer.close();
        }
    }

    /** Returns name and base URL. */
    @Override
    public String toString() {
        return "BedrockAdapter{" + http + "}";
    }

    /**
     * Builds a {@link BedrockAdapter}. Setting the same property twice throws {@link IllegalStateException}. Not safe
     * for use by several threads.
     */
    public static final class Builder extends ChatOptions<Builder> {

        private @Nullable String region;
        private boolean defaultChain;
        private @Nullable AwsCredentialsProvider awsCredentials;

        private Builder() {
            super("bedrock");
        }

        private @Nullable AwsSigner signer() {
            if (awsCredentials == null && !defaultChain) {
                return null;
            }
            try {
                AwsSigner signer = awsCredentials == null ? AwsSigner.ofDefaultChain() : AwsSigner.of(awsCredentials);
                return signer.scope(Objects.requireNonNull(region), "bedrock");
            } catch (NoClassDefFoundError e) {
                throw new IllegalStateException(
                        "AWS credentials need software.amazon.awssdk:auth and software.amazon.awssdk:http-auth-aws: add"
                                + " them to the class path, or use apiKey",
                        e);
            }
        }

        /** Sets the AWS region, such as {@code eu-central-1}, for the server and the signatures. */
        public Builder region(String region) {
            once("region");
            this.region = Objects.requireNonNull(region, "region");
            return this;
        }

        /**
         * Signs calls with the AWS credentials that the SDK's default chain finds: system properties, environment,
         * profile, container or instance role.
         *
         * @throws IllegalStateException if a key or credentials are set already
         */
        public Builder awsCredentials() {
            once("the credential");
            this.defaultChain = true;
            return this;
        }

        /**
         * Signs calls with the AWS credentials that {@code provider} gives for each attempt. The adapter does not close
         * the provider.
         *
         * @throws IllegalStateException if a key or credentials are set already
         */
        public Builder awsCredentials(AwsCredentialsProvider provider) {
            once("the credential");
            this.awsCredentials = Objects.requireNonNull(provider, "provider");
            return this;
        }

        /** Sets the base URL of the server; {@code https://bedrock-runtime.<region>.amazonaws.com} by default. */
        @Override
        public Builder baseUrl(String baseUrl) {
            return super.baseUrl(baseUrl);
        }

        /**
         * Returns the adapter; no socket is opened before the first call.
         *
         * @throws IllegalArgumentException if a maximum size is not positive
         * @throws IllegalStateException if the region is missing, or AWS credentials are used without the AWS SDK
         */
        public BedrockAdapter build() {
            if (region == null && (!isSet("baseUrl") || defaultChain || awsCredentials != null)) {
                throw new IllegalStateException(
                        "the region is missing: call region(\"eu-central-1\") or another; an API key with a baseUrl"
                                + " needs none");
            }
            AwsSigner signer = signer();
            if (signer != null) {
                http().signer(signer::sign);
            }
            HttpEndpoint http = endpoint("https://bedrock-runtime." + region + ".amazonaws.com", JsonErrors.ANY);
            return new BedrockAdapter(this, http, signer, dropsUnsupported());
        }
    }
}
