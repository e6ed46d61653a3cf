package dev.aigw.providers.langchain4j;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.internal.DurationText;
import dev.aigw.api.spi.AttemptContext;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Receives LangChain4j's callbacks and returns them as events.
 *
 * <p>LangChain4j has no back pressure, and some models call back before they return, so callbacks never wait: events
 * queue up to a maximum, and the stream fails if the reader falls further behind. One thread calls back at a time, one
 * reads, any thread closes.
 */
final class CallbackSource implements StreamingChatResponseHandler, ChatEventSource {

    static final int MAX_QUEUED_EVENTS = 100_000;

    private static final int REASONING = 0;
    private static final int TEXT = 1;
    private static final int FIRST_TOOL_CALL = 2;

    private static final Object END = new Object();

    private final String provider;
    private final AttemptContext attempt;
    private final Failures failures;
    private final LinkedBlockingQueue<Object> queue = new LinkedBlockingQueue<>();
    private final Cancellation.Registration registration;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile @Nullable StreamingHandle handle;

    // used by callbacks only
    private boolean sawText;
    private boolean sawThinking;
    private final Set<Integer> toolCalls = new HashSet<>();

    // used by the reader only
    private final long startNanos = System.nanoTime();
    private boolean sawContent;
    private boolean ended;

    CallbackSource(String provider, AttemptContext attempt, Failures failures) {
        this.provider = provider;
        this.attempt = attempt;
        this.failures = failures;
        this.registration = attempt.cancellation()
                .onCancel(() -> stop(failures.failure(ErrorKind.CANCELLED, "the caller cancelled the call")));
    }

    @Override
    public @Nullable ChatEvent next() {
        if (ended) {
            return null;
        }
        Object item = poll();
        if (item == END) {
            ended = true;
            return null;
        }
        if (item instanceof GatewayException failure) {
            close();
            throw failure;
        }
        ChatEvent event = (ChatEvent) item;
        sawContent |= event.isContent();
        return event;
    }

    private Object poll() {
        Object ready = queue.poll();
        if (ready != null) {
            return ready;
        }
        Duration timeout =
                sawContent ? attempt.timeouts().idle() : attempt.timeouts().firstEvent();
        long timeoutNanos = Long.MAX_VALUE;
        if (timeout != null) {
            timeoutNanos = sawContent ? timeout.toNanos() : timeout.toNanos() - (System.nanoTime() - startNanos);
        }
        long remainingNanos = attempt.remainingNanos();
        try {
            Object item = queue.poll(Math.max(0, Math.min(timeoutNanos, remainingNanos)), TimeUnit.NANOSECONDS);
            if (item != null) {
                return item;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            close();
            return failures.failure(ErrorKind.CANCELLED, "interrupted while waiting for the LangChain4j model");
        }
        return timeout == null || remainingNanos <= timeoutNanos
                ? failures.failure(ErrorKind.DEADLINE, "the call's deadline passed")
                : failures.failure(
                        ErrorKind.TIMEOUT,
                        (sawContent ? "the idle stream" : "the first event") + " timed out after "
                                + DurationText.of(timeout));
    }

    @Override
    public void close() {
        stop(failures.failure(ErrorKind.CANCELLED, "stream is closed"));
    }

    private void stop(GatewayException reason) {
        if (stopped.compareAndSet(false, true)) {
            registration.close();
            queue.add(reason);
            StreamingHandle known = handle;
            if (known != null) {
                known.cancel();
            }
        }
    }

    /** Stores the handle, and cancels the stream at once if it was stopped before. */
    private void take(@Nullable StreamingHandle known) {
        if (handle == null && known != null) {
            handle = known;
            if (stopped.get()) {
                known.cancel();
            }
        }
    }

    private void put(Object item) {
        if (stopped.get()) {
            return;
        }
        if (queue.size() >= MAX_QUEUED_EVENTS) {
            queue.clear();
            stop(failures.failure(
                    ErrorKind.STREAM_INTERRUPTED,
                    "the reader is more than " + MAX_QUEUED_EVENTS + " events behind the LangChain4j model"));
            return;
        }
        queue.add(item);
    }

    @Override
    public void onPartialResponse(String text) {
        sawText = true;
        if (!text.isEmpty()) { // which would count as a sign of life
            put(new ChatEvent.TextDelta(TEXT, text));
        }
    }

    @Override
    public void onPartialResponse(PartialResponse partial, PartialResponseContext context) {
        take(context.streamingHandle());
        onPartialResponse(partial.text());
    }

    @Override
    public void onPartialThinking(PartialThinking partial) {
        if (!sawThinking) {
            sawThinking = true;
            put(new ChatEvent.ReasoningSignature(REASONING, null, null, provider));
        }
        if (!partial.text().isEmpty()) {
            put(new ChatEvent.ReasoningDelta(REASONING, partial.text(), false));
        }
    }

    @Override
    public void onPartialThinking(PartialThinking partial, PartialThinkingContext context) {
        take(context.streamingHandle());
        onPartialThinking(partial);
    }

    @Override
    public void onPartialToolCall(PartialToolCall partial) {
        begin(partial.index(), ReplyDecoder.id(partial.index(), partial.id()), partial.name());
        if (!partial.partialArguments().isEmpty()) {
            put(new ChatEvent.ToolArgumentsDelta(FIRST_TOOL_CALL + partial.index(), partial.partialArguments()));
        }
    }

    @Override
    public void onPartialToolCall(PartialToolCall partial, PartialToolCallContext context) {
        take(context.streamingHandle());
        onPartialToolCall(partial);
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall complete) {
        whole(complete.index(), ReplyDecoder.toolCall(complete.index(), complete.toolExecutionRequest()));
    }

    @Override
    public void onCompleteResponse(ChatResponse theirs) {
        AiMessage message = theirs.aiMessage();
        if (!sawThinking && message.thinking() != null) {
            onPartialThinking(new PartialThinking(message.thinking()));
        }
        if (!sawText && message.text() != null && !message.text().isEmpty()) {
            onPartialResponse(message.text());
        }
        int calls = message.toolExecutionRequests().size();
        if (calls > toolCalls.size()) {
            for (int i = 0; i < calls; i++) {
                whole(
                        i,
                        ReplyDecoder.toolCall(i, message.toolExecutionRequests().get(i)));
            }
        }
        if (!message.attributes().isEmpty()) {
            put(new ChatEvent.RawPart(Integer.MAX_VALUE, ReplyDecoder.attributes(provider, message)));
        }
        put(new ChatEvent.Started(theirs.id(), theirs.modelName()));
        put(new ChatEvent.UsageReported(ReplyDecoder.usage(theirs.tokenUsage())));
        put(new ChatEvent.Finished(ReplyDecoder.finishReason(theirs)));
        put(END);
        finish();
    }

    private void whole(int index, ToolCall call) {
        if (begin(index, call.id(), call.name())) {
            put(new ChatEvent.ToolArgumentsDelta(FIRST_TOOL_CALL + index, call.arguments()));
        }
    }

    private boolean begin(int index, String id, String name) {
        boolean first = toolCalls.add(index);
        if (first) {
            put(new ChatEvent.ToolCallStarted(FIRST_TOOL_CALL + index, id, name));
        }
        return first;
    }

    @Override
    public void onError(Throwable error) {
        put(failures.of(error));
        finish();
    }

    private void finish() {
        registration.close();
    }
}
