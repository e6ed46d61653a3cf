package dev.aigw.api.spi;

import dev.aigw.api.internal.DurationText;
import java.time.Duration;
import java.util.Objects;

/**
 * One rate limit as the provider reports it, for example in the headers of a reply. Immutable.
 *
 * @param unit what it counts
 * @param limit how much is allowed in its window, positive
 * @param remaining how much of that is left, zero or more
 * @param reset how long until all of it is available again, not negative
 */
public record RateLimit(Unit unit, long limit, long remaining, Duration reset) {

    /** What a rate limit counts. */
    public enum Unit {
        /** Requests. */
        REQUESTS,
        /** Tokens of prompts and answers. */
        TOKENS,
        /** Tokens of prompts. */
        INPUT_TOKENS,
        /** Tokens of answers. */
        OUTPUT_TOKENS
    }

    /** Checks the numbers. */
    public RateLimit {
        Objects.requireNonNull(unit, "unit");
        if (limit < 1 || remaining < 0 || reset.isNegative()) {
            throw new IllegalArgumentException("a limit of " + limit + " " + unit + " with " + remaining
                    + " remaining and a reset in " + (reset.isNegative() ? "the past" : DurationText.of(reset))
                    + ": use a positive limit, and zero or more for the other two; leave out an unknown limit");
        }
    }

    /** Returns the share that is left, from 0 for nothing to 1 for all. */
    public double share() {
        return Math.min(1, (double) remaining / limit);
    }
}
