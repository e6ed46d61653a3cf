package dev.aigw.routing.transform;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolChoice;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A setting of a chat that a {@link TransformRule} may set, drop or bound. Immutable.
 *
 * @param <T> the type of its values
 */
public final class ChatParameter<T> {

    /** {@link ChatRequest.Builder#temperature}. */
    public static final ChatParameter<Double> TEMPERATURE = new ChatParameter<>(
            "temperature", request -> request.sampling().temperature(), ChatRequest.Builder::temperature);

    /** {@link ChatRequest.Builder#topP}. */
    public static final ChatParameter<Double> TOP_P =
            new ChatParameter<>("topP", request -> request.sampling().topP(), ChatRequest.Builder::topP);

    /** {@link ChatRequest.Builder#topK}. */
    public static final ChatParameter<Integer> TOP_K =
            new ChatParameter<>("topK", request -> request.sampling().topK(), ChatRequest.Builder::topK);

    /** {@link ChatRequest.Builder#seed(Long)}. */
    public static final ChatParameter<Long> SEED =
            new ChatParameter<>("seed", request -> request.sampling().seed(), ChatRequest.Builder::seed);

    /** {@link ChatRequest.Builder#frequencyPenalty}. */
    public static final ChatParameter<Double> FREQUENCY_PENALTY = new ChatParameter<>(
            "frequencyPenalty",
            request -> request.sampling().frequencyPenalty(),
            ChatRequest.Builder::frequencyPenalty);

    /** {@link ChatRequest.Builder#presencePenalty}. */
    public static final ChatParameter<Double> PRESENCE_PENALTY = new ChatParameter<>(
            "presencePenalty", request -> request.sampling().presencePenalty(), ChatRequest.Builder::presencePenalty);

    /** {@link ChatRequest.Builder#maxOutputTokens}. */
    public static final ChatParameter<Integer> MAX_OUTPUT_TOKENS =
            new ChatParameter<>("maxOutputTokens", ChatRequest::maxOutputTokens, ChatRequest.Builder::maxOutputTokens);

    /** {@link ChatRequest.Builder#stop(List)}. */
    public static final ChatParameter<List<String>> STOP = new ChatParameter<>(
            "stop",
            request -> request.stop().isEmpty() ? null : request.stop(),
            (builder, stop) -> builder.stop(stop == null ? List.of() : stop));

    /** {@link ChatRequest.Builder#reasoning(ReasoningEffort)}. */
    public static final ChatParameter<ReasoningEffort> REASONING =
            new ChatParameter<>("reasoning", ChatRequest::reasoning, ChatRequest.Builder::reasoning);

    /** {@link ChatRequest.Builder#verbosity}. */
    public static final ChatParameter<String> VERBOSITY =
            new ChatParameter<>("verbosity", ChatRequest::verbosity, ChatRequest.Builder::verbosity);

    /** {@link ChatRequest.Builder#topLogprobs}. */
    public static final ChatParameter<Integer> TOP_LOGPROBS =
            new ChatParameter<>("topLogprobs", ChatRequest::topLogprobs, ChatRequest.Builder::topLogprobs);

    /** {@link ChatRequest.Builder#serviceTier}. */
    public static final ChatParameter<String> SERVICE_TIER =
            new ChatParameter<>("serviceTier", ChatRequest::serviceTier, ChatRequest.Builder::serviceTier);

    /** {@link ChatRequest.Builder#toolChoice}. */
    public static final ChatParameter<ToolChoice> TOOL_CHOICE =
            new ChatParameter<>("toolChoice", ChatRequest::toolChoice, ChatRequest.Builder::toolChoice);

    /** {@link ChatRequest.Builder#parallelToolCalls}. */
    public static final ChatParameter<Boolean> PARALLEL_TOOL_CALLS = new ChatParameter<>(
            "parallelToolCalls", ChatRequest::parallelToolCalls, ChatRequest.Builder::parallelToolCalls);

    /** {@link ChatRequest.Builder#responseFormat}; {@link ResponseFormat#TEXT} counts as not set. */
    public static final ChatParameter<ResponseFormat> RESPONSE_FORMAT = new ChatParameter<>(
            "responseFormat",
            request -> request.responseFormat().equals(ResponseFormat.TEXT) ? null : request.responseFormat(),
            (builder, format) -> builder.responseFormat(format == null ? ResponseFormat.TEXT : format));

    /** {@link ChatRequest.Builder#userId}. */
    public static final ChatParameter<String> USER_ID =
            new ChatParameter<>("userId", ChatRequest::user, ChatRequest.Builder::userId);

    private final String name;
    private final Function<ChatRequest, @Nullable T> reader;
    private final BiConsumer<ChatRequest.Builder, @Nullable T> writer;

    private ChatParameter(
            String name,
            Function<ChatRequest, @Nullable T> reader,
            BiConsumer<ChatRequest.Builder, @Nullable T> writer) {
        this.name = name;
        this.reader = reader;
        this.writer = writer;
    }

    /** Returns the value that a request has, or null. */
    @Nullable
    T of(ChatRequest request) {
        return reader.apply(request);
    }

    /** Returns a request with another value, or null for none. */
    ChatRequest set(ChatRequest request, @Nullable T value) {
        ChatRequest.Builder builder = request.toBuilder();
        writer.accept(builder, value);
        return builder.build();
    }

    /** Returns the name of the setting. */
    @Override
    public String toString() {
        return name;
    }
}
