package dev.aigw.routing.transform;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ContentPart;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream whose text is mapped. One thread reads; {@link #close()} may come from any thread. */
final class MappedSource implements ChatEventSource {

    private final ChatEventSource source;
    private final TextMapping mapping;
    private final Rule rule;
    private final Map<Integer, TextMapping.Pieces> open = new LinkedHashMap<>(2);
    private final Deque<ChatEvent> ready = new ArrayDeque<>(2);
    private boolean ended;

    MappedSource(ChatEventSource source, TextMapping mapping, Rule rule) {
        this.source = source;
        this.mapping = mapping;
        this.rule = rule;
    }

    @Override
    public @Nullable ChatEvent next() {
        while (ready.isEmpty() && !ended) {
            ChatEvent event = read();
            try {
                take(event);
            } catch (GatewayException e) {
                throw e;
            } catch (RuntimeException e) {
                throw rule.failed(ErrorKind.MALFORMED_RESPONSE, "its change of the reply", e);
            }
        }
        return ready.poll();
    }

    private @Nullable ChatEvent read() {
        try {
            return source.next();
        } catch (GatewayException e) {
            throw rule.changed(e);
        }
    }

    private void take(@Nullable ChatEvent event) {
        if (event instanceof ChatEvent.TextDelta delta) {
            add(delta.index(), delta.text());
        } else if (event instanceof ChatEvent.PartStarted started
                && started.initial() instanceof ContentPart.Text text) {
            ready.add(new ChatEvent.PartStarted(started.index(), new ContentPart.Text("", text.citations())));
            add(started.index(), text.text());
        } else if (event instanceof ChatEvent.LogprobsAdded) {
            return;
        } else if (event instanceof ChatEvent.Restarted) {
            open.clear();
            ready.add(event);
        } else if (event instanceof ChatEvent.PartEnded end) {
            finish(end.index());
            ready.add(event);
        } else {
            if (event == null || event instanceof ChatEvent.Finished) {
                for (Integer index : Map.copyOf(open).keySet().stream().sorted().toList()) {
                    finish(index);
                }
            }
            ended = event == null;
            if (event != null) {
                ready.add(event);
            }
        }
    }

    private void add(int index, String text) {
        deliver(index, open.computeIfAbsent(index, part -> mapping.start()).next(text));
    }

    private void finish(int index) {
        TextMapping.Pieces pieces = open.remove(index);
        if (pieces != null) {
            deliver(index, pieces.end());
        }
    }

    private void deliver(int index, String text) {
        if (!text.isEmpty()) {
            ready.add(new ChatEvent.TextDelta(index, text));
        }
    }

    @Override
    public @Nullable Route route() {
        return source.route();
    }

    @Override
    public void close() {
        source.close();
    }
}
