package dev.aigw.routing.engine.pool;

import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.deployment.FailurePolicy;
import dev.aigw.routing.deployment.LastResort;
import dev.aigw.routing.deployment.ModelShadow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A logical model in the routing table. Immutable, but for its pool's live statistics and its retry budget.
 *
 * @param name its name
 * @param pool its deployments
 * @param retryBudget what keeps its retries from making a storm
 * @param fallbacks the models to try when this one fails, in order
 * @param timeouts its timeouts; those not set are the router's
 * @param failures its own rules for kinds of failure
 * @param selector which model answers in its place, or null for itself
 * @param lastResort what answers when it and its fallbacks have failed, or null
 * @param shadow what gets copies of its calls, or null
 */
public record Model(
        String name,
        Pool pool,
        RetryBudget retryBudget,
        List<String> fallbacks,
        Timeouts timeouts,
        FailurePolicy failures,
        @Nullable ModelSelector selector,
        @Nullable LastResort lastResort,
        @Nullable ModelShadow shadow) {

    /** Copies the list. */
    public Model {
        fallbacks = List.copyOf(fallbacks);
    }
}
