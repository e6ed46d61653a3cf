package dev.aigw.routing.limit;

/** What a limit counts. */
public enum Measure {
    /** Calls, or attempts if the limit is by deployment. */
    REQUESTS("requests"),
    /** Calls or attempts under way at once. */
    CONCURRENCY("calls at once"),
    /** Tokens of prompts, cached ones included. */
    INPUT_TOKENS("input tokens"),
    /** Tokens of answers, reasoning included. */
    OUTPUT_TOKENS("output tokens"),
    /** Tokens of prompts and answers. */
    TOKENS("tokens"),
    /** Money, in the currency of the limit. */
    COST("of money");

    private final String unit;

    Measure(String unit) {
        this.unit = unit;
    }

    /** Returns the unit for messages. */
    String unit() {
        return unit;
    }

    /** Returns whether the amount is known only at the end of an attempt. */
    boolean isSettledLater() {
        return this != REQUESTS && this != CONCURRENCY;
    }
}
