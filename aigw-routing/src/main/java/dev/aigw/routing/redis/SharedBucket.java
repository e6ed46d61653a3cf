package dev.aigw.routing.redis;

import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.BucketUnits;
import dev.aigw.routing.limit.Measure;
import dev.aigw.routing.limit.Window;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket that all JVMs share. Redis knows what is left; each JVM knows only its own reservations.
 *
 * <p>During an outage a local bucket replaces it, with a share of the rate and of what was left. When Redis is back,
 * what is missing from the local bucket is taken from the shared one: what has refilled locally would have refilled
 * there too.
 */
final class SharedBucket implements Allowance, SharedLimits.Reporting {

    private final SharedLimits limits;
    private final SharedRedis redis;
    private final AllowanceSpec spec;
    private final Environment environment;
    private final BucketUnits units;
    private final Duration period;
    private final long capacity;
    private final AsyncBucketProxy bucket;

    private final Object lock = new Object();
    private @Nullable Allowance alone;
    private BigDecimal lacking = BigDecimal.ZERO;
    private long since;
    private long left;
    private long reserved;
    private long owed;

    SharedBucket(SharedLimits limits, AllowanceSpec spec, Environment environment, BucketServer server) {
        this.limits = limits;
        this.redis = limits.redis();
        this.spec = spec;
        this.environment = environment;
        Window window = Objects.requireNonNull(spec.window(), "a bucket has a window");
        this.period = Objects.requireNonNull(window.period(), "a bucket has a period");
        this.units = BucketUnits.of(spec.maximum(), period, spec.measure() == Measure.COST);
        this.capacity = units.of(spec.burst());
        this.left = capacity;
        long refill = units.of(spec.maximum());
        // A different rate or burst makes a different bucket.
        String shape = ":" + refill + "-" + capacity + "-" + units.scale() + "-" + period;
        this.bucket = server.bucket(
                redis.key("bucket", SharedLimits.tag(spec), shape),
                BucketConfiguration.builder()
                        .addLimit(limit -> limit.capacity(capacity).refillGreedy(refill, this.period))
                        .build());
    }

    @Override
    public Taking take(BigDecimal amount, BigDecimal share, boolean force) {
        long count = units.of(amount);
        try {
            return takeShared(amount, count, units.kept(capacity, share), force);
        } catch (RedisOutage e) {
            return takeAlone(amount, share, force, e);
        }
    }

    private Taking takeShared(BigDecimal amount, long count, long kept, boolean force) {
        if (count == 0) {
            return taken(amount, count, true, null, redis.await(bucket.getAvailableTokens()));
        }
        if (kept == 0 && !force) {
            ConsumptionProbe probe = redis.await(bucket.tryConsumeAndReturnRemaining(count));
            Duration frees = frees(count, probe.getNanosToWaitForRefill());
            return probe.isConsumed()
                    ? taken(amount, count, true, null, probe.getRemainingTokens())
                    : refused(probe.getRemainingTokens(), frees);
        }
        EstimationProbe probe = redis.await(bucket.estimateAbilityToConsume(count + kept));
        boolean fits = probe.canBeConsumed();
        Duration frees = fits ? null : frees(count + kept, probe.getNanosToWaitForRefill());
        if (force) {
            redis.await(bucket.consumeIgnoringRateLimits(count));
            return taken(amount, count, fits, frees, probe.getRemainingTokens() - count);
        }
        if (!fits || !redis.await(bucket.tryConsume(count))) {
            return refused(probe.getRemainingTokens(), frees);
        }
        return taken(amount, count, true, null, probe.getRemainingTokens() - count);
    }

    private Taking taken(BigDecimal amount, long count, boolean fits, @Nullable Duration frees, long remaining) {
        synchronized (lock) {
            left = remaining;
            reserved += count;
        }
        return new Taking(fits, new SharedGrant(amount, count), units.amount(Math.max(0, remaining)), frees);
    }

    private Taking refused(long remaining, @Nullable Duration frees) {
        synchronized (lock) {
            left = remaining;
        }
        return new Taking(false, null, units.amount(Math.max(0, remaining)), frees);
    }

    private @Nullable Duration frees(long count, long nanos) {
        return count > capacity ? null : Duration.ofNanos(nanos);
    }

