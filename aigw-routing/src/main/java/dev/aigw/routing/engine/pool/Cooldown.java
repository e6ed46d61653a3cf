package dev.aigw.routing.engine.pool;

import dev.aigw.api.ErrorKind;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A time until which a deployment or a credential is left alone. A hold only lengthens. Safe for use by many threads.
 *
 * <p>Times are readings of {@link System#nanoTime()}'s kind: compare by difference.
 */
public final class Cooldown {

    private record State(long untilNanos, ErrorKind kind) {}

    private final AtomicReference<@Nullable State> state = new AtomicReference<>();

    /** Creates a hold that holds nothing. */
    public Cooldown() {}

    /** Holds until {@code untilNanos} for failures of {@code kind}, unless held longer already. */
    public void extend(long untilNanos, ErrorKind kind) {
        State next = new State(untilNanos, kind);
        state.accumulateAndGet(next, (old, given) -> old != null && old.untilNanos - untilNanos >= 0 ? old : given);
    }

    /** Returns the nanoseconds still held; 0 when free. */
    public long remainingNanos(long nowNanos) {
        State current = state.get();
        return current == null ? 0 : Math.max(0, current.untilNanos - nowNanos);
    }

    /** Returns what the hold is for, or null when it never held. */
    public @Nullable ErrorKind kind() {
        State current = state.get();
        return current == null ? null : current.kind;
    }
}
