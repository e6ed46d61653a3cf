package dev.aigw.routing.limit;

import dev.aigw.routing.feature.Environment;

/**
 * Stores the allowances of limits outside the JVM, so that a fleet shares its limits.
 *
 * <p>{@link Allowance#take} of its allowances may block for a short, bounded time; settling never blocks, because
 * replies end on threads that serve other calls too. Implementations are safe for use by many threads.
 */
public interface AllowanceStore {

    /**
     * Returns the allowance for one key of a limit. Called once for each key, and again if the key was not used for a
     * long time.
     *
     * @param spec the limit and the key
     * @param environment time and threads of the router
     */
    Allowance allowance(AllowanceSpec spec, Environment environment);
}
