package dev.aigw.api.spi;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps bytes under short texts for a time, where several JVMs find them: Redis, a database, files. The router's shared
 * cache keeps its replies in one.
 *
 * <pre>{@code
 * CacheStore store = new CacheStore() {
 *   public byte[] get(String key) { return memcached.get(key); }
 *   public void put(String key, byte[] value, Duration timeToLive) { memcached.set(key, timeToLive, value); }
 * };
 * }</pre>
 *
 * <p>It stands in the way of calls, so an implementation answers within a bound of its own, and throws when it cannot:
 * that counts as nothing found, or nothing stored, and never fails a call. Implementations are safe for use by many
 * threads.
 */
public interface CacheStore {

    /**
     * Returns what is kept under {@code key}, or null.
     *
     * @param key up to 64 letters, digits, {@code _}, {@code -} and {@code .}
     * @throws RuntimeException if it cannot look
     */
    byte @Nullable [] get(String key);

    /**
     * Returns what is kept under these keys; those without a value are left out. By default each is asked for in turn.
     *
     * @throws RuntimeException if it cannot look
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
     * Keeps a value in place of what was there, for {@code timeToLive} at most. It may return before the value is kept.
     *
     * @throws RuntimeException if it cannot keep it
     */
    void put(String key, byte[] value, Duration timeToLive);
}
