package dev.aigw.routing.engine.pool;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.routing.feature.CooldownListener;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the events of deployments. No call causes the end of a cooldown, so a timer publishes it if there are
 * listeners. Safe for use by many threads.
 */
final class DeploymentEvents {

    private final Environment environment;
    private final Supplier<EventSink> sink;
    private final List<CooldownListener> sharing;

    /**
     * Creates one.
     *
     * @param sink where events go
     * @param sharing is notified of the cooldowns that this router begins
     */
    DeploymentEvents(Environment environment, Supplier<EventSink> sink, List<CooldownListener> sharing) {
        this.environment = environment;
        this.sink = sink;
        this.sharing = sharing;
    }

    /** This router has begun a cooldown. */
    void cooldownFound(LiveDeployment deployment, CooldownScope scope, long nanos, ErrorKind kind) {
        for (CooldownListener listener : sharing) {
            listener.cooldownBegan(deployment, scope, nanos, kind);
        }
        cooldownStarted(deployment, scope, nanos, kind);
    }

    /** A cooldown has begun, in this router or by report of another. */
    void cooldownStarted(LiveDeployment deployment, CooldownScope scope, long nanos, ErrorKind kind) {
        EventSink events = sink.get();
        if (events.hasListeners()) {
            events.publish(new RouterEvent.CooldownStarted(deployment.id(), scope, kind, Duration.ofNanos(nanos)));
            if (deployment.announce(scope)) {
                watch(deployment, scope, nanos);
            }
        }
    }

    private void watch(LiveDeployment deployment, CooldownScope scope, long nanos) {
        environment.schedule(nanos, () -> {
            long left = deployment.cooldownNanos(scope, environment.nanoTime());
            if (left > 0) {
                watch(deployment, scope, left);
            } else {
                cooldownEnded(deployment, scope);
            }
        });
    }

    /** A cooldown is over; published once for each that was announced. */
    void cooldownEnded(LiveDeployment deployment, CooldownScope scope) {
        if (deployment.withdraw(scope)) {
            sink.get().publish(new RouterEvent.CooldownEnded(deployment.id(), scope));
        }
    }

    /** A breaker has changed its state. */
    void breakerChanged(
            String deployment, BreakerState from, BreakerState to, @Nullable ErrorKind kind, Duration delay) {
        EventSink events = sink.get();
        if (events.hasListeners()) {
            events.publish(new RouterEvent.BreakerChanged(
                    deployment, from, to, kind, to == BreakerState.OPEN ? delay : Duration.ZERO));
        }
    }
}
