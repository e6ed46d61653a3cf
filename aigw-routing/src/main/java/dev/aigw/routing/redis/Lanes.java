package dev.aigw.routing.redis;

import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM takes ahead from one shared allowance: a {@link Lane} for each share. Safe for use by many threads.
 *
 * @param redis the connection
 * @param lifeNanos how long a chunk may be used; 0 if nothing is taken ahead
 * @param byShare the lanes; there are as many as priorities of calls
 */
record Lanes(SharedRedis redis, long lifeNanos, Map<BigDecimal, Lane> byShare) {

    Lanes(SharedRedis redis, long lifeNanos) {
        this(redis, lifeNanos, new ConcurrentHashMap<>(1));
    }

    /** Returns the lane of a share; null if nothing is taken ahead. */
    @Nullable
    Lane of(BigDecimal share) {
        if (lifeNanos <= 0) {
            return null;
        }
        Lane known = byShare.get(share);
        return known != null ? known : byShare.computeIfAbsent(share, first -> new Lane(lifeNanos));
    }

    /**
     * Takes an amount from a chunk; returns the chunk, or null if Redis must be asked. If another thread is taking
     * ahead, waits for it, no longer than for an answer of Redis.
     */
    @Nullable
    Chunk take(Lane lane, BigDecimal amount) {
        lane.count(amount);
        Chunk present = lane.take(amount);
        if (present != null) {
            return present;
        }
        CompletableFuture<Void> asking = lane.asking();
        if (asking == null) {
            return null;
        }
        redis.awaitOther(asking);
        return lane.take(amount);
    }
}
