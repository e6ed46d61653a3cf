package dev.aigw.routing.resilience;

import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.engine.pool.RecentLatencies;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a slow call is sent to a second deployment as well, to cut tail latency. Immutable.
 *
 * <p>The first valid reply wins, for a stream the first content; an error never wins. The other attempt is stopped, its
 * socket is closed, and its usage is recorded. Only {@linkplain dev.aigw.api.Operation#hedgeable() hedgeable}
 * operations are hedged, and only with deployments of the same model that can take the call at once. A hedge counts as
 * one of the call's attempts.
 *
 * <pre>{@code
 * ModelRouter.builder()
 *     .hedge(HedgePolicy.builder().percentile(0.95).budget(0.05).build())
 *     ...
 * }</pre>
 *
 * <p>The idea and the advice to wait for the 95th percentile come from Dean and Barroso, "The Tail at Scale"
 * (Communications of the ACM, 2013). An adapter that ignores its {@link dev.aigw.api.spi.AttemptContext#cancellation()}
 * keeps its caller waiting even if the hedge has won.
 */
public final class HedgePolicy {

    private final @Nullable Duration delay;
    private final double percentile;
    private final int maxHedges;
    private final double budget;

    private HedgePolicy(Builder builder) {
        this.delay = builder.delay;
        this.percentile = builder.percentile;
        this.maxHedges = builder.maxHedges;
        this.budget = builder.budget;
    }

    /** Returns a policy of one hedge after {@code delay}. */
    public static HedgePolicy after(Duration delay) {
        return builder().delay(delay).build();
    }

    /** Starts a policy; give it a delay, a percentile, or both. */
    public static Builder builder() {
        return new Builder();
    }

    int maxHedges() {
        return maxHedges;
    }

    double budget() {
        return budget;
    }

    boolean watchesLatency() {
        return percentile > 0;
    }

    /** Returns how long to wait for a deployment with these latencies, or null if too few are known. */
    @Nullable
    Long delayNanos(RecentLatencies latencies) {
        if (percentile > 0) {
            long known = latencies.percentileNanos(percentile);
            if (known > 0) {
                return known;
            }
        }
        return delay == null ? null : Long.valueOf(delay.toNanos());
    }

    /**
     * Builds a {@link HedgePolicy}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable Duration delay;
        private double percentile;
        private int maxHedges = 1;
        private double budget = 0.1;

        private Builder() {}

        /** Sets how long to wait for an answer before sending a hedge; with a percentile, used until that is known. */
        public Builder delay(Duration delay) {
            once.check(0, "delay");
            this.delay = delay;
            return this;
        }

        /**
         * Waits for this percentile of the deployment's own recent latency (of streams, to the first content), for
         * example 0.95. It is known once the deployment has answered {@value RecentLatencies#ENOUGH} times; before
         * that, the fixed delay applies, and without one no hedge is sent.
         */
        public Builder percentile(double percentile) {
            once.check(1, "percentile");
            this.percentile = percentile;
            return this;
        }

        /** Sets the most hedges of one attempt, each after a further wait; 1 by default. */
        public Builder maxHedges(int hedges) {
            once.check(2, "maxHedges");
            this.maxHedges = hedges;
            return this;
        }

        /**
         * Sets the most hedges, as a share of the calls that could be hedged; 0.1 by default. Up to ten unused hedges
         * are saved.
         */
        public Builder budget(double share) {
            once.check(3, "budget");
            this.budget = share;
            return this;
        }

        /**
         * Returns the policy.
         *
         * @throws IllegalArgumentException if a bound is violated; the message names it
         */
        public HedgePolicy build() {
            check(
                    delay != null || percentile != 0,
                    "a hedge policy needs to know when: set delay(Duration), percentile(0.95), or both");
            if (delay != null) {
                check(
                        !delay.isNegative() && !delay.isZero(),
                        "hedge delay is " + Durations.text(delay) + ": use a positive duration");
            }
            check(
                    percentile >= 0 && percentile < 1,
                    "hedge percentile is " + percentile + ": use a share between 0 and 1, such as 0.95");
            check(maxHedges >= 1, "maxHedges is " + maxHedges + ": use 1 or more, or set no hedge policy");
            check(budget > 0 && budget <= 1, "hedge budget is " + budget + ": use a share above 0 and up to 1");
            return new HedgePolicy(this);
        }

        private static void check(boolean holds, String message) {
            if (!holds) {
                throw new IllegalArgumentException(message);
            }
        }
    }
}
