package dev.aigw.providers.http.events;

import dev.aigw.api.chat.FinishReason;

/** What a finish reason means beside what the answer holds. */
public final class Finishes {

    private Finishes() {}

    /**
     * Returns {@code TOOL_CALLS} with the vendor's word for a plain stop of an answer that calls tools, as many servers
     * say {@code stop} or {@code end_turn} there; any other reason as it is.
     */
    public static FinishReason of(FinishReason reason, boolean calls) {
        return calls && reason.kind() == FinishReason.Kind.STOP
                ? FinishReason.of(FinishReason.Kind.TOOL_CALLS, reason.raw())
                : reason;
    }

    /** Returns the words for an answer that the vendor could not finish. */
    public static String broken(FinishReason reason) {
        return "the answer is broken: the vendor stopped it with the reason \"" + reason.raw() + "\"";
    }
}
