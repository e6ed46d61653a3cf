package dev.aigw.routing.resilience;

import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.engine.pool.Breaker;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;

/**
 * When circuit breakers open, and how long cooldowns may last. Immutable.
 *
 * <p>By default a breaker opens when 5 of a deployment's last 10 attempts failed through its own fault, stays open for
 * 10 seconds, then permits one probe. The breakers of at most half of a model's deployments are open at once; one
 * always may be.
 */
public final class BreakerPolicy {

    private final int failures;
    private final int executions;
    private final Duration delay;
    private final double maxEjectedShare;
    private final Duration maxCooldown;

    private BreakerPolicy(Builder builder) {
        this.failures = builder.failures;
        this.executions = builder.executions;
        this.delay = builder.delay;
        this.maxEjectedShare = builder.maxEjectedShare;
        this.maxCooldown = builder.maxCooldown;
    }

    /** Returns the defaults. */
    public static BreakerPolicy defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns how many of the last {@link #executions()} attempts must fail to open a breaker. */
    public int failures() {
        return failures;
    }

    /** Returns how many attempts a breaker's window has. */
    public int executions() {
        return executions;
    }

    /** Returns how long a breaker stays open before a probe. */
    public Duration delay() {
        return delay;
    }

    /** Returns the share of a model's deployments whose breakers may be open at once. */
    public double maxEjectedShare() {
        return maxEjectedShare;
    }

    /** Returns the longest cooldown. */
    public Duration maxCooldown() {
        return maxCooldown;
    }

    /**
     * Builds a {@link BreakerPolicy}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private int failures = 5;
        private int executions = 10;
        private Duration delay = Duration.ofSeconds(10);
        private double maxEjectedShare = 0.5;
        private Duration maxCooldown = Duration.ofMinutes(5);

        private Builder() {}

        /** Opens when {@code failures} of the last {@code executions} attempts failed; 5 of 10 by default. */
        public Builder failureThreshold(int failures, int executions) {
            once.check(0, "failureThreshold");
            this.failures = failures;
            this.executions = executions;
            return this;
        }

        /** Sets how long a breaker stays open before a probe; 10 seconds by default. */
        public Builder delay(Duration delay) {
            once.check(1, "delay");
            this.delay = delay;
            return this;
        }

        /** Sets the share of a model's deployments whose breakers may be open at once, from 0 to 1; 0.5 by default. */
        public Builder maxEjectedShare(double share) {
            once.check(2, "maxEjectedShare");
            this.maxEjectedShare = share;
            return this;
        }

        /**
         * Sets the longest cooldown of a deployment or credential, even if a provider's reset time is later; 5 minutes
         * by default. If this ends a cooldown early, a single attempt goes first as a probe, and the others follow once
         * it has succeeded.
         */
        public Builder maxCooldown(Duration longest) {
            once.check(3, "maxCooldown");
            this.maxCooldown = longest;
            return this;
        }

        /**
         * Returns the policy.
         *
         * @throws IllegalArgumentException if a bound is violated; the message names it
         */
        public BreakerPolicy build() {
            new Breaker.Config(failures, executions, delay, maxEjectedShare); // checks its bounds
            if (maxCooldown.isNegative() || maxCooldown.isZero()) {
                throw new IllegalArgumentException(
                        "maxCooldown is " + Durations.text(maxCooldown) + ": use a positive duration");
            }
            return new BreakerPolicy(this);
        }
    }
}
