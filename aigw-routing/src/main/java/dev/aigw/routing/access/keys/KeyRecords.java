package dev.aigw.routing.access.keys;

import dev.aigw.api.internal.DaemonThreads;
import dev.aigw.routing.access.AuditEvent;
import dev.aigw.routing.access.AuditListener;
import dev.aigw.routing.engine.call.FailureLog;
import dev.aigw.routing.engine.call.Listeners;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store with what stands around it: copies of records, changes that are repeated until no other came between, and a
 * thread that writes once a minute what calls only note. Safe for use by many threads.
 */
final class KeyRecords {

    private static final Logger log = LoggerFactory.getLogger(KeyRecords.class);

    private static final long FLUSH_SECONDS = 60;
    private static final int MOST_SECRETS = 5;
    private static final int MOST_TRIES = 1_000;
    private static final int MOST_REHASHED = 10_000;

    private final KeyStore store;
    private final @Nullable KeyCache cache;
    private final SecretHashes hashes;
    private final InstantSource clock;
    private final Listeners<AuditListener> audit;
    private final LastUses uses = new LastUses();
    private final ConcurrentMap<String, Rehash> rehashes = new ConcurrentHashMap<>();
    private final FailureLog failures;
    private final Object lock = new Object();
    private volatile boolean scheduled;
    private @Nullable ScheduledExecutorService thread;
    private @Nullable Future<?> flushing;
    private boolean closed;

    /** That a secret that was seen gets a hash with the present server secret. */
    private record Rehash(KeySecret old, KeySecret now) {}

    KeyRecords(KeyStore store, ApiKeys.Builder builder, SecretHashes hashes) {
        this.store = store;
        this.cache = store.isInMemory()
                ? null
                : new KeyCache(store, builder.cacheTime, builder.outageTime, builder.maximumCached, builder.nanoTime);
        this.hashes = hashes;
        this.clock = builder.clock();
        this.audit = new Listeners<>(builder.audit, log, "audit listener");
        this.failures = new FailureLog(log, "writing when keys were last used");
    }

    /** Returns the time, in the precision that all stores keep. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Returns a record, maybe a recent copy, or null. */
    @Nullable
    StoredKey find(String id) {
        return cache == null ? store.find(id) : cache.find(id);
    }

    /** Returns a record as it is in the store, or null, with when it was last used here. */
    @Nullable
    StoredKey read(String id) {
        StoredKey stored = readExactly(id);
        return stored == null ? null : stored.usedAt(uses.find(id));
    }

    private @Nullable StoredKey readExactly(String id) {
        if (!KeyFormat.isId(id)) {
            return null; // it comes from outside
        }
        return asking(() -> Optional.ofNullable(store.find(id)))
                .filter(stored -> stored.id().equals(id))
                .orElse(null);
    }

    List<StoredKey> list(@Nullable String tenant, @Nullable String after, int most) {
        List<StoredKey> page = asking(() -> store.list(tenant, after, most));
        return page.stream().map(each -> each.usedAt(uses.find(each.id()))).toList();
    }

    boolean add(StoredKey key) {
        boolean added = asking(() -> store.add(key));
        if (added && cache != null) {
            cache.written(key);
        }
        return added;
    }

    /**
     * Changes a record, again if another change came between.
     *
     * @param change returns the next version, or its argument if nothing is to be changed
     */
    StoredKey change(String id, UnaryOperator<StoredKey> change) {
        for (int i = 0; i < MOST_TRIES; i++) {
            StoredKey stored = readExactly(id);
            if (stored == null) {
                throw new NoSuchElementException("there is no key of this id");
            }
            StoredKey next = change.apply(stored);
            if (next == stored || replaced(next, stored.version())) {
                if (cache != null) {
                    cache.written(next);
                }
                return next;
            }
        }
        throw new KeyStoreException("key " + id + " was changed " + MOST_TRIES + " times meanwhile", null);
    }

    private boolean replaced(StoredKey next, long version) {
        try {
            return asking(() -> store.replace(next, version));
        } catch (RuntimeException e) {
            if (cache != null) {
                cache.forget(next.id());
            }
            throw e;
        }
    }

