package dev.aigw.routing.resilience;

import dev.aigw.api.GatewayException;
import dev.aigw.routing.pipeline.Call;
import dev.aigw.routing.pipeline.Environment;
import dev.aigw.routing.target.Target;
import dev.aigw.routing.target.Visit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps in mind which deployments a call has tried in vain. Safe for use by many threads. */
final class Visits {

    private final RetryPolicy policy;

    Visits(RetryPolicy policy) {
        this.policy = policy;
    }

    /**
     * Notes the failed deployment, and from when this call may ask it again.
     *
     * @param same when the kind of failure allows it
     */
    void remember(Call call, GatewayException failure, FailureRule.Same same) {
        Target target = target(call, failure);
        if (target == null) {
            return;
        }
        Environment environment = call.environment();
        long now = environment.nanoTime();
        Duration retryAfter = failure.retryAfter();
        Long retryAt = switch (same) {
            case NEVER -> null;
            case AT_ONCE -> now;
            case ONCE -> failuresOf(call, target) > 1 ? null : Long.valueOf(now);
            case BACKOFF ->
                now
                        + (retryAfter != null && retryAfter.compareTo(policy.maxRetryAfter()) <= 0
                                ? retryAfter.toNanos()
                                : policy.backoffNanos(failuresOf(call, target), environment.random()));
            case AFTER_RESET ->
                retryAfter == null
                        ? Long.valueOf(now + policy.backoffNanos(failuresOf(call, target), environment.random()))
                        : retryAfter.compareTo(policy.maxRetryAfter()) > 0
                                ? null
                                : Long.valueOf(now + retryAfter.toNanos());
        };
        if (retryAfter != null && retryAfter.compareTo(policy.maxRetryAfter()) > 0) {
            retryAt = null;
        }
        call.visited(new Visit(
                target.id(), failure.kind(), retryAt, target.definition().contextWindow(), Visit.upstream(target)));
    }

    private static @Nullable Target target(Call call, GatewayException failure) {
        for (Target target : call.currentModel().pool().targets()) {
            if (target.id().equals(failure.deployment())) {
                return target;
            }
        }
        return null;
    }

    private static int failuresOf(Call call, Target target) {
        int count = 0;
        for (GatewayException failure : call.failures()) {
            if (target.id().equals(failure.deployment())) {
                count++;
            }
        }
        return Math.max(1, count);
    }
}
