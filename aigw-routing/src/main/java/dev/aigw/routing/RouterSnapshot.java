package dev.aigw.routing;

import dev.aigw.api.BreakerState;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.HealthState;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.api.spi.UsageLedger;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a router stands at one moment. Immutable; each number is exact, but they are not all read at the same instant.
 *
 * @param models the declared models, by name in alphabetical order
 * @param usage what the token meter has recorded; empty without a meter
 * @param cache the result cache's counts, or null without a cache
 */
public record RouterSnapshot(List<ModelState> models, UsageLedger usage, ResultCache.@Nullable Stats cache) {

    /** Copies the list. */
    public RouterSnapshot {
        models = List.copyOf(models);
    }

    /**
     * A model.
     *
     * @param name its name
     * @param fallbacks the models tried after it
     * @param deployments its deployments
     */
    public record ModelState(String name, List<String> fallbacks, List<DeploymentState> deployments) {
        /** Copies the lists. */
        public ModelState {
            fallbacks = List.copyOf(fallbacks);
            deployments = List.copyOf(deployments);
        }
    }

    /**
     * A deployment.
     *
     * @param id its id
     * @param weight its share relative to its siblings
     * @param inFlight attempts under way
     * @param latency a moving average of its latency (of streams, to the first content); zero before any reply
     * @param succeeded attempts that succeeded
     * @param failed attempts that failed
     * @param abandoned attempts nobody waited for
     * @param breaker the state of its breaker
     * @param cooldown how long it is still left alone; zero when it is not
     * @param cooldownReason why it is left alone, or null
     * @param health what its health checks have found out; unknown without one
     * @param concurrencyLimit how many attempts it may have under way at present, or null without a limit
     * @param queued calls that wait for it; one that waits for several deployments counts at each
     * @param headroom how much of its rate limits is left, from 0 to 1, by what its provider said last and what was
     *     sent since; 1 when it has not said
     */
    public record DeploymentState(
            String id,
            double weight,
            int inFlight,
            Duration latency,
            long succeeded,
            long failed,
            long abandoned,
            BreakerState breaker,
            Duration cooldown,
            @Nullable ErrorKind cooldownReason,
            HealthState health,
            @Nullable Integer concurrencyLimit,
            int queued,
            double headroom) {}
}
