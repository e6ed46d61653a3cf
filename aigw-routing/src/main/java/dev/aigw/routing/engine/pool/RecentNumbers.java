package dev.aigw.routing.engine.pool;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** The last of some measured numbers, for percentiles. Safe for use by many threads. */
final class RecentNumbers {

    /** How many numbers a percentile needs. */
    static final int ENOUGH = 20;

    private final int kept;
    private final AtomicInteger count = new AtomicInteger();
    private volatile @Nullable AtomicLongArray numbers;

    /** Creates an empty one that keeps this many. */
    RecentNumbers(int kept) {
        this.kept = kept;
    }

    void add(long number) {
        int at = count.getAndUpdate(n -> n == Integer.MAX_VALUE ? kept : n + 1);
        numbers().set(at % kept, number);
    }

    /** Returns the array, made when first needed, since many are never filled. */
    private AtomicLongArray numbers() {
        AtomicLongArray known = numbers;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            known = numbers;
            if (known == null) {
                known = new AtomicLongArray(kept);
                numbers = known;
            }
            return known;
        }
    }

    /** Returns the percentile (nearest rank) for a share from 0 to 1; 0 before there are enough numbers. */
    long percentile(double share) {
        int known = Math.min(kept, count.get());
        if (known < ENOUGH) {
            return 0;
        }
        AtomicLongArray all = numbers();
        long[] sorted = new long[known];
        for (int i = 0; i < known; i++) {
            sorted[i] = all.get(i);
        }
        Arrays.sort(sorted);
        return sorted[Math.max(0, Math.min(known - 1, (int) Math.ceil(share * known) - 1))];
    }
}
