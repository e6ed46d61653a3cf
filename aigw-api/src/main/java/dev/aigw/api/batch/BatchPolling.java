package dev.aigw.api.batch;

import dev.aigw.api.Cancellation;
import dev.aigw.api.internal.SetOnce;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How to wait for a batch: the pauses between polls grow from {@code interval} to {@code maxInterval}, each at random
 * by up to a fifth, so that many waiters do not poll at once. A pause that the vendor asks for is kept. Immutable.
 *
 * <pre>{@code
 * BatchPolling polling = BatchPolling.builder()
 *     .deadline(Duration.ofHours(30))
 *     .onStatus(status -> log.info("{}", status))
 *     .build();
 * }</pre>
 */
public final class BatchPolling {

    /** Polls after 10 s, then less and less often, up to every 5 minutes, without a deadline. */
    public static final BatchPolling DEFAULT = builder().build();

    private final Duration interval;
    private final Duration maxInterval;
    private final @Nullable Duration deadline;
    private final int maxFailures;
    private final Cancellation cancellation;
    private final Consumer<BatchStatus> listener;

    private BatchPolling(Builder builder) {
        this.interval = builder.interval;
        this.maxInterval = builder.maxInterval == null ? longest(interval) : builder.maxInterval;
        this.deadline = builder.deadline;
        this.maxFailures = builder.maxFailures;
        this.cancellation = builder.cancellation == null ? new Cancellation() : builder.cancellation;
        this.listener = builder.listener == null ? status -> {} : builder.listener;
    }

    private static Duration longest(Duration interval) {
        Duration usual = Duration.ofMinutes(5);
        return interval.compareTo(usual) > 0 ? interval : usual;
    }

    /** Starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the first pause. */
    public Duration interval() {
        return interval;
    }

    /** Returns the longest pause. */
    public Duration maxInterval() {
        return maxInterval;
    }

    /** Returns how long to wait in all, or null for as long as it takes. */
    public @Nullable Duration deadline() {
        return deadline;
    }

    /** Returns how many polls in a row may fail before waiting fails. */
    public int maxFailures() {
        return maxFailures;
    }

    /** Returns the switch that ends the waiting. */
    public Cancellation cancellation() {
        return cancellation;
    }

    /** Returns what gets each status. */
    public Consumer<BatchStatus> listener() {
        return listener;
    }

    /**
     * Builds a {@link BatchPolling}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private Duration interval = Duration.ofSeconds(10);
        private @Nullable Duration maxInterval;
        private @Nullable Duration deadline;
        private int maxFailures = 20;
        private @Nullable Cancellation cancellation;
        private @Nullable Consumer<BatchStatus> listener;

        private Builder() {}

        /**
         * Sets the pause after the first poll, 10 s by default; each further one is half as long again.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder interval(Duration interval) {
            once.check(0, "interval");
            this.interval = positive("interval", interval);
            return this;
        }

        /**
         * Sets the longest pause; 5 minutes by default, or the first pause if that is longer.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxInterval(Duration maxInterval) {
            once.check(1, "maxInterval");
            this.maxInterval = positive("maxInterval", maxInterval);
            return this;
        }

        /**
         * Sets how long to wait in all; without end by default, as the vendor ends each batch in time.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder deadline(Duration deadline) {
            once.check(2, "deadline");
            this.deadline = positive("deadline", deadline);
            return this;
        }

        /**
         * Sets how many polls in a row may fail before waiting fails, 20 by default: about an hour and a half at the
         * longest pause. Only failures that may pass count: lost connections, timeouts, rate limits, failures of the
         * vendor.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxFailures(int maxFailures) {
            once.check(3, "maxFailures");
            if (maxFailures < 0) {
                throw new IllegalArgumentException("maxFailures is " + maxFailures + ": use 0 or more");
            }
            this.maxFailures = maxFailures;
            return this;
        }

        /** Sets the switch that ends the waiting; the batch goes on. */
        public Builder cancellation(Cancellation cancellation) {
            once.check(4, "cancellation");
            this.cancellation = Objects.requireNonNull(cancellation, "cancellation");
            return this;
        }

        /** Sets what gets each status, also the last one. What it throws ends the waiting. */
        public Builder onStatus(Consumer<BatchStatus> listener) {
            once.check(5, "onStatus");
            this.listener = Objects.requireNonNull(listener, "onStatus");
            return this;
        }

        private static Duration positive(String name, Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(name + " is " + duration + ": use a positive duration");
            }
            return duration;
        }

        /**
         * Returns the way to wait.
         *
         * @throws IllegalArgumentException if the longest pause is shorter than the first
         */
        public BatchPolling build() {
            if (maxInterval != null && maxInterval.compareTo(interval) < 0) {
                throw new IllegalArgumentException("maxInterval is " + maxInterval + " and shorter than interval, "
                        + interval + ": make it the longer one");
            }
            return new BatchPolling(this);
        }
    }
}
