package dev.aigw.routing.resilience;

import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How often a call retries, and how long it waits. Immutable.
 *
 * <p>By default a call makes at most 5 attempts over all deployments and fallback models together, or one for each
 * model if it has more than 4 fallback models. The backoff grows exponentially from 200 ms to 5 s with full jitter, as
 * described in "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015); a provider's own reset time takes
 * precedence if it is at most 5 s away. A call waits at most 5 s in sum for reset times and cooldowns, and 5 s in sum
 * for an open breaker or its probe.
 *
 * <pre>{@code
 * RetryPolicy.builder().maxAttempts(4).backoff(Duration.ofMillis(100), Duration.ofSeconds(2)).build();
 * }</pre>
 */
public final class RetryPolicy {

    private static final int DEFAULT_ATTEMPTS = 5;

    private final @Nullable Integer maxAttempts;
    private final long baseNanos;
    private final long capNanos;
    private final Duration maxRetryAfter;
    private final Duration maxBreakerWait;
    private final double deadlineShare;
    private final double budgetRatio;
    private final int budgetTokens;

    private RetryPolicy(Builder builder) {
        this.maxAttempts = builder.maxAttempts;
        this.maxBreakerWait = builder.maxBreakerWait;
        this.deadlineShare = builder.deadlineShare;
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

    /** Returns the most attempts of a call, or null if that depends on how many models it can try. */
    public @Nullable Integer maxAttempts() {
        return maxAttempts;
    }

    /** Returns the longest wait, in sum over a call, for reset times and cooldowns. */
    public Duration maxRetryAfter() {
        return maxRetryAfter;
    }

    /** Returns the longest wait, in sum over a call, for circuit breakers, their probes, and health checks. */
    public Duration maxBreakerWait() {
        return maxBreakerWait;
    }

    /**
     * Returns the largest share of the remaining time that one attempt may take while another deployment or model could
     * serve.
     */
    public double deadlineShare() {
        return deadlineShare;
    }

    /** Returns how many tokens a success returns to the retry budget. */
    public double budgetRatio() {
        return budgetRatio;
    }

    /** Returns the size of a model's retry budget, in tokens. */
    public int budgetTokens() {
        return budgetTokens;
    }

    /** Returns the most attempts of the call, with this many fallback models left to try. */
    int attempts(Call call, int fallbacks) {
        Integer own = call.options().maxAttempts();
        if (own != null) {
            return own;
        }
        return maxAttempts != null
                ? maxAttempts
                : Math.max(DEFAULT_ATTEMPTS, call.log().attemptCount() + fallbacks);
    }

    long backoffNanos(int failures, RandomGenerator random) {
        long ceiling = failures > 30 ? capNanos : Math.min(capNanos, baseNanos << Math.min(30, failures - 1));
        return ceiling <= 0 ? capNanos : random.nextLong(ceiling + 1);
    }

    /**
     * Builds a {@link RetryPolicy}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable Integer maxAttempts;
        private Duration base = Duration.ofMillis(200);
        private Duration cap = Duration.ofSeconds(5);
        private Duration maxRetryAfter = Duration.ofSeconds(5);
        private Duration maxBreakerWait = Duration.ofSeconds(5);
        private double deadlineShare = 0.5;
        private double budgetRatio = 1;
        private int budgetTokens = 100;

        private Builder() {}

        /**
         * Sets the most attempts of a call, the first included; by default 5, or one for each model if there are more
         * than 4 fallback models. Building the router fails if these attempts cannot reach all fallback models of a
         * model.
         */
        public Builder maxAttempts(int attempts) {
            once.check(0, "maxAttempts");
            this.maxAttempts = attempts;
            return this;
        }

        /** Sets the ceiling of the first wait and of all waits; 200 ms and 5 s by default. */
        public Builder backoff(Duration first, Duration longest) {
            once.check(1, "backoff");
            this.base = first;
            this.cap = longest;
            return this;
        }

        /**
         * Sets how long a call waits, in sum, for providers' reset times and for cooldowns to end; 5 s by default. A
         * call with a deadline and no fallback model waits for the end of a cooldown up to its deadline instead.
         */
        public Builder maxRetryAfter(Duration longest) {
            once.check(2, "maxRetryAfter");
            this.maxRetryAfter = longest;
            return this;
        }

        /**
         * Sets how long a call waits, in sum, for an open circuit breaker, for the outcome of its probe, or for the
         * next health check, if no other deployment can serve; 5 s by default. A fallback model that can serve is tried
         * at once instead.
         */
        public Builder maxBreakerWait(Duration longest) {
            once.check(3, "maxBreakerWait");
            this.maxBreakerWait = longest;
            return this;
        }

        /**
         * Sets the largest share of the time left until a call's deadline that one attempt may take while another
         * deployment or a fallback model could serve, so that time remains for them. Above 0 and up to 1, which gives
         * each attempt the whole time; 0.5 by default.
         */
        public Builder deadlineShare(double share) {
            once.check(4, "deadlineShare");
            this.deadlineShare = share;
            return this;
        }

        /**
         * Sets the retry budget of each model, which prevents retry storms: each failed attempt takes a token, each
         * success returns {@code ratio} of one, and retries are made only while more than half of {@code tokens} are
         * left (as in gRPC's retry throttling, proposal A6). 100 tokens and 1 by default, so that retries stop once
         * most of a model's attempts fail. Failures by a caller's own timeout or by limits of the router do not count.
         */
        public Builder budget(int tokens, double ratio) {
            once.check(5, "budget");
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
            check(
                    maxAttempts == null || maxAttempts >= 1,
                    "maxAttempts is " + maxAttempts + ": use 1 for no retry, or more");
            check(
                    base.toNanos() > 0 && cap.compareTo(base) >= 0,
                    "backoff is " + Durations.text(base) + " to " + Durations.text(cap)
                            + ": use a positive first wait that is not longer than the longest");
            check(
                    !maxRetryAfter.isNegative(),
                    "maxRetryAfter is " + Durations.text(maxRetryAfter) + ": use zero or more");
            check(
                    !maxBreakerWait.isNegative(),
                    "maxBreakerWait is " + Durations.text(maxBreakerWait) + ": use zero or more");
            check(
                    deadlineShare > 0 && deadlineShare <= 1,
                    "deadlineShare is " + deadlineShare + ": use a share above 0, up to 1 for the whole");
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
