package dev.aigw.routing.engine.call;

import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The moment at which a call's total timeout expires. Immutable.
 *
 * @param total the timeout, or null for none
 * @param atNanos the moment, as a clock reading; meaningless without a timeout
 */
record Deadline(@Nullable Duration total, long atNanos) {

    static final Deadline NONE = new Deadline(null, 0);

    static Deadline of(@Nullable Duration total, long startNanos) {
        return total == null ? NONE : new Deadline(total, startNanos + Durations.nanos(total));
    }

    /** Returns the nanoseconds left, which may be negative; {@link Long#MAX_VALUE} without a timeout. */
    long remainingNanos(long nowNanos) {
        return total == null ? Long.MAX_VALUE : atNanos - nowNanos;
    }
}
