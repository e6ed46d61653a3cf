package dev.aigw.routing;

import dev.aigw.api.BreakerState;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.HealthState;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.api.spi.UsageLedger;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state of a router at one moment. Immutable; each number is exact, but they are not all read at the same instant.
 *
 * @param models the declared models, by name in alphabetical order
 * @param usage what the token meter has recorded; empty without a meter
 * @param cache the result cache's counts, or null without a cache
 */
public record RouterSnapshot(List<ModelState> models, UsageLedger usage, ResultCache.@Nullable Stats cache) {

    /** Copies the list. */
    public RouterSnapshot {
        models = List.copyOf(models);
    }

    /**
     * A model.
     *
     * @param name its name
     * @param fallbacks the models tried after it
     * @param deployments its deployments
     */
    public record ModelState(String name, List<String> fallbacks, List<DeploymentState> deployments) {
        /** Copies the lists. */
        public ModelState {
            fallbacks = List.copyOf(fallbacks);
            deployments = List.copyOf(deployments);
        }
    }

    /** A deployment. Immutable. */
    public static final class DeploymentState {

        private final String id;
        private final double weight;
        private final int inFlight;
        private final Duration latency;
        private final long succeeded;
        private final long failed;
        private final long abandoned;
        private final BreakerState breaker;
        private final Duration cooldown;
        private final @Nullable ErrorKind cooldownReason;
        private final HealthState health;
        private final @Nullable Integer concurrencyLimit;
        private final int queued;
        private final double headroom;
        private final @Nullable LocalDate shutdown;

        private DeploymentState(Builder builder) {
            this.id = builder.id;
            this.weight = builder.weight;
            this.inFlight = builder.inFlight;
            this.latency = builder.latency;
            this.succeeded = builder.succeeded;
            this.failed = builder.failed;
            this.abandoned = builder.abandoned;
            this.breaker = builder.breaker;
            this.cooldown = builder.cooldown;
            this.cooldownReason = builder.cooldownReason;
            this.health = builder.health;
            this.concurrencyLimit = builder.concurrencyLimit;
            this.queued = builder.queued;
            this.headroom = builder.headroom;
            this.shutdown = builder.shutdown;
        }

        /** Starts the state of the deployment with this id. */
        public static Builder builder(String id) {
            return new Builder(id);
        }

        /** Returns its id. */
        public String id() {
            return id;
        }

        /** Returns its share relative to its siblings. */
        public double weight() {
            return weight;
        }

        /** Returns the attempts under way. */
        public int inFlight() {
            return inFlight;
        }

        /** Returns a moving average of its latency (of streams, to the first content); zero before any reply. */
        public Duration latency() {
            return latency;
        }

        /** Returns the attempts that succeeded. */
        public long succeeded() {
            return succeeded;
        }

        /** Returns the attempts that failed. */
        public long failed() {
            return failed;
        }

        /** Returns the attempts that were abandoned: their caller stopped waiting. */
        public long abandoned() {
            return abandoned;
        }

        /** Returns the state of its breaker. */
        public BreakerState breaker() {
            return breaker;
        }

        /** Returns how much longer it cools down; zero if it does not. */
        public Duration cooldown() {
            return cooldown;
        }

        /** Returns why it cools down, or null. */
        public @Nullable ErrorKind cooldownReason() {
            return cooldownReason;
        }

        /** Returns the result of its health checks; {@link HealthState#UNKNOWN} without any. */
        public HealthState health() {
            return health;
        }

        /** Returns its present concurrency limit, in attempts under way at once, or null if it has none. */
        public @Nullable Integer concurrencyLimit() {
            return concurrencyLimit;
        }

        /** Returns the calls in its queue; a call that waits for several deployments counts at each. */
        public int queued() {
            return queued;
        }

        /**
         * Returns the share of its rate limits that is left, from 0 to 1, by the provider's last report and what was
         * sent since; 1 without a report.
         */
        public double headroom() {
            return headroom;
        }

        /** Returns the day, in UTC, on which its vendor shuts its model down; null when none is known. */
        public @Nullable LocalDate shutdown() {
            return shutdown;
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || (other instanceof DeploymentState that
                            && id.equals(that.id)
                            && Double.compare(weight, that.weight) == 0
                            && inFlight == that.inFlight
                            && latency.equals(that.latency)
                            && succeeded == that.succeeded
                            && failed == that.failed
                            && abandoned == that.abandoned
                            && breaker == that.breaker
                            && cooldown.equals(that.cooldown)
                            && Objects.equals(cooldownReason, that.cooldownReason)
                            && health == that.health
                            && Objects.equals(concurrencyLimit, that.concurrencyLimit)
                            && queued == that.queued
                            && Double.compare(headroom, that.headroom) == 0
                            && Objects.equals(shutdown, that.shutdown));
        }

