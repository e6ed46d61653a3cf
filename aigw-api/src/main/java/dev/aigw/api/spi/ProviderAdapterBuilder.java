package dev.aigw.api.spi;

import dev.aigw.api.Capability;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ProviderAdapter} from functions, one for each operation. Functions are called from many threads at
 * once. Setting the same operation twice throws {@link IllegalStateException}. Not safe for use by several threads.
 *
 * <p>What a function throws reaches the router as follows: a {@link dev.aigw.api.GatewayException} as it is; an
 * {@link java.io.IOException} as {@link dev.aigw.api.ErrorKind#CONNECTION}; a timeout as
 * {@link dev.aigw.api.ErrorKind#TIMEOUT}; an interruption as {@link dev.aigw.api.ErrorKind#CANCELLED}; other checked
 * exceptions as {@link dev.aigw.api.ErrorKind#SERVER_ERROR}; other unchecked ones as they are. A function that returns
 * null failed with {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE}.
 */
public final class ProviderAdapterBuilder {

    /**
     * Serves an operation.
     *
     * @param <Q> the request type
     * @param <R> the reply type
     */
    @FunctionalInterface
    public interface Function<Q, R> {

        /**
         * Sends a request once and returns the reply.
         *
         * @throws Exception if it fails
         */
        R apply(Q request, AttemptContext attempt) throws Exception;
    }

    private final SetOnce once = new SetOnce();
    private final String name;
    private final Map<Operation<?, ?>, Function<?, ?>> functions = new LinkedHashMap<>();
    private final Set<Capability> lacking = new HashSet<>(Set.of(Capability.JSON_SCHEMA));
    private @Nullable Runnable onClose;

    ProviderAdapterBuilder(String name) {
        if (name.isBlank() || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "adapter name is \"" + name + "\": use a name such as \"legacy\", not blank and without /");
        }
        this.name = name;
    }

    /** Serves chats; also streams, with one delta per part, unless {@link #chatStream} is set. */
    public ProviderAdapterBuilder chat(Function<ChatRequest, ChatResponse> function) {
        return operation(ChatRequest.CHAT, function);
    }

    /** Serves chats by a function that returns at once; also streams, unless {@link #chatStream} is set. */
    public ProviderAdapterBuilder chatAsync(Function<ChatRequest, CompletionStage<ChatResponse>> function) {
        return operationAsync(ChatRequest.CHAT, function);
    }

    /** Serves streams; also chats, by reading the stream to its end, unless {@link #chat} is set. */
    public ProviderAdapterBuilder chatStream(Function<ChatRequest, ChatStream> function) {
        return operation(ChatRequest.CHAT_STREAM, function);
    }

    /** Serves embeddings. */
    public ProviderAdapterBuilder embed(Function<EmbeddingRequest, EmbeddingResponse> function) {
        return operation(EmbeddingRequest.EMBED, function);
    }

    /** Serves reranking. */
    public ProviderAdapterBuilder rerank(Function<RerankRequest, RerankResponse> function) {
        return operation(RerankRequest.RERANK, function);
    }

    /** Serves moderation. */
    public ProviderAdapterBuilder moderate(Function<ModerationRequest, ModerationResponse> function) {
        return operation(ModerationRequest.MODERATE, function);
    }

    /** Serves image generation and editing. */
    public ProviderAdapterBuilder generateImage(Function<ImageRequest, ImageResponse> function) {
        return operation(ImageRequest.GENERATE_IMAGE, function);
    }

    /** Serves speech to text. */
    public ProviderAdapterBuilder transcribe(Function<TranscriptionRequest, TranscriptionResponse> function) {
        return operation(TranscriptionRequest.TRANSCRIBE, function);
    }

    /** Serves text to speech. */
    public ProviderAdapterBuilder speak(Function<SpeechRequest, SpeechResponse> function) {
        return operation(SpeechRequest.SPEAK, function);
    }

    /** Serves inferences on tensors. */
    public ProviderAdapterBuilder infer(Function<InferenceRequest, InferenceResponse> function) {
        return operation(InferenceRequest.INFER, function);
    }

    /** Serves predictions on JSON. */
    public ProviderAdapterBuilder predict(Function<PredictRequest, PredictResponse> function) {
        return operation(PredictRequest.PREDICT, function);
    }

    /** Serves any operation. */
    public <Q extends ModelRequest, R extends ModelReply> ProviderAdapterBuilder operation(
            Operation<Q, R> operation, Function<Q, R> function) {
        Objects.requireNonNull(function, "function");
        if (functions.putIfAbsent(operation, function) != null) {
            throw new IllegalStateException(operation.name() + " is set twice: remove one of the two");
        }
        return this;
    }

    /**
     * Serves any operation by a function that returns at once.
     *
     * <p>The calling thread waits for the result until the attempt times out. When the attempt is cancelled,
     * interrupted or timed out, the stage is cancelled, and a result that arrives later is closed if it is
     * {@link AutoCloseable}.
     */
    public <Q extends ModelRequest, R extends ModelReply> ProviderAdapterBuilder operationAsync(
            Operation<Q, R> operation, Function<Q, CompletionStage<R>> function) {
        Objects.requireNonNull(function, "function");
        return operation(
                operation,
                (request, attempt) -> AsyncBridge.await(function.apply(request, attempt), operation.name(), attempt));
    }

    /**
     * Declares that the function passes on the schema of {@link dev.aigw.api.chat.ResponseFormat.Type#SCHEMA} and its
     * models keep to it. Without this a router asks for such answers by prompt, and the function gets a request for
     * plain text.
     */
    public ProviderAdapterBuilder enforcesSchemas() {
        lacking.remove(Capability.JSON_SCHEMA);
        return this;
    }

    /** Adds capabilities that none of its models has: a router sends it no requests that need them. */
    public ProviderAdapterBuilder lacks(Capability... capabilities) {
        lacking.addAll(List.of(capabilities));
        return this;
    }

    /** Sets what {@link ProviderAdapter#close()} does; nothing by default. */
    public ProviderAdapterBuilder onClose(Runnable onClose) {
        once.check(0, "onClose");
        this.onClose = Objects.requireNonNull(onClose, "onClose");
        return this;
    }

    /**
     * Returns the adapter.
     *
     * @throws IllegalStateException if it serves no operation
     */
    public ProviderAdapter build() {
        if (functions.isEmpty()) {
            throw new IllegalStateException(
                    "adapter " + name + " serves nothing: give it a function, for example by chat(...)");
        }
        return ProviderAdapter.deriving(new FunctionAdapter(name, Map.copyOf(functions), lacking, onClose));
    }
}
