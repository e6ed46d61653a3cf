package dev.aigw.routing.limit;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/**
 * The units of {@code 10^-scale} in which a token bucket counts.
 *
 * @param scale decimal places
 */
public record BucketUnits(int scale) {

    /** The finest unit. Large amounts, of more than one such unit per nanosecond, count in coarser ones. */
    private static final int FINEST_SCALE = 9;

    /**
     * Returns the finest units in which {@code amount} can refill over {@code period}.
     *
     * @param fractional whether amounts have fractions, as money has
     */
    public static BucketUnits of(BigDecimal amount, Duration period, boolean fractional) {
        if (!fractional) {
            return new BucketUnits(0);
        }
        BigDecimal nanos = BigDecimal.valueOf(period.toNanos());
        int scale = FINEST_SCALE;
        while (scale > 0 && amount.movePointRight(scale).compareTo(nanos) > 0) {
            scale--;
        }
        return new BucketUnits(scale);
    }

    /** Returns {@code amount} in units, rounded up. */
    public long of(BigDecimal amount) {
        return amount.movePointRight(scale)
                .setScale(0, RoundingMode.CEILING)
                .min(BigDecimal.valueOf(Long.MAX_VALUE / 4))
                .longValue();
    }

    /** Returns the amount of {@code count} units. */
    public BigDecimal amount(long count) {
        return BigDecimal.valueOf(count, scale);
    }

    /** Returns how many of {@code capacity} units are off limits to a call that may use only {@code share} of them. */
    public long kept(long capacity, BigDecimal share) {
        return share.compareTo(BigDecimal.ONE) == 0
                ? 0
                : capacity - of(amount(capacity).multiply(share));
    }
}
