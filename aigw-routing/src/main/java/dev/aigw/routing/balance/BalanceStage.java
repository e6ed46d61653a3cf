package dev.aigw.routing.balance;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Outcome;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.pool.Breaker;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Pool;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets the model's strategy choose a deployment, and leases it until the attempt is over. Waits for one when all that
 * could serve are at their concurrency limits, but not for a hedge or a side call: that would only add to the load.
 */
final class BalanceStage implements Stage {

    @Override
    public ModelReply apply(Chain chain) {
        Call call = (Call) chain.call();
        Attempt attempt = (Attempt) Objects.requireNonNull(chain.attempt(), "attempt");
        Pool pool = call.currentModel().pool();
        Lease lease = lease(chain, call, pool);
        if (lease == null && pool.isLimited() && !call.isAttemptUnderWay() && call.sideCall() == null) {
            lease = LeaseQueue.await(chain, call, attempt, pool);
            attempt.begin();
        }
        if (lease == null) {
            throw GatewayException.of(
                    ErrorKind.NO_ROUTE,
                    "no deployment of model \"" + call.model() + "\" was chosen: its strategy found none eligible");
        }
        LiveDeployment target = lease.target();
        long start = call.environment().nanoTime();
        int index = lease.index();
        try {
            pool.began(index);
        } catch (RuntimeException e) {
            target.breaker().abandoned(lease.ticket());
            target.release(Outcome.ABANDONED, start, 0, false);
            throw e;
        }
        chain.onEnd(end -> {
            target.release(end.outcome(), start, end.latencyNanos(), isDropped(call, end));
            pool.ended(index, end, call.environment().nanoTime());
        });
        attempt.assign(target, lease.ticket());
        return chain.proceed(chain.request());
    }

    /** Lets the strategy choose a deployment that has room, and leases it; null when there is none. */
    static @Nullable Lease lease(Chain chain, Call call, Pool pool) {
        Pool.Query query = call.query(chain.request());
        int index = pool.pick(query);
        LiveDeployment target = index < 0 ? null : pool.targets().get(index);
        if (target != null && call.sideCall() != null && target.breaker().state() != Breaker.State.CLOSED) {
            return null; // the probe is for a caller's call, whose result counts
        }
        long ticket = target == null ? Breaker.NO_TICKET : target.tryLease(query.nowNanos());
        return target == null || ticket == Breaker.NO_TICKET ? null : new Lease(index, target, ticket);
    }

    /** Returns whether the deployment did not cope with its load. */
    private static boolean isDropped(Call call, End end) {
        GatewayException failure = end.failure();
        if (failure == null) {
            return false;
        }
        return switch (failure.kind()) {
            case OVERLOADED, RATE_LIMITED -> true;
            case TIMEOUT -> !call.isCallersOwnLimit(failure);
            default -> false;
        };
    }
}
