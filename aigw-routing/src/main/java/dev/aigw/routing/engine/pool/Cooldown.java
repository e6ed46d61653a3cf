package dev.aigw.routing.engine.pool;

import dev.aigw.api.ErrorKind;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A time in which a deployment or a credential gets no attempts. A running cooldown is extended but never shortened, up
 * to a bound. If the bound ends it early, it is over once a single probe has succeeded; until then other attempts go
 * elsewhere. Safe for use by many threads.
 *
 * <p>Times are clock readings like those of {@link System#nanoTime()}: compare them by difference.
 */
final class Cooldown {

    /** How soon to look again while a probe is under way. */
    static final long PROBE_WAIT_NANOS = 50_000_000;

    /** After this time a probe without an outcome no longer keeps the next one from being sent. */
    private static final long PROBE_GIVEN_UP_NANOS = 30_000_000_000L;

    /** Whether an attempt may be sent. */
    enum Permit {
        /** It may be sent. */
        FREE,
        /** It may be sent as the probe. */
        PROBE,
        /** It may not be sent. */
        NONE
    }

    private record State(long untilNanos, ErrorKind kind, boolean early, boolean probing, long probeNanos) {

        long remainingNanos(long nowNanos) {
            long left = untilNanos - nowNanos;
            return left > 0 ? left : isProbed(nowNanos) ? PROBE_WAIT_NANOS : 0;
        }

        boolean isProbed(long nowNanos) {
            return probing && nowNanos - probeNanos < PROBE_GIVEN_UP_NANOS;
        }
    }

    private final AtomicReference<@Nullable State> state = new AtomicReference<>();

    /**
     * Begins at {@code nowNanos}, unless a longer one runs.
     *
     * @param nanos how long the provider asks for
     * @param boundNanos the longest it may be; if this ends it early, a single probe goes first
     */
    void extend(long nowNanos, long nanos, long boundNanos, ErrorKind kind) {
        boolean early = nanos > boundNanos;
        long untilNanos = nowNanos + Math.min(nanos, boundNanos);
        State next = new State(untilNanos, kind, early, false, 0);
        state.accumulateAndGet(next, (old, given) -> old != null && old.untilNanos - untilNanos >= 0 ? old : given);
    }

    /** Returns the nanoseconds left; 0 when an attempt may be sent. */
    long remainingNanos(long nowNanos) {
        State current = state.get();
        return current == null ? 0 : current.remainingNanos(nowNanos);
    }

    /** Asks for a permit to send an attempt. A {@link Permit#PROBE} is returned by {@link #probeEnded}. */
    Permit tryAcquire(long nowNanos) {
        State current = state.get();
        if (current == null) {
            return Permit.FREE;
        }
        if (current.remainingNanos(nowNanos) > 0) {
            return Permit.NONE;
        }
        if (!current.early) {
            return Permit.FREE;
        }
        State probed = new State(current.untilNanos, current.kind, true, true, nowNanos);
        return state.compareAndSet(current, probed) ? Permit.PROBE : Permit.NONE;
    }

    /**
     * Notes that the probe is over. If it said nothing, another attempt becomes the probe; if it failed, it has
     * extended this cooldown.
     */
    void probeEnded(boolean succeeded) {
        state.updateAndGet(current -> current == null || !current.probing
                ? current
                : succeeded ? null : new State(current.untilNanos, current.kind, true, false, 0));
    }

    /** Ends it at once. */
    void lift() {
        state.set(null);
    }

    /** Returns the kind of failure that began the last one, or null if there was none. */
    @Nullable
    ErrorKind kind() {
        State current = state.get();
        return current == null ? null : current.kind;
    }
}
