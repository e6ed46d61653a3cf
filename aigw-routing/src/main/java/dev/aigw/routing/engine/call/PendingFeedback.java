package dev.aigw.routing.engine.call;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps data of finished calls, by call id, until their score arrives. Keeps the last 100,000. Safe for use by many
 * threads.
 *
 * @param <T> the type of a call's data
 */
public final class PendingFeedback<T> {

    private static final int MOST = 100_000;

    private final Cache<String, T> calls;

    /**
     * Creates an empty one.
     *
     * @param memory how long after a call its score may arrive
     * @throws IllegalArgumentException if {@code memory} is not positive
     */
    public PendingFeedback(Duration memory) {
        if (memory.isNegative() || memory.isZero()) {
            throw new IllegalArgumentException("memory is " + Durations.text(memory) + ": use a positive duration");
        }
        this.calls = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(memory)
                .executor(Runnable::run)
                .build();
    }

    /** Keeps {@code what} for a call. */
    public void put(String callId, T what) {
        calls.put(callId, what);
    }

    /** Removes and returns the data of a call, so that it is scored once; null if there is none. */
    public @Nullable T take(String callId) {
        return calls.asMap().remove(callId);
    }
}
