package dev.aigw.routing.limit;

import dev.aigw.routing.pipeline.Environment;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket of Bucket4j. It counts in whole units of {@code 10^-scale}; amounts are rounded up to them. An amount
 * that proves larger than what was taken leaves the bucket in debt, which refills first.
 *
 * <p>A lock around the bucket makes "does it fit below this share" and taking one step.
 */
final class BucketAllowance implements Allowance {

    /** The finest unit. Bucket4j refills at most one unit a nanosecond, so large amounts take coarser ones. */
    private static final int FINEST_SCALE = 9;

    private final Bucket bucket;
    private final int scale;
    private final long capacity;
    private long reserved;

    BucketAllowance(BigDecimal amount, Duration period, BigDecimal burst, boolean fractional, Environment environment) {
        this.scale = fractional ? scale(amount, period) : 0;
        this.capacity = units(burst);
        this.bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(units(amount), period))
                .withCustomTimePrecision(new Clock(environment))
                .build();
    }

    private record Clock(Environment environment) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return environment.nanoTime();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    private static int scale(BigDecimal amount, Duration period) {
        BigDecimal nanos = BigDecimal.valueOf(period.toNanos());
        int scale = FINEST_SCALE;
        while (scale > 0 && amount.movePointRight(scale).compareTo(nanos) > 0) {
            scale--;
        }
        return scale;
    }

    private long units(BigDecimal amount) {
        return amount.movePointRight(scale)
                .setScale(0, RoundingMode.CEILING)
                .min(BigDecimal.valueOf(Long.MAX_VALUE / 4))
                .longValue();
    }

    private BigDecimal amount(long units) {
        return BigDecimal.valueOf(units, scale);
    }

    @Override
    public synchronized Taking take(BigDecimal amount, BigDecimal share, boolean force) {
        long units = units(amount);
        long kept = capacity
                - (share.compareTo(BigDecimal.ONE) == 0
                        ? capacity
                        : units(amount(capacity).multiply(share)));
        boolean fits = units == 0 || bucket.getAvailableTokens() - units >= kept;
        Duration frees = fits ? null : frees(units + kept);
        if (!fits && !force) {
            return new Taking(false, null, remaining(), frees);
        }
        if (units > 0) {
            bucket.consumeIgnoringRateLimits(units);
            reserved += units;
        }
        return new Taking(fits, new Hold(amount, units), remaining(), frees);
    }

    private @Nullable Duration frees(long units) {
        return units > capacity
                ? null
                : Duration.ofNanos(bucket.estimateAbilityToConsume(units).getNanosToWaitForRefill());
    }

    private BigDecimal remaining() {
        return amount(Math.max(0, bucket.getAvailableTokens()));
    }

    @Override
    public synchronized Level level() {
        long available = bucket.getAvailableTokens();
        return new Level(
                amount(Math.max(0, capacity - available - reserved)), amount(reserved), amount(Math.max(0, available)));
    }

    private synchronized void settle(long held, BigDecimal actual) {
        reserved -= held;
        long excess = units(actual) - held;
        if (excess > 0) {
            bucket.consumeIgnoringRateLimits(excess);
        } else if (excess < 0) {
            bucket.addTokens(-excess);
        }
    }

    private final class Hold implements Grant {

        private final BigDecimal amount;
        private final long units;

        Hold(BigDecimal amount, long units) {
            this.amount = amount;
            this.units = units;
        }

        @Override
        public BigDecimal amount() {
            return amount;
        }

        @Override
        public void settle(BigDecimal actual) {
            BucketAllowance.this.settle(units, actual);
        }
    }
}
