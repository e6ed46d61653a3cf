package dev.aigw.routing.engine.call;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a score that comes later will be about, by the id of the call. The last 100,000 are kept. Safe for use by many
 * threads.
 *
 * @param <T> what is kept of a call
 */
public final class PendingFeedback<T> {

    private static final int MOST = 100_000;

    private final Cache<String, T> calls;

    /**
     * Creates it empty.
     *
     * @param memory how long after a call its score is awaited
     * @throws IllegalArgumentException if that is not positive
     */
    public PendingFeedback(Duration memory) {
        if (memory.isNegative() || memory.isZero()) {
            throw new IllegalArgumentException("memory is " + memory + ": use a positive duration");
        }
        this.calls =
                Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(memory).build();
    }

    /** Keeps {@code what} of a call. */
    public void put(String callId, T what) {
        calls.put(callId, what);
    }

    /** Returns what was kept of a call and forgets it, so that it is scored once; null when nothing is known. */
    public @Nullable T take(String callId) {
        return calls.asMap().remove(callId);
    }
}
