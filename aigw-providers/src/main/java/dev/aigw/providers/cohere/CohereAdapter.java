package dev.aigw.providers.cohere;

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
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpEndpoint;
import dev.aigw.providers.http.errors.JsonErrors;
import dev.aigw.providers.http.events.Framing;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.ChatOptions;
import dev.aigw.providers.kit.EmbeddingBatches;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.LearnedRefusals;
import dev.aigw.providers.kit.RerankCodec;
import dev.aigw.providers.kit.Unsupported;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Speaks Cohere's API, version 2: chats, whole and streamed, embeddings and reranking.
 *
 * <pre>{@code
 * ProviderAdapter cohere = CohereAdapter.builder().apiKey(System.getenv("CO_API_KEY")).build();
 * }</pre>
 *
 * <p>Where the vendor's API differs from our requests:
 *
 * <ul>
 *   <li>Documents of text in a user's message are sent beside the conversation, for the model to cite: a citation names
 *       the document by its index in the request, and its {@code start} and {@code end} are positions in the answer's
 *       text. Other documents, audio and video are not supported.
 *   <li>A choice of one tool is sent as that tool alone, with tool use required.
 *   <li>A reasoning budget is sent as it is. The vendor has no levels: any but {@code NONE} turns thinking on, with a
 *       warning. A plan that the model makes before it calls tools becomes the summary of a reasoning part.
 *   <li>Usage has the billed tokens; the vendor's other counts are in the answer's {@code extra}, under {@code usage}.
 *   <li>Embeddings take {@code input_type} as {@code extra}; {@code search_document} by default. More than 96 texts are
 *       sent in several calls, one after the other.
 *   <li>Reranking returns the billed {@code search_units} in the reply's {@code extra}.
 *   <li>Log probabilities, verbosity, service tiers and forbidding parallel tool calls are not supported. Requests with
 *       them fail as {@link ErrorKind#UNSUPPORTED} before anything is sent, or the vendor gets them without, with a
 *       warning, if {@code dropUnsupported} is set. Metadata is left out with a warning.
 *   <li>A field in the request's {@code extra}, such as {@code safety_mode}, replaces the adapter's field of that name.
 * </ul>
 *
 * <p>Safe for use by many threads. Close it when done; a supplied client stays open.
 */
public final class CohereAdapter implements ProviderAdapter {

    /** "Maximum number of texts per call is 96" (Embed in Cohere's reference). */
    private static final EmbeddingBatches EMBEDDING_LIMIT = EmbeddingBatches.of(96);

    private final HttpEndpoint endpoint;
    private final boolean dropUnsupported;
    private final LearnedRefusals refusals;

    private CohereAdapter(HttpEndpoint endpoint, boolean dropUnsupported) {
        this.endpoint = endpoint;
        this.dropUnsupported = dropUnsupported;
        this.refusals = new LearnedRefusals(endpoint.name());
    }

    /** Starts an adapter named {@code cohere} for {@code https://api.cohere.com}, without a credential. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return endpoint.name();
    }

    @Override
    public String vendor() {
        return "cohere";
    }

    @Override
    public WireFacts learned(String model) {
        return refusals.learned(model);
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return operation.equals(ChatRequest.CHAT)
                || operation.equals(ChatRequest.CHAT_STREAM)
                || operation.equals(EmbeddingRequest.EMBED)
                || operation.equals(RerankRequest.RERANK);
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
            reply = EMBEDDING_LIMIT.call(embedding, attempt, this::embed);
        } else if (request instanceof RerankRequest rerank && operation.equals(RerankRequest.RERANK)) {
            reply = rerank(rerank, attempt);
        } else {
            throw endpoint.refusal(ErrorKind.UNSUPPORTED, name() + " has no operation " + operation.name(), attempt);
        }
        return endpoint.reply(operation, reply);
    }

    private ChatResponse chat(ChatRequest request, AttemptContext attempt) {
        HttpCall call = begin("/v2/chat", encoder(request, attempt).encode(false), attempt);
        return endpoint.transport()
                .send(
                        call,
                        attempt,
                        Framing.SERVER_SENT_EVENTS,
                        reply -> ChatDecoder.decode(name(), reply),
                        stream -> new CohereStreamReader(name(), stream));
    }

    private ChatStream stream(ChatRequest request, AttemptContext attempt) {
        HttpCall call = begin("/v2/chat", encoder(request, attempt).encode(true), attempt);
        return ChatStream.of(new CohereStreamReader(name(), endpoint.transport().open(call, attempt)));
    }

    private ChatEncoder encoder(ChatRequest request, AttemptContext attempt) {
        Unsupported unsupported = new Unsupported(name(), dropUnsupported, attempt);
        return new ChatEncoder(unsupported.fit(request), attempt.model(), unsupported);
    }

    private EmbeddingResponse embed(EmbeddingRequest request, AttemptContext attempt) {
        HttpCall call = begin("/v2/embed", EmbedCodec.encode(request, attempt.model()), attempt);
        return EmbedCodec.decode(endpoint.transport().send(call, attempt), request);
    }

    private RerankResponse rerank(RerankRequest request, AttemptContext attempt) {
        HttpCall call = begin("/v2/rerank", RerankCodec.encode(request, attempt.model()), attempt);
        return RerankCodec.decode(
                endpoint.transport().send(call, attempt), request.documents().size());
    }

    private HttpCall begin(String path, Map<String, @Nullable Object> body, AttemptContext attempt) {
        return endpoint.call("POST", path, attempt).body(out -> {
            try (JsonGenerator json = Json.generator(out)) {
                Json.write(json, body);
            }
        });
    }

    @Override
    public void close() {
        endpoint.close();
    }

    /** Returns name and base URL. */
    @Override
    public String toString() {
        return "CohereAdapter{" + endpoint + "}";
    }

    /**
     * Builds a {@link CohereAdapter}. Setting the same property twice throws {@link IllegalStateException}. Not safe
     * for use by several threads.
     */
    public static final class Builder extends ChatOptions<Builder> {

        private Builder() {
            super("cohere");
        }

        /**
         * Sets the base URL of the server, without the version in the path; {@code https://api.cohere.com} by default.
         */
        @Override
        public Builder baseUrl(String baseUrl) {
            return super.baseUrl(baseUrl);
        }

        /**
         * Returns the adapter; no socket is opened before the first call.
         *
         * @throws IllegalArgumentException if a maximum size is not positive
         */
        public CohereAdapter build() {
            return new CohereAdapter(
                    endpoint("https://api.cohere.com", JsonErrors.after(CohereErrors::read)), dropsUnsupported());
        }
    }
}
