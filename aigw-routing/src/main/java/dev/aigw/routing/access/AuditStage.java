package dev.aigw.routing.access;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.batch.BatchSubmitted;
import dev.aigw.api.spi.End;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallCost;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.Grant;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes one audit event for each call, once the call and all its attempts have ended. A hedge that is slow to stop
 * ends after its call: it is waited for, since it costs money, but only for a while. Safe for use by many threads.
 */
final class AuditStage implements EngineStage {

    private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(10).toNanos();

    private final Consumer<AuditEvent> audit;
    private final TokenCounter counter;
    private final Environment environment;
    private final Set<Ended> unsettled = ConcurrentHashMap.newKeySet();

    AuditStage(Consumer<AuditEvent> audit, TokenCounter counter, Environment environment) {
        this.audit = audit;
        this.counter = counter;
        this.environment = environment;
    }

    @Override
    public ModelReply apply(Hop hop) {
        CallCost cost = new CallCost(counter, environment::now);
        hop.call().watchAttempts(cost);
        hop.onEnd(end -> ended(new Ended(hop.call(), end, environment.now()), cost));
        return hop.proceed(hop.request());
    }

    private void ended(Ended call, CallCost cost) {
        unsettled.add(call);
        cost.whenSettled(() -> publish(call, cost.cost()));
        if (!call.published.get()) {
            Cancellation.Registration timer =
                    environment.schedule(LONGEST_WAIT_NANOS, () -> publish(call, Cost.UNKNOWN));
            call.timer = timer;
            if (call.published.get()) {
                timer.close();
            }
        }
    }

    private void publish(Ended call, Cost cost) {
        if (call.published.compareAndSet(false, true)) {
            unsettled.remove(call);
            Cancellation.Registration timer = call.timer;
            if (timer != null) {
                timer.close();
            }
            audit.accept(call.event(cost));
        }
    }

    /** Publishes the calls whose attempts have not ended: nobody will wait for them. */
    void close() {
        for (Ended call : List.copyOf(unsettled)) {
            publish(call, Cost.UNKNOWN);
        }
    }

    /** A call that has ended, and may have attempts that have not. */
    private static final class Ended {

        private final Call call;
        private final End end;
        private final Instant time;
        private final AtomicBoolean published = new AtomicBoolean();
        private volatile Cancellation.@Nullable Registration timer;

        Ended(Call call, End end, Instant time) {
            this.call = call;
            this.end = end;
            this.time = time;
        }

        AuditEvent event(Cost cost) {
            GatewayException failure = end.failure();
            boolean denied = failure != null && failure.kind() == ErrorKind.DENIED;
            Route route = call.route();
            Grant grant = call.lastGrant();
            return AuditEvent.builder(denied ? AuditEvent.Type.DENIED : AuditEvent.Type.CALLED, time)
                    .caller(call.options().caller())
                    .source(call.options().caller().source())
                    .callId(call.id())
                    .operation(call.operation().name())
                    .requestedModel(call.requestedModel())
                    .model(call.model())
                    .withheld(call.log().withheld())
                    .deployment(deployment(route))
                    .rule(grant == null ? null : grant.rule())
                    .reason(denied && grant != null ? grant.refusal() : null) // other refusals may quote content
                    .outcome(end.outcome())
                    .error(failure == null ? null : failure.kind())
                    .cost(call.operation().replyType() == BatchSubmitted.class ? null : cost)
                    .build();
        }

        private static @Nullable String deployment(Route route) {
            List<Route.Attempt> attempts = route.attempts();
            String answered = route.deployment();
            return answered != null || attempts.isEmpty()
                    ? answered
                    : attempts.get(attempts.size() - 1).deployment();
        }
    }
}
