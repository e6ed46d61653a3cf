package dev.aigw.routing.engine.pool;

import dev.failsafe.CircuitBreaker;
import java.time.Duration;

/**
 * Stops asking a deployment that keeps failing, and finds out by single probes when it is back.
 *
 * <p>Counting and the three states are Failsafe's {@link CircuitBreaker}; the clock is ours, so that tests run on
 * virtual time: Failsafe never sees its own delay pass, this class moves it to half-open. Safe for use by many threads.
 */
public final class Breaker {

    /**
     * When a breaker opens and for how long. Immutable.
     *
     * @param failures how many of the last {@code executions} must fail; positive
     * @param executions how many executions are looked at; at least {@code failures}
     * @param delay how long it stays open before it lets one probe through; positive
     * @param maxEjectedShare the share of a model's deployments that may be open at once, from 0 to 1; one always may
     */
    public record Config(int failures, int executions, Duration delay, double maxEjectedShare) {
        /** Checks the bounds. */
        public Config {
            if (failures < 1 || executions < failures) {
                throw new IllegalArgumentException(
                        "breaker: failures is " + failures + " of " + executions + "; use 1 <= failures <= executions");
            }
            if (delay.isNegative() || delay.isZero()) {
                throw new IllegalArgumentException("breaker: delay is " + delay + "; use a positive duration");
            }
            if (!(maxEjectedShare >= 0 && maxEjectedShare <= 1)) {
                throw new IllegalArgumentException(
                        "breaker: maxEjectedShare is " + maxEjectedShare + "; use a share from 0 to 1");
            }
        }
    }

    /** The states of a breaker. */
    public enum State {
        /** Calls go through. */
        CLOSED,
        /** No call goes through. */
        OPEN,
        /** One call goes through as a probe. */
        HALF_OPEN
    }

    /** What {@link #tryAcquire} returns when no attempt may go through. */
    public static final long NO_TICKET = 0;

    /** How soon to look again while a probe is under way. */
    private static final long PROBE_WAIT_NANOS = 50_000_000;

    private final CircuitBreaker<Object> breaker;
    private final long delayNanos;
    private volatile long openUntilNanos;
    private volatile boolean probing;
    private volatile long period = 1;

    /** Creates a closed breaker. */
    public Breaker(Config config) {
        this.delayNanos = config.delay().toNanos();
        this.breaker = CircuitBreaker.builder()
                .withFailureThreshold(config.failures(), config.executions())
                .withSuccessThreshold(1)
                .withDelay(Duration.ofDays(36_500))
                .build();
    }

    /** Returns whether an attempt could go through now, without taking a permit. */
    public boolean allows(long nowNanos) {
        return remainingNanos(nowNanos) == 0;
    }

    /**
     * Takes a permit for one attempt: a ticket to hand back with its result, or {@link #NO_TICKET} when open, or when
     * another attempt is the probe.
     *
     * <p>A ticket is good for the state it was given in. The result of an attempt that began before the breaker opened
     * says nothing of how the deployment is now, so it cannot stand for the probe's.
     */
    public long tryAcquire(long nowNanos) {
        long ticket = period;
        if (breaker.isClosed()) {
            return ticket;
        }
        synchronized (this) {
            if (breaker.isOpen()) {
                if (openUntilNanos - nowNanos > 0) {
                    return NO_TICKET;
                }
                breaker.halfOpen();
                changed();
            }
            if (!breaker.tryAcquirePermit()) {
                return NO_TICKET;
            }
            probing = breaker.isHalfOpen();
            return period;
        }
    }

    /** Notes that the attempt with this ticket went well; a probe that did closes the breaker. */
    public void succeeded(long ticket) {
        if (ticket == period && breaker.isClosed()) {
            breaker.recordSuccess();
            return;
        }
        synchronized (this) {
            if (ticket == period && breaker.isHalfOpen()) {
                breaker.recordSuccess();
                changed();
            }
        }
    }

    /**
     * Notes that the attempt with this ticket failed.
     *
     * @param mayOpen whether the breaker may open; when too many siblings are open it must not
     * @return whether this failure opened it
     */
    public synchronized boolean failed(long ticket, long nowNanos, boolean mayOpen) {
        if (ticket != period || breaker.isOpen()) {
            return false;
        }
        breaker.recordFailure();
        if (!breaker.isOpen()) {
            return false;
        }
        changed();
        if (!mayOpen) {
            breaker.close();
            return false;
        }
        openUntilNanos = nowNanos + delayNanos;
        return true;
    }

    /** Notes that the attempt with this ticket said nothing of health; a probe that did so gives way to another. */
    public void abandoned(long ticket) {
        if (breaker.isClosed()) {
            return;
        }
        synchronized (this) {
            if (ticket == period && breaker.isHalfOpen()) {
                breaker.open(); // a half-open breaker told to be half-open keeps the permit of the probe that is gone
                breaker.halfOpen();
                changed();
            }
        }
    }

    /** Begins a period of which older tickets know nothing. */
    private synchronized void changed() {
        probing = false;
        period++;
    }

    /** Returns the nanoseconds until it is worth asking again; 0 when an attempt may go through now. */
    public long remainingNanos(long nowNanos) {
        if (breaker.isClosed()) {
            return 0;
        }
        if (breaker.isOpen()) {
            return Math.max(0, openUntilNanos - nowNanos);
        }
        return probing ? PROBE_WAIT_NANOS : 0;
    }

    /** Returns the state. */
    public State state() {
        return switch (breaker.getState()) {
            case CLOSED -> State.CLOSED;
            case OPEN -> State.OPEN;
            case HALF_OPEN -> State.HALF_OPEN;
        };
    }
}
