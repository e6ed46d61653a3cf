package dev.aigw.routing.engine.pool;

import dev.aigw.api.BreakerState;
import dev.aigw.api.ErrorKind;
import dev.aigw.routing.engine.time.Durations;
import dev.failsafe.CircuitBreaker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker: stops sending attempts to a deployment that keeps failing, and detects by single probes when it
 * works again.
 *
 * <p>Failsafe's {@link CircuitBreaker} counts and has the three states. The clock is ours, so that tests run on virtual
 * time: Failsafe's own delay never passes; this class moves it to half-open. While the window has no failure, a success
 * would change nothing and is not recorded. Safe for use by many threads.
 */
public final class Breaker {

    /**
     * When a breaker opens and for how long. Immutable.
     *
     * @param failures how many of the last {@code executions} must fail to open it; positive
     * @param executions the size of the window; at least {@code failures}
     * @param delay how long it stays open before it lets one probe through; positive
     * @param maxEjectedShare the share of a model's deployments whose breakers may be open at once, from 0 to 1; one
     *     always may
     */
    public record Config(int failures, int executions, Duration delay, double maxEjectedShare) {
        /** Checks the bounds. */
        public Config {
            if (failures < 1 || executions < failures) {
                throw new IllegalArgumentException(
                        "breaker: failures is " + failures + " of " + executions + "; use 1 <= failures <= executions");
            }
            if (delay.isNegative() || delay.isZero()) {
                throw new IllegalArgumentException(
                        "breaker: delay is " + Durations.text(delay) + "; use a positive duration");
            }
            if (!(maxEjectedShare >= 0 && maxEjectedShare <= 1)) {
                throw new IllegalArgumentException(
                        "breaker: maxEjectedShare is " + maxEjectedShare + "; use a share from 0 to 1");
            }
        }
    }

    /** Is notified of state changes, outside any lock. */
    interface Listener {
        /** The breaker has changed its state; {@code kind} is what opened it, or null. */
        void changed(BreakerState from, BreakerState to, @Nullable ErrorKind kind);
    }

    /** What {@link #tryAcquire} returns when no attempt may go through. */
    static final long NO_TICKET = 0;

    /** How soon to look again while a probe is under way. */
    private static final long PROBE_WAIT_NANOS = 50_000_000;

    private final CircuitBreaker<Object> breaker;
    private final Listener listener;
    private final int executions;
    private final long delayNanos;
    private volatile long openUntilNanos;
    private volatile boolean probing;
    private volatile long probeNanos;
    private volatile long period = 1;
    private volatile @Nullable ErrorKind openedBy;

    /** How many successes it takes until the window has no failure; a race may leave it higher than needed. */
    private volatile int successesToClean;

    /** Creates a closed breaker. */
    Breaker(Config config, Listener listener) {
        this.listener = listener;
        this.executions = config.executions();
        this.delayNanos = config.delay().toNanos();
        this.breaker = CircuitBreaker.builder()
                .withFailureThreshold(config.failures(), config.executions())
                .withSuccessThreshold(1)
                .withDelay(Duration.ofDays(36_500))
                .build();
    }

    /**
     * Takes a ticket for one attempt, to be returned with its result; {@link #NO_TICKET} if the breaker is open or
     * another attempt is the probe. A probe without an outcome keeps others out no longer than the delay; then the next
     * attempt is a probe too.
     *
     * <p>A ticket is valid only in the state in which it was taken. An attempt that began before the breaker opened
     * says nothing about the deployment now, so its result cannot replace the probe's.
     */
    long tryAcquire(long nowNanos) {
        long ticket = period;
        if (breaker.isClosed()) {
            return ticket;
        }
        boolean wasOpen;
        ErrorKind kind;
        synchronized (this) {
            if (breaker.isClosed()) {
                return period;
            }
            kind = openedBy;
            wasOpen = breaker.isOpen();
            if (wasOpen) {
                if (openUntilNanos - nowNanos > 0) {
                    return NO_TICKET;
                }
                breaker.halfOpen();
                changed();
            } else if (isGivenUp(nowNanos)) {
                freePermit();
            }
            if (breaker.tryAcquirePermit()) {
                probing = true;
                probeNanos = nowNanos;
                ticket = period;
            } else {
                ticket = NO_TICKET;
            }
        }
        if (wasOpen) {
            listener.changed(BreakerState.OPEN, BreakerState.HALF_OPEN, kind);
        }
        return ticket;
    }

