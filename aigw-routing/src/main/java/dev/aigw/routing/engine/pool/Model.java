package dev.aigw.routing.engine.pool;

import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.deployment.LastResort;
import dev.aigw.routing.deployment.ModelShadow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A logical model in the routing table. Immutable, but for its pool's live statistics.
 *
 * @param name its name
 * @param pool its deployments
 * @param fallbacks the models to try when this one fails, in order
 * @param timeouts its limits; those not set are the router's
 * @param selector which model answers in its place, or null for itself
 * @param lastResort what answers when it and its fallbacks have failed, or null
 * @param shadow what gets copies of its calls, or null
 */
public record Model(
        String name,
        Pool pool,
        List<String> fallbacks,
        Timeouts timeouts,
        @Nullable ModelSelector selector,
        @Nullable LastResort lastResort,
        @Nullable ModelShadow shadow) {

    /** Copies the list. */
    public Model {
        fallbacks = List.copyOf(fallbacks);
    }
}