    void remove(String id) {
        asking(() -> {
            store.remove(id);
            return true;
        });
        if (cache != null) {
            cache.removed(id);
        }
    }

    private static <T> T asking(Supplier<T> question) {
        try {
            return question.get();
        } catch (KeyStoreException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new KeyStoreException("the store of keys failed: " + e.getMessage(), e);
        }
    }

    /**
     * Returns secrets that end then at the latest, to which one more can be added. Those that ended before are dropped
     * where there are too many, the oldest first.
     *
     * @throws IllegalStateException if too many are still valid
     */
    static List<KeySecret> ending(List<KeySecret> secrets, Instant now, Instant end) {
        List<KeySecret> ending = new ArrayList<>();
        secrets.forEach(each -> ending.add(each.until(end)));
        while (ending.size() >= MOST_SECRETS) {
            KeySecret oldest = ending.stream()
                    .filter(each -> !each.isValid(now))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the key was rotated " + (MOST_SECRETS - 1)
                            + " times and all its secrets are still valid: wait for the overlap to end, or rotate it"
                            + " with an overlap of zero"));
            ending.remove(oldest);
        }
        return ending;
    }

    // What calls note.

    /** Notes that a key was used. */
    void used(StoredKey key, KeySecret secret, String presented, Instant now) {
        uses.used(key.id(), now.toEpochMilli());
        if (hashes.isOutdated(secret) && rehashes.size() < MOST_REHASHED && !rehashes.containsKey(key.id())) {
            rehashes.put(key.id(), new Rehash(secret, hashes.hash(key.id(), presented)));
        }
        if (!scheduled) {
            schedule();
        }
    }

    private void schedule() {
        synchronized (lock) {
            if (scheduled || closed) {
                return;
            }
            scheduled = true;
            thread = Executors.newSingleThreadScheduledExecutor(DaemonThreads.numbered("aigw-keys-"));
            flushing = thread.scheduleWithFixedDelay(this::flush, FLUSH_SECONDS, FLUSH_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Writes what calls noted. What cannot be written is tried again next time. */
    void flush() {
        try {
            Map<String, Instant> times = uses.pending();
            if (!times.isEmpty()) {
                store.used(times);
                uses.written(times);
            }
            rehashes.forEach((id, rehash) -> {
                rehash(id, rehash);
                rehashes.remove(id, rehash);
            });
        } catch (RuntimeException e) {
            failures.failed(e);
        }
    }

    private void rehash(String id, Rehash rehash) {
        try {
            change(id, stored -> {
                int at = indexOf(stored.secrets(), rehash.old);
                if (at < 0) {
                    return stored;
                }
                List<KeySecret> secrets = new ArrayList<>(stored.secrets());
                secrets.set(at, secrets.get(at).hashedAs(rehash.now));
                return stored.next(stored.key(), secrets);
            });
        } catch (NoSuchElementException e) {
            log.debug("key {} was removed before it got a hash with the present server secret", id);
        } catch (RuntimeException e) {
            failures.failed(e); // noted again by its next use
        }
    }

    private static int indexOf(List<KeySecret> secrets, KeySecret wanted) {
        for (int i = 0; i < secrets.size(); i++) {
            if (Arrays.equals(secrets.get(i).hash(), wanted.hash())) {
                return i;
            }
        }
        return -1;
    }

    /** Notifies the audit listeners, if there are any. */
    void publish(Supplier<AuditEvent> event) {
        if (!audit.isEmpty()) {
            AuditEvent made = event.get();
            audit.notify(listener -> listener.onEvent(made));
        }
    }

    void close() {
        ScheduledExecutorService running;
        synchronized (lock) {
            closed = true;
            scheduled = true;
            running = thread;
            thread = null;
            if (flushing != null) {
                flushing.cancel(false); // without an interrupt, which would break a write under way
            }
        }
        if (running != null) {
            running.shutdown();
        }
        flush();
    }

    @Override
    public String toString() {
        return store.toString();
    }
}
