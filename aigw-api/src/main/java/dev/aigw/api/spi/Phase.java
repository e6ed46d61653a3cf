package dev.aigw.api.spi;

/**
 * Where in a call's way a {@link Stage} stands. The order of these constants is the order of the way in, and its
 * reverse the way back, whatever the order in which stages were added.
 */
public enum Phase {
    /** Sees the whole call from outside. */
    OBSERVE,
    /** Establishes who asks. */
    ACCESS,
    /** Resolves alias and version to a model. */
    CATALOG,
    /** Decides whether the caller may use the resolved model. */
    PERMISSION,
    /** Rewrites the request. */
    TRANSFORM,
    /** Checks what goes in and what comes out. */
    GUARD,
    /** Limits requests. */
    LIMIT,
    /**
     * Chooses the model. Stages that are added here run once it is chosen, and before the cache answers for it: who
     * forbids models to callers looks again here, and in {@link #MODEL} at those that substitute for it.
     */
    ROUTE,
    /** Answers from the result cache. */
    CACHE,
    /** Joins identical calls under way. */
    SINGLE_FLIGHT,
    /** Sends copies of calls to other models. */
    ROLLOUT,
    /** Substitutes the next model when one fails. */
    FALLBACK,
    /** Runs once for each model tried, substitutes included. */
    MODEL,
    /** Tries again. From here on stages run once for each attempt. */
    RETRY,
    /** Chooses the deployment. */
    BALANCE,
    /** Reserves tokens and money. */
    RESERVE,
    /** Runs last, next to the adapter: sees exactly what is sent and what comes back. */
    ATTEMPT;

    /** Returns whether stages of this phase run once for each attempt, and not once for each call or model. */
    public boolean isPerAttempt() {
        return compareTo(RETRY) > 0;
    }
}
