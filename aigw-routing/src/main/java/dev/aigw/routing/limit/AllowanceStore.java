package dev.aigw.routing.limit;

import dev.aigw.routing.feature.Environment;

/**
 * Where the allowances of limits are kept, when not in each JVM for itself: the seam for a fleet that shares its
 * limits.
 *
 * <p>An allowance it returns may block a call that takes for a short, bounded time; settling never blocks, because
 * replies end on threads that serve others, too. Implementations are safe for use by many threads.
 */
public interface AllowanceStore {

    /**
     * Returns the allowance for one key of a limit. Asked once for each key, and again after a key was not seen for
     * long.
     *
     * @param spec the limit and the key
     * @param environment time and threads of the router
     */
    Allowance allowance(AllowanceSpec spec, Environment environment);
}
