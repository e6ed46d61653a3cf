package dev.aigw.routing.resilience;

import dev.aigw.api.StreamRecovery;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.token.TokenCounter;
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
    private final TokenCounter counter;

    private Resilience(
            RetryPolicy policy, StreamRecovery recovery, @Nullable HedgePolicy hedging, TokenCounter counter) {
        this.policy = policy;
        this.recovery = recovery;
        this.hedging = hedging;
        this.counter = counter;
    }

    /**
     * Returns the feature; without {@code hedging} no call is sent twice. The counter estimates what a broken stream
     * has used and not reported.
     */
    public static Resilience of(
            RetryPolicy policy, StreamRecovery recovery, @Nullable HedgePolicy hedging, TokenCounter counter) {
        return new Resilience(policy, recovery, hedging, counter);
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
        installer.engineStage(
                Phase.FALLBACK,
                EngineInstaller.Reach.STREAMS_ONLY,
                new RecoveryStage(recovery, policy, tried, counter));
        installer.engineStage(Phase.FALLBACK, EngineInstaller.Reach.CALLERS_ONLY, new FallbackStage(policy));
        installer.engineStage(Phase.RETRY, EngineInstaller.Reach.CALLERS_ONLY, new RetryStage(policy, tried));
        if (hedging != null) {
            installer.engineStage(
                    Phase.RETRY, EngineInstaller.Reach.CALLERS_ONLY, new HedgeStage(hedging, policy, tried));
            installer.engineStage(Phase.RESERVE, EngineInstaller.Reach.CALLERS_ONLY, new HedgeTimerStage(hedging));
        }
        installer.engineStage(Phase.RETRY, EngineInstaller.Reach.STREAMS_ONLY, new RefusedPrefillStage());
        installer.engineStage(Phase.RESERVE, EngineInstaller.Reach.STREAMS_ONLY, new ContinuationStage());
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
