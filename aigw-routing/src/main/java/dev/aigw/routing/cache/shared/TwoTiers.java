package dev.aigw.routing.cache.shared;

import dev.aigw.api.spi.CacheStore;
import dev.aigw.api.spi.ResultCache;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Looks up in the heap first, then in the store, and copies entries of the store to the heap. In both tiers, entries
 * age from when they were first stored. Safe for use by many threads.
 */
final class TwoTiers implements ResultCache {

    private final ResultCache near;
    private final CacheStore store;
    private final ReplyCodec codec;
    private final Seal seal;
    private final Duration timeToLive;
    private final Duration kept;
    private final Clock clock;
    private final Complaints complaints;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder stores = new LongAdder();

    TwoTiers(
            ResultCache near,
            CacheStore store,
            ReplyCodec codec,
            Seal seal,
            Duration timeToLive,
            Duration keepStale,
            Clock clock,
            Complaints complaints) {
        this.near = near;
        this.store = store;
        this.codec = codec;
        this.seal = seal;
        this.timeToLive = timeToLive;
        this.kept = timeToLive.plus(keepStale);
        this.clock = clock;
        this.complaints = complaints;
    }

    @Override
    public @Nullable Entry get(Key key) {
        Entry entry = younger(near.get(key), timeToLive);
        if (entry == null) {
            entry = younger(fetch(key), timeToLive);
        }
        (entry == null ? misses : hits).increment();
        return entry;
    }

    @Override
    public @Nullable Entry getStale(Key key) {
        Entry entry = near.getStale(key);
        if (younger(entry, timeToLive) == null) {
            Entry fetched = fetch(key);
            entry = fetched == null ? entry : fetched;
        }
        return younger(entry, kept);
    }

    /** Returns the entry if it is younger than {@code age}, otherwise null. */
    private @Nullable Entry younger(@Nullable Entry entry, Duration age) {
        return entry != null
                        && Duration.between(entry.storedAt(), clock.instant()).compareTo(age) < 0
                ? entry
                : null;
    }

    private @Nullable Entry fetch(Key key) {
        String name = name(key);
        if (name == null) {
            return null;
        }
        byte[] bytes;
        try {
            bytes = store.get(name);
        } catch (RuntimeException e) {
            complaints.failed(e);
            return null;
        }
        complaints.worked();
        return bytes == null ? null : decode(key, name, bytes);
    }

    /** Returns the entry, or null if the bytes are not what a router with the same keys stored under this name. */
    private @Nullable Entry decode(Key key, String name, byte[] bytes) {
        byte[] opened;
        try {
            opened = seal.open(key, name, bytes);
        } catch (RuntimeException e) {
            complaints.keysFailed(e);
            return null;
        }
        complaints.keysWorked();
        if (opened == null) {
            complaints.unsealed(name);
            return null;
        }
        Entry entry = codec.decode(opened);
        if (entry == null) {
            complaints.unreadable(name);
        } else if (younger(entry, kept) != null) {
            near.put(key, entry);
        }
        return entry;
    }

    @Override
    public Map<Key, Entry> getAll(Collection<Key> keys) {
        Map<Key, Entry> found = new HashMap<>();
        Map<String, Key> asked = new LinkedHashMap<>();
        for (Key key : keys) {
            Entry entry = younger(near.get(key), timeToLive);
            if (entry != null) {
                found.put(key, entry);
            } else {
                String name = name(key);
                if (name != null) {
                    asked.put(name, key);
                }
            }
        }
        fetch(asked).forEach((name, bytes) -> {
            Key key = asked.get(name);
            Entry entry = key == null ? null : younger(decode(key, name, bytes), timeToLive);
            if (key != null && entry != null) {
                found.put(key, entry);
            }
        });
        hits.add(found.size());
        misses.add((long) keys.size() - found.size());
        return found;
    }

    private Map<String, byte[]> fetch(Map<String, Key> asked) {
        if (asked.isEmpty()) {
            return Map.of();
        }
        List<String> names = new ArrayList<>(asked.keySet());
        Map<String, byte[]> fetched;
        try {
            fetched = store.getAll(names);
        } catch (RuntimeException e) {
            complaints.failed(e);
            return Map.of();
        }
        complaints.worked();
        return fetched;
    }

    @Override
    public void put(Key key, Entry entry) {
        near.put(key, entry);
        stores.increment();
        String name = name(key);
        byte[] bytes = name == null ? null : encode(key, name, entry);
        if (name != null && bytes != null) {
            try {
                store.put(name, bytes, kept);
            } catch (RuntimeException e) {
                complaints.failed(e);
            }
        }
    }

    private @Nullable String name(Key key) {
        try {
            return KeyDigest.digest(key);
        } catch (Unwritable e) {
            complaints.unwritable(e);
            return null;
        }
    }

    private byte @Nullable [] encode(Key key, String name, Entry entry) {
        byte[] bytes;
        try {
            bytes = codec.write(entry);
        } catch (Unwritable e) {
            complaints.unwritable(e);
            return null;
        }
        try {
            return seal.seal(key, name, bytes);
        } catch (RuntimeException e) {
            complaints.keysFailed(e);
            return null;
        }
    }

    /** Counts a lookup in both tiers as one; evictions and entries are those of the heap. */
    @Override
    public Stats stats() {
        Stats heap = near.stats();
        return new Stats(hits.sum(), misses.sum(), stores.sum(), heap.evictions(), heap.entries());
    }

    @Override
    public String toString() {
        return "SharedCache{" + near + ", " + store + ", " + seal + "}";
    }
}
