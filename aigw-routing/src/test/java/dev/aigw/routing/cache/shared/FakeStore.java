package dev.aigw.routing.cache.shared;

import dev.aigw.api.spi.CacheStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A store in this JVM that can be unreachable, and counts how often it is called. It keeps values permanently. */
final class FakeStore implements CacheStore {

    final ConcurrentMap<String, byte[]> values = new ConcurrentHashMap<>();
    final ConcurrentMap<String, Duration> timesToLive = new ConcurrentHashMap<>();
    volatile boolean out;
    final AtomicInteger asked = new AtomicInteger();

    private void ask() {
        asked.incrementAndGet();
        if (out) {
            throw new IllegalStateException("the store is out of reach");
        }
    }

    @Override
    public byte @Nullable [] get(String key) {
        ask();
        return values.get(key);
    }

    @Override
    public Map<String, byte[]> getAll(List<String> keys) {
        ask();
        Map<String, byte[]> found = new HashMap<>(values);
        found.keySet().retainAll(keys);
        return found;
    }

    @Override
    public void put(String key, byte[] value, Duration timeToLive) {
        ask();
        values.put(key, value);
        timesToLive.put(key, timeToLive);
    }
}
