package dev.aigw.routing.cache.semantic;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.spi.ResultCache;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps partitions in the heap and evicts the least used. Safe for use by many threads. */
final class HeapStore implements SemanticStore {

    private final int entriesEach;
    private final Cache<ResultCache.Key, Partition> partitions;

    HeapStore(int maximumPartitions, int entriesEach) {
        this.entriesEach = entriesEach;
        this.partitions = Caffeine.newBuilder()
                .maximumSize(maximumPartitions)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public @Nullable Match nearest(ResultCache.Key partition, float[] vector, Instant notBefore) {
        Partition known = partitions.getIfPresent(partition);
        return known == null ? null : known.nearest(vector, notBefore);
    }

    @Override
    public void put(ResultCache.Key partition, float[] vector, ResultCache.Entry entry) {
        partitions.get(partition, any -> new Partition(entriesEach)).put(vector, entry);
    }

    @Override
    public long size() {
        return partitions.asMap().values().stream().mapToLong(Partition::size).sum();
    }
}
