package dev.aigw.routing.cache.semantic;

import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.Vectors;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of questions that differ only in their wording, adjacent in one array; the newest replaces the oldest.
 * Safe for use by many threads; lookups run concurrently.
 */
final class Partition {

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final int maximumEntries;
    private float[] vectors = {};
    private ResultCache.Entry[] entries = {};
    private int dimensions;
    private int size;
    private int next;

    Partition(int maximumEntries) {
        this.maximumEntries = maximumEntries;
    }

    int size() {
        lock.readLock().lock();
        try {
            return size;
        } finally {
            lock.readLock().unlock();
        }
    }

    SemanticStore.@Nullable Match nearest(float[] vector, Instant notBefore) {
        lock.readLock().lock();
        try {
            if (vector.length != dimensions) {
                return null;
            }
            int best = -1;
            float nearest = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < size; i++) {
                float similarity = Vectors.dot(vectors, i * dimensions, vector);
                if (similarity > nearest && !entries[i].storedAt().isBefore(notBefore)) {
                    nearest = similarity;
                    best = i;
                }
            }
            return best < 0 ? null : new SemanticStore.Match(entries[best], nearest);
        } finally {
            lock.readLock().unlock();
        }
    }

    void put(float[] vector, ResultCache.Entry entry) {
        lock.writeLock().lock();
        try {
            if (vector.length != dimensions) { // the embedder has changed: old vectors are not comparable
                dimensions = vector.length;
                size = 0;
                next = 0;
                entries = new ResultCache.Entry[0];
                vectors = new float[0];
            }
            if (next == entries.length) {
                int longer = Math.min(maximumEntries, Math.max(8, entries.length * 2));
                entries = Arrays.copyOf(entries, longer);
                vectors = Arrays.copyOf(vectors, longer * dimensions);
            }
            System.arraycopy(vector, 0, vectors, next * dimensions, dimensions);
            entries[next] = entry;
            size = Math.max(size, next + 1);
            next = next + 1 == maximumEntries ? 0 : next + 1;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
