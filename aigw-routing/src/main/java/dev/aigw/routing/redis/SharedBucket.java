package dev.aigw.routing.redis;

import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.BucketUnits;
import dev.aigw.routing.limit.Measure;
import dev.aigw.routing.limit.Window;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket that all JVMs share, with the arithmetic of a local one. Redis knows what is missing from it, by the
 * script {@code bucket.lua}; each JVM knows only its own reservations.
 *
 * <p>During an outage a local bucket replaces it, with a share of the rate and of what was left. When Redis is back,
 * what is missing from the local bucket is taken from the shared one: what has refilled locally would have refilled
 * there too.
 */
final class SharedBucket implements Allowance, SharedLimits.Reporting {

    private static final Script BUCKET = Script.of("bucket.lua");
    private static final String NOTHING = "0";

    private final SharedLimits limits;
    private final SharedRedis redis;
    private final AllowanceSpec spec;
    private final String owner;
    private final Environment environment;
    private final Supplier<String> micros;
    private final String key;
    private final BucketUnits units;
    private final Duration period;
    private final BigInteger periodNanos;
    private final BigInteger rate;
    private final long capacity;

    private final Object lock = new Object();
    private @Nullable Allowance alone;
    private BigDecimal lacking = BigDecimal.ZERO;
    private long since;
    private long left;
    private long answeredNanos;
    private long reserved;
    private int open;
    private long owed;
    private @Nullable Report unconfirmed;
    private boolean reporting;
    private long reports;

    /** A report to Redis of what was settled; its mark lets it be sent again without counting twice. */
    private record Report(String mark, long count) {}

    /**
     * Creates one.
     *
     * @param owner differs from that of every other allowance, in whichever JVM
     * @param micros returns the time in microseconds, or nothing for that of Redis
     */
    SharedBucket(
            SharedLimits limits, AllowanceSpec spec, String owner, Environment environment, Supplier<String> micros) {
        this.owner = owner;
        this.limits = limits;
        this.redis = limits.redis();
        this.spec = spec;
        this.environment = environment;
        this.micros = micros;
        Window window = Objects.requireNonNull(spec.window(), "a bucket has a window");
        this.period = Objects.requireNonNull(window.period(), "a bucket has a period");
        this.periodNanos = BigInteger.valueOf(period.toNanos());
        this.units = BucketUnits.of(spec.maximum(), period, spec.measure() == Measure.COST);
        this.capacity = units.of(spec.burst());
        this.left = capacity;
        this.answeredNanos = environment.nanoTime();
        this.rate = BigInteger.valueOf(units.of(spec.maximum()));
        // A different rate or burst makes a different bucket.
        this.key = redis.key(
                "bucket", SharedLimits.tag(spec), ":" + rate + "-" + capacity + "-" + units.scale() + "-" + period);
    }

    /** Returns the key in Redis. */
    String key() {
        return key;
    }

    @Override
    public Taking take(BigDecimal amount, BigDecimal share, boolean force) {
        long count = units.of(amount);
        try {
            return takeShared(amount, count, count + units.kept(capacity, share), force);
        } catch (RedisOutage e) {
            return takeAlone(amount, share, force, e);
        }
    }

    private Taking takeShared(BigDecimal amount, long count, long wanted, boolean force) {
        BigInteger before = amountOf(capacity - wanted);
        boolean never = count > 0 && before.signum() < 0;
        Answer answer = count == 0 || (never && !force)
                ? ask(command(0, 0, BigInteger.ZERO, true))
                : ask(command(0, count, before.max(BigInteger.ZERO), force));
        boolean fits = count == 0 || (!never && answer.enough);
        if (!fits && !force) {
            return refused(answer, frees(wanted, answer.missing.subtract(before)));
        }
        BigInteger lacked = answer.missing.subtract(amountOf(count)).subtract(before);
        return taken(amount, count, fits, fits ? null : frees(wanted, lacked), answer);
    }

    /** Returns tokens as the script counts them. */
    private BigInteger amountOf(long tokens) {
        return BigInteger.valueOf(tokens).multiply(periodNanos);
    }

    /** Returns the whole tokens in the bucket; negative for a debt. */
    private long available(Answer answer) {
        BigInteger[] missing = answer.missing.divideAndRemainder(periodNanos);
        long whole = missing[0].min(BigInteger.valueOf(Long.MAX_VALUE / 2)).longValueExact();
        return capacity - whole - missing[1].signum();
    }

