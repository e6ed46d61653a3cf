package dev.aigw.routing.resilience;

import dev.aigw.api.ModelReply;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;

/** Recovers streams that break in the middle. Wraps fallback and retry, to run them again. */
final class RecoveryStage implements EngineStage {

    private final StreamRecovery recovery;
    private final RetryPolicy policy;
    private final TriedDeployments tried;
    private final TokenCounter counter;

    RecoveryStage(StreamRecovery recovery, RetryPolicy policy, TriedDeployments tried, TokenCounter counter) {
        this.recovery = recovery;
        this.policy = policy;
        this.tried = tried;
        this.counter = counter;
    }

    @Override
    public ModelReply apply(Hop hop) {
        StreamRecovery own = hop.call().options().streamRecovery();
        BrokenUsage broken = new BrokenUsage(counter);
        hop.call().watchAttempts(broken);
        ChatStream stream = (ChatStream) hop.proceed(hop.request());
        return stream.map(source ->
                new RecoveringSource(source, hop, own == null ? recovery : own, policy, tried, broken, counter));
    }
}
