package dev.aigw.routing.resilience;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Pool;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tries one model: each deployment at once, the same one again only when it is the only one left and its kind of
 * failure allows it, after its wait. Stops at the attempt budget, the deadline, and when retries would make a storm.
 */
final class RetryStage implements Stage {

    /** How many fallback models still keep an attempt of the budget for themselves. */
    static final CallContext.Key<Integer> RESERVED = CallContext.Key.of("attempts reserved for fallbacks");

    private static final int MAX_LOST_RACES = 100;

    private final RetryPolicy policy;
    private final RetryBudget budget;
    private final TriedDeployments visits;

    RetryStage(RetryPolicy policy, RetryBudget budget, TriedDeployments visits) {
        this.policy = policy;
        this.budget = budget;
        this.visits = visits;
    }

    @Override
    public ModelReply apply(Chain chain) {
        Call call = (Call) chain.call();
        if (call.sideCall() != null) {
            return once(chain, call);
        }
        Integer reserved = call.get(RESERVED);
        int before = call.attemptCount();
        int fallbacks = reserved == null ? 0 : reserved;
        int allowed = Math.max(before + 1, policy.maxAttempts() - fallbacks);
        GatewayException last = null;
        int lostRaces = 0;
        while (true) {
            awaitTarget(chain, call, fallbacks > 0, last);
            int made = call.attemptCount();
            try {
                ModelReply reply = chain.proceed(chain.request());
                budget.succeeded();
                return reply;
            } catch (GatewayException e) {
                if (call.attemptCount() == made) {
                    if (e.kind() != ErrorKind.NO_ROUTE || ++lostRaces > MAX_LOST_RACES) {
                        throw e;
                    }
                    continue; // nobody was asked: the deployment became unavailable between choice and lease
                }
                last = e;
                FailureRule rule = FailureRule.of(e.kind());
                if (!rule.next() && rule.same() == FailureRule.Same.NEVER) {
                    throw e; // nobody tries again, so it makes no storm
                }
                budget.failed();
                if (call.attemptCount() >= allowed || !budget.allowsRetry()) {
                    throw e;
                }
                visits.remember(call, e, rule.same());
            }
        }
    }

    /** Makes one attempt, if some deployment can take it now; says nothing to the retry budget. */
    private static ModelReply once(Chain chain, Call call) {
        Model model = call.currentModel();
        Pool.Query query = Resilience.query(chain, call);
        Long wait = model.pool().waitNanos(query);
        if (wait == null) {
            throw noRoute(model, query);
        }
        if (wait > 0) {
            throw held(model, query, wait);
        }
        return chain.proceed(chain.request());
    }

    /** Returns when some deployment can take an attempt, after waiting if that is worth it; else throws. */
    private void awaitTarget(Chain chain, Call call, boolean hasFallback, @Nullable GatewayException last) {
        while (true) {
            call.checkAlive();
            Model model = call.currentModel();
            Pool.Query query = Resilience.query(chain, call);
            Long wait = model.pool().waitNanos(query);
            if (wait != null && wait == 0) {
                return;
            }
            if (wait == null) {
                throw known(call, last, noRoute(model, query));
            }
            long remaining = call.remainingNanos();
            boolean patient = !hasFallback && remaining != Long.MAX_VALUE && last == null;
            long longest = patient
                    ? remaining
                    : Math.min(remaining, policy.maxRetryAfter().toNanos());
            if (wait >= longest) {
                throw last != null ? last : held(model, query, wait);
            }
            sleep(call, Math.min(wait, model.pool().nextChangeNanos(query)));
        }
    }

    /** Returns the latest real failure of the call; a mere lack of deployments never hides it. */
    private static GatewayException known(Call call, @Nullable GatewayException last, GatewayException otherwise) {
        if (last != null) {
            return last;
        }
        List<GatewayException> failures = call.failures();
        return failures.isEmpty() ? otherwise : failures.get(failures.size() - 1);
    }

    private static void sleep(Call call, long nanos) {
        try {
            call.environment().sleep(nanos, call.cancellation());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw GatewayException.builder(
                            ErrorKind.CANCELLED, "the calling thread was interrupted while waiting to retry")
                    .cause(e)
                    .build();
        }
    }

    private static GatewayException held(Model model, Pool.Query query, long wait) {
        ErrorKind kind = model.pool().cooldownKind(query);
        return GatewayException.builder(
                        kind == null ? ErrorKind.OVERLOADED : kind,
                        "every deployment of model \"" + model.name() + "\" is held; the first frees in "
                                + Duration.ofNanos(wait) + ": wait, raise the timeout, or add a fallback model."
                                + model.pool().dropReasons(query, false))
                .retryAfter(Duration.ofNanos(wait))
                .build();
    }

    private static GatewayException noRoute(Model model, Pool.Query query) {
        List<LiveDeployment> targets = model.pool().targets();
        ErrorKind unmet = model.pool().unmetKind(query);
        return GatewayException.of(
                unmet == null ? ErrorKind.NO_ROUTE : unmet,
                "none of the " + targets.size() + " deployments of model \"" + model.name()
                        + "\" can take this call: add one that can, or change the request."
                        + model.pool().dropReasons(query, true));
    }
}
