package dev.aigw.routing.feature;

import java.util.Collection;

/** The cooldowns of a router, for a feature that shares them with other routers. Safe for use by many threads. */
public interface Cooldowns {

    /** Returns the deployments that the router keeps statistics for, by their present definitions. */
    Collection<? extends CoolingDeployment> deployments();

    /** Notifies {@code listener} of each cooldown that this router begins from now on. */
    void onCooldown(CooldownListener listener);
}
