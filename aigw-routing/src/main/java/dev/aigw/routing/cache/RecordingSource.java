package dev.aigw.routing.cache;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.routing.engine.call.HeapSize;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records a stream as it is read, and passes on the response once it is complete. A stream that fails, restarts, is
 * closed early or exceeds a bound is not passed on.
 *
 * <p>As with any source, one thread reads; another may call {@link #close()}.
 */
final class RecordingSource implements ChatEventSource {

    /** The size of an event with little or no text. */
    private static final int SMALL = 64;

    private final ChatEventSource source;
    private final Consumer<ChatResponse> whenComplete;
    private final int maximumChars;
    private volatile boolean closed;

    // Used only by the reading thread.
    private @Nullable ChatAccumulator recorded;
    private long chars;

    RecordingSource(ChatEventSource source, JsonMapper mapper, int maximumChars, Consumer<ChatResponse> whenComplete) {
        this.source = source;
        this.maximumChars = maximumChars;
        this.whenComplete = whenComplete;
        this.recorded = new ChatAccumulator(mapper);
    }

    @Override
    public @Nullable ChatEvent next() {
        ChatEvent event;
        try {
            event = source.next();
        } catch (RuntimeException | Error e) {
            recorded = null;
            throw e;
        }
        ChatAccumulator recording = recorded;
        if (recording != null) {
            if (event == null) {
                recorded = null;
                if (!closed) {
                    whenComplete.accept(recording.toResponse());
                }
            } else {
                add(recording, event);
            }
        }
        return event;
    }

    private void add(ChatAccumulator recording, ChatEvent event) {
        chars += size(event);
        if (chars > maximumChars || event instanceof ChatEvent.Restarted) {
            recorded = null;
        } else {
            recording.add(event);
        }
    }

    private static long size(ChatEvent event) {
        int chars = event.contentChars();
        if (chars > 0 && !(event instanceof ChatEvent.ToolCallStarted)) {
            return chars;
        }
        if (event instanceof ChatEvent.PartStarted started) {
            return HeapSize.of(started.initial());
        }
        if (event instanceof ChatEvent.ReasoningSignature signature) {
            return HeapSize.of(signature.signature()) + HeapSize.of(signature.encrypted());
        }
        return event instanceof ChatEvent.LogprobsAdded added
                ? (long) SMALL * (1 + added.logprobs().tokens().size())
                : SMALL;
    }

    @Override
    public void close() {
        closed = true;
        source.close();
    }
}
