package dev.aigw.routing.rollout;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the events of a stream as they pass, at almost no cost to its reader: the comparison assembles them later. Too
 * long a stream is dropped.
 *
 * <p>As with any source, one thread reads; another may call {@link #close()}. The response is visible to threads that
 * the reader has notified of the end of the stream.
 */
final class EventRecorder implements ChatEventSource {

    private static final int MOST_EVENTS = 100_000;
    private static final int MOST_CHARS = 1_000_000;

    private final ChatEventSource source;
    private final JsonMapper mapper;
    private @Nullable List<ChatEvent> events = new ArrayList<>();
    private long chars;
    private boolean complete;

    EventRecorder(ChatEventSource source, JsonMapper mapper) {
        this.source = source;
        this.mapper = mapper;
    }

    @Override
    public @Nullable ChatEvent next() {
        ChatEvent event = source.next();
        List<ChatEvent> kept = events;
        if (event == null) {
            complete = true;
        } else if (kept != null) {
            chars += event.contentChars();
            if (kept.size() == MOST_EVENTS || chars > MOST_CHARS) {
                events = null;
            } else {
                kept.add(event);
            }
        }
        return event;
    }

    /** Returns the assembled response, or null if the stream was not read to its end or was too long. */
    @Nullable
    ChatResponse response() {
        List<ChatEvent> kept = events;
        if (!complete || kept == null) {
            return null;
        }
        ChatAccumulator accumulator = new ChatAccumulator(mapper);
        kept.forEach(accumulator::add);
        return accumulator.toResponse();
    }

    @Override
    public void close() {
        source.close();
    }
}