    private @Nullable Duration frees(long wanted, BigInteger lacked) {
        if (wanted > capacity) {
            return null;
        }
        BigInteger nanos = lacked.add(rate).subtract(BigInteger.ONE).divide(rate);
        return Duration.ofNanos(nanos.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact());
    }

    /** What the script answers: whether there was enough, and what is missing now. */
    private record Answer(boolean enough, BigInteger missing) {

        static Answer of(List<Object> reply) {
            return new Answer(
                    (Long) reply.get(0) == 1,
                    new BigInteger(new String((byte[]) reply.get(1), StandardCharsets.US_ASCII)));
        }
    }

    private Answer ask(Command<List<Object>> command) {
        return Answer.of(redis.ask(command));
    }

    /** Returns the command that puts tokens back and takes some, if no more than {@code before} is missing. */
    private Command<List<Object>> command(long back, long taken, BigInteger before, boolean force) {
        return command(List.of(key), back, taken, before, force);
    }

    private Command<List<Object>> command(List<String> keys, long back, long taken, BigInteger before, boolean force) {
        return BUCKET.on(
                keys,
                List.of(
                        rate.toString(),
                        amountOf(back).toString(),
                        amountOf(taken).toString(),
                        before.toString(),
                        force ? "1" : NOTHING,
                        micros.get()));
    }

    private Taking taken(BigDecimal amount, long count, boolean fits, @Nullable Duration frees, Answer answer) {
        long remaining = available(answer);
        synchronized (lock) {
            answered(remaining);
            reserved += count;
            open++;
        }
        return new Taking(fits, new SharedGrant(amount, count), units.amount(Math.max(0, remaining)), frees);
    }

    private Taking refused(Answer answer, @Nullable Duration frees) {
        long remaining = available(answer);
        synchronized (lock) {
            answered(remaining);
        }
        return new Taking(false, null, units.amount(Math.max(0, remaining)), frees);
    }

    /** Notes what Redis says is left. The lock guards it. */
    private void answered(long remaining) {
        left = remaining;
        answeredNanos = environment.nanoTime();
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
            open++; // for the grant below
            Taking taking = instead.take(amount, share, force || kind == Outage.Kind.OPEN);
            Allowance.Grant grant = taking.grant();
            open -= grant == null ? 1 : 0;
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
            available = available(ask(command(0, 0, BigInteger.ZERO, true)));
        } catch (RedisOutage e) {
            synchronized (lock) {
                if (alone != null) {
                    return alone.level();
                }
                available = left;
            }
        }
        synchronized (lock) {
            answered(available);
            return new Level(
                    units.amount(Math.max(0, capacity - available - reserved)),
                    units.amount(reserved),
                    units.amount(Math.max(0, available)));
        }
    }

    /** By Redis' last answer, it would be full by now. */
    @Override
    public boolean isUnused() {
        synchronized (lock) {
            BigInteger refilled = rate.multiply(BigInteger.valueOf(environment.nanoTime() - answeredNanos));
            return open == 0 && isReported() && refilled.compareTo(amountOf(capacity - left)) >= 0;
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
            return !isReported();
        }
    }

    /** Returns whether Redis knows everything. The lock guards it. */
    private boolean isReported() {
        return alone == null && owed == 0 && unconfirmed == null;
    }

    /**
     * Takes what is owed from the shared bucket, or returns it: one report at a time, which is sent again, with the
     * same mark, until it is confirmed.
     */
    private void flush() {
        Report report;
        synchronized (lock) {
            if (redis.isOut() || reporting || (unconfirmed == null && owed == 0)) {
                return;
            }
            if (unconfirmed == null) {
                unconfirmed = new Report(key + ":" + owner + "-" + ++reports, owed);
                owed = 0;
            }
            report = unconfirmed;
            reporting = true;
        }
        long count = report.count;
        CompletionStage<?> sent = redis.start(
                command(List.of(key, report.mark), Math.max(0, -count), Math.max(0, count), BigInteger.ZERO, true));
        sent.whenComplete((answer, failure) -> {
            synchronized (lock) {
                reporting = false;
                unconfirmed = failure == null ? null : report;
            }
            if (failure == null) {
                flush(); // what has come up since
            } else {
                limits.keep(this);
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
                long more = units.of(actual) - count;
                synchronized (lock) {
                    reserved -= count;
                    open--;
                }
                if (more != 0) {
                    owe(more);
                    flush();
                }
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
                open--;
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
