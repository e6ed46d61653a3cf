package dev.aigw.routing.resilience;

import dev.aigw.api.ModelReply;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.engine.call.Call;

/** Lets a stream that breaks in the middle be taken over: wraps fallback and retry, to go through them again. */
final class RecoveryStage implements Stage {

    private final StreamRecovery recovery;
    private final RetryPolicy policy;
    private final RetryBudget budget;
    private final TriedDeployments visits;

    RecoveryStage(StreamRecovery recovery, RetryPolicy policy, RetryBudget budget, TriedDeployments visits) {
        this.recovery = recovery;
        this.policy = policy;
        this.budget = budget;
        this.visits = visits;
    }

    @Override
    public ModelReply apply(Chain chain) {
        ModelReply reply = chain.proceed(chain.request());
        return reply instanceof ChatStream stream && ((Call) chain.call()).sideCall() == null
                ? stream.map(source -> new RecoveringSource(source, chain, recovery, policy, budget, visits))
                : reply;
    }
}
