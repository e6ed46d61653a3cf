package dev.aigw.routing.engine.pool;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Stops a model's retries while most of its attempts fail, after gRPC's retry throttling (proposal A6). Safe for use by
 * many threads.
 */
public final class RetryBudget {

    /**
     * How large budgets are.
     *
     * @param tokens the tokens of a full budget
     * @param ratio how many tokens a success gives back; a failure takes one
     */
    public record Size(int tokens, double ratio) {}

    private static final long TOKEN = 1_000;

    private final long capacity;
    private final long refund;
    private final AtomicLong tokens;

    /** Creates a full budget. */
    public RetryBudget(Size size) {
        this.capacity = size.tokens() * TOKEN;
        this.refund = Math.max(1, Math.round(size.ratio() * TOKEN));
        this.tokens = new AtomicLong(capacity);
    }

    /** Notes a success. */
    public void succeeded() {
        if (tokens.get() < capacity) {
            tokens.updateAndGet(left -> Math.min(capacity, left + refund));
        }
    }

    /** Notes a failure that counts against the model. */
    public void failed() {
        tokens.updateAndGet(left -> Math.max(0, left - TOKEN));
    }

    /** Returns whether a retry may be made: more than half of the tokens are left. */
    public boolean allowsRetry() {
        return tokens.get() > capacity / 2;
    }
}
