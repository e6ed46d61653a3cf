package dev.aigw.routing.resilience;

import dev.aigw.api.ModelReply;
import dev.aigw.api.Outcome;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.RecentLatencies;
import java.util.Objects;

/** Starts the hedge's clock once the deployment is known, and keeps its latencies where a percentile is asked for. */
final class HedgeTimerStage implements Stage {

    private final HedgePolicy policy;

    HedgeTimerStage(HedgePolicy policy) {
        this.policy = policy;
    }

    @Override
    public ModelReply apply(Chain chain) {
        Attempt attempt = (Attempt) Objects.requireNonNull(chain.attempt(), "attempt");
        LiveDeployment target = attempt.target();
        boolean streamed = chain.call().operation().replyType() == ChatStream.class;
        RecentLatencies latencies = target.latencies(streamed);
        if (policy.watchesLatency()) {
            chain.onEnd(end -> {
                long nanos = streamed ? end.firstContentNanos() : end.durationNanos();
                if (end.outcome() == Outcome.SUCCESS && nanos > 0) {
                    latencies.add(nanos);
                }
            });
        }
        HedgeRace race = chain.call().get(HedgeStage.RACE);
        if (race != null) {
            race.asked(target, policy.delayNanos(latencies));
        }
        return chain.proceed(chain.request());
    }
}
