package dev.aigw.routing.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.HeapSize;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache in the heap. It only looks up and stores: Caffeine's loading lookup would keep a lock for the
 * duration of a model call.
 *
 * <p>Entries age by the clock of the first router that installs this cache; before that, by the system clock. Safe for
 * use by many threads and routers.
 */
final class InMemoryCache implements ResultCache {

    private final CachePolicy policy;
    private final Cache<Key, Kept> entries;
    private final long timeToLiveNanos;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder stores = new LongAdder();
    private final AtomicReference<@Nullable Environment> environment = new AtomicReference<>();

    /** An entry and when it was stored, by the clock that entries age by. */
    private record Kept(Entry entry, long storedNanos) {}

    InMemoryCache(
            @Nullable Long maximumEntries,
            @Nullable Long maximumWeightBytes,
            Duration timeToLive,
            Duration keepStale,
            CachePolicy policy) {
        this.policy = policy;
        this.timeToLiveNanos = nanos(timeToLive);
        Caffeine<Object, Object> settings = Caffeine.newBuilder()
                .expireAfterWrite(Duration.ofNanos(timeToLiveNanos + nanos(keepStale)))
                .ticker(this::nanoTime)
                .executor(Runnable::run) // cleanup is short and needs no thread
                .recordStats();
        if (maximumEntries != null) {
            entries = settings.maximumSize(maximumEntries).build();
        } else if (maximumWeightBytes != null) {
            entries = settings.maximumWeight(maximumWeightBytes)
                    .weigher((Key key, Kept kept) -> (int) Math.min(Integer.MAX_VALUE, HeapSize.of(key, kept.entry)))
                    .build();
        } else {
            throw new IllegalArgumentException("a cache in the heap needs a bound");
        }
    }

    /** Returns nanoseconds, capped at 73 years so that sums do not overflow. */
    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE / 4)) > 0 ? Long.MAX_VALUE / 4 : duration.toNanos();
    }

    private long nanoTime() {
        Environment clock = environment.get();
        return clock == null ? System.nanoTime() : clock.nanoTime();
    }

    /** Makes entries age by this clock, unless another router has set one. */
    void ageBy(Environment clock) {
        environment.compareAndSet(null, clock);
    }

    CachePolicy policy() {
        return policy;
    }

    @Override
    public @Nullable Entry get(Key key) {
        Kept kept = entries.getIfPresent(key);
        if (kept == null || nanoTime() - kept.storedNanos >= timeToLiveNanos) {
            misses.increment();
            return null;
        }
        hits.increment();
        return kept.entry;
    }

    @Override
    public @Nullable Entry getStale(Key key) {
        Kept kept = entries.getIfPresent(key);
        return kept == null ? null : kept.entry;
    }

    @Override
    public void put(Key key, Entry entry) {
        entries.put(key, new Kept(entry, nanoTime()));
        stores.increment();
    }

    @Override
    public Stats stats() {
        entries.cleanUp();
        CacheStats counted = entries.stats();
        return new Stats(hits.sum(), misses.sum(), stores.sum(), counted.evictionCount(), entries.estimatedSize());
    }

    @Override
    public String toString() {
        return "Caches.inMemory{" + policy + "}";
    }
}
