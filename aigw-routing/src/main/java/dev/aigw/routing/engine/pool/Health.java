package dev.aigw.routing.engine.pool;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.HealthState;
import org.jspecify.annotations.Nullable;

/** The result of a deployment's health checks. Safe for use by many threads. */
public final class Health {

    /** How soon to look again while a check is under way. */
    private static final long CHECK_WAIT_NANOS = 50_000_000;

    private volatile HealthState state = HealthState.UNKNOWN;
    private volatile boolean ejected;
    private volatile long nextNanos;
    private volatile @Nullable ErrorKind kind;
    private int failures;
    private int successes;

    Health() {}

    /** Returns the state. */
    public HealthState state() {
        return state;
    }

    /** Returns whether the deployment is ejected because its checks fail. */
    public boolean isEjected() {
        return ejected;
    }

    /** Returns the kind of failure of the last check, or null. */
    public @Nullable ErrorKind kind() {
        return kind;
    }

    /** Returns the nanoseconds until the check that may readmit the deployment; 0 if it is not ejected. */
    public long remainingNanos(long nowNanos) {
        return ejected ? Math.max(CHECK_WAIT_NANOS, nextNanos - nowNanos) : 0;
    }

    /** Notes when the next check begins, as a clock reading. */
    public void next(long atNanos) {
        nextNanos = atNanos;
    }

    /** Notes a successful check; returns whether it has readmitted the deployment. */
    public synchronized boolean succeeded(int healthyAfter) {
        failures = 0;
        successes = Math.min(healthyAfter, successes + 1);
        if (state == HealthState.UNHEALTHY && successes < healthyAfter) {
            return false;
        }
        boolean freed = ejected;
        state = HealthState.HEALTHY;
        ejected = false;
        return freed;
    }

    /** Notes a failed check; returns whether the deployment is unhealthy and not yet ejected. */
    public synchronized boolean failed(int unhealthyAfter, ErrorKind why) {
        successes = 0;
        failures = Math.min(unhealthyAfter, failures + 1);
        kind = why;
        if (failures < unhealthyAfter) {
            return false;
        }
        state = HealthState.UNHEALTHY;
        return !ejected;
    }

    /** Ejects the deployment, if it is still unhealthy; returns whether it did. */
    public synchronized boolean eject() {
        ejected = state == HealthState.UNHEALTHY;
        return ejected;
    }

    /** Resets everything, when checks have stopped. */
    public synchronized void reset() {
        state = HealthState.UNKNOWN;
        ejected = false;
        failures = 0;
        successes = 0;
        kind = null;
    }
}
