package dev.aigw.routing.tools;

import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ToolCall;

/**
 * Something that happens while a loop runs, in order. Immutable; {@code toString} leaves content out.
 *
 * <pre>{@code
 * for (ToolEvent event : stream) {
 *   System.out.print(event.text());
 *   if (event instanceof ToolEvent.Called called) log.info("runs {}", called.call().name());
 * }
 * }</pre>
 */
public sealed interface ToolEvent {

    /** Returns the round that this belongs to, from 1. */
    int round();

    /** Returns the text of the answer that this event carries; empty for most. */
    default String text() {
        return "";
    }

    /**
     * A model call begins.
     *
     * @param round the round, from 1
     */
    record RoundBegan(int round) implements ToolEvent {}

    /**
     * More of the model's answer, in streams only. After {@link ChatEvent.Restarted} the answer of this round begins
     * again.
     *
     * @param round the round, from 1
     * @param event what the model's stream brought
     */
    record Delta(int round, ChatEvent event) implements ToolEvent {
        @Override
        public String text() {
            return event instanceof ChatEvent.TextDelta delta ? delta.text() : "";
        }
    }

    /**
     * The model's answer of a round is complete: it calls tools, or it is the last.
     *
     * @param round the round, from 1
     * @param reply the answer
     */
    record Replied(int round, ChatResponse reply) implements ToolEvent {}

    /**
     * A tool begins to run: it is known, its arguments were read, and it is approved.
     *
     * @param round the round, from 1
     * @param call the model's call, with its arguments
     */
    record Called(int round, ToolCall call) implements ToolEvent {
        @Override
        public String toString() {
            return "Called[round=" + round + ", " + call.name() + ", " + call.id() + "]";
        }
    }

    /**
     * A call of a tool has ended, whether the tool ran or not. Calls that run at once end in any order; the model gets
     * their results in the order of its calls.
     *
     * @param round the round, from 1
     * @param outcome what came of it
     */
    record Returned(int round, ToolOutcome outcome) implements ToolEvent {}
}
