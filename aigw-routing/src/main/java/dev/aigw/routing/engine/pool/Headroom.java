package dev.aigw.routing.engine.pool;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.spi.RateLimit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a provider last reported of its rate limits, and what has been sent since. Safe for use by many threads.
 *
 * <p>Vendors report when a limit is full again, not how it refills. It is assumed to refill evenly until then; a limit
 * that is exhausted refills all at once at its reset, since some vendors' windows do. Attempts under way at the time of
 * the report may or may not be in its figures; they are not counted.
 */
final class Headroom {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    /** One limit. */
    private static final class Gauge {
        private final RateLimit.Unit unit;
        private final double limit;
        private final double remaining;
        private final long resetNanos;
        private final AtomicLong sent = new AtomicLong();

        Gauge(RateLimit.Unit unit, double limit, double remaining, Duration reset) {
            this.unit = unit;
            this.limit = limit;
            this.remaining = remaining;
            this.resetNanos = reset.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : reset.toNanos();
        }

        /** Returns how much is left, including the refill. */
        private double left(long passedNanos) {
            double left = remaining - sent.get();
            return passedNanos >= resetNanos ? limit : left + (limit - left) * passedNanos / resetNanos;
        }

        double share(long passedNanos) {
            return Math.max(0, left(passedNanos) / limit);
        }

        boolean allows(long passedNanos, long promptTokens) {
            if (passedNanos >= resetNanos) {
                return true;
            }
            double left = remaining == 0 ? 0 : left(passedNanos);
            return switch (unit) {
                case REQUESTS -> left >= 1;
                case TOKENS, INPUT_TOKENS -> left >= Math.min(limit, Math.max(1.0, (double) promptTokens));
                case OUTPUT_TOKENS -> left > 0;
            };
        }

        boolean countsTokens() {
            return unit == RateLimit.Unit.TOKENS || unit == RateLimit.Unit.INPUT_TOKENS;
        }
    }

    private final long saidNanos;
    private final Gauge[] gauges;

    private Headroom(long saidNanos, Gauge... gauges) {
        this.saidNanos = saidNanos;
        this.gauges = gauges;
    }

    /** Returns the headroom of a reported share; how much of it one request takes is unknown. */
    static Headroom of(double share, Duration reset, long nowNanos) {
        double left = Math.max(0, Math.min(1, share));
        return new Headroom(nowNanos, new Gauge(RateLimit.Unit.OUTPUT_TOKENS, 1, left, reset));
    }

    static Headroom of(List<RateLimit> limits, long nowNanos) {
        return new Headroom(
                nowNanos,
                limits.stream()
                        .map(limit -> new Gauge(limit.unit(), limit.limit(), limit.remaining(), limit.reset()))
                        .toArray(Gauge[]::new));
    }

    /** Returns the share left of the tightest limit. */
    double at(long nowNanos) {
        double least = 1;
        for (Gauge gauge : gauges) {
            least = Math.min(least, gauge.share(passedNanos(nowNanos)));
        }
        return least;
    }

    /** Returns whether one of the limits has too little left for the request. */
    boolean isExhausted(Query query) {
        long passedNanos = passedNanos(query.nowNanos());
        for (Gauge gauge : gauges) {
            if (!gauge.allows(passedNanos, gauge.countsTokens() ? query.promptTokens() : 0)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the time since the report; 0 if the clock was read before it. */
    private long passedNanos(long nowNanos) {
        return Math.max(0, nowNanos - saidNanos);
    }

    /** Counts a request that is about to be sent. */
    void sent(ModelRequest request) {
        for (Gauge gauge : gauges) {
            if (gauge.unit == RateLimit.Unit.REQUESTS) {
                gauge.sent.incrementAndGet();
            } else if (gauge.countsTokens()) {
                gauge.sent.addAndGet(PromptSize.tokens(request));
            }
        }
    }
}
