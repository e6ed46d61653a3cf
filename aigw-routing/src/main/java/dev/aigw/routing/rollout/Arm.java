package dev.aigw.routing.rollout;

import java.util.Arrays;

/** The statistics of one side of a comparison. Guarded by its owner's lock. */
final class Arm {

    private static final int KEPT = 256;
    private static final int ENOUGH = 20;

    long calls;
    long failed;
    private final long[] latencies = new long[KEPT];
    private int latencyCount;

    void add(boolean failure, long latencyNanos) {
        calls++;
        if (failure) {
            failed++;
        } else {
            latencies[latencyCount++ % KEPT] = latencyNanos;
        }
    }

    void clear() {
        calls = 0;
        failed = 0;
        latencyCount = 0;
    }

    /** Returns the failure rate, slightly raised while there are few calls (Laplace's rule). */
    double failureRate() {
        return (failed + 1.0) / (calls + 2.0);
    }

    /** Returns the percentile of recent latencies for a share from 0 to 1; 0 before there are enough. */
    long percentileNanos(double share) {
        int known = Math.min(KEPT, latencyCount);
        if (known < ENOUGH) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(latencies, known);
        Arrays.sort(sorted);
        return sorted[Math.min(known - 1, (int) Math.ceil(share * known) - 1)];
    }
}
