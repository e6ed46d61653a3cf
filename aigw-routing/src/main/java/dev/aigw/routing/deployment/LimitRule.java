package dev.aigw.routing.deployment;

/**
 * Decides how many attempts a deployment may have under way at once, and adapts to how they end. Implementations are
 * safe for use by many threads, return quickly, and throw nothing.
 */
public interface LimitRule {

    /** Returns the present limit; less than 1 counts as 1. */
    int limit();

    /**
     * Reports an attempt that is over. Attempts that say nothing about load (refused for their content or credential,
     * abandoned by their caller) are not reported.
     *
     * @param startNanos when it began, as a clock reading
     * @param latencyNanos how long its reply took; for a stream, to its first content; for a dropped attempt, until it
     *     failed
     * @param inFlight the attempts under way at its end, itself included
     * @param dropped whether the deployment could not keep up: it was overloaded, rate-limited the attempt, or did not
     *     answer in time
     */
    void onAttempt(long startNanos, long latencyNanos, int inFlight, boolean dropped);
}
