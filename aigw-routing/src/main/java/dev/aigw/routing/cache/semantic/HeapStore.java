package dev.aigw.routing.cache.semantic;

import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.HeapSize;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers in the heap, in all no more than a number of bytes and in each partition no more than a number of
 * answers. The oldest are evicted first, and expired ones whenever an answer is stored; a partition without answers is
 * gone. Safe for use by many threads; lookups run concurrently.
 */
final class HeapStore implements SemanticStore {

    private final long maximumBytes;
    private final int entriesEach;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    // Guarded by the lock.
    private final Map<ResultCache.Key, Partition> partitions = new HashMap<>();
    private final Set<Answer> byAge = new LinkedHashSet<>(); // of all partitions, the oldest first
    private long bytes;

    HeapStore(long maximumBytes, int entriesEach) {
        this.maximumBytes = maximumBytes;
        this.entriesEach = entriesEach;
    }

    @Override
    public @Nullable Match nearest(ResultCache.Key partition, float[] vector, Instant notBefore) {
        lock.readLock().lock();
        try {
            Partition known = partitions.get(partition);
            return known == null ? null : known.nearest(vector, notBefore);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void put(ResultCache.Key key, float[] vector, ResultCache.Entry entry, Duration timeToLive) {
        lock.writeLock().lock();
        try {
            Partition partition = partitions.get(key);
            if (partition == null) {
                partition = new Partition(key);
                partitions.put(key, partition);
                bytes += partition.bytes();
            } else if (partition.dimensions() != vector.length) {
                partition.answers().forEach(byAge::remove); // the embedder has changed: these are not comparable
                bytes -= partition.clear();
            }
            Answer answer = new Answer(partition, vector, entry);
            partition.add(answer);
            byAge.add(answer);
            bytes += answer.bytes();
            if (partition.answers().size() > entriesEach) {
                remove(partition.oldest());
            }
            forget(entry.storedAt().minus(timeToLive));
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Removes what was stored before {@code notBefore}, and the oldest while there are too many bytes. */
    private void forget(Instant notBefore) {
        Iterator<Answer> oldest = byAge.iterator();
        while (oldest.hasNext()) {
            Answer answer = oldest.next();
            if (bytes <= maximumBytes && !answer.entry().storedAt().isBefore(notBefore)) {
                return;
            }
            oldest.remove();
            leave(answer);
        }
    }

    private void remove(Answer answer) {
        byAge.remove(answer);
        leave(answer);
    }

    private void leave(Answer answer) {
        Partition partition = answer.partition();
        partition.remove(answer);
        bytes -= answer.bytes();
        if (partition.answers().isEmpty()) {
            partitions.remove(partition.key());
            bytes -= partition.bytes();
        }
    }

    /** Returns the bytes of all answers and partitions. */
    long bytes() {
        lock.readLock().lock();
        try {
            return bytes;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Returns the number of partitions. */
    int partitions() {
        lock.readLock().lock();
        try {
            return partitions.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public long size() {
        lock.readLock().lock();
        try {
            return byAge.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** A stored answer and the vector of its question; equal to itself alone. */
    static final class Answer {

        private final Partition partition;
        private final float[] vector;
        private final ResultCache.Entry entry;
        private final long bytes;

        Answer(Partition partition, float[] vector, ResultCache.Entry entry) {
            this.partition = partition;
            this.vector = vector;
            this.entry = entry;
            this.bytes = HeapSize.of(entry) + (long) Float.BYTES * vector.length;
        }

        Partition partition() {
            return partition;
        }

        float[] vector() {
            return vector;
        }

        ResultCache.Entry entry() {
            return entry;
        }

        long bytes() {
            return bytes;
        }
    }
}
