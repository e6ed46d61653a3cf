package dev.aigw.routing.engine.call;

import dev.aigw.api.ModelRequest;
import dev.aigw.routing.engine.pool.Decision;

/**
 * How much longer one call may wait for deployments, in sum over all its waits. Safe for use by the threads of its
 * call.
 *
 * <p>Waits for a provider's reset time or the end of a cooldown share one bound. Waits for a circuit breaker, its probe
 * or a health check share another, and do not happen while a fallback model can serve. A call with a deadline and no
 * other deployment or model to try waits for the end of a cooldown until its deadline, as long as nothing has failed.
 * The backoff between two attempts is bounded separately.
 */
final class Patience {

    private final Call call;
    private final boolean waits;
    private long cooldownNanos;
    private long breakerNanos;

    Patience(Call call, WaitBounds bounds) {
        this.call = call;
        this.waits = !bounds.equals(WaitBounds.NONE);
        this.cooldownNanos = bounds.cooldownNanos();
        this.breakerNanos = bounds.breakerNanos();
    }

    /** Returns how long the call may wait for this reason now. */
    long allowedNanos(Decision.Wait wait, ModelRequest request) {
        long remaining = call.remainingNanos();
        if (!waits) {
            return 0;
        }
        return switch (wait.reason()) {
            case BACKOFF, PERMIT -> remaining;
            case COOLDOWN -> {
                boolean last = call.fallbacks().isEmpty() && remaining != Long.MAX_VALUE;
                yield last && call.log().failures().isEmpty() ? remaining : Math.min(remaining, left(false));
            }
            case BREAKER, HEALTH -> call.fallbackCanServe(request) ? 0 : Math.min(remaining, left(true));
        };
    }

    /** Returns how long the call may wait for a cooldown of a deployment that alone can read its reasoning. */
    long allowedAtHomeNanos() {
        return waits ? Math.min(call.remainingNanos(), left(false)) : 0;
    }

    private synchronized long left(boolean breaker) {
        return Math.max(0, breaker ? breakerNanos : cooldownNanos);
    }

    /** Subtracts a finished wait from the time left. */
    synchronized void waited(Decision.Reason reason, long nanos) {
        switch (reason) {
            case COOLDOWN -> cooldownNanos -= nanos;
            case BREAKER, HEALTH -> breakerNanos -= nanos;
            case BACKOFF, PERMIT -> {}
        }
    }
}
