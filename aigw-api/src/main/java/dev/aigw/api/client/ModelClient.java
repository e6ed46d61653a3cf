package dev.aigw.api.client;

import dev.aigw.api.CallOptions;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.Media;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.api.spi.ContextPropagation;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * Calls models: the interface that an application uses.
 *
 * <p>Every operation has a blocking method and an {@code …Async} twin; a call without options goes with
 * {@link CallOptions#DEFAULT}. Blocking methods throw {@link GatewayException}; futures complete exceptionally with it.
 *
 * <p>Futures: the call runs on {@link #executor()}. Cancelling or completing the future, or one derived from it, as
 * {@code orTimeout} does, stops the call and closes its connection, by a cancellation that is a child of the one in the
 * options, which does not trip. Interrupting the thread of a blocking call stops it, too: it fails with
 * {@link dev.aigw.api.ErrorKind#CANCELLED}, and the thread stays interrupted. A result that arrives after that is
 * closed if it is {@link AutoCloseable}. When the executor rejects the call, the future completes with a failure of
 * kind {@link dev.aigw.api.ErrorKind#LIMIT_EXCEEDED}.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface ModelClient {

    /**
     * Makes a call and waits for the reply; of a stream, for its beginning. All other methods use this one.
     *
     * @throws GatewayException if the call fails
     */
    <Q extends ModelRequest, R extends ModelReply> R call(Operation<Q, R> operation, Q request, CallOptions options);

    /** Returns the executor of asynchronous calls; each blocks a thread while it waits. */
    Executor executor();

    /**
     * Returns what carries the context of a caller's thread, such as the MDC of a log, to threads that work for it;
     * {@link ContextPropagation#NONE} by default. Tasks on {@link #executor()} are in the context of the thread that
     * submits them without it; it is for threads of your own.
     */
    default ContextPropagation contextPropagation() {
        return ContextPropagation.NONE;
    }

    /** Makes a call like {@link #call}, on {@link #executor()}. */
    default <Q extends ModelRequest, R extends ModelReply> CompletableFuture<R> callAsync(
            Operation<Q, R> operation, Q request, CallOptions options) {
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(request, "request");
        return CallFuture.start(executor(), options, linked -> call(operation, request, linked));
    }

    /**
     * Asks a question and returns the whole answer.
     *
     * @throws GatewayException if the call fails
     */
    default ChatResponse chat(String model, String text) {
        return chat(ChatRequest.of(model, text));
    }

    /** Asks as {@link #chat(String, String)}, on {@link #executor()}. */
    default CompletableFuture<ChatResponse> chatAsync(String model, String text) {
        return chatAsync(ChatRequest.of(model, text));
    }

    /**
     * Asks for the whole answer of a chat.
     *
     * @throws GatewayException if the call fails
     */
    default ChatResponse chat(ChatRequest request) {
        return chat(request, CallOptions.DEFAULT);
    }

    /**
     * Asks for the whole answer of a chat.
     *
     * @throws GatewayException if the call fails
     */
    default ChatResponse chat(ChatRequest request, CallOptions options) {
        return call(ChatRequest.CHAT, request, options);
    }

    /** Asks as {@link #chat(ChatRequest)}, on {@link #executor()}. */
    default CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
        return chatAsync(request, CallOptions.DEFAULT);
    }

    /** Asks as {@link #chat(ChatRequest, CallOptions)}, on {@link #executor()}. */
    default CompletableFuture<ChatResponse> chatAsync(ChatRequest request, CallOptions options) {
        return callAsync(ChatRequest.CHAT, request, options);
    }

    /**
     * Asks a question and streams the answer; close the stream.
     *
     * @throws GatewayException if the call fails
     */
    default ChatStream stream(String model, String text) {
        return stream(ChatRequest.of(model, text));
    }

    /** Asks as {@link #stream(String, String)}, on {@link #executor()}. */
    default CompletableFuture<ChatStream> streamAsync(String model, String text) {
        return streamAsync(ChatRequest.of(model, text));
    }

    /**
     * Streams the answer of a chat; close the stream.
     *
     * @throws GatewayException if the call fails
     */
    default ChatStream stream(ChatRequest request) {
        return stream(request, CallOptions.DEFAULT);
    }

    /**
     * Streams the answer of a chat; close the stream.
     *
     * @throws GatewayException if the call fails
     */
    default ChatStream stream(ChatRequest request, CallOptions options) {
        return call(ChatRequest.CHAT_STREAM, request, options);
    }

    /** Asks as {@link #stream(ChatRequest)}, on {@link #executor()}. */
    default CompletableFuture<ChatStream> streamAsync(ChatRequest request) {
        return streamAsync(request, CallOptions.DEFAULT);
    }

    /** Asks as {@link #stream(ChatRequest, CallOptions)}, on {@link #executor()}. */
    default CompletableFuture<ChatStream> streamAsync(ChatRequest request, CallOptions options) {
        return callAsync(ChatRequest.CHAT_STREAM, request, options);
    }

    /**
     * Asks for the vectors of texts.
     *
     * @throws GatewayException if the call fails
     */
    default EmbeddingResponse embed(String model, String... texts) {
        return embed(EmbeddingRequest.of(model, texts));
    }

    /** Asks as {@link #embed(String, String...)}, on {@link #executor()}. */
    default CompletableFuture<EmbeddingResponse> embedAsync(String model, String... texts) {
        return embedAsync(EmbeddingRequest.of(model, texts));
    }

    /**
     * Asks for the vectors of any number of texts, in their order. Adapters split what is more than a vendor takes at
     * once.
     *
     * @throws GatewayException if the call fails
     */
    default EmbeddingResponse embed(String model, List<String> texts) {
        return embed(EmbeddingRequest.of(model, texts));
    }

    /** Asks as {@link #embed(String, List)}, on {@link #executor()}. */
    default CompletableFuture<EmbeddingResponse> embedAsync(String model, List<String> texts) {
        return embedAsync(EmbeddingRequest.of(model, texts));
    }

    /**
     * Asks for the vectors of texts.
     *
     * @throws GatewayException if the call fails
     */
    default EmbeddingResponse embed(EmbeddingRequest request) {
        return embed(request, CallOptions.DEFAULT);
    }

    /**
     * Asks for the vectors of texts.
     *
     * @throws GatewayException if the call fails
     */
    default EmbeddingResponse embed(EmbeddingRequest request, CallOptions options) {
        return call(EmbeddingRequest.EMBED, request, options);
    }

    /** Asks as {@link #embed(EmbeddingRequest)}, on {@link #executor()}. */
    default CompletableFuture<EmbeddingResponse> embedAsync(EmbeddingRequest request) {
        return embedAsync(request, CallOptions.DEFAULT);
    }

    /** Asks as {@link #embed(EmbeddingRequest, CallOptions)}, on {@link #executor()}. */
    default CompletableFuture<EmbeddingResponse> embedAsync(EmbeddingRequest request, CallOptions options) {
        return callAsync(EmbeddingRequest.EMBED, request, options);
    }

    /**
     * Asks for documents ranked by their relevance to a query.
     *
     * @throws GatewayException if the call fails
     */
    default RerankResponse rerank(String model, String query, List<String> documents) {
        return rerank(RerankRequest.of(model, query, documents));
    }

    /** Asks as {@link #rerank(String, String, List)}, on {@link #executor()}. */
    default CompletableFuture<RerankResponse> rerankAsync(String model, String query, List<String> documents) {
        return rerankAsync(RerankRequest.of(model, query, documents));
    }

    /**
     * Asks for documents ranked by their relevance to a query.
     *
     * @throws GatewayException if the call fails
     */
    default RerankResponse rerank(RerankRequest request) {
        return rerank(request, CallOptions.DEFAULT);
    }

    /**
     * Asks for documents ranked by their relevance to a query.
     *
     * @throws GatewayException if the call fails
     */
    default RerankResponse rerank(RerankRequest request, CallOptions options) {
        return call(RerankRequest.RERANK, request, options);
    }

    /** Asks as {@link #rerank(RerankRequest)}, on {@link #executor()}. */
    default CompletableFuture<RerankResponse> rerankAsync(RerankRequest request) {
        return rerankAsync(request, CallOptions.DEFAULT);
    }

    /** Asks as {@link #rerank(RerankRequest, CallOptions)}, on {@link #executor()}. */
    default CompletableFuture<RerankResponse> rerankAsync(RerankRequest request, CallOptions options) {
        return callAsync(RerankRequest.RERANK, request, options);
    }

    /**
     * Asks for a verdict on each text.
     *
     * @throws GatewayException if the call fails
     */
    default ModerationResponse moderate(String model, String... texts) {
        return moderate(ModerationRequest.of(model, texts));
    }

    /** Asks as {@link #moderate(String, String...)}, on {@link #executor()}. */
    default CompletableFuture<ModerationResponse> moderateAsync(String model, String... texts) {
        return moderateAsync(ModerationRequest.of(model, texts));
    }

    /**
     * Asks for verdicts on texts and images.
     *
     * @throws GatewayException if the call fails
     */
    default ModerationResponse moderate(ModerationRequest request) {
        return moderate(request, CallOptions.DEFAULT);
    }

    /**
     * Asks for verdicts on texts and images.
     *
     * @throws GatewayException if the call fails
     */
    default ModerationResponse moderate(ModerationRequest request, CallOptions options) {
        return call(ModerationRequest.MODERATE, request, options);
    }

    /** Asks as {@link #moderate(ModerationRequest)}, on {@link #executor()}. */
    default CompletableFuture<ModerationResponse> moderateAsync(ModerationRequest request) {
        return moderateAsync(request, CallOptions.DEFAULT);
    }

    /** Asks as {@link #moderate(ModerationRequest, CallOptions)}, on {@link #executor()}. */
    default CompletableFuture<ModerationResponse> moderateAsync(ModerationRequest request, CallOptions options) {
        return callAsync(ModerationRequest.MODERATE, request, options);
    }

    /**
     * Asks for a new image.
     *
     * @throws GatewayException if the call fails
     */
    default ImageResponse generateImage(String model, String prompt) {
        return generateImage(ImageRequest.of(model, prompt));
    }

    /** Asks as {@link #generateImage(String, String)}, on {@link #executor()}. */
    default CompletableFuture<ImageResponse> generateImageAsync(String model, String prompt) {
        return generateImageAsync(ImageRequest.of(model, prompt));
    }

    /**
     * Asks for new or edited images.
     *
     * @throws GatewayException if the call fails
     */
    default ImageResponse generateImage(ImageRequest request) {
        return generateImage(request, CallOptions.DEFAULT);
    }

    /**
     * Asks for new or edited images.
     *
     * @throws GatewayException if the call fails
     */
    default ImageResponse generateImage(ImageRequest request, CallOptions options) {
        return call(ImageRequest.GENERATE_IMAGE, request, options);
    }

    /** Asks as {@link #generateImage(ImageRequest)}, on {@link #executor()}. */
    default CompletableFuture<ImageResponse> generateImageAsync(ImageRequest request) {
        return generateImageAsync(request, CallOptions.DEFAULT);
    }

    /** Asks as {@link #generateImage(ImageRequest, CallOptions)}, on {@link #executor()}. */
    default CompletableFuture<ImageResponse> generateImageAsync(ImageRequest request, CallOptions options) {
        return callAsync(ImageRequest.GENERATE_IMAGE, request, options);
    }

    /**
     * Asks for the text of a recording.
     *
     * @throws GatewayException if the call fails
     */
    default TranscriptionResponse transcribe(String model, Media audio) {
        return transcribe(TranscriptionRequest.of(model, audio));
    }

    /** Asks as {@link #transcribe(String, Media)}, on {@link #executor()}. */
    default CompletableFuture<TranscriptionResponse> transcribeAsync(String model, Media audio) {
        return transcribeAsync(TranscriptionRequest.of(model, audio));
    }

    /**
     * Asks for the text of a recording.
     *
     * @throws GatewayException if the call fails
     */
    default TranscriptionResponse transcribe(TranscriptionRequest request) {
        return transcribe(request, CallOptions.DEFAULT);
    }

    /**
     * Asks for the text of a recording.
     *
     * @throws GatewayException if the call fails
     */
    default TranscriptionResponse transcribe(TranscriptionRequest request, CallOptions options) {
        return call(TranscriptionRequest.TRANSCRIBE, request, options);
    }

    /** Asks as {@link #transcribe(TranscriptionRequest)}, on {@link #executor()}. */
    default CompletableFuture<TranscriptionResponse> transcribeAsync(TranscriptionRequest request) {
        return transcribeAsync(request, CallOptions.DEFAULT);
    }

    /** Asks as {@link #transcribe(TranscriptionRequest, CallOptions)}, on {@link #executor()}. */
    default CompletableFuture<TranscriptionResponse> transcribeAsync(
            TranscriptionRequest request, CallOptions options) {
        return callAsync(TranscriptionRequest.TRANSCRIBE, request, options);
    }

    /**
     * Asks for a text as speech.
     *
     * @throws GatewayException if the call fails
     */
    default SpeechResponse speak(String model, String voice, String text) {
        return speak(SpeechRequest.of(model, voice, text));
    }

    /** Asks as {@link #speak(String, String, String)}, on {@link #executor()}. */
    default CompletableFuture<SpeechResponse> speakAsync(String model, String voice, String text) {
        return speakAsync(SpeechRequest.of(model, voice, text));
    }

    /**
     * Asks for a text as speech.
     *
     * @throws GatewayException if the call fails
     */
    default SpeechResponse speak(SpeechRequest request) {
        return speak(request, CallOptions.DEFAULT);
    }

    /**
     * Asks for a text as speech.
     *
     * @throws GatewayException if the call fails
     */
    default SpeechResponse speak(SpeechRequest request, CallOptions options) {
        return call(SpeechRequest.SPEAK, request, options);
    }

    /** Asks as {@link #speak(SpeechRequest)}, on {@link #executor()}. */
    default CompletableFuture<SpeechResponse> speakAsync(SpeechRequest request) {
        return speakAsync(request, CallOptions.DEFAULT);
    }

    /** Asks as {@link #speak(SpeechRequest, CallOptions)}, on {@link #executor()}. */
    default CompletableFuture<SpeechResponse> speakAsync(SpeechRequest request, CallOptions options) {
        return callAsync(SpeechRequest.SPEAK, request, options);
    }

    /**
     * Asks for a computation on tensors.
     *
     * @throws GatewayException if the call fails
     */
    default InferenceResponse infer(InferenceRequest request) {
        return infer(request, CallOptions.DEFAULT);
    }

    /**
     * Asks for a computation on tensors.
     *
     * @throws GatewayException if the call fails
     */
    default InferenceResponse infer(InferenceRequest request, CallOptions options) {
        return call(InferenceRequest.INFER, request, options);
    }

    /** Asks as {@link #infer(InferenceRequest)}, on {@link #executor()}. */
    default CompletableFuture<InferenceResponse> inferAsync(InferenceRequest request) {
        return inferAsync(request, CallOptions.DEFAULT);
    }

    /** Asks as {@link #infer(InferenceRequest, CallOptions)}, on {@link #executor()}. */
    default CompletableFuture<InferenceResponse> inferAsync(InferenceRequest request, CallOptions options) {
        return callAsync(InferenceRequest.INFER, request, options);
    }

    /**
     * Calls a model service with JSON.
     *
     * @throws GatewayException if the call fails
     */
    default PredictResponse predict(PredictRequest request) {
        return predict(request, CallOptions.DEFAULT);
    }

    /**
     * Calls a model service with JSON.
     *
     * @throws GatewayException if the call fails
     */
    default PredictResponse predict(PredictRequest request, CallOptions options) {
        return call(PredictRequest.PREDICT, request, options);
    }

    /** Asks as {@link #predict(PredictRequest)}, on {@link #executor()}. */
    default CompletableFuture<PredictResponse> predictAsync(PredictRequest request) {
        return predictAsync(request, CallOptions.DEFAULT);
    }

    /** Asks as {@link #predict(PredictRequest, CallOptions)}, on {@link #executor()}. */
    default CompletableFuture<PredictResponse> predictAsync(PredictRequest request, CallOptions options) {
        return callAsync(PredictRequest.PREDICT, request, options);
    }

    /**
     * Streams a chat to {@code listener}, on {@link #executor()}.
     *
     * @return the complete response, once the stream has ended
     */
    default CompletableFuture<ChatResponse> stream(ChatRequest request, CallOptions options, ChatListener listener) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(listener, "listener");
        return CallFuture.start(executor(), options, linked -> {
            try (ChatStream stream = call(ChatRequest.CHAT_STREAM, request, linked)) {
                for (ChatEvent event : stream) {
                    listener.onEvent(event);
                }
                return stream.response();
            }
        });
    }

    /** Returns a publisher of a streamed chat with {@link CallOptions#DEFAULT}. */
    default Flow.Publisher<ChatEvent> publish(ChatRequest request) {
        return publish(request, CallOptions.DEFAULT);
    }

    /**
     * Returns a publisher of a streamed chat. Each subscriber makes its own call, at its first request for events.
     * Events are read as they are requested, on {@link #executor()}, and none is read ahead, so a subscriber sees the
     * end when it requests more events than there are. Cancelling the subscription closes the stream. The call and all
     * signals are in the context of the thread that subscribed ({@link #contextPropagation()}).
     */
    default Flow.Publisher<ChatEvent> publish(ChatRequest request, CallOptions options) {
        return new ChatPublisher(this, request, options);
    }

    /**
     * Calls a model service and returns its answer as a {@code type}.
     *
     * @param model the model asked for
     * @param payload a plain JSON value, or an object such as a record that is written as JSON
     * @param type what to read the answer as
     * @throws GatewayException if the call fails, or of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if the
     *     answer does not fit
     */
    default <T> T predict(String model, Object payload, Class<T> type) {
        return predict(model, payload, type, CallOptions.DEFAULT);
    }

    /**
     * Asks as {@link #predict(String, Object, Class)}, with options.
     *
     * @throws GatewayException if the call fails, or the answer does not fit
     */
    default <T> T predict(String model, Object payload, Class<T> type, CallOptions options) {
        return predict(PredictRequest.of(model, payload), options).as(type);
    }

    /** Asks as {@link #predict(String, Object, Class)}, on {@link #executor()}. */
    default <T> CompletableFuture<T> predictAsync(String model, Object payload, Class<T> type) {
        return predictAsync(model, payload, type, CallOptions.DEFAULT);
    }

    /** Asks as {@link #predict(String, Object, Class, CallOptions)}, on {@link #executor()}. */
    default <T> CompletableFuture<T> predictAsync(String model, Object payload, Class<T> type, CallOptions options) {
        return predictAsync(PredictRequest.of(model, payload), options).thenApply(reply -> reply.as(type));
    }
}
