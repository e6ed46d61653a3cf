package dev.aigw.routing.engine.pool;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** The latencies of the last answers of a deployment, for percentiles. Safe for use by many threads. */
public final class RecentLatencies {

    /** How many latencies a percentile needs. */
    public static final int ENOUGH = 20;

    private static final int KEPT = 128;

    private final AtomicInteger count = new AtomicInteger();
    private volatile @Nullable AtomicLongArray nanos;

    RecentLatencies() {}

    /** Adds the latency of an answer. */
    public void add(long latencyNanos) {
        int at = count.getAndUpdate(n -> n == Integer.MAX_VALUE ? KEPT : n + 1);
        kept().set(at % KEPT, latencyNanos);
    }

    /** Returns the array, made when first needed, since few deployments are hedged by percentile. */
    private AtomicLongArray kept() {
        AtomicLongArray known = nanos;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            known = nanos;
            if (known == null) {
                known = new AtomicLongArray(KEPT);
                nanos = known;
            }
            return known;
        }
    }

    /**
     * Returns the percentile of the last 128 latencies (nearest rank) for a share from 0 to 1; 0 before there are
     * enough.
     */
    public long percentileNanos(double share) {
        int known = Math.min(KEPT, count.get());
        if (known < ENOUGH) {
            return 0;
        }
        AtomicLongArray latencies = kept();
        long[] sorted = new long[known];
        for (int i = 0; i < known; i++) {
            sorted[i] = latencies.get(i);
        }
        Arrays.sort(sorted);
        return sorted[Math.min(known - 1, (int) Math.ceil(share * known) - 1)];
    }
}
