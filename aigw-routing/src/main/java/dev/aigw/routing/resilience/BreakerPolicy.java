package dev.aigw.routing.resilience;

import dev.aigw.routing.engine.pool.Breaker;
import java.time.Duration;

/**
 * When a deployment that keeps failing is left alone. Immutable.
 *
 * <p>By default a breaker opens when 5 of a deployment's last 10 attempts failed by its own fault, stays open for 10
 * seconds, then lets one probe through. At most half of a model's deployments are open at once; one always may be.
 */
public final class BreakerPolicy {

    private final Breaker.Config config;

    private BreakerPolicy(Breaker.Config config) {
        this.config = config;
    }

    /** Returns the defaults. */
    public static BreakerPolicy defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the policy in the terms of the breaker itself. */
    public Breaker.Config config() {
        return config;
    }

    /** Builds a {@link BreakerPolicy}. Not safe for use by several threads. */
    public static final class Builder {

        private int failures = 5;
        private int executions = 10;
        private Duration delay = Duration.ofSeconds(10);
        private double maxEjectedShare = 0.5;

        private Builder() {}

        /** Opens when {@code failures} of the last {@code executions} attempts failed; 5 of 10 by default. */
        public Builder failureThreshold(int failures, int executions) {
            this.failures = failures;
            this.executions = executions;
            return this;
        }

        /** Sets how long a breaker stays open before a probe; 10 seconds by default. */
        public Builder delay(Duration delay) {
            this.delay = delay;
            return this;
        }

        /** Sets the share of a model's deployments that may be open at once, from 0 to 1; 0.5 by default. */
        public Builder maxEjectedShare(double share) {
            this.maxEjectedShare = share;
            return this;
        }

        /**
         * Returns the policy.
         *
         * @throws IllegalArgumentException if a bound is violated; the message names it
         */
        public BreakerPolicy build() {
            return new BreakerPolicy(new Breaker.Config(failures, executions, delay, maxEjectedShare));
        }
    }
}
