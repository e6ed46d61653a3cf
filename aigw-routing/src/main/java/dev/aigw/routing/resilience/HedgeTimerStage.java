package dev.aigw.routing.resilience;

import dev.aigw.api.ModelReply;
import dev.aigw.api.Outcome;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.RecentLatencies;

/** Starts the hedge's timer once the deployment is known, and records its latencies if the policy uses a percentile. */
final class HedgeTimerStage implements EngineStage {

    private final HedgePolicy policy;

    HedgeTimerStage(HedgePolicy policy) {
        this.policy = policy;
    }

    @Override
    public ModelReply apply(Hop hop) {
        LiveDeployment deployment = hop.leasedAttempt().live();
        boolean streamed = hop.call().isStreamed();
        RecentLatencies latencies = deployment.latencies(streamed);
        if (policy.watchesLatency()) {
            hop.onEnd(end -> {
                long nanos = streamed ? end.firstContentNanos() : end.durationNanos();
                if (end.outcome() == Outcome.SUCCESS && nanos > 0) {
                    latencies.add(nanos);
                }
            });
        }
        HedgeRace race = hop.call().get(HedgeStage.RACE);
        if (race != null) {
            race.asked(deployment, policy.delayNanos(latencies));
        }
        return hop.proceed(hop.request());
    }
}
