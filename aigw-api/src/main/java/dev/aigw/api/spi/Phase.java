package dev.aigw.api.spi;

/**
 * Where in the pipeline a {@link Stage} runs. A request passes the phases in the order of these constants, and its
 * reply in reverse order, whatever the order in which stages were added.
 */
public enum Phase {
    /** Sees the whole call from outside. */
    OBSERVE,
    /** Establishes the caller. */
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
     * Chooses the model. Stages that you add here run after the choice and before the cache. A stage that forbids
     * models to callers checks the chosen model here, and fallback models in {@link #MODEL}.
     */
    ROUTE,
    /** Answers from the result cache. */
    CACHE,
    /** Joins identical calls under way. */
    SINGLE_FLIGHT,
    /** Sends copies of calls to other models (shadows). */
    ROLLOUT,
    /** Tries the next model when one fails. */
    FALLBACK,
    /** Runs once for each model tried, fallback models included. */
    MODEL,
    /** Retries. From here on stages run once for each attempt. */
    RETRY,
    /** Chooses the deployment. */
    BALANCE,
    /** Reserves tokens and money. */
    RESERVE,
    /** Runs last, next to the adapter: sees exactly what is sent and what is received. */
    ATTEMPT;

    /** Returns whether stages of this phase run once for each attempt rather than for each call or model. */
    public boolean isPerAttempt() {
        return compareTo(RETRY) > 0;
    }
}
