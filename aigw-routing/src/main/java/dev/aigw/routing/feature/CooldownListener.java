package dev.aigw.routing.feature;

import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;

/**
 * Learns of cooldowns that this router found to be due, so that others may be notified. Safe for use by many threads.
 */
@FunctionalInterface
public interface CooldownListener {

    /**
     * A deployment, or its credential, is not asked from now on. Runs in the thread of the call that found out, so it
     * neither blocks nor throws.
     *
     * @param deployment the deployment that failed
     * @param scope what is not asked
     * @param nanos for how long
     * @param kind what failed
     */
    void cooldownBegan(CoolingDeployment deployment, CooldownScope scope, long nanos, ErrorKind kind);
}
