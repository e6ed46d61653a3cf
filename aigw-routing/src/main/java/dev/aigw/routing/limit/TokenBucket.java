package dev.aigw.routing.limit;

import java.math.BigInteger;
import java.util.function.LongSupplier;

/**
 * A bucket of whole tokens that refills evenly: after each part of the period, the same part of the amount is back. The
 * arithmetic is exact; what is less than a token is carried to the next refill. Taking may leave a debt, which refills
 * first. Its owner's lock guards it.
 */
final class TokenBucket {

    private static final long DEEPEST_DEBT = Long.MIN_VALUE / 2;

    private final long capacity;
    private final long amount;
    private final long periodNanos;
    private final LongSupplier nanoTime;
    private long available;
    private long refilled;
    /** What the last refill left over, in tokens times nanoseconds; less than the period. */
    private long carry;

    /**
     * Creates a full bucket.
     *
     * @param capacity how many tokens it holds, at most a quarter of {@link Long#MAX_VALUE}
     * @param amount how many come back in a period; positive
     * @param nanoTime reads the clock
     */
    TokenBucket(long capacity, long amount, long periodNanos, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.amount = amount;
        this.periodNanos = periodNanos;
        this.nanoTime = nanoTime;
        this.available = capacity;
        this.refilled = nanoTime.getAsLong();
    }

    /** Returns how many tokens there are; negative is a debt. */
    long available() {
        refill();
        return available;
    }

    /** Takes tokens, whether there are enough or not. */
    void take(long tokens) {
        refill();
        available = Math.max(DEEPEST_DEBT, available - tokens);
    }

    /** Puts tokens back, up to the capacity. */
    void give(long tokens) {
        refill();
        add(tokens);
    }

    /** Returns after how many nanoseconds there are {@code tokens}, if no one takes any meanwhile; 0 for now. */
    long nanosUntil(long tokens) {
        refill();
        long missing = tokens - available;
        if (missing <= 0) {
            return 0;
        }
        if (fits(missing, periodNanos)) {
            return 1 + (missing * periodNanos - carry - 1) / amount;
        }
        BigInteger[] parts = product(missing, periodNanos)
                .subtract(BigInteger.valueOf(carry))
                .subtract(BigInteger.ONE)
                .divideAndRemainder(BigInteger.valueOf(amount));
        return saturated(parts[0].add(BigInteger.ONE));
    }

    private void refill() {
        long now = nanoTime.getAsLong();
        long elapsed = now - refilled;
        if (elapsed <= 0) {
            return;
        }
        refilled = now;
        if (fits(elapsed, amount)) {
            long gained = elapsed * amount + carry;
            carry = gained % periodNanos;
            add(gained / periodNanos);
        } else {
            BigInteger[] parts = product(elapsed, amount)
                    .add(BigInteger.valueOf(carry))
                    .divideAndRemainder(BigInteger.valueOf(periodNanos));
            carry = parts[1].longValueExact();
            add(saturated(parts[0]));
        }
    }

    private void add(long tokens) {
        if (tokens >= capacity - available) {
            available = capacity;
            carry = 0;
        } else {
            available += tokens;
        }
    }

    /** Whether the product, with a period added to it, is a {@code long}. */
    private boolean fits(long a, long b) {
        return Math.multiplyHigh(a, b) == 0 && a * b >= 0 && a * b <= Long.MAX_VALUE - periodNanos;
    }

    private static BigInteger product(long a, long b) {
        return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
    }

    private static long saturated(BigInteger value) {
        return value.bitLength() < Long.SIZE ? value.longValue() : Long.MAX_VALUE;
    }
}
