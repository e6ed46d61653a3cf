package dev.aigw.routing.resilience.adaptive;

import com.netflix.concurrency.limits.Limit;
import dev.aigw.routing.deployment.LimitRule;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Adapts a limit of Netflix's library. Safe for use by many threads, like the library's limits.
 *
 * <p>The library's limits use the latency of every sample, and Gradient2 uses only the latency of a drop. A refusal is
 * fast, so its own latency would have the opposite effect.
 */
final class NetflixRule implements LimitRule {

    /** Twice what Gradient2 tolerates by default, which makes it shrink as far as one sample can. */
    private static final double DROP_FACTOR = 3;

    /** The weight of the newest latency in the moving average. */
    private static final double ALPHA = 0.1;

    private final Limit limit;
    private final AtomicLong averageNanos = new AtomicLong();

    NetflixRule(Limit limit) {
        this.limit = limit;
    }

    @Override
    public int limit() {
        return limit.getLimit();
    }

    @Override
    public void onAttempt(long startNanos, long latencyNanos, int inFlight, boolean dropped) {
        long latency = latencyNanos;
        if (dropped) {
            latency = Math.max(latency, (long) (averageNanos.get() * DROP_FACTOR));
        } else {
            averageNanos.accumulateAndGet(
                    latency, (old, given) -> old == 0 ? given : (long) (old + ALPHA * (given - old)));
        }
        limit.onSample(startNanos, latency, inFlight, dropped);
    }
}
