package dev.aigw.routing.resilience;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.RetryBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tries one model: each other deployment at once, and the same one again, after its wait, only if it is the only one
 * left and the kind of failure allows it. Stops at the most attempts, at the deadline, and when the retry budget is
 * used up.
 */
final class RetryStage implements EngineStage {

    private final RetryPolicy policy;
    private final TriedDeployments tried;

    RetryStage(RetryPolicy policy, TriedDeployments tried) {
        this.policy = policy;
        this.tried = tried;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        int reserved = call.fallbacks().size();
        int allowed = Math.max(call.log().attemptCount() + 1, policy.attempts(call, reserved) - reserved);
        RetryBudget budget = call.currentModel().retryBudget();
        GatewayException last = null;
        while (true) {
            try {
                ModelReply reply = hop.proceed(hop.request());
                budget.succeeded();
                return reply;
            } catch (GatewayException e) {
                if (call.isUnserved(e)) {
                    throw known(call, last, e);
                }
                last = e;
                FailureRule rule = FailureRule.of(e, call.currentModel().failures());
                if (isFinal(call, e, rule, budget, allowed)) {
                    throw e;
                }
                tried.remember(call, e, rule.same());
                if (call.events().hasListeners()) {
                    call.events().publish(new RouterEvent.Retried(call, e));
                }
            }
        }
    }

    private static boolean isFinal(
            Call call, GatewayException failure, FailureRule rule, RetryBudget budget, int allowed) {
        if (!rule.next() && rule.same() == FailureRule.Same.NEVER) {
            return true; // this is not a retry, so the budget does not count
        }
        if (failure.subject() == FailureSubject.DEPLOYMENT) {
            return false; // the router's own limit on one deployment: nothing was sent
        }
        if (!call.isCallersDoing(failure)) {
            budget.failed();
        }
        return call.log().attemptCount() >= allowed || !budget.allowsRetry();
    }

    /** Returns the latest failure of an attempt; a lack of deployments never hides it. */
    private static GatewayException known(Call call, @Nullable GatewayException last, GatewayException unserved) {
        if (unserved.kind() == ErrorKind.CANCELLED || unserved.kind() == ErrorKind.DEADLINE) {
            return unserved;
        }
        if (last != null) {
            return last;
        }
        List<GatewayException> failures = call.log().failures();
        return failures.isEmpty() || unserved.kind() != ErrorKind.NO_ROUTE
                ? unserved
                : failures.get(failures.size() - 1);
    }
}
