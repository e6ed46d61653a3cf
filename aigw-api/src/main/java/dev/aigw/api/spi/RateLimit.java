package dev.aigw.api.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * What a provider says of one of its rate limits, as in the headers of a reply. Immutable.
 *
 * @param unit what it counts
 * @param limit how much of it there may be in its window, positive
 * @param remaining how much of that is left, from zero
 * @param reset how long until all of it is there again, not negative
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
                    + " remaining and a reset in " + reset
                    + ": use a positive limit, and a remainder and a reset from zero on; leave out what is not known");
        }
    }

    /** Returns how much is left of all, from 0 for nothing to 1 for all. */
    public double share() {
        return Math.min(1, (double) remaining / limit);
    }
}
