package dev.aigw.routing.access.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.routing.engine.call.FailureLog;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of records in front of a store that is not in memory.
 *
 * <p>A copy serves for a time that counts from the moment its reading <em>began</em>, so that a change in the store is
 * known everywhere when that time is over. In the second half of it, one of the calls reads the record again while the
 * others use the copy. A change by this JVM replaces the copy at once, and a reading that had begun before cannot bring
 * the old one back. Ids that the store does not have are kept apart, so that made-up ones displace no real key.
 *
 * <p>While the store fails, copies serve for some time more, and the store is asked for each key at most once a second.
 * Safe for use by many threads.
 */
final class KeyCache {

    private static final Logger log = LoggerFactory.getLogger(KeyCache.class);
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

    private final KeyStore store;
    private final long freshNanos;
    private final long outageNanos;
    private final LongSupplier nanoTime;
    private final Cache<String, Copy> known;
    private final Cache<String, Long> unknown;
    private final FailureLog failures;

    KeyCache(KeyStore store, Duration fresh, Duration outage, int maximum, LongSupplier nanoTime) {
        this.store = store;
        this.freshNanos = Durations.nanos(fresh);
        this.outageNanos = Durations.nanos(outage);
        this.nanoTime = nanoTime;
        this.known = Caffeine.newBuilder().maximumSize(maximum).build();
        this.unknown = Caffeine.newBuilder().maximumSize(maximum).build();
        this.failures = new FailureLog(log, "reading keys from " + store);
    }

    /** What the store had; no key if it was removed. */
    private static final class Copy {

        final @Nullable StoredKey key;
        final long asOf;
        final AtomicBoolean reading = new AtomicBoolean();
        volatile long failedAt;
        volatile boolean failed;

        Copy(@Nullable StoredKey key, long asOf) {
            this.key = key;
            this.asOf = asOf;
        }

        boolean failedLately(long now) {
            return failed && now - failedAt < RETRY_NANOS;
        }
    }

    /**
     * Returns a record, or null if there is none.
     *
     * @throws RuntimeException if the store fails and no copy can serve
     */
    @Nullable
    StoredKey find(String id) {
        long now = nanoTime.getAsLong();
        Copy copy = known.getIfPresent(id);
        if (copy == null) {
            Long missing = unknown.getIfPresent(id);
            return missing != null && now - missing < freshNanos ? null : read(id, now);
        }
        long age = now - copy.asOf;
        if (age < freshNanos / 2) {
            return copy.key;
        }
        boolean serves = age < freshNanos || (copy.failedLately(now) && age < freshNanos + outageNanos);
        if (serves && (copy.failedLately(now) || !copy.reading.compareAndSet(false, true))) {
            return copy.key;
        }
        try {
            return read(id, now);
        } catch (RuntimeException e) {
            copy.failedAt = nanoTime.getAsLong();
            copy.failed = true;
            if (copy.failedAt - copy.asOf >= freshNanos + outageNanos) {
                throw e;
            }
            failures.failed(e);
            return copy.key;
        } finally {
            copy.reading.set(false);
        }
    }

    private @Nullable StoredKey read(String id, long begun) {
        StoredKey found = store.find(id);
        if (found != null && !found.id().equals(id)) {
            found = null; // a store that ignores case
        }
        if (found == null && known.getIfPresent(id) == null) {
            unknown.put(id, begun);
            return null;
        }
        return put(id, new Copy(found, begun)).key;
    }

    /** Keeps the newer of two copies, and returns it. */
    private Copy put(String id, Copy copy) {
        Copy kept = known.asMap().compute(id, (same, old) -> old == null || replaces(copy, old) ? copy : old);
        return kept == null ? copy : kept;
    }

    /**
     * Returns whether a copy is newer. An older version, which a lagging store may give, counts only once the other is
     * over: a store may also have been restored from a backup.
     */
    private boolean replaces(Copy copy, Copy old) {
        return copy.asOf - old.asOf >= 0
                && (copy.key == null
                        || old.key == null
                        || copy.key.version() >= old.key.version()
                        || copy.asOf - old.asOf >= freshNanos);
    }

    /** Records what this JVM has just written. */
    void written(StoredKey key) {
        put(key.id(), new Copy(key, nanoTime.getAsLong()));
        unknown.invalidate(key.id());
    }

    /** Records that this JVM has just removed a key. */
    void removed(String id) {
        put(id, new Copy(null, nanoTime.getAsLong()));
    }

    /** Forgets a key of which this JVM does not know whether its write succeeded. */
    void forget(String id) {
        known.invalidate(id);
    }
}
