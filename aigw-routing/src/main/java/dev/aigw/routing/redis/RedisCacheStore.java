package dev.aigw.routing.redis;

import dev.aigw.api.spi.CacheStore;
import io.lettuce.core.KeyValue;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores bytes in Redis, each value under its own key, so that a cluster spreads them. Lookups wait no longer than the
 * connection's timeout; storing does not wait. Safe for use by many threads.
 */
final class RedisCacheStore implements CacheStore {

    private static final Logger log = LoggerFactory.getLogger(RedisCacheStore.class);

    private static final String AREA = "cache";

    private final SharedRedis redis;

    RedisCacheStore(SharedRedis redis) {
        this.redis = redis;
    }

    private String name(String key) {
        return redis.key(AREA, key, "");
    }

    @Override
    public byte @Nullable [] get(String key) {
        String name = name(key);
        return redis.ask(commands -> commands.get(name));
    }

    @Override
    public Map<String, byte[]> getAll(List<String> keys) {
        String[] names = keys.stream().map(this::name).toArray(String[]::new);
        List<KeyValue<String, byte[]>> values =
                redis.ask(commands -> commands.mget(names)); // in a cluster, Lettuce splits it by node
        Map<String, byte[]> found = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            if (values.get(i).hasValue()) {
                found.put(keys.get(i), values.get(i).getValue());
            }
        }
        return found;
    }

    @Override
    public void put(String key, byte[] value, Duration timeToLive) {
        String name = name(key);
        SetArgs expiring = SetArgs.Builder.px(Math.max(1, timeToLive.toMillis()));
        CompletionStage<String> kept = redis.start(commands -> commands.set(name, value, expiring));
        kept.whenComplete((done, failure) -> {
            if (failure != null) {
                log.debug("a reply could not be stored in Redis", failure);
            }
        });
    }

    @Override
    public String toString() {
        return redis.toString();
    }
}
