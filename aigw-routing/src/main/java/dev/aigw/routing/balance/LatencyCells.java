package dev.aigw.routing.balance;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Latency estimates that rise at once, fall slowly, and decay while there are no observations.
 *
 * <p>The peak-sensitive, exponentially weighted moving average of Twitter's Finagle (its balancer {@code p2cPeakEwma}):
 * a latency above the estimate becomes the estimate; one below moves it by 1 - e^(-t/T), where t is the time since the
 * last one and T the decay time. After a time t without observations, an estimate is e^(-t/T) of what it was, so that a
 * deployment that was slow is eventually tried again.
 *
 * <p>A cell is one long, changed by compare-and-set: the estimate as a float, and when it was made in units of 2^20
 * nanoseconds (about a millisecond). Safe for use by many threads.
 */
final class LatencyCells {

    private static final int STAMP_SHIFT = 20;
    private static final long EMPTY = 0;

    private final AtomicLongArray cells;
    private final double decayStamps;

    /** Creates empty cells whose estimates decay with a time constant of {@code decayNanos}. */
    LatencyCells(int size, long decayNanos) {
        this.cells = new AtomicLongArray(size);
        this.decayStamps = (double) decayNanos / (1 << STAMP_SHIFT);
    }

    /** Records a latency. */
    void observe(int cell, double latencyNanos, long nanoTime) {
        int now = stamp(nanoTime);
        cells.getAndUpdate(cell, old -> {
            if (old == EMPTY) {
                return pack(latencyNanos, now);
            }
            double estimate = estimate(old);
            int silence = silence(old, now);
            double kept = latencyNanos > estimate ? 0 : Math.exp(-silence / decayStamps);
            return pack(estimate * kept + latencyNanos * (1 - kept), silence == 0 ? stampOf(old) : now);
        });
    }

    /** Returns the estimate at this time, or 0 before the first observation. */
    double read(int cell, long nanoTime) {
        long state = cells.get(cell);
        return state == EMPTY ? 0 : estimate(state) * Math.exp(-silence(state, stamp(nanoTime)) / decayStamps);
    }

    private static long pack(double latencyNanos, int stamp) {
        float positive = (float) Math.max(1, latencyNanos); // so that the state is never EMPTY
        return (long) Float.floatToRawIntBits(positive) << 32 | (stamp & 0xFFFF_FFFFL);
    }

    private static double estimate(long state) {
        return Float.intBitsToFloat((int) (state >> 32));
    }

    private static int stampOf(long state) {
        return (int) state;
    }

    /** Returns the time since the estimate was made; 0 if the clock readings of two threads are out of order. */
    private static int silence(long state, int now) {
        return Math.max(0, now - stampOf(state));
    }

    private static int stamp(long nanoTime) {
        return (int) (nanoTime >> STAMP_SHIFT);
    }
}
