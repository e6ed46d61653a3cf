package dev.aigw.routing.resilience;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.HealthState;
import dev.aigw.api.Timeouts;
import dev.aigw.api.internal.PlainWords;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.routing.deployment.HealthCheck;
import dev.aigw.routing.engine.pool.CheckedDeployment;
import dev.aigw.routing.engine.pool.EventSink;
import dev.aigw.routing.engine.pool.Health;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.time.Durations;
import dev.aigw.routing.feature.Environment;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health checks of one deployment. The next check is scheduled when the last has returned, so that two are never
 * under way, however long one takes; a check that times out counts as failed at that moment.
 */
final class HealthWatch {

    private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);
    private static final int MOST_CHARS = 1000;

    private final Environment environment;
    private final EventSink events;
    private final HealthCheck check;
    private volatile CheckedDeployment subject;

    private final Object lock = new Object();
    private boolean stopped;
    private Cancellation.@Nullable Registration timer;
    private @Nullable Cancellation underWay;

    HealthWatch(Environment environment, EventSink events, CheckedDeployment subject) {
        this.environment = environment;
        this.events = events;
        this.check = subject.check();
        this.subject = subject;
    }

    /** Continues with the same deployment in a new routing table; false if its check has changed. */
    boolean follow(CheckedDeployment next) {
        LiveDeployment old = subject.target();
        if (next.check() != check || !next.target().adapter().equals(old.adapter())) {
            return false;
        }
        subject = next;
        return true;
    }

    /**
     * Schedules the first check at a random moment of the first interval, so that deployments are not checked all at
     * once.
     */
    void start() {
        schedule((long) (check.interval().toNanos() * environment.random().nextDouble()));
    }

    /** Ends the checks and resets the deployment's health. */
    void stop() {
        Cancellation.Registration pending;
        Cancellation probe;
        synchronized (lock) {
            stopped = true;
            pending = timer;
            probe = underWay;
            health().reset();
        }
        if (pending != null) {
            pending.close();
        }
        if (probe != null) {
            probe.cancel();
        }
    }

    private Health health() {
        return subject.target().health();
    }

    private void schedule(long delayNanos) {
        synchronized (lock) {
            if (!stopped) {
                health().next(environment.nanoTime() + delayNanos);
                timer = environment.schedule(delayNanos, this::dispatch);
            }
        }
    }

    private void scheduleNext() {
        double factor = 1 + check.jitter() * (2 * environment.random().nextDouble() - 1);
        schedule(Math.max(1, (long) (check.interval().toNanos() * factor)));
    }

    /** Runs in the timer's thread, which must not block. */
    private void dispatch() {
        try {
            environment.executor().execute(this::run);
        } catch (RejectedExecutionException full) {
            log.warn("the executor has no thread for the health check of {}", subject.target(), full);
            scheduleNext();
        }
    }

    private void run() {
        Cancellation cancellation = new Cancellation();
        LiveDeployment target = subject.target();
        Cancellation.Registration limit;
        synchronized (lock) {
            if (stopped) {
                return;
            }
            underWay = cancellation;
            limit = environment.schedule(check.timeout().toNanos(), () -> {
                failed(cancellation, ErrorKind.TIMEOUT, "the check timed out after " + Durations.text(check.timeout()));
                cancellation.cancel();
            });
        }
        boolean isPossible = true;
        try {
            check.probe().check(target.adapter(), attempt(target, cancellation));
            succeeded(cancellation);
        } catch (Exception e) {
            ErrorKind kind = e instanceof GatewayException failure ? failure.kind() : ErrorKind.CONNECTION;
            isPossible = kind != ErrorKind.UNSUPPORTED && kind != ErrorKind.INVALID_REQUEST;
            if (!isPossible) {
                log.warn("the health of {} is not checked: {}", target, words(e));
                forget();
            } else if (kind != ErrorKind.RATE_LIMITED) { // it answered, but limits the rate
                failed(cancellation, kind, words(e));
            }
        } finally {
            limit.close();
            end(cancellation);
            if (isPossible) {
                scheduleNext();
            }
        }
    }

    private void forget() {
        synchronized (lock) {
            if (!stopped) {
                health().reset();
            }
        }
    }

    private AttemptContext attempt(LiveDeployment target, Cancellation cancellation) {
        return AttemptContext.builder(target.upstreamModel())
                .credential(target.credential())
                .baseUrl(target.baseUrl())
                .allowedHosts(target.allowedHosts())
                .timeouts(Timeouts.builder()
                        .connect(check.timeout())
                        .attempt(check.timeout())
                        .build())
                .cancellation(cancellation)
                .build();
    }

    /** Ends the check with this cancellation; false if it has ended already, by its timeout or by a stop. */
    private boolean end(Cancellation cancellation) {
        synchronized (lock) {
            if (stopped || underWay != cancellation) {
                return false;
            }
            underWay = null;
            return true;
        }
    }

    private void succeeded(Cancellation cancellation) {
        boolean freed;
        synchronized (lock) {
            freed = end(cancellation) && health().succeeded(check.healthyAfter());
        }
        if (freed) {
            log.info("{} is healthy again", subject.target());
            publish(subject.target(), HealthState.HEALTHY, null);
        }
    }

    private void publish(LiveDeployment target, HealthState state, @Nullable ErrorKind kind) {
        if (events.hasListeners()) {
            events.publish(new RouterEvent.HealthChanged(target.id(), state, kind));
        }
    }

    private static String words(Exception e) {
        return PlainWords.line(e.toString(), MOST_CHARS);
    }

    private void failed(Cancellation cancellation, ErrorKind kind, String why) {
        CheckedDeployment checked = subject;
        LiveDeployment target = checked.target();
        long now = environment.nanoTime();
        boolean ejected;
        synchronized (lock) { // so that a stop comes either before, or after and resets what is noted here
            ejected = end(cancellation)
                    && target.health().failed(check.unhealthyAfter(), kind)
                    && checked.pools().stream().allMatch(pool -> pool.mayEject(target, now))
                    && target.health().eject();
        }
        log.debug("a health check of {} failed: {}", target, why);
        if (ejected) {
            log.warn("{} is unhealthy and gets no calls: {}", target, why);
            publish(target, HealthState.UNHEALTHY, kind);
        }
    }
}
