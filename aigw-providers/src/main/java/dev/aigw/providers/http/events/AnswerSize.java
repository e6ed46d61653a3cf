package dev.aigw.providers.http.events;

import dev.aigw.api.chat.ChatEvent;
import java.util.HashSet;
import java.util.Set;

/**
 * Counts the parts of an answer: each takes memory, and time to find, however few bytes it came in. Text counts by its
 * bytes alone, which the transport bounds. Not safe for use by several threads.
 */
final class AnswerSize {

    static final String MESSAGE = "the answer has more parts than any can be meant to have";

    private static final int MOST_PARTS = 5_000;
    private static final int MOST_OTHERS = 100_000;

    private final Set<Integer> indexes = new HashSet<>(4);
    private int lastIndex = -1;
    private int parts;
    private int others;

    /** Takes in an event and returns whether it is one too many. */
    boolean add(ChatEvent event) {
        if (event instanceof ChatEvent.TextDelta delta) {
            return isNew(delta.index());
        } else if (event instanceof ChatEvent.ToolArgumentsDelta delta) {
            return isNew(delta.index());
        } else if (event instanceof ChatEvent.ReasoningDelta delta) {
            return isNew(delta.index());
        } else if (event instanceof ChatEvent.RefusalDelta delta) {
            return isNew(delta.index());
        } else if (event instanceof ChatEvent.PartStarted
                || event instanceof ChatEvent.ToolCallStarted
                || event instanceof ChatEvent.RawPart) {
            return ++parts > MOST_PARTS;
        } else if (event instanceof ChatEvent.LogprobsAdded || event instanceof ChatEvent.UsageReported) {
            return false; // one a token, or one that replaces another
        }
        return ++others > MOST_OTHERS;
    }

    private boolean isNew(int index) {
        if (index == lastIndex) {
            return false;
        }
        lastIndex = index;
        indexes.add(index);
        return indexes.size() > MOST_PARTS;
    }
}