    private Taking takeAlone(BigDecimal amount, BigDecimal share, boolean force, RedisOutage outage) {
        Outage.Kind kind = limits.outage().kind();
        if (kind == Outage.Kind.CLOSED && !force) {
            throw SharedLimits.closed(spec, outage);
        }
        synchronized (lock) {
            Allowance instead = alone;
            if (instead == null) {
                instead = begin();
                alone = instead;
                limits.keep(this);
            }
            Taking taking = instead.take(amount, share, force || kind == Outage.Kind.OPEN);
            Allowance.Grant grant = taking.grant();
            return new Taking(
                    taking.fits() || kind == Outage.Kind.OPEN,
                    grant == null ? null : new LocalGrant(instead, grant),
                    taking.remaining(),
                    taking.frees());
        }
    }

    /** Returns a local bucket with this JVM's share of what was left. */
    private Allowance begin() {
        Allowance local = spec.share(part()).local(environment);
        lacking = units.amount(capacity - Math.max(0, left)).multiply(part());
        since = environment.nanoTime();
        Grant drain = local.take(lacking, BigDecimal.ONE, true).grant();
        if (drain != null) {
            drain.settle(lacking);
        }
        return local;
    }

    private BigDecimal part() {
        return limits.outage().kind() == Outage.Kind.LOCAL ? limits.outage().share() : BigDecimal.ONE;
    }

    /** Returns what is missing from the local bucket, except what was missing at its start; at most a full bucket. */
    private long debt(Allowance local) {
        Level level = local.level();
        BigDecimal refilled = spec.maximum()
                .multiply(part())
                .multiply(BigDecimal.valueOf(environment.nanoTime() - since))
                .divide(BigDecimal.valueOf(period.toNanos()), units.scale(), RoundingMode.DOWN);
        BigDecimal old = lacking.subtract(refilled).max(BigDecimal.ZERO);
        BigDecimal debt = level.used().add(level.reserved()).subtract(old).max(BigDecimal.ZERO);
        return Math.min(units.of(debt), capacity);
    }

    @Override
    public Level level() {
        long available;
        try {
            available = redis.await(bucket.getAvailableTokens());
        } catch (RedisOutage e) {
            synchronized (lock) {
                if (alone != null) {
                    return alone.level();
                }
                available = left;
            }
        }
        synchronized (lock) {
            left = available;
            return new Level(
                    units.amount(Math.max(0, capacity - available - reserved)),
                    units.amount(reserved),
                    units.amount(Math.max(0, available)));
        }
    }

    // Reporting to Redis.

    @Override
    public void back() {
        synchronized (lock) {
            if (alone != null) {
                owed += debt(alone);
                alone = null;
            }
        }
        flush();
    }

    @Override
    public boolean tick() {
        if (!redis.isOut()) {
            back();
        }
        synchronized (lock) {
            return alone != null || owed != 0;
        }
    }

    /** Takes what is owed from the shared bucket, or returns it; what does not arrive stays owed. */
    private void flush() {
        long count;
        synchronized (lock) {
            if (redis.isOut() || owed == 0) {
                return;
            }
            count = owed;
            owed = 0;
        }
        CompletionStage<?> sent = count > 0 ? bucket.consumeIgnoringRateLimits(count) : bucket.addTokens(-count);
        sent.whenComplete((answer, failure) -> {
            if (failure != null) {
                owe(count);
            }
        });
    }

    private void owe(long count) {
        synchronized (lock) {
            owed += count;
        }
        limits.keep(this);
    }

    private final class SharedGrant implements Grant {

        private final BigDecimal amount;
        private final long count;
        private final AtomicBoolean settled = new AtomicBoolean();

        SharedGrant(BigDecimal amount, long count) {
            this.amount = amount;
            this.count = count;
        }

        @Override
        public BigDecimal amount() {
            return amount;
        }

        @Override
        public void settle(BigDecimal actual) {
            if (settled.compareAndSet(false, true)) {
                synchronized (lock) {
                    reserved -= count;
                }
                owe(units.of(actual) - count);
                flush();
            }
        }
    }

    /** A grant of the local bucket. If the outage is over, the shared bucket has taken over the debt. */
    private final class LocalGrant implements Grant {

        private final Allowance from;
        private final Grant grant;
        private final AtomicBoolean settled = new AtomicBoolean();

        LocalGrant(Allowance from, Grant grant) {
            this.from = from;
            this.grant = grant;
        }

        @Override
        public BigDecimal amount() {
            return grant.amount();
        }

        @Override
        public void settle(BigDecimal actual) {
            if (!settled.compareAndSet(false, true)) {
                return;
            }
            synchronized (lock) {
                if (alone == from) {
                    grant.settle(actual);
                    return;
                }
            }
            owe(units.of(actual) - units.of(grant.amount()));
            flush();
        }
    }
}
