package dev.aigw.routing.balance;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.Chain;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.limiter.QueuedCall;
import dev.aigw.routing.engine.pool.Breaker;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Pool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first deployment of a model to come free, when all that could serve the call are at their concurrency
 * limits.
 */
final class LeaseQueue {

    private LeaseQueue() {}

    /**
     * Returns a lease, or null when no deployment could serve the call even if it had room.
     *
     * @throws GatewayException of kind LIMIT_EXCEEDED when the queues are full or the wait is too long; CANCELLED or
     *     DEADLINE when the call is over
     */
    static @Nullable Lease await(Chain chain, Call call, Attempt attempt, Pool pool) {
        long start = call.environment().nanoTime();
        try (QueuedCall<LiveDeployment> waiter = new QueuedCall<>(call.options().priority())) {
            while (true) {
                CompletableFuture<Void> bell = waiter.bell();
                call.checkAlive();
                Pool.Query query = call.query(chain.request());
                boolean full = pool.join(query, waiter);
                LiveDeployment target = waiter.take();
                if (target == null) {
                    if (!waiter.isWaiting()) {
                        if (full) {
                            throw refused(call, pool, query, "and their queues are full");
                        }
                        return null;
                    }
                    long patience = waiter.longestNanos() - (query.nowNanos() - start);
                    if (patience <= 0) {
                        throw refused(
                                call,
                                pool,
                                query,
                                "and none came free within " + Duration.ofNanos(waiter.longestNanos()));
                    }
                    await(call, attempt, bell, Math.min(patience, pool.nextChangeNanos(query)));
                    target = waiter.take();
                }
                if (target != null) {
                    long ticket = target.tryLeaseTaken(call.environment().nanoTime());
                    return ticket == Breaker.NO_TICKET
                            ? null
                            : new Lease(pool.targets().indexOf(target), target, ticket);
                }
                Lease other = BalanceStage.lease(chain, call, pool);
                if (other != null) {
                    return other;
                }
            }
        }
    }

    private static void await(Call call, Attempt attempt, CompletableFuture<Void> bell, long nanos) {
        try {
            call.environment().await(bell, Math.min(nanos, call.remainingNanos()), attempt.cancellation());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw GatewayException.builder(
                            ErrorKind.CANCELLED, "the calling thread was interrupted while waiting for a deployment")
                    .cause(e)
                    .build();
        }
    }

    private static GatewayException refused(Call call, Pool pool, Pool.Query query, String why) {
        return GatewayException.of(
                ErrorKind.LIMIT_EXCEEDED,
                "the deployments of model \"" + call.model() + "\" are at their concurrency limits, " + why
                        + ": raise the limits, add a deployment, or add a fallback model."
                        + pool.dropReasons(query, false));
    }
}
