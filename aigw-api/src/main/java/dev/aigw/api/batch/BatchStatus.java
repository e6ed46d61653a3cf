package dev.aigw.api.batch;

import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.SetOnce;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a batch is. Immutable.
 *
 * <p>Counts are the vendor's, which some report only at the end.
 */
public final class BatchStatus {

    /** What a vendor is doing with a batch, in the order in which it happens. */
    public enum State {
        /** It is checked, or waits for its turn. */
        QUEUED,
        /** It is worked on. */
        RUNNING,
        /** All items have ended; the results are being written. */
        FINALIZING,
        /** It is being cancelled. */
        CANCELLING,
        /** All items have ended; some may have failed. */
        COMPLETED,
        /** It was cancelled; items answered before then have results. */
        CANCELLED,
        /** The vendor's time for it ran out; items answered before then have results. */
        EXPIRED,
        /** The vendor could not process it; {@link BatchStatus#failure()} says why. */
        FAILED;

        /** Returns whether nothing more will happen, so that the results can be read. */
        public boolean hasEnded() {
            return compareTo(COMPLETED) >= 0;
        }
    }

    private final State state;
    private final String raw;
    private final long total;
    private final long succeeded;
    private final long failed;
    private final @Nullable Instant expires;
    private final @Nullable GatewayException failure;

    private BatchStatus(Builder builder) {
        this.state = builder.state;
        this.raw = builder.raw;
        this.total = builder.total;
        this.succeeded = builder.succeeded;
        this.failed = builder.failed;
        this.expires = builder.expires;
        this.failure = builder.failure;
    }

    /** Starts a status without counts. */
    public static Builder builder(State state) {
        return new Builder(state);
    }

    /**
     * Returns what the vendor is doing. Of several vendor's batches, the state of the one that is least far or worst.
     */
    public State state() {
        return state;
    }

    /** Returns whether nothing more will happen, so that the results can be read. */
    public boolean hasEnded() {
        return state.hasEnded();
    }

    /** Returns the vendor's word for the state; empty if unknown. */
    public String raw() {
        return raw;
    }

    /** Returns the number of items. */
    public long total() {
        return total;
    }

    /** Returns how many items have a reply. */
    public long succeeded() {
        return succeeded;
    }

    /** Returns how many items have failed, expired or were cancelled. */
    public long failed() {
        return failed;
    }

    /** Returns when the vendor gives up on what is not answered by then, or null if it does not say. */
    public @Nullable Instant expires() {
        return expires;
    }

    /** Returns why the batch as a whole failed, or null. */
    public @Nullable GatewayException failure() {
        return failure;
    }

    /** Returns this status and that of another part of the same batch as one. */
    public BatchStatus plus(BatchStatus other) {
        BatchStatus leading = isBehind(state, other.state) ? this : other;
        Instant later =
                expires == null || (other.expires != null && other.expires.isAfter(expires)) ? other.expires : expires;
        return builder(leading.state)
                .raw(leading.raw)
                .counts(total + other.total, succeeded + other.succeeded, failed + other.failed)
                .expires(later)
                .failure(failure == null ? other.failure : failure)
                .build();
    }

    /** Returns whether {@code one} is the state of both: one that goes on before one that has ended, then the worse. */
    private static boolean isBehind(State one, State other) {
        return one.hasEnded() == other.hasEnded() ? one.hasEnded() == one.compareTo(other) > 0 : !one.hasEnded();
    }

    /** Returns state and counts. */
    @Override
    public String toString() {
        return state + (raw.isEmpty() ? "" : " (" + raw + ")") + ": " + succeeded + " succeeded, " + failed
                + " failed of " + total + (failure == null ? "" : "; " + failure.getMessage());
    }

    /** Builds a {@link BatchStatus}. Not safe for use by several threads. */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final State state;
        private String raw = "";
        private long total;
        private long succeeded;
        private long failed;
        private @Nullable Instant expires;
        private @Nullable GatewayException failure;

        private Builder(State state) {
            this.state = Objects.requireNonNull(state, "state");
        }

        /** Sets the vendor's word for the state. */
        public Builder raw(String raw) {
            once.check(0, "raw");
            this.raw = Objects.requireNonNull(raw, "raw");
            return this;
        }

        /** Sets how many items there are, and how many have ended in either way; none by default. */
        public Builder counts(long total, long succeeded, long failed) {
            once.check(1, "counts");
            this.total = total;
            this.succeeded = succeeded;
            this.failed = failed;
            return this;
        }

        /** Sets when the vendor gives up. */
        public Builder expires(@Nullable Instant expires) {
            once.check(2, "expires");
            this.expires = expires;
            return this;
        }

        /** Sets why the batch as a whole failed. */
        public Builder failure(@Nullable GatewayException failure) {
            once.check(3, "failure");
            this.failure = failure;
            return this;
        }

        /** Returns the status. */
        public BatchStatus build() {
            return new BatchStatus(this);
        }
    }
}
