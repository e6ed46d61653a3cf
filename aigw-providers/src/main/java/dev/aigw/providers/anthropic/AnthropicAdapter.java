package dev.aigw.providers.anthropic;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.BatchSupport;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.ServedModel;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.errors.JsonErrors;
import dev.aigw.providers.http.events.Framing;
import dev.aigw.providers.kit.ChatOptions;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.LearnedRefusals;
import dev.aigw.providers.kit.Origin;
import dev.aigw.providers.kit.Unsupported;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Speaks Anthropic's Messages API: chats, whole and streamed, at Anthropic, on Google's Vertex AI, on Amazon Bedrock
 * and in Microsoft Foundry.
 *
 * <pre>{@code
 * ProviderAdapter anthropic = AnthropicAdapter.builder().apiKey(System.getenv("ANTHROPIC_API_KEY")).build();
 * ProviderAdapter vertex = AnthropicAdapter.vertex("my-project", "eu").accessToken(tokens).build();
 * ProviderAdapter bedrock = AnthropicAdapter.bedrock("us-east-1").apiKey(System.getenv("AWS_BEARER_TOKEN_BEDROCK")).build();
 * ProviderAdapter foundry = AnthropicAdapter.foundry("my-resource").accessToken(entra::token).build();
 * }</pre>
 *
 * <p>Where the vendor's API differs from our requests:
 *
 * <ul>
 *   <li>The vendor requires a maximum of output tokens. Without {@code maxOutputTokens} the adapter sends
 *       {@code defaultMaxTokens}, 4096 by default, plus a thinking budget.
 *   <li>A reasoning <em>level</em> is sent as adaptive thinking with {@code output_config.effort} ({@code MINIMAL} as
 *       {@code low}), which models from Claude 4.6 take. A <em>budget</em> is sent as {@code thinking.budget_tokens},
 *       for earlier models; the vendor requires at least 1024 and less than the maximum of output tokens. Level
 *       {@code NONE} and a budget of zero turn thinking off.
 *   <li>A response schema is sent as the vendor's structured output ({@code output_config.format}). The vendor has no
 *       mode for "any JSON object": a line at the end of the instructions asks for it.
 *   <li>Instructions are sent separately from the conversation; those from its middle move there, with a warning.
 *   <li>Thinking is asked for as a summary, which newer models leave out otherwise. It is sent back with its signature
 *       to the adapter of the same name, and without one if the server signs none. Other reasoning is left out, with a
 *       warning; so is what a model or account cannot read, by the model's card. Where the card says that thinking is
 *       bound to the conversation before it, the vendor is asked to leave out what no longer fits
 *       ({@code block_binding}) instead of refusing the request, and what it left out is a warning of the answer.
 *   <li>Results of tools come first in the user's turn; blank texts are left out; a conversation that the assistant
 *       begins gets a first turn of the user, and an answer's beginning loses the whitespace at its end, with a warning
 *       each.
 *   <li>A cache hint marks the part before it, for five minutes or, if it asks for more, an hour. Of more than four the
 *       last ones are sent, with a warning.
 *   <li>Log probabilities, seed, penalties, verbosity, audio, video and other vendors' tools fail as
 *       {@link ErrorKind#UNSUPPORTED}, unless {@link Builder#dropUnsupported} is set.
 *   <li>Tool calls and results that run on the vendor's side are {@link dev.aigw.api.chat.ContentPart.Raw} parts, to be
 *       sent back unchanged. After a finish reason of {@code PAUSED} send the answer back to continue.
 *   <li>A field in the request's {@code extra} replaces the adapter's field of that name.
 * </ul>
 *
 * <p>Safe for use by many threads. Close it when done; a supplied client stays open.
 */
public final class AnthropicAdapter implements ProviderAdapter {

    private final HttpEndpoint http;
    private final Service service;
    private final String version;
    private final List<String> betas;
    private final int defaultMaxTokens;
    private final boolean unsignedThinking;
    private final boolean dropUnsupported;
    private final LearnedRefusals refusals;
    private final @Nullable BatchSupport batches;

    private AnthropicAdapter(Builder builder, HttpEndpoint http, boolean dropUnsupported) {
        this.service = builder.service;
        this.http = http;
        this.version = builder.version == null ? "2023-06-01" : builder.version;
        this.betas = List.copyOf(builder.betas);
        this.defaultMaxTokens = builder.defaultMaxTokens;
        this.unsignedThinking = builder.unsignedThinking;
        this.dropUnsupported = dropUnsupported;
        this.refusals = new LearnedRefusals(http.name());
        this.batches = service.place() != Service.Place.ANTHROPIC || unsignedThinking
                ? null
                : new MessageBatches(http, this::itemEncoder, this::withHeaders);
    }

    /**
     * Starts an adapter named {@code anthropic} for {@code https://api.anthropic.com}, without a credential. The same
     * API is bought through AWS and Google Cloud at addresses of its own:
     *
     * <pre>{@code
     * AnthropicAdapter aws = AnthropicAdapter.builder()
     *         .baseUrl("https://aws-external-anthropic.us-west-2.api.aws")
     *         .header("anthropic-workspace-id", "wrkspc_01")
     *         .signer(AwsSigner.ofDefaultChain()) // or apiKey
     *         .build();
     * AnthropicAdapter google = AnthropicAdapter.builder()
     *         .baseUrl("https://claude.googleapis.com/v1alpha/projects/p/locations/global/workspaces/wrkspc_01/invoke")
     *         .token(Credential.of("google", () -> accessToken()))
     *         .build();
     * }</pre>
     */
    public static Builder builder() {
        return new Builder(Service.ANTHROPIC);
    }

    /**
     * Starts an adapter named {@code vertex-anthropic} for Claude on Google's Vertex AI, without a credential. Models
     * have Google's ids, such as {@code claude-sonnet-5-5} or {@code claude-haiku-4-5@20251001}. Media is sent by its
     * bytes only.
     *
     * @param project the Google Cloud project's id
     * @param location the region, such as {@code europe-west1}, or {@code us}, {@code eu} or {@code global}
     */
    public static Builder vertex(String project, String location) {
        return new Builder(Service.vertex(project, location));
    }

    /**
     * Starts an adapter named {@code bedrock-anthropic} for Claude at
     * {@code https://bedrock-runtime.<region>.amazonaws.com/anthropic}, which is AWS's recommendation, without a
     * credential: a Bedrock API key, or {@code signer(AwsSigner.ofDefaultChain())} of package {@code bedrock}. Models
     * have the ids of inference profiles, such as {@code us.anthropic.claude-opus-5-5}. Media is sent by its bytes
     * only.
     *
     * @param region the AWS region, such as {@code us-east-1}
     * @see <a href="https://docs.aws.amazon.com/bedrock/latest/userguide/inference-messages-api.html">"Inference using
     *     Anthropic Messages API" of AWS, checked in November 2026</a>
     */
    public static Builder bedrock(String region) {
        return new Builder(Service.bedrock(region));
    }

    /**
     * Starts an adapter named {@code bedrock-anthropic} for Claude at Bedrock's other endpoint,
     * {@code https://bedrock-mantle.<region>.api.aws/anthropic}, without a credential. Models have plain ids, such as
     * {@code anthropic.claude-opus-5-5}, and are served within the region. Media is sent by its bytes only.
     *
     * <pre>{@code
     * AnthropicAdapter.bedrockMantle("eu-west-1").signer(AwsSigner.ofDefaultChain()).build()
     * }</pre>
     *
     * @param region the AWS region, such as {@code eu-west-1}
     * @see <a href="https://docs.aws.amazon.com/bedrock/latest/userguide/inference-messages-api.html">"Inference using
     *     Anthropic Messages API" of AWS, checked in November 2026</a>
     */
    public static Builder bedrockMantle(String region) {
        return new Builder(Service.bedrockMantle(region));
    }

    /**
     * Starts an adapter named {@code foundry-anthropic} for Claude in Microsoft Foundry, without a credential: an API
     * key, or an access token of Entra ID. A model is the name of a deployment, which is the model's id by default,
     * such as {@code claude-opus-5-5}.
     *
     * <pre>{@code
     * AnthropicAdapter.foundry("my-resource").apiKey(System.getenv("ANTHROPIC_FOUNDRY_API_KEY")).build()
     * }</pre>
     *
     * @param resource the resource's name, for {@code https://<resource>.services.ai.azure.com/anthropic}
     * @see <a href="https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry">"Claude in
     *     Microsoft Foundry" of Anthropic, checked in November 2026</a>
     */
    public static Builder foundry(String resource) {
        return new Builder(Service.foundry(resource));
    }

    @Override
    public String name() {
        return http.name();
    }

    /** Returns {@code anthropic}; the adapter's name if Anthropic's base URL was replaced by another server's. */
    @Override
    public String vendor() {
        return service.place() != Service.Place.ANTHROPIC || http.isAt("anthropic.com", null) ? "anthropic" : name();
    }

    /**
     * Reads the ids of the place. A deployment in Foundry is the model of the same name, which is the default name; its
     * price depends on its type, so it is not known.
     */
    @Override
    public ServedModel served(String model) {
        ServedModel known = service.served(model);
        return known == null ? ProviderAdapter.super.served(model) : known;
    }

    @Override
    public WireFacts learned(String model) {
        return refusals.learned(model);
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT) || operation.equals(ChatRequest.CHAT_STREAM);
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
        } else {
            throw unsupported(attempt).refusal("has no operation " + operation.name());
        }
        return http.reply(operation, reply);
    }

    private Unsupported unsupported(AttemptContext attempt) {
        return new Unsupported(name(), dropUnsupported, attempt);
    }

    private ChatResponse chat(ChatRequest request, AttemptContext attempt) {
        Origin origin = new Origin(name(), attempt, request);
        return http.transport()
                .send(
                        begin(request, attempt, false),
                        attempt,
                        Framing.SERVER_SENT_EVENTS,
                        reply -> MessagesDecoder.decode(name(), origin, reply),
                        stream -> new MessagesStreamReader(name(), origin, stream));
    }

    private ChatStream stream(ChatRequest request, AttemptContext attempt) {
        HttpStream stream = http.transport().open(begin(request, attempt, true), attempt);
        return ChatStream.of(new MessagesStreamReader(name(), new Origin(name(), attempt, request), stream));
    }

    private HttpCall begin(ChatRequest request, AttemptContext attempt, boolean streamed) {
        Unsupported unsupported = unsupported(attempt);
        MessagesEncoder encoder = encoder(request, attempt, unsupported);
        HttpCall call = http.call("POST", service.path(attempt.model(), streamed), attempt)
                .body(out -> encoder.write(out, streamed));
        return withHeaders(call, encoder.betas());
    }

    private MessagesEncoder encoder(ChatRequest request, AttemptContext attempt, Unsupported unsupported) {
        return new MessagesEncoder(
                unsupported, defaultMaxTokens, unsignedThinking, service, unsupported.fit(request), attempt);
    }

    private HttpCall withHeaders(HttpCall call, Set<String> needed) {
        if (service.bodyVersion() == null) {
            call.defaultHeader("anthropic-version", version);
        }
        Set<String> all = needed;
        if (!betas.isEmpty() && !needed.isEmpty()) {
            all = new LinkedHashSet<>(betas);
            all.addAll(needed);
        }
        String beta = String.join(",", all.isEmpty() ? betas : all);
        return beta.isEmpty() ? call : call.header("anthropic-beta", beta);
    }

    /** Returns Anthropic's message batches; null at other places of Claude, and at other makers' servers. */
    @Override
    public @Nullable BatchSupport batches() {
        return batches;
    }

    private MessagesEncoder itemEncoder(ChatRequest item, AttemptContext attempt) {
        return encoder(Extra.sentTo(this, item), attempt, unsupported(attempt));
    }

    @Override
    public void close() {
        http.close();
    }

    /** Returns name and base URL. */
    @Override
    public String toString() {
        return "AnthropicAdapter{" + http + "}";
    }

    /**
     * Builds an {@link AnthropicAdapter}. Setting the same property twice throws {@link IllegalStateException}. Not
     * safe for use by several threads.
     */
    public static final class Builder extends ChatOptions<Builder> {

        private final Service service;
        private final List<String> betas = new ArrayList<>(2);
        private @Nullable String version;
        private int defaultMaxTokens = 4096;
        private boolean unsignedThinking;

        private Builder(Service service) {
            super(service.name());
            this.service = service;
            String header = service.place().keyHeader;
            if (header != null) {
                http().credentialHeader(header, "");
            }
        }

        /**
         * Sets the API key of Anthropic, Foundry or Bedrock.
         *
         * @throws IllegalArgumentException if it is null or blank; the message names the fix
         * @throws IllegalStateException for Vertex AI, or if a credential is set already
         */
        @Override
        public Builder apiKey(@Nullable String apiKey) {
            if (service.place() == Service.Place.VERTEX) {
                throw new IllegalStateException("Vertex AI takes an access token, not an API key: use accessToken");
            }
            return super.apiKey(apiKey);
        }

        /**
         * Sets the supplier of access tokens for Vertex AI, or of Entra ID for Foundry. They are sent as
         * {@code Authorization: Bearer …}. It is called for each attempt, so it should cache a token while it is valid.
         * For a credential with an id of its own use {@link #token}.
         *
         * @throws IllegalStateException for Anthropic itself or Bedrock, or if a credential is set already
         */
        public Builder accessToken(Supplier<String> accessToken) {
            Objects.requireNonNull(accessToken, "accessToken");
            return switch (service.place()) {
                case VERTEX -> token(Credential.of("vertex" + service.parent(), accessToken));
                case FOUNDRY -> token(Credential.of("foundry:" + service.baseUrl(), accessToken));
                case ANTHROPIC ->
                    throw new IllegalStateException(
                            "Anthropic takes an API key: use apiKey, or start by vertex(…) or foundry(…)");
                case BEDROCK ->
                    throw new IllegalStateException("Bedrock takes an API key or a signature: use apiKey or signer");
            };
        }

        /**
         * Sets a credential that is always sent as {@code Authorization: Bearer …}, regardless of the service's header
         * for keys: a token of an identity provider instead of a key.
         *
         * @throws IllegalStateException if a key or credential is set already
         */
        public Builder token(Credential token) {
            http().bearer();
            return credential(token);
        }

        /**
         * Sets the base URL of the server: Vertex AI's with the version in the path, the others' without it; the
         * service's by default.
         */
        @Override
        public Builder baseUrl(String baseUrl) {
            return super.baseUrl(baseUrl);
        }

        /**
         * Sets the version of Anthropic's API, {@code 2023-06-01} by default.
         *
         * @throws IllegalStateException for Vertex AI, whose version is part of the request's form
         */
        public Builder version(String version) {
            if (service.bodyVersion() != null) {
                throw new IllegalStateException("Vertex AI fixes the version: leave it out");
            }
            once("version");
            this.version = Objects.requireNonNull(version, "version");
            return this;
        }

        /**
         * Turns on a beta feature of the API. The one for uploaded files is turned on automatically when a request
         * names a file.
         */
        public Builder beta(String beta) {
            betas.add(Objects.requireNonNull(beta, "beta"));
            return this;
        }

        /**
         * Sets the maximum of output tokens for requests that have none; 4096 by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder defaultMaxTokens(int defaultMaxTokens) {
            once("defaultMaxTokens");
            if (defaultMaxTokens <= 0) {
                throw new IllegalArgumentException(
                        "defaultMaxTokens is " + defaultMaxTokens + ": use a positive number of tokens");
            }
            this.defaultMaxTokens = defaultMaxTokens;
            return this;
        }

        /**
         * Sets whether the server is one of another maker with this protocol, such as DeepSeek's or Kimi's, that signs
         * no thinking and refuses an answer with tool calls that comes back without any: an answer of another model
         * then gets an empty block. False by default; unsigned thinking of the server's own is sent back in any case.
         *
         * <pre>{@code
         * AnthropicAdapter deepSeek = AnthropicAdapter.builder()
         *     .name("deepseek")
         *     .baseUrl("https://api.deepseek.com/anthropic")
         *     .unsignedThinking(true)
         *     .apiKey(key)
         *     .build();
         * }</pre>
         */
        public Builder unsignedThinking(boolean unsignedThinking) {
            once("unsignedThinking");
            this.unsignedThinking = unsignedThinking;
            return this;
        }

        /**
         * Returns the adapter; no socket is opened before the first call.
         *
         * @throws IllegalArgumentException if a maximum size is not positive
         */
        public AnthropicAdapter build() {
            return new AnthropicAdapter(
                    this, endpoint(service.baseUrl(), JsonErrors.after(AnthropicErrors::read)), dropsUnsupported());
        }
    }
}
