package dev.aigw.routing.resilience;

import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ContentPart;

/** Numbers the parts of a continued answer after those delivered before. Used by one thread. */
final class Renumbering {

    private final int textPart;
    private final int base;
    private int firstText = -1;

    Renumbering(Continuation continuation) {
        this.textPart = continuation.part();
        this.base = continuation.nextPart();
    }

    /** Returns the event with its new number. */
    ChatEvent apply(ChatEvent event) {
        if (event instanceof ChatEvent.TextDelta delta) {
            if (firstText < 0) {
                firstText = delta.index();
            }
            return new ChatEvent.TextDelta(number(delta.index()), delta.text());
        }
        if (event instanceof ChatEvent.PartStarted started) {
            return new ChatEvent.PartStarted(number(started.index()), started.initial());
        }
        if (event instanceof ChatEvent.RefusalDelta delta) {
            return new ChatEvent.RefusalDelta(number(delta.index()), delta.text());
        }
        if (event instanceof ChatEvent.ToolCallStarted started) {
            return new ChatEvent.ToolCallStarted(
                    number(started.index()), started.id(), started.name(), started.signature(), started.origin());
        }
        if (event instanceof ChatEvent.ToolArgumentsDelta delta) {
            return new ChatEvent.ToolArgumentsDelta(number(delta.index()), delta.json());
        }
        if (event instanceof ChatEvent.CitationAdded added) {
            return new ChatEvent.CitationAdded(number(added.index()), added.citation());
        }
        if (event instanceof ChatEvent.PartEnded ended) {
            return new ChatEvent.PartEnded(number(ended.index()));
        }
        if (event instanceof ChatEvent.RawPart raw) {
            return new ChatEvent.RawPart(number(raw.index()), raw.part());
        }
        return event;
    }

    private int number(int index) {
        return index == firstText ? textPart : base + index;
    }

    /** Returns whether the event is reasoning, which is left out of a second attempt. */
    static boolean isReasoning(ChatEvent event) {
        return event instanceof ChatEvent.ReasoningDelta
                || event instanceof ChatEvent.ReasoningSignature
                || (event instanceof ChatEvent.PartStarted started
                        && started.initial() instanceof ContentPart.Reasoning);
    }
}
