package dev.aigw.routing.resilience;

import java.util.concurrent.atomic.AtomicLong;

/** Limits hedges to a share of the calls, with a few saved for bursts. Safe for use by many threads. */
final class HedgeBudget {

    private static final long HEDGE = 1_000_000;
    private static final long CAPACITY = 10 * HEDGE;

    private final long perCall;
    private final AtomicLong saved = new AtomicLong(CAPACITY);

    HedgeBudget(double share) {
        this.perCall = Math.max(1, Math.round(share * HEDGE));
    }

    void called() {
        if (saved.get() < CAPACITY) {
            saved.updateAndGet(count -> Math.min(CAPACITY, count + perCall));
        }
    }

    boolean tryTake() {
        return saved.getAndUpdate(count -> count >= HEDGE ? count - HEDGE : count) >= HEDGE;
    }
}
