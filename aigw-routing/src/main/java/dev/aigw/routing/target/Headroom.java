package dev.aigw.routing.target;

/**
 * What a provider said of its rate limit. Immutable.
 *
 * @param share how much was left, from 0 to 1
 * @param saidNanos when, as a clock reading
 * @param resetNanos how long until all of it is there again
 */
record Headroom(double share, long saidNanos, long resetNanos) {

    /** Returns how much is left now, if what was used comes back evenly. */
    double at(long nowNanos) {
        double passed = nowNanos - saidNanos;
        return passed >= resetNanos ? 1 : share + (1 - share) * Math.max(0, passed) / resetNanos;
    }
}
