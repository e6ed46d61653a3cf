package dev.aigw.routing.resilience;

import dev.aigw.api.StreamRecovery;
import dev.aigw.api.spi.Phase;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;
import dev.aigw.routing.feature.Feature;
import org.jspecify.annotations.Nullable;

/** Retry, fallback, hedging, recovery of streams, last resorts and health checks as one feature of the router. */
public final class Resilience {

    private Resilience() {}

    /**
     * Returns the feature. Install it first, so that a model's last resort also answers when its route has failed.
     *
     * @param hedging when calls are hedged, or null for never
     */
    public static Feature feature(RetryPolicy policy, StreamRecovery recovery, @Nullable HedgePolicy hedging) {
        return EngineFeature.of(installer -> {
            TriedDeployments tried = new TriedDeployments(policy);
            installer.engineStage(Phase.ROUTE, Reach.CALLERS_ONLY, new LastResortStage());
            installer.engineStage(
                    Phase.FALLBACK, Reach.STREAMS_ONLY, new RecoveryStage(recovery, policy, tried, installer.tokens()));
            installer.engineStage(Phase.FALLBACK, Reach.CALLERS_ONLY, new FallbackStage(policy));
            installer.engineStage(Phase.RETRY, Reach.CALLERS_ONLY, new RetryStage(policy, tried));
            if (hedging != null) {
                installer.engineStage(Phase.RETRY, Reach.CALLERS_ONLY, new HedgeStage(hedging, policy, tried));
                installer.engineStage(Phase.RESERVE, Reach.CALLERS_ONLY, new HedgeTimerStage(hedging));
            }
            installer.engineStage(Phase.RETRY, Reach.STREAMS_ONLY, new RefusedPrefillStage());
            installer.engineStage(Phase.RESERVE, Reach.STREAMS_ONLY, new ContinuationStage());
            checkHealth(installer);
        });
    }

    private static void checkHealth(EngineInstaller installer) {
        HealthChecks checks = new HealthChecks(installer.environment(), installer.events());
        installer.onTable(table -> checks.follow(table.checked()));
        installer.onClose(checks::close);
    }
}
