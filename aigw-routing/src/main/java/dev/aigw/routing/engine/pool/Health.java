package dev.aigw.routing.engine.pool;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.HealthState;
import org.jspecify.annotations.Nullable;

/** What health checks have found out about a deployment. Safe for use by many threads. */
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

    /** Returns whether the deployment is left alone because its checks fail. */
    public boolean isEjected() {
        return ejected;
    }

    /** Returns why the last check failed, or null. */
    public @Nullable ErrorKind kind() {
        return kind;
    }

    /** Returns the nanoseconds until the check that may free the deployment; 0 when it is not left alone. */
    public long remainingNanos(long nowNanos) {
        return ejected ? Math.max(CHECK_WAIT_NANOS, nextNanos - nowNanos) : 0;
    }

    /** Notes when the next check begins, as a clock reading. */
    public void next(long atNanos) {
        nextNanos = atNanos;
    }

    /** Notes a check that went well; returns whether it has freed the deployment. */
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

    /** Notes a check that failed; returns whether the deployment is unhealthy and not left alone yet. */
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

    /** Leaves the deployment alone, if it is still unhealthy; returns whether it does. */
    public synchronized boolean eject() {
        ejected = state == HealthState.UNHEALTHY;
        return ejected;
    }

    /** Forgets everything: nobody checks any more. */
    public synchronized void reset() {
        state = HealthState.UNKNOWN;
        ejected = false;
        failures = 0;
        successes = 0;
        kind = null;
    }
}
