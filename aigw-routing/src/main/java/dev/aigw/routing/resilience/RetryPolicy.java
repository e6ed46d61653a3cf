package dev.aigw.routing.resilience;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and after what waits a call tries again. Immutable.
 *
 * <p>By default a call makes at most 3 attempts over all deployments and fallback models together. A wait grows
 * exponentially from 200 ms to 5 s with full jitter, as described in "Exponential Backoff And Jitter" (AWS Architecture
 * Blog, 2015); a provider's own reset time goes before, if it is at most 5 s away.
 *
 * <pre>{@code
 * RetryPolicy.builder().maxAttempts(4).backoff(Duration.ofMillis(100), Duration.ofSeconds(2)).build();
 * }</pre>
 */
public final class RetryPolicy {

    private final int maxAttempts;
    private final long baseNanos;
    private final long capNanos;
    private final Duration maxRetryAfter;
    private final double budgetRatio;
    private final int budgetTokens;

    private RetryPolicy(Builder builder) {
        this.maxAttempts = builder.maxAttempts;
        this.baseNanos = builder.base.toNanos();
        this.capNanos = builder.cap.toNanos();
        this.maxRetryAfter = builder.maxRetryAfter;
        this.budgetRatio = builder.budgetRatio;
        this.budgetTokens = builder.budgetTokens;
    }

    /** Returns the defaults. */
    public static RetryPolicy defaults() {
        return builder().build();
    }

    /** Returns a policy of a single attempt: no retry and no fallback. */
    public static RetryPolicy none() {
        return builder().maxAttempts(1).build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the attempts a call may make in all. */
    public int maxAttempts() {
        return maxAttempts;
    }

    /** Returns the longest wait for a provider's reset time. */
    public Duration maxRetryAfter() {
        return maxRetryAfter;
    }

    double budgetRatio() {
        return budgetRatio;
    }

    int budgetTokens() {
        return budgetTokens;
    }

    long backoffNanos(int failures, RandomGenerator random) {
        long ceiling = failures > 30 ? capNanos : Math.min(capNanos, baseNanos << Math.min(30, failures - 1));
        return ceiling <= 0 ? capNanos : random.nextLong(ceiling + 1);
    }

    /** Builds a {@link RetryPolicy}. Not safe for use by several threads. */
    public static final class Builder {

        private int maxAttempts = 3;
        private Duration base = Duration.ofMillis(200);
        private Duration cap = Duration.ofSeconds(5);
        private Duration maxRetryAfter = Duration.ofSeconds(5);
        private double budgetRatio = 0.2;
        private int budgetTokens = 100;

        private Builder() {}

        /** Sets the attempts a call may make in all, the first included; 3 by default. */
        public Builder maxAttempts(int attempts) {
            this.maxAttempts = attempts;
            return this;
        }

        /** Sets the ceiling of the first wait and of all waits; 200 ms and 5 s by default. */
        public Builder backoff(Duration first, Duration longest) {
            this.base = first;
            this.cap = longest;
            return this;
        }

        /** Sets the longest wait for a provider's reset time; 5 s by default. */
        public Builder maxRetryAfter(Duration longest) {
            this.maxRetryAfter = longest;
            return this;
        }

        /**
         * Sets the retry budget against storms: each failed attempt takes a token, each success gives {@code ratio} of
         * one back, and retries are made only while more than half of {@code tokens} are left (the rule of gRPC's retry
         * throttling, proposal A6). 100 tokens and 0.2 by default.
         */
        public Builder budget(int tokens, double ratio) {
            this.budgetTokens = tokens;
            this.budgetRatio = ratio;
            return this;
        }

        /**
         * Returns the policy.
         *
         * @throws IllegalArgumentException if a bound is violated; the message names it
         */
        public RetryPolicy build() {
            check(maxAttempts >= 1, "maxAttempts is " + maxAttempts + ": use 1 for no retry, or more");
            check(
                    base.toNanos() > 0 && cap.compareTo(base) >= 0,
                    "backoff is " + base + " to " + cap
                            + ": use a positive first wait that is not longer than the longest");
            check(!maxRetryAfter.isNegative(), "maxRetryAfter is " + maxRetryAfter + ": use zero or more");
            check(
                    budgetTokens >= 1 && budgetRatio > 0,
                    "budget is " + budgetTokens + " tokens at ratio " + budgetRatio
                            + ": use at least 1 token and a positive ratio");
            return new RetryPolicy(this);
        }

        private static void check(boolean holds, String message) {
            if (!holds) {
                throw new IllegalArgumentException(message);
            }
        }
    }
}
