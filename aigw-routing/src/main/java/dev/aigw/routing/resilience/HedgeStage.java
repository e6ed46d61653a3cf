package dev.aigw.routing.resilience;

import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.CallContext;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;

/** Makes each try of a model a race of hedges if its answer is slow. Runs inside retry, around the attempts. */
final class HedgeStage implements EngineStage {

    /** The race that the call is in, for the stage that knows the chosen deployment. */
    static final CallContext.Key<HedgeRace> RACE = CallContext.Key.of("hedge race");

    private final HedgePolicy hedging;
    private final RetryPolicy retrying;
    private final HedgeBudget budget;
    private final TriedDeployments tried;

    HedgeStage(HedgePolicy hedging, RetryPolicy retrying, TriedDeployments tried) {
        this.hedging = hedging;
        this.retrying = retrying;
        this.budget = new HedgeBudget(hedging.budget());
        this.tried = tried;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        if (!call.operation().hedgeable()
                || call.currentModel().pool().deployments().size() < 2) {
            call.remove(RACE); // the race of an earlier model
            return hop.proceed(hop.request());
        }
        budget.called();
        int reserved = call.fallbacks().size();
        int attempts = retrying.attempts(call, reserved) - reserved - call.log().attemptCount();
        int hedges = Math.min(hedging.maxHedges(), Math.max(0, attempts - 1));
        HedgeRace race = new HedgeRace(hop, call, budget, tried, hedges);
        call.put(RACE, race);
        return race.run();
    }
}
