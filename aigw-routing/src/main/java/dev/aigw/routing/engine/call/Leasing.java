package dev.aigw.routing.engine.call;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.routing.engine.limiter.QueuedCall;
import dev.aigw.routing.engine.pool.Decision;
import dev.aigw.routing.engine.pool.Homes;
import dev.aigw.routing.engine.pool.Lease;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Pool;
import dev.aigw.routing.engine.pool.Query;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Gets a deployment for one attempt: asks the model's pool, and waits as long as the call's {@link Patience} allows.
 */
final class Leasing {

    private Leasing() {}

    /**
     * Returns a lease.
     *
     * @throws GatewayException if no deployment can serve, or the wait would be too long; CANCELLED or DEADLINE when
     *     the call is over
     */
    static Lease lease(Call call, Attempt attempt, ModelRequest request) {
        Model model = call.currentModel();
        Pool pool = model.pool();
        while (true) {
            Query query = call.query(request);
            Decision decision = pool.lease(query);
            if (decision instanceof Decision.Wait wait
                    && wait.atHome()
                    && (call.log().isAttemptUnderWay()
                            || wait.nanos() > call.patience().allowedAtHomeNanos())) {
                decision = pool.lease(query.anywhere());
            }
            if (decision instanceof Lease lease) {
                moved(call, query, lease.deployment());
                return lease;
            }
            if (decision instanceof Decision.None none) {
                throw unservable(model, query, none);
            }
            Decision.Wait wait = (Decision.Wait) decision;
            if (wait.reason() == Decision.Reason.PERMIT) {
                Lease lease = queue(call, attempt, model, request);
                if (lease != null) {
                    return lease;
                }
            } else {
                await(call, attempt, model, request, query, wait);
            }
        }
    }

    /** Warns of what the conversation loses where it has moved; the adapter itself warns of reasoning. */
    private static void moved(Call call, Query query, LiveDeployment deployment) {
        if (!Homes.isBound(query)) {
            return;
        }
        Model requested = call.models().find(call.requestedModel());
        List<Model> models = call.models().withFallbacks(requested == null ? call.currentModel() : requested);
        for (String loss : Homes.losses(query, deployment, models, false)) {
            call.warn(deployment.id() + " " + loss);
        }
    }

    private static void await(
            Call call, Attempt attempt, Model model, ModelRequest request, Query query, Decision.Wait wait) {
        Patience patience = call.patience();
        if (call.log().isAttemptUnderWay() || wait.nanos() > patience.allowedNanos(wait, request)) {
            throw unavailable(model, query, wait);
        }
        long before = call.environment().nanoTime();
        sleep(call, attempt, null, Math.min(wait.nanos(), wait.lookNanos()));
        patience.waited(wait.reason(), call.environment().nanoTime() - before);
        call.checkAlive();
    }

    /** Waits in the queues of all deployments that could serve; null if the pool should be asked again. */
    private static @Nullable Lease queue(Call call, Attempt attempt, Model model, ModelRequest request) {
        Pool pool = model.pool();
        if (call.log().isAttemptUnderWay() || call.isSideCall()) {
            throw GatewayException.of(
                    ErrorKind.LIMIT_EXCEEDED,
                    "the deployments of model \"" + model.name() + "\" are at their concurrency limits, and a hedge or"
                            + " shadow does not wait");
        }
        long start = call.environment().nanoTime();
        try (QueuedCall<LiveDeployment> queued = new QueuedCall<>(call.options().priority())) {
            while (true) {
                CompletableFuture<Void> bell = queued.bell();
                call.checkAlive();
                Query query = call.query(request);
                boolean full = pool.join(query, queued);
                LiveDeployment served = queued.take();
                if (served == null) {
                    if (!queued.isWaiting()) {
                        if (full) {
                            throw refused(model, query, "and their queues are full");
                        }
                        return null;
                    }
                    long left = queued.longestNanos() - (query.nowNanos() - start);
                    if (left <= 0) {
                        throw refused(
                                model,
                                query,
                                "and none came free within " + Durations.text(Duration.ofNanos(queued.longestNanos())));
                    }
                    sleep(call, attempt, bell, Math.min(left, nextChangeNanos(pool, call.query(request))));
                    served = queued.take();
                }
                if (served != null) {
                    return pool.leaseOf(served, call.environment().nanoTime());
                }
                Decision other = pool.lease(call.query(request).anywhere());
                if (other instanceof Lease lease) {
                    return lease;
                }
            }
        }
    }

    /** Returns the nanoseconds until another deployment may become available after a cooldown or an open breaker. */
    private static long nextChangeNanos(Pool pool, Query query) {
        long next = Long.MAX_VALUE;
        for (LiveDeployment deployment : pool.deployments()) {
            long wait = deployment.unavailableNanos(query.nowNanos());
            if (wait > 0) {
                next = Math.min(next, wait);
            }
        }
        return next;
    }

    private static void sleep(Call call, Attempt attempt, @Nullable CompletableFuture<Void> bell, long nanos) {
        long bounded = Math.min(nanos, Math.max(0, call.remainingNanos()));
        try {
            if (bell == null) {
                call.environment().sleep(bounded, attempt.cancellation());
            } else {
                call.environment().await(bell, bounded, attempt.cancellation());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw GatewayException.builder(
                            ErrorKind.CANCELLED, "the calling thread was interrupted while waiting for a deployment")
                    .cause(e)
                    .build();
        }
    }

    private static GatewayException refused(Model model, Query query, String why) {
        return GatewayException.of(
                ErrorKind.LIMIT_EXCEEDED,
                "the deployments of model \"" + model.name() + "\" are at their concurrency limits, " + why
                        + ": raise the limits, add a deployment, or add a fallback model."
                        + model.pool().dropReasons(query));
    }

    private static GatewayException unservable(Model model, Query query, Decision.None none) {
        int count = model.pool().deployments().size();
        return GatewayException.of(
                none.kind(),
                "none of the " + count + " deployments of model \"" + model.name() + "\" can take this call"
                        + (none.why() == null
                                ? ": add one that can, or change the request."
                                        + model.pool().dropReasons(query)
                                : ": " + none.why()));
    }

    private static GatewayException unavailable(Model model, Query query, Decision.Wait wait) {
        Duration frees = Duration.ofNanos(wait.nanos());
        return GatewayException.builder(
                        wait.kind() == null ? ErrorKind.OVERLOADED : wait.kind(),
                        "no deployment of model \"" + model.name() + "\" can be asked now; the first can be in "
                                + Durations.text(frees) + ": wait, raise the timeout, or add a fallback model."
                                + model.pool().dropReasons(query))
                .retryAfter(frees)
                .cause(wait.cause())
                .build();
    }
}
