package dev.aigw.routing.redis;

import dev.aigw.routing.limit.Window;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * An amount that this JVM has taken ahead from a shared allowance, from which calls take without asking Redis. It ends
 * a short time after it was taken; then its allowance returns what is left. Safe for use by many threads.
 */
final class Chunk {

    private final long endNanos;
    private final Window.@Nullable Span span;
    private BigDecimal left;
    private BigDecimal used = BigDecimal.ZERO;
    private BigDecimal open = BigDecimal.ZERO;
    private boolean over;

    /**
     * Creates one.
     *
     * @param endNanos when it ends, on the clock of {@link System#nanoTime}
     * @param span the window of the calendar from which it was taken, if there is one
     */
    Chunk(BigDecimal amount, long endNanos, Window.@Nullable Span span) {
        this.left = amount;
        this.endNanos = endNanos;
        this.span = span;
    }

    Window.@Nullable Span span() {
        return span;
    }

    /** Takes an amount for a call, if there is enough and it has not ended. */
    synchronized boolean take(BigDecimal amount) {
        if (!isAlive() || left.compareTo(amount) < 0) {
            return false;
        }
        left = left.subtract(amount);
        open = open.add(amount);
        return true;
    }

    synchronized boolean isAlive() {
        return !over && System.nanoTime() - endNanos < 0;
    }

    /** Settles what a call took: what it did not use, later calls may take. False if the chunk is over. */
    synchronized boolean settle(BigDecimal amount, BigDecimal actual) {
        if (over) {
            return false;
        }
        open = open.subtract(amount);
        used = used.add(actual);
        left = left.add(amount).subtract(actual);
        return true;
    }

    /** Ends it; false if it was over. From then on its figures no longer change. */
    synchronized boolean end() {
        boolean ends = !over;
        over = true;
        return ends;
    }

    /** Returns what is left; negative if calls used more than it had. */
    synchronized BigDecimal left() {
        return left;
    }

    /** Returns what calls have used of it and settled. */
    synchronized BigDecimal used() {
        return used;
    }

    /** Returns what calls under way have taken of it. */
    synchronized BigDecimal open() {
        return open;
    }
}
