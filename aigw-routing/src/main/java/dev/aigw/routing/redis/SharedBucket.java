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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket that all JVMs share, with the arithmetic of a local one. Redis knows what is missing from it, by the
 * script {@code bucket.lua}; each JVM knows only its own reservations.
 *
 * <p>Commands that change something have {@link Numbers}, by which Redis executes each at most once, and undoes one
 * whose answer was lost. At a high rate calls take from a {@link Chunk} instead of asking Redis.
 *
 * <p>During an outage a local bucket replaces it, with a share of the rate and of what was left. When Redis is back,
 * what is missing from the local bucket is taken from the shared one: what has refilled locally would have refilled
 * there too.
 */
final class SharedBucket implements Allowance, SharedLimits.Reporting {

    private static final Script BUCKET = Script.of("bucket.lua");
    private static final String NOTHING = "0";
    private static final int MOST_UNDONE = 10_000;

    private final SharedLimits limits;
    private final SharedRedis redis;
    private final AllowanceSpec spec;
    private final Environment environment;
    private final Supplier<String> micros;
    private final String key;
    private final String journal;
    private final Numbers numbers = new Numbers();
    private final Lanes lanes;
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
    private final List<Chunk> chunks = new ArrayList<>(0);
    private final Deque<Lost> lost = new ArrayDeque<>(0);
    private @Nullable CompletableFuture<Void> reporting;

    /** A command whose answer was lost, and what it would have taken. */
    private record Lost(long number, long count) {}

    /**
     * A report to Redis of what was settled, or of a command to undo; its number lets it be sent again without counting
     * twice.
     */
    private record Report(long number, long count, long undone) {}

    /**
     * Creates one.
     *
     * @param owner differs from that of every other allowance, in whichever JVM
     * @param micros returns the time in microseconds, or nothing for that of Redis
     */
    SharedBucket(
            SharedLimits limits, AllowanceSpec spec, String owner, Environment environment, Supplier<String> micros) {
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
        this.journal = key + ":" + owner;
        this.lanes = new Lanes(redis, limits.aheadNanos(spec, period));
    }

    /** Returns the key in Redis. */
    String key() {
        return key;
    }

    @Override
    public Taking take(BigDecimal amount, BigDecimal share, boolean force) {
        long count = units.of(amount);
        Lane lane = lanes.of(share);
        Chunk chunk = lane == null ? null : lanes.take(lane, BigDecimal.valueOf(count));
        if (lane == null || chunk != null) {
            return chunk != null ? taken(amount, count, chunk) : ask(amount, count, share, force, null);
        }
        long extra = lane.want(BigDecimal.valueOf(mayTake(share))).longValue();
        if (extra == 0) {
            return ask(amount, count, share, force, null);
        }
        Chunk last = lane.last();
        if (last != null) {
            putBack(last); // reported when the next one ends
        }
        Ahead ahead = new Ahead(extra);
        try {
            return ask(amount, count, share, force, ahead);
        } finally {
            lane.asked(ahead.chunk);
            flushSoon();
        }
    }

    /** What to take beside the amount of a call; then the chunk, if Redis gave it. */
    private static final class Ahead {

        private final long count;
        private @Nullable Chunk chunk;

        Ahead(long count) {
            this.count = count;
        }
    }

    private long mayTake(BigDecimal share) {
        synchronized (lock) {
            return Math.max(0, left - units.kept(capacity, share));
        }
    }

    private Taking ask(BigDecimal amount, long count, BigDecimal share, boolean force, @Nullable Ahead ahead) {
        long wanted = count + units.kept(capacity, share);
        try {
            if (!force) {
                Taking taking = takeShared(amount, count, wanted, false, ahead);
                if (taking.fits() || !endChunks()) {
                    return taking;
                }
            }
            return takeShared(amount, count, wanted, force, ahead);
        } catch (RedisOutage e) {
            return takeAlone(amount, share, force, e);
        }
    }

