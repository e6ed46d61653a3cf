package dev.aigw.api.chat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plays events, then ends or throws; counts closings. */
final class ScriptedSource implements ChatEventSource {

    private final Deque<ChatEvent> events;
    private final @Nullable RuntimeException failure;
    int closed;

    private ScriptedSource(List<ChatEvent> events, @Nullable RuntimeException failure) {
        this.events = new ArrayDeque<>(events);
        this.failure = failure;
    }

    static ScriptedSource of(ChatEvent... events) {
        return new ScriptedSource(List.of(events), null);
    }

    static ScriptedSource failing(RuntimeException failure, ChatEvent... events) {
        return new ScriptedSource(List.of(events), failure);
    }

    @Override
    public @Nullable ChatEvent next() {
        ChatEvent event = events.poll();
        if (event == null && failure != null) {
            throw failure;
        }
        return event;
    }

    @Override
    public void close() {
        closed++;
    }
}
