package dev.aigw.routing.engine.pool;

import dev.aigw.routing.deployment.HealthCheck;
import java.util.List;

/**
 * A deployment with a health check.
 *
 * @param target the deployment
 * @param check how and how often
 * @param pools the pools of all models that it serves, which bound how many are ejected at once
 */
public record CheckedDeployment(LiveDeployment target, HealthCheck check, List<Pool> pools) {

    /** Copies the list. */
    public CheckedDeployment {
        pools = List.copyOf(pools);
    }
}
