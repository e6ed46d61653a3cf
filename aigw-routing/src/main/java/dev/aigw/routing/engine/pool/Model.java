package dev.aigw.routing.engine.pool;

import dev.aigw.api.PromptCaching;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.deployment.FailurePolicy;
import dev.aigw.routing.deployment.LastResort;
import dev.aigw.routing.deployment.ModelShadow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A logical model in the routing table. Immutable, except for its pool's statistics and its retry budget.
 *
 * @param name its name
 * @param pool its deployments
 * @param retryBudget its retry budget, which prevents retry storms
 * @param fallbacks the models to try when this one fails, in order
 * @param timeouts its timeouts; the router's apply where none is set
 * @param promptCaching how its calls use prompt caches; null to use the router's setting
 * @param failures its failure policy
 * @param selector its route, which chooses the model that answers, or null for none
 * @param lastResort what answers when it and its fallbacks have failed, or null
 * @param shadow its shadow, which gets copies of its calls, or null
 */
public record Model(
        String name,
        Pool pool,
        RetryBudget retryBudget,
        List<String> fallbacks,
        Timeouts timeouts,
        @Nullable PromptCaching promptCaching,
        FailurePolicy failures,
        @Nullable ModelSelector selector,
        @Nullable LastResort lastResort,
        @Nullable ModelShadow shadow) {

    /** Copies the list. */
    public Model {
        fallbacks = List.copyOf(fallbacks);
    }
}
