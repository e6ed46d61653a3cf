package dev.aigw.routing.access.keys;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Keeps keys in a map. Safe for use by many threads. */
final class InMemoryKeyStore implements KeyStore {

    private final ConcurrentMap<String, StoredKey> keys = new ConcurrentHashMap<>();

    @Override
    public @Nullable StoredKey find(String id) {
        return keys.get(id);
    }

    @Override
    public boolean add(StoredKey key) {
        return keys.putIfAbsent(key.id(), key) == null;
    }

    @Override
    public boolean replace(StoredKey key, long version) {
        StoredKey[] replaced = new StoredKey[1];
        keys.computeIfPresent(key.id(), (id, known) -> {
            if (known.version() != version) {
                return known;
            }
            replaced[0] = key.usedAt(known.key().lastUsed());
            return replaced[0];
        });
        return replaced[0] != null;
    }

    @Override
    public void remove(String id) {
        keys.remove(id);
    }

    @Override
    public List<StoredKey> list(@Nullable String tenant, @Nullable String after, int most) {
        return page(keys, tenant, after, most);
    }

    /** Returns a page of the records of a map. */
    static List<StoredKey> page(
            Map<String, StoredKey> keys, @Nullable String tenant, @Nullable String after, int most) {
        return keys.values().stream()
                .filter(key -> tenant == null || key.tenant().equals(tenant))
                .filter(key -> after == null || key.id().compareTo(after) > 0)
                .sorted(Comparator.comparing(StoredKey::id))
                .limit(most)
                .toList();
    }

    @Override
    public void used(Map<String, Instant> times) {
        times.forEach((id, time) -> keys.computeIfPresent(id, (same, known) -> known.usedAt(time)));
    }

    @Override
    public boolean isInMemory() {
        return true;
    }

    @Override
    public String toString() {
        return "KeyStore{in memory, keys=" + keys.size() + "}";
    }
}
