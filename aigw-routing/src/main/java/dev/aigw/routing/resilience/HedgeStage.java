package dev.aigw.routing.resilience;

import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.engine.call.Call;

/** Turns each try of a model into a race when its answer is slow: runs inside retry, around the attempts. */
final class HedgeStage implements Stage {

    /** The race the call is in, for the stage that knows which deployment was asked. */
    static final CallContext.Key<HedgeRace> RACE = CallContext.Key.of("hedge race");

    private final HedgePolicy hedging;
    private final RetryPolicy retrying;
    private final HedgeBudget budget;
    private final TriedDeployments visits;

    HedgeStage(HedgePolicy hedging, RetryPolicy retrying, TriedDeployments visits) {
        this.hedging = hedging;
        this.retrying = retrying;
        this.budget = new HedgeBudget(hedging.budget());
        this.visits = visits;
    }

    @Override
    public ModelReply apply(Chain chain) {
        Call call = (Call) chain.call();
        if (!call.operation().hedgeable()
                || call.sideCall() != null
                || call.currentModel().pool().targets().size() < 2) {
            call.remove(RACE); // that of a model tried before
            return chain.proceed(chain.request());
        }
        budget.called();
        Integer reserved = call.get(RetryStage.RESERVED);
        int attempts = retrying.maxAttempts() - (reserved == null ? 0 : reserved) - call.attemptCount();
        int hedges = Math.min(hedging.maxHedges(), Math.max(0, attempts - 1));
        HedgeRace race = new HedgeRace(chain, call, budget, visits, hedges);
        call.put(RACE, race);
        return race.run();
    }
}
