package dev.aigw.api.spi;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stores bytes under short keys for a time, where several JVMs can read them: Redis, a database, files. The router's
 * shared cache stores its replies here.
 *
 * <pre>{@code
 * CacheStore store = new CacheStore() {
 *   public byte[] get(String key) { return memcached.get(key); }
 *   public void put(String key, byte[] value, Duration timeToLive) { memcached.set(key, timeToLive, value); }
 * };
 * }</pre>
 *
 * <p>Calls wait for it, so an implementation limits its own time, and throws when it cannot answer in it. An exception
 * counts as a miss, or as not stored, and never fails a call. Implementations are safe for use by many threads.
 */
public interface CacheStore {

    /**
     * Returns the value under {@code key}, or null.
     *
     * @param key up to 64 letters, digits, {@code _}, {@code -} and {@code .}
     * @throws RuntimeException if it cannot read
     */
    byte @Nullable [] get(String key);

    /**
     * Returns the values under these keys, without those that have none. By default gets one after the other.
     *
     * @throws RuntimeException if it cannot read
     */
    default Map<String, byte[]> getAll(List<String> keys) {
        Map<String, byte[]> found = new HashMap<>();
        for (String key : keys) {
            byte[] value = get(key);
            if (value != null) {
                found.put(key, value);
            }
        }
        return found;
    }

    /**
     * Stores a value for at most {@code timeToLive}, replacing an earlier one. It may return before the value is
     * stored.
     *
     * @throws RuntimeException if it cannot store it
     */
    void put(String key, byte[] value, Duration timeToLive);
}