    private Taking takeShared(BigDecimal amount, long count, long wanted, boolean force, @Nullable Ahead ahead) {
        BigInteger before = amountOf(capacity - wanted);
        boolean never = count > 0 && before.signum() < 0;
        Answer answer = count == 0 || (never && !force)
                ? redis.ask(look(), Answer::of)
                : ask(count, before.max(BigInteger.ZERO), force, ahead);
        boolean fits = count == 0 || (!never && answer.enough);
        if (!fits && !force) {
            return refused(answer, frees(wanted, answer.missing.subtract(before)));
        }
        long all = count + (answer.isAhead && ahead != null ? ahead.count : 0);
        BigInteger lacked = answer.missing.subtract(amountOf(all)).subtract(before);
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

    /** What the script answers: whether there was enough, what is missing now, and whether it was taken ahead. */
    private record Answer(boolean enough, BigInteger missing, boolean isAhead) {

        static Answer of(List<Object> reply) {
            return new Answer(
                    (Long) reply.get(0) == 1,
                    new BigInteger(new String((byte[]) reply.get(1), StandardCharsets.US_ASCII)),
                    (Long) reply.get(3) == 1);
        }
    }

    /** Takes tokens, if no more than {@code before} is missing; if the answer is lost, has it undone. */
    private Answer ask(long count, BigInteger before, boolean force, @Nullable Ahead ahead) {
        long number = numbers.next();
        boolean known = false;
        long extra = ahead == null ? 0 : ahead.count;
        BigInteger most =
                before.add(amountOf(count)).subtract(amountOf(extra).multiply(BigInteger.valueOf(Lane.PARTS)));
        long takenNanos = System.nanoTime();
        try {
            Answer answer = redis.ask(
                    command(
                            new Report(number, count, 0),
                            before,
                            force,
                            most.signum() < 0 ? 0 : extra,
                            most.max(BigInteger.ZERO)),
                    Answer::of);
            known = true;
            numbers.close(number);
            if (answer.isAhead && ahead != null) {
                Chunk chunk = new Chunk(BigDecimal.valueOf(extra), takenNanos + lanes.lifeNanos(), null);
                ahead.chunk = begun(chunk);
            }
            return answer;
        } catch (RedisOutage e) {
            if (!e.isSent()) {
                known = true;
                numbers.close(number);
            }
            throw e;
        } finally {
            if (!known) {
                lose(new Lost(number, count + extra));
            }
        }
    }

    private Chunk begun(Chunk chunk) {
        synchronized (lock) {
            chunks.add(chunk);
        }
        limits.keep(this);
        redis.after(lanes.lifeNanos(), () -> end(chunk));
        return chunk;
    }

    private void lose(Lost one) {
        synchronized (lock) {
            if (lost.size() < MOST_UNDONE) {
                lost.add(one);
            } else {
                numbers.close(one.number); // it refills
            }
        }
        limits.keep(this);
    }

    /** Returns what is left of a chunk, and reports what was settled meanwhile. */
    private void end(Chunk chunk) {
        if (putBack(chunk)) {
            flush();
        }
    }

    private boolean putBack(Chunk chunk) {
        synchronized (lock) {
            if (!chunk.end()) {
                return false;
            }
            chunks.remove(chunk);
            owed -= chunk.left().longValue();
            return true;
        }
    }

    /** Returns what is left of all chunks; false if there was nothing. */
    private boolean endChunks() {
        List<Chunk> all;
        synchronized (lock) {
            all = List.copyOf(chunks);
        }
        boolean some = all.stream().anyMatch(chunk -> chunk.left().signum() > 0);
        all.forEach(this::end);
        return some;
    }

    /** Returns the command that only reads. */
    private Command<List<Object>> look() {
        return BUCKET.on(List.of(key), args(0, 0, BigInteger.ZERO, true, 0, BigInteger.ZERO));
    }

    private Command<List<Object>> command(
            Report report, BigInteger before, boolean force, long extra, BigInteger beforeExtra) {
        List<String> args =
                args(Math.max(0, -report.count), Math.max(0, report.count), before, force, extra, beforeExtra);
        args.add(Long.toString(report.number));
        args.add(Long.toString(numbers.closedUpTo()));
        args.add(Long.toString(report.undone));
        return BUCKET.on(List.of(key, journal), args);
    }

    private List<String> args(
            long back, long taken, BigInteger before, boolean force, long extra, BigInteger beforeExtra) {
        return new ArrayList<>(List.of(
                rate.toString(),
                amountOf(back).toString(),
                amountOf(taken).toString(),
                before.toString(),
                force ? "1" : NOTHING,
                micros.get(),
                amountOf(extra).toString(),
                beforeExtra.toString()));
    }

    private Taking taken(BigDecimal amount, long count, Chunk chunk) {
        long remaining;
        synchronized (lock) {
            reserved += count;
            open++;
            remaining = left + chunk.left().longValue();
        }
        return new Taking(true, new SharedGrant(amount, count, chunk), units.amount(Math.max(0, remaining)), null);
    }

    private Taking taken(BigDecimal amount, long count, boolean fits, @Nullable Duration frees, Answer answer) {
        long remaining = available(answer);
        synchronized (lock) {
            answered(remaining);
            reserved += count;
            open++;
        }
        return new Taking(fits, new SharedGrant(amount, count, null), units.amount(Math.max(0, remaining)), frees);
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
                    taking.frees(),
                    SharedLimits.note(outage));
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
            available = available(redis.ask(look(), Answer::of));
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
            long ahead = chunks.stream()
                    .mapToLong(chunk -> Math.max(0, chunk.left().longValue()))
                    .sum();
            return new Level(
                    units.amount(Math.max(0, capacity - available - reserved - ahead + owed)),
                    units.amount(reserved + ahead),
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
        return alone == null && owed == 0 && unconfirmed == null && lost.isEmpty() && chunks.isEmpty();
    }

    @Override
    public CompletableFuture<Void> end() {
        endChunks();
        return flush();
    }

    /**
     * Takes what is owed from the shared bucket, or returns it, and undoes commands whose answer was lost: one report
     * at a time, which is sent again, with the same number, until it is confirmed. The returned future ends when
     * nothing is left to report, or a report failed.
     */
    private CompletableFuture<Void> flush() {
        Report report;
        CompletableFuture<Void> end;
        synchronized (lock) {
            CompletableFuture<Void> present = reporting;
            if (present != null) {
                return present;
            }
            report = redis.isOut() ? null : nextReport();
            if (report == null) {
                return CompletableFuture.completedFuture(null);
            }
            end = new CompletableFuture<>();
            reporting = end;
        }
        CompletionStage<?> sent = redis.start(command(report, BigInteger.ZERO, true, 0, BigInteger.ZERO));
        sent.whenComplete((answer, failure) -> reported(report, failure == null, end));
        return end;
    }

    /** Returns the report that is not confirmed, or the next one; null if there is none. The lock guards it. */
    private @Nullable Report nextReport() {
        if (unconfirmed == null && !lost.isEmpty()) {
            Lost one = lost.remove();
            unconfirmed = new Report(numbers.next(), -one.count, one.number);
        } else if (unconfirmed == null && owed != 0) {
            unconfirmed = new Report(numbers.next(), owed, 0);
            owed = 0;
        }
        return unconfirmed;
    }

    private void reported(Report report, boolean confirmed, CompletableFuture<Void> end) {
        if (confirmed) {
            numbers.close(report.number);
            numbers.close(report.undone);
        }
        synchronized (lock) {
            reporting = null;
            unconfirmed = confirmed ? null : report;
        }
        if (!confirmed) {
            limits.keep(this);
            end.complete(null);
            return;
        }
        CompletionStage<Void> rest = flush(); // what has come up since
        rest.whenComplete((done, failure) -> end.complete(null));
    }

    /** Reports now, or, if a chunk is in use, with what is settled until it ends. */
    private void flushSoon() {
        boolean later;
        synchronized (lock) {
            later = !chunks.isEmpty();
        }
        if (!later) {
            flush();
        }
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
        private final @Nullable Chunk chunk;
        private final AtomicBoolean settled = new AtomicBoolean();

        SharedGrant(BigDecimal amount, long count, @Nullable Chunk chunk) {
            this.amount = amount;
            this.count = count;
            this.chunk = chunk;
        }

        @Override
        public BigDecimal amount() {
            return amount;
        }

        @Override
        public void settle(BigDecimal actual) {
            if (settled.compareAndSet(false, true)) {
                long used = units.of(actual);
                synchronized (lock) {
                    reserved -= count;
                    open--;
                    if (chunk != null && chunk.settle(BigDecimal.valueOf(count), BigDecimal.valueOf(used))) {
                        return;
                    }
                }
                if (used != count) {
                    owe(used - count);
                    flushSoon();
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
            flushSoon();
        }
    }
}
