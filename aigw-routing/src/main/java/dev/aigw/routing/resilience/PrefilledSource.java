package dev.aigw.routing.resilience;

import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import org.jspecify.annotations.Nullable;

/** The continuation by a model that was given the beginning of its answer. One thread reads, any thread closes. */
final class PrefilledSource implements ChatEventSource {

    private final ChatEventSource source;
    private final Renumbering renumbering;

    /** Whitespace that was delivered but left out of the prefill; the model may or may not repeat it. */
    private String space;

    PrefilledSource(ChatEventSource source, Continuation continuation, String space) {
        this.source = source;
        this.renumbering = new Renumbering(continuation);
        this.space = space;
    }

    @Override
    public @Nullable ChatEvent next() {
        while (true) {
            ChatEvent event = source.next();
            if (event == null || !Renumbering.isReasoning(event)) {
                return event == null ? null : renumbering.apply(withoutSpace(event));
            }
        }
    }

    private ChatEvent withoutSpace(ChatEvent event) {
        if (space.isEmpty() || !(event instanceof ChatEvent.TextDelta delta)) {
            return event;
        }
        String text = delta.text();
        int same = 0;
        while (same < text.length() && same < space.length() && text.charAt(same) == space.charAt(same)) {
            same++;
        }
        space = same == text.length() ? space.substring(same) : "";
        return same == 0 ? event : new ChatEvent.TextDelta(delta.index(), text.substring(same));
    }

    @Override
    public void close() {
        source.close();
    }
}
