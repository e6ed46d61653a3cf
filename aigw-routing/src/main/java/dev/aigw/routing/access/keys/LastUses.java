package dev.aigw.routing.access.keys;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * When keys were used since that was last written to the store: one number for each key, and no write to the store by a
 * call. Safe for use by many threads.
 */
final class LastUses {

    private static final long MILLIS_APART = 1_000;
    private static final int MOST = 100_000;

    private final ConcurrentMap<String, Use> uses = new ConcurrentHashMap<>();

    private static final class Use {

        volatile long millis;

        Use(long millis) {
            this.millis = millis;
        }
    }

    /** Records a use. Beyond 100,000 keys between two writes, further ones are not recorded. */
    void used(String id, long millis) {
        Use use = uses.get(id);
        if (use == null) {
            if (uses.size() < MOST) {
                uses.putIfAbsent(id, new Use(millis));
            }
        } else if (millis - use.millis >= MILLIS_APART) {
            use.millis = millis; // of two at once, either will do: they are at most a moment apart
        }
    }

    /** Returns when a key was used since the last write, or null. */
    @Nullable
    Instant find(String id) {
        Use use = uses.get(id);
        return use == null ? null : Instant.ofEpochMilli(use.millis);
    }

    /** Returns what is to be written. */
    Map<String, Instant> pending() {
        Map<String, Instant> pending = new HashMap<>();
        uses.forEach((id, use) -> pending.put(id, Instant.ofEpochMilli(use.millis)));
        return pending;
    }

    /** Forgets what was written, unless the key was used again meanwhile. */
    void written(Map<String, Instant> times) {
        times.forEach(
                (id, time) -> uses.computeIfPresent(id, (same, use) -> use.millis > time.toEpochMilli() ? use : null));
    }
}