        @Override
        public int hashCode() {
            return Objects.hash(
                    id,
                    weight,
                    inFlight,
                    latency,
                    succeeded,
                    failed,
                    abandoned,
                    breaker,
                    cooldown,
                    cooldownReason,
                    health,
                    concurrencyLimit,
                    queued,
                    headroom,
                    shutdown);
        }

        @Override
        public String toString() {
            return "DeploymentState{" + id + ", inFlight=" + inFlight + ", succeeded=" + succeeded + ", failed="
                    + failed
                    + ", abandoned=" + abandoned + ", breaker=" + breaker + ", health=" + health
                    + (cooldown.isZero() ? "" : ", cooldown=" + cooldown + " after " + cooldownReason) + "}";
        }

        /**
         * Builds a {@link DeploymentState}. Setting the same thing twice throws {@link IllegalStateException}. Not safe
         * for use by several threads.
         */
        public static final class Builder {

            private final SetOnce once = new SetOnce();
            private final String id;
            private double weight = 1;
            private int inFlight;
            private Duration latency = Duration.ZERO;
            private long succeeded;
            private long failed;
            private long abandoned;
            private BreakerState breaker = BreakerState.CLOSED;
            private Duration cooldown = Duration.ZERO;
            private @Nullable ErrorKind cooldownReason;
            private HealthState health = HealthState.UNKNOWN;
            private @Nullable Integer concurrencyLimit;
            private int queued;
            private double headroom = 1;
            private @Nullable LocalDate shutdown;

            private Builder(String id) {
                this.id = Objects.requireNonNull(id, "id");
            }

            /** Sets its share relative to its siblings; 1 by default. */
            public Builder weight(double weight) {
                once.check(0, "weight");
                this.weight = weight;
                return this;
            }

            /** Sets the attempts under way; 0 by default. */
            public Builder inFlight(int inFlight) {
                once.check(1, "inFlight");
                this.inFlight = inFlight;
                return this;
            }

            /** Sets a moving average of its latency; zero by default. */
            public Builder latency(Duration latency) {
                once.check(2, "latency");
                this.latency = Objects.requireNonNull(latency, "latency");
                return this;
            }

            /** Sets the attempts that succeeded; 0 by default. */
            public Builder succeeded(long succeeded) {
                once.check(3, "succeeded");
                this.succeeded = succeeded;
                return this;
            }

            /** Sets the attempts that failed; 0 by default. */
            public Builder failed(long failed) {
                once.check(4, "failed");
                this.failed = failed;
                return this;
            }

            /** Sets the attempts that were abandoned; 0 by default. */
            public Builder abandoned(long abandoned) {
                once.check(5, "abandoned");
                this.abandoned = abandoned;
                return this;
            }

            /** Sets the state of its breaker; {@link BreakerState#CLOSED} by default. */
            public Builder breaker(BreakerState breaker) {
                once.check(6, "breaker");
                this.breaker = Objects.requireNonNull(breaker, "breaker");
                return this;
            }

            /** Sets how much longer it cools down; zero by default. */
            public Builder cooldown(Duration cooldown) {
                once.check(7, "cooldown");
                this.cooldown = Objects.requireNonNull(cooldown, "cooldown");
                return this;
            }

            /** Sets why it cools down. */
            public Builder cooldownReason(@Nullable ErrorKind cooldownReason) {
                once.check(8, "cooldownReason");
                this.cooldownReason = cooldownReason;
                return this;
            }

            /** Sets the result of its health checks; {@link HealthState#UNKNOWN} by default. */
            public Builder health(HealthState health) {
                once.check(9, "health");
                this.health = Objects.requireNonNull(health, "health");
                return this;
            }

            /** Sets its present concurrency limit. */
            public Builder concurrencyLimit(@Nullable Integer concurrencyLimit) {
                once.check(10, "concurrencyLimit");
                this.concurrencyLimit = concurrencyLimit;
                return this;
            }

            /** Sets the calls in its queue; 0 by default. */
            public Builder queued(int queued) {
                once.check(11, "queued");
                this.queued = queued;
                return this;
            }

            /** Sets the share of its rate limits that is left, from 0 to 1; 1 by default. */
            public Builder headroom(double headroom) {
                once.check(12, "headroom");
                this.headroom = headroom;
                return this;
            }

            /** Sets the day on which its model is shut down; null, unknown, by default. */
            public Builder shutdown(@Nullable LocalDate shutdown) {
                once.check(13, "shutdown");
                this.shutdown = shutdown;
                return this;
            }

            /** Returns the state. */
            public DeploymentState build() {
                return new DeploymentState(this);
            }
        }
    }
}
