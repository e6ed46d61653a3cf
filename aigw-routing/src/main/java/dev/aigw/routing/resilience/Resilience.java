package dev.aigw.routing.resilience;

import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.Phase;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Models;
import dev.aigw.routing.engine.pool.Pool;
import dev.aigw.routing.feature.Feature;
import dev.aigw.routing.feature.Installer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Retry, fallback, holds and breaker as one feature of the router. */
public final class Resilience implements Feature {

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
    public static Feature lastResorts() {
        return installer -> installer.stage(Phase.ROUTE, new LastResortStage());
    }

    @Override
    public void install(Installer installer) {
        RetryBudget budget = new RetryBudget(policy.budgetTokens(), policy.budgetRatio());
        TriedDeployments visits = new TriedDeployments(policy);
        if (recovery != StreamRecovery.FAIL) {
            installer.stage(Phase.FALLBACK, new RecoveryStage(recovery, policy, budget, visits));
        }
        installer.stage(Phase.FALLBACK, new FallbackStage(policy));
        installer.stage(Phase.RETRY, new RetryStage(policy, budget, visits));
        if (hedging != null) {
            installer.stage(Phase.RETRY, new HedgeStage(hedging, policy, visits));
            installer.stage(Phase.RESERVE, new HedgeTimerStage(hedging));
        }
        if (recovery.mayResume()) {
            installer.stage(Phase.RESERVE, new ContinuationStage());
        }
        installer.stage(Phase.RESERVE, new HealthStage());
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

    static Pool.Query query(Chain chain, Call call) {
        return call.query(chain.request());
    }
}
