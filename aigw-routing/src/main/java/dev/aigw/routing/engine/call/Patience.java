package dev.aigw.routing.engine.call;

import dev.aigw.api.ModelRequest;
import dev.aigw.routing.engine.pool.Decision;
import dev.aigw.routing.engine.pool.Model;
import java.util.List;

/**
 * How long one call may still wait for deployments, in sum over all its waits. Safe for use by the threads of its call.
 *
 * <p>Waits for a provider's reset time or the end of a cooldown share one bound, those for a circuit breaker, its probe
 * or a health check another. A fallback model that can serve now spares the latter. A call with a deadline and nobody
 * else to ask waits for the end of a cooldown until its deadline, as long as nothing has failed. A backoff between two
 * attempts is bounded by itself.
 */
public final class Patience {

    private final Call call;
    private long cooldownNanos;
    private long breakerNanos;
    private List<Model> fallbacks = List.of();
    private boolean waits;

    Patience(Call call) {
        this.call = call;
    }

    /**
     * Lets the call wait so long in sum; called once, before its first attempt. A call that is not told never waits.
     */
    public synchronized void allow(long maxCooldownNanos, long maxBreakerNanos) {
        if (!waits) {
            waits = true;
            cooldownNanos = maxCooldownNanos;
            breakerNanos = maxBreakerNanos;
        }
    }

    /** Sets the models that are asked when the present one fails, in order. */
    public synchronized void fallbacks(List<Model> models) {
        fallbacks = models;
    }

    /** Returns the models that are asked when the present one fails. */
    public synchronized List<Model> fallbacks() {
        return fallbacks;
    }

    /** Returns whether a fallback model could serve the request now. */
    boolean fallbackCanServe(ModelRequest request) {
        for (Model model : fallbacks()) {
            if (model.pool().canServe(call.query(request))) {
                return true;
            }
        }
        return false;
    }

    /** Returns how long the call may wait for this reason now. */
    long allowedNanos(Decision.Wait wait, ModelRequest request) {
        long remaining = call.remainingNanos();
        boolean mayWait;
        synchronized (this) {
            mayWait = waits;
        }
        if (!mayWait) {
            return 0;
        }
        return switch (wait.reason()) {
            case BACKOFF, PERMIT -> remaining;
            case COOLDOWN -> {
                boolean last = fallbacks().isEmpty() && remaining != Long.MAX_VALUE;
                yield last && call.log().failures().isEmpty() ? remaining : Math.min(remaining, left(false));
            }
            case BREAKER, HEALTH -> fallbackCanServe(request) ? 0 : Math.min(remaining, left(true));
        };
    }

    private synchronized long left(boolean breaker) {
        return Math.max(0, breaker ? breakerNanos : cooldownNanos);
    }

    /** Takes a wait that is over from what is left. */
    synchronized void waited(Decision.Reason reason, long nanos) {
        switch (reason) {
            case COOLDOWN -> cooldownNanos -= nanos;
            case BREAKER, HEALTH -> breakerNanos -= nanos;
            case BACKOFF, PERMIT -> {}
        }
    }
}
