package dev.aigw.routing.resilience;

import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.pool.Decision;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.TriedDeployment;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Notes which deployments a call has tried without success, and when it may retry them. Immutable. */
final class TriedDeployments {

    /** The shortest wait for a reset time, for providers that report zero. */
    private static final long LEAST_RESET_NANOS = 1_000_000;

    private final RetryPolicy policy;

    TriedDeployments(RetryPolicy policy) {
        this.policy = policy;
    }

    /**
     * Notes the deployment that failed, and when this call may retry it.
     *
     * @param same when the kind of failure allows a retry
     */
    void remember(Call call, GatewayException failure, FailureRule.Same same) {
        LiveDeployment deployment = find(call, failure);
        if (deployment == null) {
            return;
        }
        Duration reset = failure.retryAfter();
        if (same == FailureRule.Same.NEVER
                || (reset == null && failure.subject() == FailureSubject.DEPLOYMENT)
                || (same == FailureRule.Same.ONCE && failuresOf(call, deployment) > 1)
                || (reset != null && reset.compareTo(policy.maxRetryAfter()) > 0)) {
            call.log()
                    .tried(
                            failure.subject() == FailureSubject.CREDENTIAL
                                    ? TriedDeployment.neverWithItsCredential(deployment, failure.kind())
                                    : TriedDeployment.never(deployment, failure.kind()));
            return;
        }
        long wait = 0;
        Decision.Reason reason = Decision.Reason.BACKOFF;
        if (same == FailureRule.Same.AFTER_RESET || same == FailureRule.Same.BACKOFF) {
            if (reset == null) {
                wait = policy.backoffNanos(
                        failuresOf(call, deployment), call.environment().random());
            } else {
                wait = Math.max(LEAST_RESET_NANOS, Durations.nanos(reset));
                reason = Decision.Reason.COOLDOWN;
            }
        }
        call.log()
                .tried(TriedDeployment.of(
                        deployment, failure.kind(), call.environment().nanoTime() + wait, reason));
    }

    private static @Nullable LiveDeployment find(Call call, GatewayException failure) {
        for (LiveDeployment deployment : call.currentModel().pool().deployments()) {
            if (deployment.id().equals(failure.deployment())) {
                return deployment;
            }
        }
        return null;
    }

    private static int failuresOf(Call call, LiveDeployment deployment) {
        int count = 0;
        for (GatewayException failure : call.log().failures()) {
            if (deployment.id().equals(failure.deployment())) {
                count += 1 + triedBefore(failure);
            }
        }
        return Math.max(1, count);
    }

    /** Returns how often an adapter had tried within the attempt: the repair of an answer is its second try. */
    private static int triedBefore(GatewayException failure) {
        int count = 0;
        for (Throwable earlier : failure.getSuppressed()) {
            if (earlier instanceof GatewayException known && known.kind() == failure.kind()) {
                count++;
            }
        }
        return count;
    }
}
