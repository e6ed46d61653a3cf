package dev.aigw.routing.redis;

import io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects an outage of Redis and its end. It opens when the connection is lost or several commands in a row time out;
 * from then on no call waits for Redis. It closes when a background probe is answered, so no call has to try. Safe for
 * use by many threads.
 */
final class Circuit {

    private static final Logger log = LoggerFactory.getLogger(Circuit.class);

    private static final int TIMEOUTS_IN_A_ROW = 3;

    private final EventExecutorGroup timers;
    private final long probeNanos;
    private final Supplier<CompletionStage<?>> probe;
    private final Function<Throwable, String> reasons;
    private final Runnable onClose;

    private final AtomicInteger timeouts = new AtomicInteger();
    private final AtomicBoolean open = new AtomicBoolean();
    private volatile boolean over;
    private volatile @Nullable Future<?> next;
    private volatile String reason = "";

    /**
     * Creates a closed circuit.
     *
     * @param timers where probes run
     * @param probeEvery how long to wait between two probes
     * @param probe sends a command to Redis; completes when the answer arrives
     * @param reasons says why a probe failed
     * @param onClose runs when Redis is back; must return quickly
     */
    Circuit(
            EventExecutorGroup timers,
            Duration probeEvery,
            Supplier<CompletionStage<?>> probe,
            Function<Throwable, String> reasons,
            Runnable onClose) {
        this.timers = timers;
        this.probeNanos = probeEvery.toNanos();
        this.probe = probe;
        this.reasons = reasons;
        this.onClose = onClose;
    }

    boolean isOpen() {
        return open.get();
    }

    /** Returns why it is open, by the last probe. */
    String reason() {
        return reason;
    }

    /** Notes that Redis answered. */
    void answered() {
        if (timeouts.get() != 0) {
            timeouts.set(0);
        }
    }

    /** Notes that Redis did not answer in time. */
    void timedOut() {
        if (timeouts.incrementAndGet() >= TIMEOUTS_IN_A_ROW) {
            trip("it does not answer in time");
        }
    }

    /** Opens. */
    void trip(String why) {
        if (!over && open.compareAndSet(false, true)) {
            reason = why;
            log.warn("Redis is not reachable: {}", why);
            probeLater();
        }
    }

    private void probeLater() {
        if (!over) {
            next = timers.schedule(this::probe, probeNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void probe() {
        probe.get().whenComplete((answer, failure) -> {
            if (failure == null) {
                close();
            } else {
                stillOpen(failure);
                probeLater();
            }
        });
    }

    private void stillOpen(Throwable failure) {
        log.debug("Redis is still not reachable", failure);
        String refusal = Refusal.explain(failure);
        String why = reasons.apply(failure);
        if (refusal != null && !why.equals(reason)) {
            log.warn("Redis is not reachable: {}", why); // such as a password that was changed meanwhile
        }
        reason = why;
    }

    private void close() {
        timeouts.set(0);
        if (open.compareAndSet(true, false) && !over) {
            log.info("Redis is back");
            onClose.run();
        }
    }

    /** Stops probing. */
    void end() {
        over = true;
        Future<?> pending = next;
        if (pending != null) {
            pending.cancel(false);
        }
    }
}
