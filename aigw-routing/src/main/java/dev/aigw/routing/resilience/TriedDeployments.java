package dev.aigw.routing.resilience;

import dev.aigw.api.GatewayException;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.TriedDeployment;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps in mind which deployments a call has tried in vain. Safe for use by many threads. */
final class TriedDeployments {

    private final RetryPolicy policy;

    TriedDeployments(RetryPolicy policy) {
        this.policy = policy;
    }

    /**
     * Notes the failed deployment, and from when this call may ask it again.
     *
     * @param same when the kind of failure allows it
     */
    void remember(Call call, GatewayException failure, FailureRule.Same same) {
        LiveDeployment target = target(call, failure);
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
        call.visited(new TriedDeployment(
                target.id(),
                failure.kind(),
                retryAt,
                target.definition().contextWindow(),
                TriedDeployment.upstream(target)));
    }

    private static @Nullable LiveDeployment target(Call call, GatewayException failure) {
        for (LiveDeployment target : call.currentModel().pool().targets()) {
            if (target.id().equals(failure.deployment())) {
                return target;
            }
        }
        return null;
    }

    private static int failuresOf(Call call, LiveDeployment target) {
        int count = 0;
        for (GatewayException failure : call.failures()) {
            if (target.id().equals(failure.deployment())) {
                count++;
            }
        }
        return Math.max(1, count);
    }
}
