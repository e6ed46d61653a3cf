package dev.aigw.routing.rollout;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Cost;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.deployment.ModelShadow;
import dev.aigw.routing.engine.call.Listeners;
import dev.aigw.routing.engine.call.SideCall;
import dev.aigw.routing.engine.pool.Assignment;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends copies of a share of a model's calls to another model and compares the answers. Callers get the model's own
 * answer; a copy neither delays nor fails their calls. Safe for use by many threads.
 *
 * <pre>{@code
 * Shadow shadow = Shadow.builder("assistant-v2")
 *     .share(0.05)
 *     .listener(comparison -> log.info("{} against {}", comparison.primary().cost(), comparison.copy().cost()))
 *     .build();
 * ModelRouter.builder()
 *     .model("assistant", model -> model.deployment("openai/gpt-6.1-terra").shadow(shadow))
 *     .model("assistant-v2", model -> model.deployment("openai/gpt-6.2-sol"))
 *     ...
 * shadow.stats(); // how many were copied, dropped and compared, and the cost of the copies
 * }</pre>
 *
 * <p>Only calls that reach the model are copied: not calls that the cache answers, nor calls that join an identical
 * one. A copy runs beside its call on the router's executor, with its own id and deadline, low priority, and a tag
 * {@code shadow} that names the model. It neither reads nor fills the cache. It follows the other model's routes but is
 * sent once: no retry, no hedge, no fallback. It skips deployments that cool down, are at their concurrency limit or
 * need a probe. It causes no cooldown, opens no breaker and takes nothing from the retry budget.
 *
 * <p>The ledger records it under {@link Builder#account}, with only the tag {@code shadow}, and callers' limits and
 * budgets do not count it. Only limits by deployment or credential do, since they stand for the provider's.
 *
 * <p>At most {@link Builder#maxInFlight} copies are under way at once; further ones are dropped and counted. When the
 * router closes, copies under way are stopped. Change a shadow by {@link dev.aigw.routing.ModelRouter#update}; its
 * statistics belong to the instance.
 */
public final class Shadow implements ModelShadow {

    private static final Logger log = LoggerFactory.getLogger(Shadow.class);

    private final String model;
    private final double share;
    private final boolean stable;
    private final int maxInFlight;
    private final Duration finishOnClose;
    private final boolean cancelWithCaller;
    private final Listeners<Consumer<Comparison>> listeners;
    private final SideCall sideCall;
    private final Timeouts timeouts;
    private final ShadowCounts counts = new ShadowCounts();

    private Shadow(Builder builder) {
        this.model = builder.model;
        this.share = builder.share;
        this.stable = builder.stable;
        this.maxInFlight = builder.maxInFlight;
        this.finishOnClose = builder.finishOnClose;
        this.cancelWithCaller = builder.cancelWithCaller;
        this.listeners = new Listeners<>(builder.listeners, log, "shadow listener");
        this.timeouts = Timeouts.total(builder.deadline);
        Caller account = builder.account == null
                ? Caller.builder().tenant("(shadow)").user(model).build()
                : builder.account;
        this.sideCall = new SideCall(account, Map.of("shadow", model));
    }

    /** Starts a shadow whose copies go to the model of this name, alias or {@code adapter/upstream-model}. */
    public static Builder builder(String model) {
        return new Builder(model);
    }

    @Override
    public String model() {
        return model;
    }

    /** Returns the counts of the copies so far. */
    public Stats stats() {
        return counts.stats();
    }

    /**
     * The counts of a shadow's copies. Immutable; each number is exact, but they are not all read at the same instant.
     */
    public static final class Stats {

        private final long copied;
        private final long dropped;
        private final long succeeded;
        private final long failed;
        private final long compared;
        private final int inFlight;
        private final TokenUsage usage;
        private final Cost cost;
        private final long unpriced;

        private Stats(Builder builder) {
            this.copied = builder.copied;
            this.dropped = builder.dropped;
            this.succeeded = builder.succeeded;
            this.failed = builder.failed;
            this.compared = builder.compared;
            this.inFlight = builder.inFlight;
            this.usage = builder.usage;
            this.cost = builder.cost;
            this.unpriced = builder.unpriced;
        }

        /** Starts the counts of a shadow without copies. */
        public static Builder builder() {
            return new Builder();
        }

        /** Returns the copies that were started. */
        public long copied() {
            return copied;
        }

        /** Returns the copies that were not started, because too many were under way or the executor had no thread. */
        public long dropped() {
            return dropped;
        }

        /** Returns the copies that were answered. */
        public long succeeded() {
            return succeeded;
        }

        /** Returns the copies that were not answered: they failed, timed out, or were stopped. */
        public long failed() {
            return failed;
        }

        /** Returns the pairs that the listeners were notified of. */
        public long compared() {
            return compared;
        }

        /** Returns the copies under way. */
        public int inFlight() {
            return inFlight;
        }

        /** Returns the tokens they used. */
        public TokenUsage usage() {
            return usage;
        }

        /** Returns the cost of the copies, without those of unknown cost. */
        public Cost cost() {
            return cost;
        }

        /** Returns the copies of unknown cost or with a cost in another currency. */
        public long unpriced() {
            return unpriced;
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || (other instanceof Stats that
                            && copied == that.copied
                            && dropped == that.dropped
                            && succeeded == that.succeeded
                            && failed == that.failed
                            && compared == that.compared
                            && inFlight == that.inFlight
                            && usage.equals(that.usage)
                            && cost.equals(that.cost)
                            && unpriced == that.unpriced);
        }

        @Override
        public int hashCode() {
            return Objects.hash(copied, dropped, succeeded, failed, compared, inFlight, usage, cost, unpriced);
        }

        @Override
        public String toString() {
            return "Stats{copied=" + copied + ", dropped=" + dropped + ", succeeded=" + succeeded + ", failed=" + failed
                    + ", compared=" + compared + ", inFlight=" + inFlight + ", " + usage + ", " + cost + ", unpriced="
                    + unpriced + "}";
        }

        /**
         * Builds a {@link Stats}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
         * by several threads.
         */
        public static final class Builder {

            private final SetOnce once = new SetOnce();
            private long copied;
            private long dropped;
            private long succeeded;
            private long failed;
            private long compared;
            private int inFlight;
            private TokenUsage usage = TokenUsage.NONE;
            private Cost cost = Cost.ZERO;
            private long unpriced;

            private Builder() {}

            /** Sets the copies that were started; 0 by default. */
            public Builder copied(long copied) {
                once.check(0, "copied");
                this.copied = copied;
                return this;
            }

            /** Sets the copies that were not started; 0 by default. */
            public Builder dropped(long dropped) {
                once.check(1, "dropped");
                this.dropped = dropped;
                return this;
            }

            /** Sets the copies that were answered; 0 by default. */
            public Builder succeeded(long succeeded) {
                once.check(2, "succeeded");
                this.succeeded = succeeded;
                return this;
            }

            /** Sets the copies that were not answered; 0 by default. */
            public Builder failed(long failed) {
                once.check(3, "failed");
                this.failed = failed;
                return this;
            }

            /** Sets the pairs that the listeners were notified of; 0 by default. */
            public Builder compared(long compared) {
                once.check(4, "compared");
                this.compared = compared;
                return this;
            }

            /** Sets the copies under way; 0 by default. */
            public Builder inFlight(int inFlight) {
                once.check(5, "inFlight");
                this.inFlight = inFlight;
                return this;
            }

            /** Sets the tokens they used; {@link TokenUsage#NONE} by default. */
            public Builder usage(TokenUsage usage) {
                once.check(6, "usage");
                this.usage = Objects.requireNonNull(usage, "usage");
                return this;
            }

            /** Sets the cost of the copies; {@link Cost#ZERO} by default. */
            public Builder cost(Cost cost) {
                once.check(7, "cost");
                this.cost = Objects.requireNonNull(cost, "cost");
                return this;
            }

            /** Sets the copies of unknown cost; 0 by default. */
            public Builder unpriced(long unpriced) {
                once.check(8, "unpriced");
                this.unpriced = unpriced;
                return this;
            }

            /** Returns the counts. */
            public Stats build() {
                return new Stats(this);
            }
        }
    }

    ShadowCounts counts() {
        return counts;
    }

    int maxInFlight() {
        return maxInFlight;
    }

    Duration finishOnClose() {
        return finishOnClose;
    }

    boolean cancelsWithCaller() {
        return cancelWithCaller;
    }

    boolean hasListeners() {
        return !listeners.isEmpty();
    }

    SideCall sideCall() {
        return sideCall;
    }

    /** Returns whether a call with these options is copied. */
    boolean samples(CallOptions options, RandomGenerator random) {
        return share > 0 && (stable ? Assignment.place(model, options, random) : random.nextDouble()) < share;
    }

    /** Returns the options for the copy of a call with these options. */
    CallOptions options(CallOptions options, Cancellation cancellation) {
        return options.toBuilder()
                .cancellation(cancellation)
                .timeouts(timeouts)
                .cache(CacheDirective.BYPASS)
                .priority(CallOptions.Priority.LOW)
                .idempotencyKey(null)
                .tag("shadow", model)
                .build();
    }

    void notifyListeners(Comparison comparison) {
        listeners.notify(listener -> listener.accept(comparison));
        counts.compared();
    }

    /**
     * Builds a {@link Shadow}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final String model;
        private double share = 0.01;
        private boolean stable;
        private int maxInFlight = 16;
        private Duration deadline = Duration.ofMinutes(1);
        private Duration finishOnClose = Duration.ZERO;
        private boolean cancelWithCaller;
        private @Nullable Caller account;
        private final List<Consumer<Comparison>> listeners = new ArrayList<>();

        private Builder(String model) {
            this.model = Objects.requireNonNull(model, "model");
        }

        /** Sets the share of calls to copy, from 0 to 1; 0.01 by default. */
        public Builder share(double share) {
            once.check(0, "share");
            this.share = share;
            return this;
        }

        /**
         * Copies all calls of a share of the sessions (else users, else tenants) instead of a share of the calls;
         * raising the share keeps those already in it. Calls that have none of them are chosen at random.
         */
        public Builder stable() {
            once.check(1, "stable");
            this.stable = true;
            return this;
        }

        /** Sets the most copies under way at once; 16 by default. Further ones are dropped. */
        public Builder maxInFlight(int copies) {
            once.check(2, "maxInFlight");
            this.maxInFlight = copies;
            return this;
        }

        /** Sets how long a copy may take, up to the end of a stream; one minute by default. */
        public Builder deadline(Duration deadline) {
            once.check(3, "deadline");
            this.deadline = Objects.requireNonNull(deadline, "deadline");
            return this;
        }

        /**
         * Stops a copy when its caller cancels, times out or closes the stream early; by default the copy continues.
         */
        public Builder cancelWithCaller() {
            once.check(4, "cancelWithCaller");
            this.cancelWithCaller = true;
            return this;
        }

        /**
         * Sets how long closing the router waits for copies under way before it stops them; zero by default, which
         * stops them at once.
         */
        public Builder finishOnClose(Duration longest) {
            once.check(5, "finishOnClose");
            this.finishOnClose = Objects.requireNonNull(longest, "longest");
            return this;
        }

        /** Sets the ledger's account of the copies; the user {@code model} of tenant {@code (shadow)} by default. */
        public Builder account(Caller account) {
            once.check(6, "account");
            this.account = Objects.requireNonNull(account, "account");
            return this;
        }

        /**
         * Adds a listener that is notified of each pair once call and copy are over. It runs on the router's executor,
         * never in the caller's thread; its exceptions are logged. If it falls behind by more than {@link #maxInFlight}
         * pairs, further ones are not compared.
         */
        public Builder listener(Consumer<Comparison> listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Returns the shadow.
         *
         * @throws IllegalArgumentException if a bound is violated; the message names it
         */
        public Shadow build() {
            check(share >= 0 && share <= 1, "share is " + share + ": use one from 0 to 1, such as 0.05 for 5 percent");
            check(maxInFlight >= 1, "maxInFlight is " + maxInFlight + ": use 1 or more");
            check(
                    !deadline.isNegative() && !deadline.isZero(),
                    "deadline is " + Durations.text(deadline) + ": use a positive duration");
            check(
                    !finishOnClose.isNegative(),
                    "finishOnClose is " + Durations.text(finishOnClose) + ": use zero or more");
            return new Shadow(this);
        }

        private void check(boolean holds, String message) {
            if (!holds) {
                throw new IllegalArgumentException("shadow \"" + model + "\": " + message);
            }
        }
    }
}
