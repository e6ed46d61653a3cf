package dev.aigw.routing.engine.pool;

/** The latencies of the last answers of a deployment, for percentiles. Safe for use by many threads. */
public final class RecentLatencies {

    /** How many latencies a percentile needs. */
    public static final int ENOUGH = RecentNumbers.ENOUGH;

    private final RecentNumbers nanos = new RecentNumbers(128);

    RecentLatencies() {}

    /** Adds the latency of an answer. */
    public void add(long latencyNanos) {
        nanos.add(latencyNanos);
    }

    /**
     * Returns the percentile of the last 128 latencies (nearest rank) for a share from 0 to 1; 0 before there are
     * enough.
     */
    public long percentileNanos(double share) {
        return nanos.percentile(share);
    }
}
