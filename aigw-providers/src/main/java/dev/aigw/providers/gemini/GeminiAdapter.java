package dev.aigw.providers.gemini;

import dev.aigw.api.Credential;
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
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.BatchSupport;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.ServedModel;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.HttpTransport;
import dev.aigw.providers.http.errors.JsonErrors;
import dev.aigw.providers.http.events.Framing;
import dev.aigw.providers.kit.ChatOptions;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.LearnedRefusals;
import dev.aigw.providers.kit.Origin;
import dev.aigw.providers.kit.Unsupported;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Speaks Google's Gemini protocol ({@code generateContent}, or the Interactions API): chats, whole and streamed, and
 * embeddings, on the Gemini API (AI Studio) with an API key, or on Vertex AI with an access token.
 *
 * <pre>{@code
 * ProviderAdapter gemini = GeminiAdapter.builder().apiKey(System.getenv("GEMINI_API_KEY")).build();
 *
 * GoogleCredentials google = GoogleCredentials.getApplicationDefault(); // google-auth-library
 * ProviderAdapter vertex = GeminiAdapter.vertex("my-project", "europe-west4")
 *     .accessToken(() -> { google.refreshIfExpired(); return google.getAccessToken().getTokenValue(); })
 *     .build();
 * }</pre>
 *
 * <p>Where the vendor's API differs from our requests:
 *
 * <ul>
 *   <li>A reasoning <em>level</em> is sent as {@code thinkingLevel}, and to models before Gemini 3 as the corresponding
 *       budget (1024, 8192, 24576). From Gemini 3 on thinking cannot be turned off, so level {@code NONE} is sent as
 *       {@code minimal} with a warning. A <em>budget</em> is sent as {@code thinkingBudget}. Both request summaries of
 *       the thoughts, which become {@link dev.aigw.api.chat.ContentPart.Reasoning#summary()}.
 *   <li>Thought signatures are kept and sent back to the adapter of the same name: on their tool call, or as a
 *       reasoning part after the text they came with. Signed reasoning of others is left out, with a warning. Tool
 *       calls of other models are sent to Gemini 3 and later with the placeholder that the vendor accepts as a
 *       signature.
 *   <li>Tool parameters and response schemas are sent as JSON schemas ({@code parametersJsonSchema},
 *       {@code responseJsonSchema}). Strict tools turn the mode {@code AUTO} into {@code VALIDATED}.
 *   <li>A tool's result is sent as {@code {"output": …}} or {@code {"error": …}}, with images and documents beside it.
 *   <li>Instructions are sent separately from the conversation; those from its middle move there, with a warning. Cache
 *       hints are left out: the vendor caches by itself. A cache of your own is named by the extra
 *       {@code cachedContent}; instructions and tools, which are part of it, are then not sent. The adapter never makes
 *       one: it is billed by the hour.
 *   <li>A file id is the URI of an uploaded file, or its name ({@code files/…}).
 *   <li>Verbosity and {@code parallelToolCalls(false)} fail as {@link ErrorKind#UNSUPPORTED}, or are left out with a
 *       warning if {@code dropUnsupported} is set. Metadata is sent to Vertex AI only, as labels.
 *   <li>A blocked prompt fails as {@link ErrorKind#CONTENT_FILTERED}. An answer that was cut off has a finish reason of
 *       that kind, and {@code safetyRatings} in its {@code extra}.
 *   <li>A turn that the vendor could not parse ({@code MALFORMED_FUNCTION_CALL} and the like) is a failure of the
 *       attempt. An answer that it paused ({@code CONTINUATION}) is cut, with a warning; to go on, send the
 *       conversation with the answer and the {@code continuationToken} of the answer's {@code extra} as {@code extra}.
 *   <li>A field in the request's {@code extra} ({@code safetySettings}, {@code cachedContent}) replaces the adapter's
 *       field of that name; the fields of an extra {@code generationConfig} are added to the adapter's.
 *   <li>The Interactions API, chosen by {@link Builder#interactionsApi} or a model's card, gets the whole conversation
 *       as steps and stores nothing ({@code store: false}), unless {@code extra} has another {@code store}. Top-k,
 *       penalties and log probabilities fail there as {@link ErrorKind#UNSUPPORTED} too, and a reasoning budget is sent
 *       as the nearest level, with a warning. Its fields in {@code extra} have its own names ({@code safety_settings},
 *       {@code generation_config}). To go on with an answer that it paused, send the same conversation with the
 *       {@code continuation_token} of the answer's {@code extra}. Steps of the vendor's own tools go back only to the
 *       API that they came from. It cannot answer in the background.
 *   <li>Embeddings take {@code taskType} and {@code title} as {@code extra}. More texts than one call takes (100; on
 *       Vertex AI 250, or one for Gemini's embedding models) are sent in several calls, one after the other.
 * </ul>
 *
 * <p>Safe for use by many threads. Close it when done; a supplied client stays open.
 *
 * @see <a href="https://ai.google.dev/api/interactions-api">"Interactions API" in the vendor's reference</a>, checked
 *     in November 2026
 */
public final class GeminiAdapter implements ProviderAdapter {

    private static final String INTERACTIONS = "interactions";
    private static final Pattern INTERACTIONS_WORDS =
            Pattern.compile("\\bonly supports (?:the )?interactions api\\b", Pattern.CASE_INSENSITIVE);

    private final String name;
    private final Service service;
    private final Set<String> otherProjects;
    private final @Nullable Boolean interactionsApi;
    private final boolean dropUnsupported;
    private final LearnedRefusals refusals;
    private final boolean streamToolArguments;
    private final HttpEndpoint http;
    private final HttpTransport transport;
    private final @Nullable BatchSupport batches;

    private GeminiAdapter(Builder builder, HttpEndpoint http, boolean dropUnsupported) {
        this.service = builder.service;
        this.otherProjects = Set.copyOf(builder.otherProjects);
        this.dropUnsupported = dropUnsupported;
        this.interactionsApi = builder.interactionsApi;
        this.refusals = new LearnedRefusals(http.name(), INTERACTIONS, INTERACTIONS_WORDS, this::mayUseInteractions);
        this.streamToolArguments = builder.streamToolArguments;
        this.http = http;
        this.name = http.name();
        this.transport = http.transport();
        this.batches = service.vertex()
                ? null
                : new InlineBatches(
                        http, service, (item, attempt) -> encoder(Extra.sentTo(this, item), false, attempt));
    }

    /**
     * Starts an adapter named {@code gemini} for the Gemini API at
     * {@code https://generativelanguage.googleapis.com/v1beta}, without a credential.
     */
    public static Builder builder() {
        return new Builder("gemini", Service.GEMINI_API);
    }

    /**
     * Starts an adapter named {@code vertex} for Vertex AI, without a credential.
     *
     * @param project the Google Cloud project's id
     * @param location the region, such as {@code europe-west4}, or {@code us}, {@code eu} or {@code global}
     */
    public static Builder vertex(String project, String location) {
        return new Builder("vertex", Service.vertex(project, location));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String vendor() {
        return "gemini";
    }

    /** Returns the vendor's model; of Vertex AI the price is not known. */
    @Override
    public ServedModel served(String model) {
        return service.vertex() ? ServedModel.elsewhere("gemini/" + model, null) : ProviderAdapter.super.served(model);
    }

    @Override
    public WireFacts learned(String model) {
        return refusals.learned(model);
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT)
                || operation.equals(ChatRequest.CHAT_STREAM)
                || operation.equals(EmbeddingRequest.EMBED);
    }

    /** Returns the Gemini API's batches of chats; null at Vertex AI, whose batches need storage of yours. */
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
        } else if (request instanceof EmbeddingRequest embedding && operation.equals(EmbeddingRequest.EMBED)) {
            reply = embed(embedding, attempt);
        } else {
            throw http.refusal(ErrorKind.UNSUPPORTED, name + " has no operation " + operation.name(), attempt);
        }
        return http.reply(operation, reply);
    }

    private ChatResponse chat(ChatRequest request, AttemptContext attempt) {
        Origin origin = new Origin(name, attempt, request);
        if (usesInteractions(request, attempt)) {
            return transport.send(
                    interaction(request, false, attempt),
                    attempt,
                    Framing.SERVER_SENT_EVENTS,
                    reply -> StepReader.decode(name, origin, reply),
                    stream -> new InteractionsStreamReader(name, origin, stream));
        }
        HttpCall call = begin("generateContent", attempt).body(encoder(request, false, attempt)::write);
        return transport.send(
                call,
                attempt,
                Framing.SERVER_SENT_EVENTS,
                reply -> ReplyDecoder.decode(name, origin, reply),
                stream -> new GeminiStreamReader(name, origin, stream));
    }

    private ChatStream stream(ChatRequest request, AttemptContext attempt) {
        if (usesInteractions(request, attempt)) {
            HttpStream opened = transport.open(interaction(request, true, attempt), attempt);
            return ChatStream.of(new InteractionsStreamReader(name, new Origin(name, attempt, request), opened));
        }
        HttpCall call = begin("streamGenerateContent?alt=sse", attempt)
                .body(encoder(request, streamToolArguments, attempt)::write);
        return ChatStream.of(
                new GeminiStreamReader(name, new Origin(name, attempt, request), transport.open(call, attempt)));
    }

    /**
     * Returns whether to call the Interactions API: as the builder says, else as the card or an earlier refusal does.
     */
    private boolean usesInteractions(ChatRequest request, AttemptContext attempt) {
        if (interactionsApi != null) {
            return interactionsApi;
        }
        boolean tools = !request.tools().isEmpty();
        return mayUseInteractions(attempt)
                && (INTERACTIONS.equals(attempt.card().wire().endpoint(tools))
                        || INTERACTIONS.equals(refusals.learned(attempt.model()).endpoint(tools)));
    }

    private boolean mayUseInteractions(AttemptContext attempt) {
        return interactionsApi == null && !service.vertex();
    }

    private HttpCall interaction(ChatRequest request, boolean streamed, AttemptContext attempt) {
        Unsupported unsupported = new Unsupported(name, dropUnsupported, attempt);
        InteractionsEncoder encoder = new InteractionsEncoder(unsupported.fit(request), attempt, unsupported);
        return http.call("POST", "/" + INTERACTIONS, attempt).body(out -> encoder.write(out, streamed));
    }

    private ContentEncoder encoder(ChatRequest request, boolean streamArguments, AttemptContext attempt) {
        Unsupported unsupported = new Unsupported(name, dropUnsupported, attempt);
        return new ContentEncoder(unsupported.fit(request), attempt, service.vertex(), streamArguments, unsupported);
    }

    private EmbeddingResponse embed(EmbeddingRequest request, AttemptContext attempt) {
        EmbeddingCodec codec = new EmbeddingCodec(service, attempt.model());
        return codec.batches().call(request, attempt, (part, each) -> {
            HttpCall call = begin(codec.method(), each).body(out -> codec.write(out, part));
            return codec.read(transport.send(call, each), part);
        });
    }

    private HttpCall begin(String method, AttemptContext attempt) {
        String project = service.foreignProject(attempt.model());
        if (project != null && !otherProjects.contains(project)) {
            throw http.refusal(
                    ErrorKind.INVALID_REQUEST,
                    "model \"" + attempt.model() + "\" is of another project than this adapter's: use an adapter of"
                            + " that project, or add .otherProjects(\"" + project + "\") to this one's builder",
                    attempt);
        }
        return http.call("POST", service.path(attempt.model(), method), attempt);
    }

    @Override
    public void close() {
        http.close();
    }

    /** Returns name and base URL. */
    @Override
    public String toString() {
        return "GeminiAdapter{" + http + "}";
    }

    /**
     * Builds a {@link GeminiAdapter}. Setting the same property twice throws {@link IllegalStateException}. Not safe
     * for use by several threads.
     */
    public static final class Builder extends ChatOptions<Builder> {

        private final Service service;
        private boolean streamToolArguments;
        private @Nullable Boolean interactionsApi;
        private final Set<String> otherProjects = new HashSet<>();

        private Builder(String name, Service service) {
            super(name);
            this.service = service;
            if (!service.vertex()) {
                http().credentialHeader("x-goog-api-key", "");
            }
        }

        /**
         * Sets the API key of the Gemini API.
         *
         * @throws IllegalArgumentException if it is null or blank; the message names the fix
         * @throws IllegalStateException for Vertex AI, or if a credential is set already
         */
        @Override
        public Builder apiKey(@Nullable String apiKey) {
            if (service.vertex()) {
                throw new IllegalStateException("Vertex AI takes an access token, not an API key: use accessToken");
            }
            return super.apiKey(apiKey);
        }

        /**
         * Sets the supplier of access tokens. It is called for each attempt, so it should cache a token while it is
         * valid.
         *
         * @throws IllegalStateException for the Gemini API, or if a credential is set already
         */
        public Builder accessToken(Supplier<String> accessToken) {
            if (!service.vertex()) {
                throw new IllegalStateException("the Gemini API takes an API key: use apiKey, or start by vertex(…)");
            }
            return credential(
                    Credential.of("vertex" + service.parent(), Objects.requireNonNull(accessToken, "accessToken")));
        }

        /**
         * Adds projects whose models may be called with this adapter's credential, by their full names
         * ({@code projects/123456/locations/us-central1/endpoints/7}); by default only those of the adapter's own
         * project. A project's number and its id are different names here.
         *
         * <pre>{@code
         * GeminiAdapter.vertex("acme", "us-central1").accessToken(token).otherProjects("123456").build();
         * }</pre>
         *
         * @throws IllegalStateException for the Gemini API, which has no projects in its paths
         */
        public Builder otherProjects(String... projects) {
            if (!service.vertex()) {
                throw new IllegalStateException("the Gemini API has no projects in its paths: leave otherProjects out");
            }
            otherProjects.addAll(List.of(projects));
            return this;
        }

        /** Sets the base URL of the server, with the version; the vendor's by default. */
        @Override
        public Builder baseUrl(String baseUrl) {
            return super.baseUrl(baseUrl);
        }

        /**
         * Sets whether a stream returns the arguments of a tool call while the model writes them, in several events;
         * false by default: they come in one piece. Only Vertex AI has this, since Gemini 3.
         *
         * @throws IllegalStateException for the Gemini API
         */
        public Builder streamToolArguments(boolean streamToolArguments) {
            if (!service.vertex()) {
                throw new IllegalStateException(
                        "the Gemini API does not stream arguments of tool calls: leave streamToolArguments out");
            }
            once("streamToolArguments");
            this.streamToolArguments = streamToolArguments;
            return this;
        }

        /**
         * Sets whether chats use the Interactions API instead of {@code generateContent}. By default the model's card
         * decides, by {@code wire.endpoint = "interactions"}, and the vendor's refusal of a model that has only this
         * API; otherwise it is {@code generateContent}. Embeddings and batches are not affected.
         *
         * <pre>{@code
         * GeminiAdapter.builder().apiKey(key).interactionsApi(true).build();
         * }</pre>
         *
         * @throws IllegalStateException for Vertex AI, where this API is not generally available
         */
        public Builder interactionsApi(boolean interactionsApi) {
            if (service.vertex()) {
                throw new IllegalStateException(
                        "the adapter has the Interactions API of the Gemini API only: leave interactionsApi out");
            }
            once("interactionsApi");
            this.interactionsApi = interactionsApi;
            return this;
        }

        /**
         * Returns the adapter; no socket is opened before the first call.
         *
         * @throws IllegalArgumentException if a maximum size is not positive
         */
        public GeminiAdapter build() {
            return new GeminiAdapter(
                    this, endpoint(service.baseUrl(), JsonErrors.after(GeminiErrors::read)), dropsUnsupported());
        }
    }
}
