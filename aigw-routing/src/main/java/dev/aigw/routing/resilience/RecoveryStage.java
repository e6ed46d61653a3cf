package dev.aigw.routing.resilience;

import dev.aigw.api.ModelReply;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;

/** Lets a stream that breaks in the middle be taken over: wraps fallback and retry, to go through them again. */
final class RecoveryStage implements EngineStage {

    private final StreamRecovery recovery;
    private final RetryPolicy policy;
    private final TriedDeployments tried;

    RecoveryStage(StreamRecovery recovery, RetryPolicy policy, TriedDeployments tried) {
        this.recovery = recovery;
        this.policy = policy;
        this.tried = tried;
    }

    @Override
    public ModelReply apply(Hop hop) {
        ModelReply reply = hop.proceed(hop.request());
        return reply instanceof ChatStream stream
                ? stream.map(source -> new RecoveringSource(source, hop, recovery, policy, tried))
                : reply;
    }
}
