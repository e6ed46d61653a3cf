package dev.aigw.routing.limit;

import dev.aigw.routing.feature.Environment;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket. It counts in {@link BucketUnits}, rounding amounts up. If more was used than was taken, the bucket
 * goes into debt, which refills first.
 *
 * <p>A lock makes the check for a share and the taking one step.
 */
final class BucketAllowance implements Allowance {

    private final TokenBucket bucket;
    private final BucketUnits units;
    private final long capacity;
    private long reserved;
    private int open;

    BucketAllowance(BigDecimal amount, Duration period, BigDecimal burst, boolean fractional, Environment environment) {
        this.units = BucketUnits.of(amount, period, fractional);
        this.capacity = units(burst);
        this.bucket = new TokenBucket(capacity, units(amount), period.toNanos(), environment::nanoTime);
    }

    private long units(BigDecimal amount) {
        return units.of(amount);
    }

    private BigDecimal amount(long count) {
        return units.amount(count);
    }

    @Override
    public synchronized Taking take(BigDecimal amount, BigDecimal share, boolean force) {
        long units = units(amount);
        long kept = this.units.kept(capacity, share);
        boolean fits = units == 0 || bucket.available() - units >= kept;
        Duration frees = fits ? null : frees(units + kept);
        if (!fits && !force) {
            return new Taking(false, null, remaining(), frees);
        }
        if (units > 0) {
            bucket.take(units);
            reserved += units;
        }
        open++;
        return new Taking(fits, new Reserved(amount, units), remaining(), frees);
    }

    private @Nullable Duration frees(long units) {
        return units > capacity ? null : Duration.ofNanos(bucket.nanosUntil(units));
    }

    private BigDecimal remaining() {
        return amount(Math.max(0, bucket.available()));
    }

    @Override
    public synchronized Level level() {
        long available = bucket.available();
        return new Level(
                amount(Math.max(0, capacity - available - reserved)), amount(reserved), amount(Math.max(0, available)));
    }

    @Override
    public synchronized boolean isUnused() {
        return open == 0 && bucket.available() >= capacity;
    }

    private synchronized void settle(long taken, BigDecimal actual) {
        open--;
        reserved -= taken;
        long excess = units(actual) - taken;
        if (excess > 0) {
            bucket.take(excess);
        } else if (excess < 0) {
            bucket.give(-excess);
        }
    }

    private final class Reserved implements Grant {

        private final BigDecimal amount;
        private final long units;

        Reserved(BigDecimal amount, long units) {
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
