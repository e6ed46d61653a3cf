package dev.aigw.routing.balance;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.pipeline.Attempt;
import dev.aigw.routing.pipeline.Call;
import dev.aigw.routing.target.Breaker;
import dev.aigw.routing.target.Pool;
import dev.aigw.routing.target.Target;
import java.util.Objects;

/** Lets the model's strategy choose a deployment, and leases it until the attempt is over. */
final class BalanceStage implements Stage {

    @Override
    public ModelReply apply(Chain chain) {
        Call call = (Call) chain.call();
        Attempt attempt = (Attempt) Objects.requireNonNull(chain.attempt(), "attempt");
        Pool pool = call.currentModel().pool();
        long now = call.environment().nanoTime();
        Target target = pool.pick(new Pool.Query(
                call.operation(),
                chain.request(),
                call.options(),
                call.visits(),
                now,
                call.environment().random()));
        long ticket = target == null ? Breaker.NO_TICKET : target.tryLease(now);
        if (target == null || ticket == Breaker.NO_TICKET) {
            throw GatewayException.of(
                    ErrorKind.NO_ROUTE,
                    "no deployment of model \"" + call.model() + "\" was chosen: its strategy found none eligible");
        }
        chain.onEnd(end -> target.release(end.outcome(), latency(end)));
        attempt.assign(target, ticket);
        return chain.proceed(chain.request());
    }

    private static long latency(End end) {
        return end.firstContentNanos() > 0 ? end.firstContentNanos() : end.durationNanos();
    }
}
