package dev.aigw.routing.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.pipeline.Environment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache in the heap. Only looks up and stores: Caffeine's loading look-up would hold a lock for as long as a
 * model takes.
 *
 * <p>Entries age by the clock of the router that first installs this cache, by the system's until then. Safe for use by
 * many threads and routers.
 */
final class InMemoryCache implements ResultCache {

    private final CachePolicy policy;
    private final Cache<Key, Entry> entries;
    private final LongAdder stores = new LongAdder();
    private final AtomicReference<@Nullable Environment> environment = new AtomicReference<>();

    InMemoryCache(
            @Nullable Long maximumEntries, @Nullable Long maximumWeightBytes, Duration timeToLive, CachePolicy policy) {
        this.policy = policy;
        Caffeine<Object, Object> settings = Caffeine.newBuilder()
                .expireAfterWrite(timeToLive)
                .ticker(this::nanoTime)
                .executor(Runnable::run) // clean-up is short; it needs no thread of its own
                .recordStats();
        if (maximumEntries != null) {
            entries = settings.maximumSize(maximumEntries).build();
        } else if (maximumWeightBytes != null) {
            entries = settings.maximumWeight(maximumWeightBytes)
                    .weigher((Key key, Entry entry) -> ReplyWeigher.weigh(entry))
                    .build();
        } else {
            throw new IllegalArgumentException("a cache in the heap needs a bound");
        }
    }

    private long nanoTime() {
        Environment clock = environment.get();
        return clock == null ? System.nanoTime() : clock.nanoTime();
    }

    /** Lets entries age by this clock, unless another router's came first. */
    void ageBy(Environment clock) {
        environment.compareAndSet(null, clock);
    }

    CachePolicy policy() {
        return policy;
    }

    @Override
    public @Nullable Entry get(Key key) {
        return entries.getIfPresent(key);
    }

    @Override
    public void put(Key key, Entry entry) {
        entries.put(key, entry);
        stores.increment();
    }

    @Override
    public Stats stats() {
        entries.cleanUp();
        CacheStats counted = entries.stats();
        return new Stats(
                counted.hitCount(),
                counted.missCount(),
                stores.sum(),
                counted.evictionCount(),
                entries.estimatedSize());
    }

    @Override
    public String toString() {
        return "Caches.inMemory{" + policy + "}";
    }
}
