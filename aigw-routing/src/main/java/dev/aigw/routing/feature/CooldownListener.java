package dev.aigw.routing.feature;

import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;

/**
 * Is notified of the cooldowns that this router begins, so that other routers can be notified. Safe for use by many
 * threads.
 */
@FunctionalInterface
public interface CooldownListener {

    /**
     * A cooldown of a deployment or its credential has begun. Runs in the thread of the call that failed, so it must
     * neither block nor throw.
     *
     * @param deployment the deployment that failed
     * @param scope what cools down
     * @param nanos how long
     * @param kind the kind of failure
     */
    void cooldownBegan(CoolingDeployment deployment, CooldownScope scope, long nanos, ErrorKind kind);
}
