package dev.aigw.routing.resilience;

import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Outcome;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.deployment.CooldownScope;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Pool;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Draws the lesson of each attempt: feeds the breaker, and holds whoever the failure speaks against. */
final class HealthStage implements Stage {

    private static final Duration DEPLOYMENT_HOLD = Duration.ofMinutes(5);
    private static final Duration CREDENTIAL_HOLD = Duration.ofMinutes(5);
    private static final Duration ACCOUNT_HOLD = Duration.ofMinutes(10);

    /** Without a reset time, a rate-limited deployment is left alone this long. */
    private static final Duration DEFAULT_RESET = Duration.ofSeconds(1);

    @Override
    public ModelReply apply(Chain chain) {
        Attempt attempt = (Attempt) Objects.requireNonNull(chain.attempt(), "attempt");
        Call call = (Call) chain.call();
        LiveDeployment target = attempt.target();
        Pool pool = call.currentModel().pool();
        if (call.sideCall() != null) {
            chain.onEnd(end -> target.breaker().abandoned(attempt.ticket()));
            return chain.proceed(chain.request());
        }
        chain.onEnd(end -> learn(call, pool, target, attempt.ticket(), end));
        return chain.proceed(chain.request());
    }

    private static void learn(Call call, Pool pool, LiveDeployment target, long ticket, End end) {
        GatewayException failure = end.failure();
        if (end.outcome() == Outcome.SUCCESS) {
            target.breaker().succeeded(ticket);
            return;
        }
        if (failure == null || end.outcome() == Outcome.ABANDONED) {
            target.breaker().abandoned(ticket);
            return;
        }
        long now = call.environment().nanoTime();
        FailureRule.Blame blame = call.isCallersOwnLimit(failure)
                ? FailureRule.Blame.NOBODY
                : FailureRule.of(failure.kind()).blame();
        switch (blame) {
            case BREAKER -> {
                if (target.breaker().failed(ticket, now, pool.mayEject(target, now))) {
                    tell(
                            call,
                            target,
                            failure,
                            Duration.ofNanos(target.breaker().remainingNanos(now)));
                }
            }
            case UNTIL_RESET ->
                hold(call, target, CooldownScope.DEPLOYMENT, now, failure, resetIn(failure.retryAfter()));
            case DEPLOYMENT -> hold(call, target, CooldownScope.DEPLOYMENT, now, failure, DEPLOYMENT_HOLD);
            case CREDENTIAL -> hold(call, target, CooldownScope.CREDENTIAL, now, failure, CREDENTIAL_HOLD);
            case ACCOUNT -> hold(call, target, CooldownScope.CREDENTIAL, now, failure, ACCOUNT_HOLD);
            case NOBODY -> {}
        }
        if (blame != FailureRule.Blame.BREAKER) {
            target.breaker().abandoned(ticket);
        }
    }

    private static Duration resetIn(@Nullable Duration retryAfter) {
        return retryAfter == null ? DEFAULT_RESET : retryAfter;
    }

    private static void hold(
            Call call,
            LiveDeployment target,
            CooldownScope scope,
            long now,
            GatewayException failure,
            Duration duration) {
        target.hold(scope, now, duration.toNanos(), failure.kind());
        tell(call, target, failure, duration);
    }

    private static void tell(Call call, LiveDeployment target, GatewayException failure, Duration duration) {
        call.tell(listener -> listener.onCooldown(target.id(), failure.kind(), duration));
    }
}