    private boolean isGivenUp(long nowNanos) {
        return probing && nowNanos - probeNanos >= delayNanos;
    }

    /** Notes that the attempt with this ticket succeeded; a probe that did closes the breaker. */
    void succeeded(long ticket) {
        if (successesToClean == 0) {
            if (breaker.isClosed()) {
                return;
            }
        } else if (ticket == period && breaker.isClosed()) {
            synchronized (this) {
                if (ticket == period && successesToClean > 0) {
                    breaker.recordSuccess();
                    successesToClean--;
                }
            }
            return;
        }
        boolean closed = false;
        synchronized (this) {
            if (ticket == period && breaker.isHalfOpen()) {
                breaker.recordSuccess();
                successesToClean = 0;
                openedBy = null;
                changed();
                closed = true;
            }
        }
        if (closed) {
            listener.changed(BreakerState.HALF_OPEN, BreakerState.CLOSED, null);
        }
    }

    /**
     * Notes that the attempt with this ticket failed.
     *
     * @param mayOpen whether the breaker may open; when too many siblings are open it must not
     */
    void failed(long ticket, long nowNanos, ErrorKind kind, boolean mayOpen) {
        BreakerState from;
        BreakerState to;
        synchronized (this) {
            if (ticket != period || breaker.isOpen()) {
                return;
            }
            from = state();
            successesToClean = executions;
            breaker.recordFailure();
            if (!breaker.isOpen()) {
                return;
            }
            changed();
            if (mayOpen) {
                openedBy = kind;
                openUntilNanos = nowNanos + delayNanos;
            } else {
                breaker.close();
                successesToClean = 0;
            }
            to = state();
        }
        if (from != to) {
            listener.changed(from, to, to == BreakerState.OPEN ? kind : null);
        }
    }

    /**
     * Notes that the attempt with this ticket said nothing about health; if it was the probe, another attempt becomes
     * one.
     */
    void abandoned(long ticket) {
        if (breaker.isClosed()) {
            return;
        }
        synchronized (this) {
            if (ticket == period && breaker.isHalfOpen()) {
                freePermit();
                changed();
            }
        }
    }

    /**
     * Frees the permit of a half-open breaker whose probe ended without an outcome; moving Failsafe to half-open again
     * would keep it taken.
     */
    private void freePermit() {
        breaker.open();
        breaker.halfOpen();
        probing = false;
    }

    /** Closes it. */
    void reset() {
        BreakerState from;
        synchronized (this) {
            from = state();
            breaker.close();
            successesToClean = 0;
            openedBy = null;
            changed();
        }
        if (from != BreakerState.CLOSED) {
            listener.changed(from, BreakerState.CLOSED, null);
        }
    }

    /** Begins a new period, for which older tickets are not valid. */
    private synchronized void changed() {
        probing = false;
        period++;
    }

    /** Returns the nanoseconds until the next attempt may be possible; 0 if one may go through now. */
    long remainingNanos(long nowNanos) {
        if (breaker.isClosed()) {
            return 0;
        }
        if (breaker.isOpen()) {
            return Math.max(0, openUntilNanos - nowNanos);
        }
        return probing && !isGivenUp(nowNanos) ? PROBE_WAIT_NANOS : 0;
    }

    /** Returns the kind of failure that opened it last, or null while it is closed. */
    @Nullable
    ErrorKind openedBy() {
        return openedBy;
    }

    /** Returns the state. */
    public BreakerState state() {
        return switch (breaker.getState()) {
            case CLOSED -> BreakerState.CLOSED;
            case OPEN -> BreakerState.OPEN;
            case HALF_OPEN -> BreakerState.HALF_OPEN;
        };
    }
}
