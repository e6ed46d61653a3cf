package dev.aigw.routing.resilience;

import dev.aigw.api.spi.Phase;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Models;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Retry, fallback, hedging and recovery of streams as one feature of the router. */
public final class Resilience implements EngineFeature {

    private final RetryPolicy policy;
    private final StreamRecovery recovery;
    private final @Nullable HedgePolicy hedging;

    private Resilience(RetryPolicy policy, StreamRecovery recovery, @Nullable HedgePolicy hedging) {
        this.policy = policy;
        this.recovery = recovery;
        this.hedging = hedging;
    }

    /** Returns the feature; without {@code hedging} no call is sent twice. */
    public static Resilience of(RetryPolicy policy, StreamRecovery recovery, @Nullable HedgePolicy hedging) {
        return new Resilience(policy, recovery, hedging);
    }

    /**
     * Returns the feature that lets last resorts answer. Install it before the cache, so that their replies are not
     * stored.
     */
    public static EngineFeature lastResorts() {
        return installer ->
                installer.engineStage(Phase.ROUTE, EngineInstaller.Reach.CALLERS_ONLY, new LastResortStage());
    }

    @Override
    public void install(EngineInstaller installer) {
        TriedDeployments tried = new TriedDeployments(policy);
        if (recovery != StreamRecovery.FAIL) {
            installer.engineStage(
                    Phase.FALLBACK, EngineInstaller.Reach.CALLERS_ONLY, new RecoveryStage(recovery, policy, tried));
        }
        installer.engineStage(Phase.FALLBACK, EngineInstaller.Reach.CALLERS_ONLY, new FallbackStage(policy));
        installer.engineStage(Phase.RETRY, EngineInstaller.Reach.CALLERS_ONLY, new RetryStage(policy, tried));
        if (hedging != null) {
            installer.engineStage(
                    Phase.RETRY, EngineInstaller.Reach.CALLERS_ONLY, new HedgeStage(hedging, policy, tried));
            installer.engineStage(Phase.RESERVE, EngineInstaller.Reach.CALLERS_ONLY, new HedgeTimerStage(hedging));
        }
        if (recovery.mayResume()) {
            installer.engineStage(Phase.RESERVE, EngineInstaller.Reach.CALLERS_ONLY, new ContinuationStage());
        }
    }

    /** Returns the model and its fallbacks, theirs after all of its own, each once: a cycle ends where it closes. */
    public static List<Model> order(Model first, Models models) {
        List<Model> order = new ArrayList<>();
        order.add(first);
        for (int i = 0; i < order.size(); i++) {
            for (String name : order.get(i).fallbacks()) {
                Model next = models.find(name);
                if (next != null
                        && order.stream().noneMatch(known -> known.name().equals(next.name()))) {
                    order.add(next);
                }
            }
        }
        return order;
    }
}
