package dev.aigw.api.chat;

import org.jspecify.annotations.Nullable;

/**
 * How much the model shall reason before it answers: a level, or a budget of tokens. An adapter sends the form that its
 * vendor takes and translates the other; its documentation says how.
 *
 * @param level the level, or null when a budget is given
 * @param budgetTokens the budget, or null when a level is given
 */
public record ReasoningEffort(
        @Nullable Level level, @Nullable Integer budgetTokens) {

    /** The levels, in increasing order. */
    public enum Level {
        /** No reasoning. */
        NONE,
        /** As little as possible. */
        MINIMAL,
        /** A little. */
        LOW,
        /** A usual amount. */
        MEDIUM,
        /** Much. */
        HIGH,
        /** More than {@link #HIGH}, where the vendor offers it. */
        XHIGH,
        /** As much as the vendor allows. */
        MAX
    }

    /** Checks that exactly one is given. */
    public ReasoningEffort {
        if ((level == null) == (budgetTokens == null)) {
            throw new IllegalArgumentException("give either a level or a budget of tokens");
        }
        if (budgetTokens != null && budgetTokens < 0) {
            throw new IllegalArgumentException("reasoning budget is negative: " + budgetTokens);
        }
    }

    /** Returns a level. */
    public static ReasoningEffort of(Level level) {
        return new ReasoningEffort(level, null);
    }

    /** Returns a budget of tokens. */
    public static ReasoningEffort budget(int tokens) {
        return new ReasoningEffort(null, tokens);
    }
}
