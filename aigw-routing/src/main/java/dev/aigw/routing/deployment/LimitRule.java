package dev.aigw.routing.deployment;

/**
 * Decides how many attempts a deployment may have under way at once, and learns from each. Implementations are safe for
 * use by many threads and quick, and throw nothing.
 */
public interface LimitRule {

    /** Returns the limit at present; less than 1 counts as 1. */
    int limit();

    /**
     * Learns from an attempt that is over. Attempts that say nothing of load (refused for their content or credential,
     * abandoned by their caller) are not told.
     *
     * @param startNanos when it began, as a clock reading
     * @param latencyNanos how long its reply took; of a stream, to its first content; of a drop, until it failed
     * @param inFlight the attempts under way at its end, itself included
     * @param dropped whether the deployment did not cope: it was overloaded, limited its rate, or did not answer in
     *     time
     */
    void onAttempt(long startNanos, long latencyNanos, int inFlight, boolean dropped);
}
