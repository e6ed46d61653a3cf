package dev.aigw.routing.resilience;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Stops retries while most attempts fail, after gRPC's retry throttling (proposal A6). Safe for use by many threads.
 */
final class RetryBudget {

    private static final long TOKEN = 1_000;

    private final long capacity;
    private final long refund;
    private final AtomicLong tokens;

    RetryBudget(int tokens, double ratio) {
        this.capacity = tokens * TOKEN;
        this.refund = Math.max(1, Math.round(ratio * TOKEN));
        this.tokens = new AtomicLong(capacity);
    }

    void succeeded() {
        if (tokens.get() < capacity) {
            tokens.updateAndGet(held -> Math.min(capacity, held + refund));
        }
    }

    void failed() {
        tokens.updateAndGet(held -> Math.max(0, held - TOKEN));
    }

    boolean allowsRetry() {
        return tokens.get() > capacity / 2;
    }
}
