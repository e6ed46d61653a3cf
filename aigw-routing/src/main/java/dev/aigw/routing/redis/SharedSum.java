package dev.aigw.routing.redis;

import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.Window;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An exact sum over a calendar window, or of calls under way, that all JVMs share. {@link SumAccount} is this JVM's
 * part; the script {@code sum.lua} is Redis' part.
 *
 * <p>Reports to Redis are idempotent: everything that this allowance has settled in the window, not the difference;
 * which reservations are over; which are alive. So a command whose answer is lost is simply sent again. At a high rate
 * calls take from a {@link Chunk}, which is a reservation like any other, instead of asking Redis.
 */
final class SharedSum implements Allowance, SharedLimits.Reporting {

    private static final Script SUM = Script.of("sum.lua");

    private final SharedLimits limits;
    private final SharedRedis redis;
    private final AllowanceSpec spec;
    private final @Nullable Window window;
    private final String owner;
    private final SumAccount account;
    private final Lanes lanes;
    private final Object sending = new Object();

    /**
     * Creates one.
     *
     * @param owner differs from that of every other allowance, in whichever JVM
     */
    SharedSum(SharedLimits limits, AllowanceSpec spec, String owner) {
        this.limits = limits;
        this.redis = limits.redis();
        this.spec = spec;
        this.window = spec.window();
        this.owner = owner;
        this.account = new SumAccount(owner, spec, limits.outage(), limits.lease());
        this.lanes = new Lanes(redis, window == null ? 0 : limits.aheadNanos(spec, length(window)));
    }

    private Duration length(Window calendar) {
        Window.Span now = calendar.span(redis.clock().now());
        return Duration.between(now.start(), now.end());
    }

    @Override
    public Taking take(BigDecimal amount, BigDecimal share, boolean force) {
        limits.keep(this);
        account.turn(span());
        BigDecimal rounded = Amounts.rounded(amount);
        Lane lane = lanes.of(share);
        Chunk chunk = lane == null ? null : lanes.take(lane, rounded);
        if (chunk != null) {
            return new Taking(
                    true, new ChunkGrant(chunk, rounded), account.remaining().add(chunk.left()), null);
        }
        BigDecimal most = SumAccount.part(spec, share);
        BigDecimal extra = lane == null
                ? BigDecimal.ZERO
                : lane.want(account.remaining().subtract(spec.maximum()).add(most));
        if (lane == null || extra.signum() == 0) {
            return ask(new Take(account.reserve(rounded), most, force, null), share);
        }
        Chunk last = lane.last();
        if (last != null) {
            account.end(last); // reported with the request
        }
        Take take = new Take(account.reserve(rounded), most, force, account.reserve(extra));
        try {
            return ask(take, share);
        } finally {
            lane.asked(take.chunk);
        }
    }

    private Taking ask(Take take, BigDecimal share) {
        try {
            Taking taking = takeShared(take);
            return taking.grant() == null && endChunks() ? takeShared(take) : taking;
        } catch (RedisOutage e) {
            return takeAlone(take, share, e);
        } catch (RuntimeException | Error e) {
            lose(take);
            throw e;
        }
    }

    private void lose(Take take) {
        account.lost(take.reservation);
        if (take.ahead != null) {
            account.lost(take.ahead);
        }
        flush();
    }

    private Taking takeShared(Take take) {
        long askedNanos = System.nanoTime();
        Answer answer = askOnce(take);
        account.answered(answer.used, answer.reserved);
        boolean fits = answer.status == Status.FITS;
        Duration frees = fits ? null : frees(take.reservation.amount(), take.most, answer.at);
        if (answer.status == Status.FULL) {
            return new Taking(false, null, account.remaining(), frees);
        }
        account.granted(take.reservation);
        if (answer.isAhead && take.ahead != null) {
            take.chunk = begun(take.ahead, askedNanos, answer.at);
        }
        return new Taking(fits, new Grant(take.reservation), account.remaining(), frees);
    }

    private Chunk begun(SumAccount.Reservation ahead, long askedNanos, Instant at) {
        account.granted(ahead);
        Window.Span span = ahead.span();
        long life = span == null
                ? lanes.lifeNanos()
                : Math.min(lanes.lifeNanos(), Duration.between(at, span.end()).toNanos());
        Chunk chunk = new Chunk(ahead.amount(), askedNanos + life, span);
        account.begin(chunk, ahead);
        redis.after(life, () -> end(chunk));
        return chunk;
    }

    private void end(Chunk chunk) {
        if (account.end(chunk)) {
            flush();
        }
    }

    /** Returns what is left of all chunks; false if there is none. */
    private boolean endChunks() {
        List<Chunk> chunks = account.chunks();
        chunks.forEach(account::end);
        return !chunks.isEmpty();
    }

    private Answer askOnce(Take take) {
        Answer answer = await(send(take));
        if (answer.status == Status.OVER) {
            account.turn(Objects.requireNonNull(window, "only a window ends").span(answer.at));
            account.move(take.reservation);
            if (take.ahead != null) {
                account.move(take.ahead);
            }
            answer = await(send(take));
        }
        if (answer.status == Status.OVER) {
            throw new RedisOutage("the window ended twice", null, false);
        }
        return answer;
    }

    /** Decides without Redis. */
    private Taking takeAlone(Take take, BigDecimal share, RedisOutage outage) {
        SumAccount.Reservation reservation = take.reservation;
        boolean fits = account.fitsAlone(reservation.amount(), share);
        if (!fits && !take.force) {
            if (outage.isSent()) {
                lose(take);
            }
            if (limits.outage().kind() == Outage.Kind.CLOSED) {
                throw SharedLimits.closed(spec, outage);
            }
            return new Taking(false, null, account.remainingAlone(), null, SharedLimits.note(outage));
        }
        account.grantedAlone(reservation, outage.isSent());
        if (outage.isSent() && take.ahead != null) {
            account.lost(take.ahead);
        }
        flush(); // in case only this command had no answer
        return new Taking(fits, new Grant(reservation), account.remaining(), null, SharedLimits.note(outage));
    }

    private Window.@Nullable Span span() {
        return window == null ? null : window.span(redis.clock().now());
    }

    private @Nullable Duration frees(BigDecimal amount, BigDecimal most, Instant now) {
        Window.Span span = account.span();
        return span == null || amount.compareTo(most) > 0 ? null : Duration.between(now, span.end());
    }

    @Override
    public Level level() {
        account.turn(span());
        try {
            Answer answer = await(send(null));
            if (answer.status != Status.OVER) {
                account.answered(answer.used, answer.reserved);
                return new Level(answer.used, answer.reserved, account.remaining());
            }
        } catch (RedisOutage e) {
            // only this JVM's figures are known
        }
        return account.level();
    }

    @Override
    public boolean isUnused() {
        account.turn(span());
        return account.isUnused();
    }

    // Reporting to Redis.

    private enum Status {
        FITS,
        FORCED,
        FULL,
        OVER
    }

    private record Answer(Status status, Instant at, BigDecimal used, BigDecimal reserved, boolean isAhead) {

        static Answer of(List<Object> reply) {
            Instant at = Instant.ofEpochMilli(Long.parseLong(text(reply.get(1))));
            Status status = switch (text(reply.get(0))) {
                case "fits" -> Status.FITS;
                case "forced" -> Status.FORCED;
                case "full" -> Status.FULL;
                default -> Status.OVER;
            };
            return status == Status.OVER
                    ? new Answer(status, at, BigDecimal.ZERO, BigDecimal.ZERO, false)
                    : new Answer(
                            status,
                            at,
                            Amounts.join(text(reply.get(2)), text(reply.get(3))),
                            Amounts.join(text(reply.get(4)), text(reply.get(5))),
                            text(reply.get(6)).equals("1"));
        }

        private static String text(Object bytes) {
            return new String((byte[]) bytes, StandardCharsets.US_ASCII);
        }
    }

    /** What to take for a call, and ahead of later ones; then the chunk, if Redis gave it. */
    private static final class Take {

        private final SumAccount.Reservation reservation;
        private final BigDecimal most;
        private final boolean force;
        private final SumAccount.@Nullable Reservation ahead;
        private @Nullable Chunk chunk;

        Take(
                SumAccount.Reservation reservation,
                BigDecimal most,
                boolean force,
                SumAccount.@Nullable Reservation ahead) {
            this.reservation = reservation;
            this.most = most;
            this.force = force;
            this.ahead = ahead;
        }
    }

    /** A command under way. */
    private record Sent(SumAccount.Report report, CompletableFuture<List<Object>> answer) {}

    /** Sends a report, and a request with it. Commands are sent in the order of their reports. */
    private Sent send(@Nullable Take take) {
        synchronized (sending) {
            SumAccount.Report report = account.news();
            return new Sent(report, redis.send(command(report, take)));
        }
    }

    private Answer await(Sent sent) {
        boolean known = false;
        try {
            Answer answer = SharedRedis.read(redis.await(sent.answer), Answer::of);
            known = answer.status != Status.OVER;
            return answer;
        } finally {
            account.reported(sent.report, known);
        }
    }

    private Command<List<Object>> command(SumAccount.Report report, @Nullable Take take) {
        String tag = SharedLimits.tag(spec);
        String part = report.span() == null ? "" : ":" + report.span().start().getEpochSecond();
        List<String> keys = List.of(redis.key("limit", tag, part), redis.key("limit", tag, part + ":reservations"));
        List<String> args = new ArrayList<>();
        args.add(report.span() == null ? "0" : Long.toString(report.span().end().toEpochMilli()));
        args.add(Long.toString(limits.lease().toMillis()));
        args.add(owner);
        args.addAll(List.of(Amounts.split(report.settled())));
        args.add(Integer.toString(report.over().size()));
        args.add(Integer.toString(report.alive().size()));
        report.over().forEach(reservation -> args.add(reservation.member()));
        report.alive().forEach(reservation -> args.add(reservation.member()));
        if (take != null) {
            args.add(take.reservation.member());
            args.addAll(List.of(Amounts.split(take.reservation.amount())));
            args.addAll(List.of(Amounts.split(take.most)));
            args.add(take.force ? "1" : "0");
            addAhead(args, take);
        }
        return SUM.on(keys, args);
    }

    private static void addAhead(List<String> args, Take take) {
        SumAccount.Reservation ahead = take.ahead;
        if (ahead != null) {
            BigDecimal kept = ahead.amount().multiply(BigDecimal.valueOf(Lane.PARTS - 1L));
            args.add(ahead.member());
            args.addAll(List.of(Amounts.split(ahead.amount())));
            args.addAll(List.of(Amounts.split(take.most.subtract(kept).max(BigDecimal.ZERO))));
        }
    }

    /** Reports what is new, without waiting; the returned future ends with the answer, or without one. */
    private CompletableFuture<Void> flush() {
        return redis.isOut() ? CompletableFuture.completedFuture(null) : report(account::news);
    }

    /** Reports now, or, if a chunk is in use, when it ends. */
    private void flushSoon() {
        if (!account.hasChunks()) {
            flush();
        }
    }

    private CompletableFuture<Void> report(Supplier<SumAccount.Report> reports) {
        SumAccount.Report report;
        CompletionStage<Answer> sent;
        synchronized (sending) {
            report = reports.get();
            sent = redis.start(command(report, null)).thenApply(Answer::of);
        }
        CompletableFuture<Void> end = new CompletableFuture<>();
        sent.whenComplete((answer, failure) -> {
            account.reported(report, failure == null);
            if (failure == null && answer.status != Status.OVER) {
                account.answered(answer.used, answer.reserved);
                if (report.isFull()) {
                    flush();
                }
            }
            end.complete(null);
        });
        return end;
    }

    @Override
    public CompletableFuture<Void> end() {
        endChunks();
        return flush();
    }

    @Override
    public void back() {
        account.turn(span());
        account.doubt();
        flush();
    }

    @Override
    public boolean tick() {
        account.turn(span());
        if (account.isIdle()) {
            return false;
        }
        if (!redis.isOut()) {
            report(account::renewal);
        }
        return true;
    }

    private final class Grant implements Allowance.Grant {

        private final SumAccount.Reservation reservation;
        private final AtomicBoolean settled = new AtomicBoolean();

        Grant(SumAccount.Reservation reservation) {
            this.reservation = reservation;
        }

        @Override
        public BigDecimal amount() {
            return reservation.amount();
        }

        @Override
        public void settle(BigDecimal actual) {
            if (settled.compareAndSet(false, true)) {
                limits.keep(SharedSum.this);
                account.turn(span());
                account.settle(reservation, Amounts.rounded(actual));
                flushSoon();
            }
        }
    }

    /** What a call has taken from a chunk. */
    private final class ChunkGrant implements Allowance.Grant {

        private final Chunk chunk;
        private final BigDecimal amount;
        private final AtomicBoolean settled = new AtomicBoolean();

        ChunkGrant(Chunk chunk, BigDecimal amount) {
            this.chunk = chunk;
            this.amount = amount;
        }

        @Override
        public BigDecimal amount() {
            return amount;
        }

        @Override
        public void settle(BigDecimal actual) {
            if (settled.compareAndSet(false, true)) {
                limits.keep(SharedSum.this);
                account.turn(span());
                account.settle(chunk, amount, Amounts.rounded(actual));
                flushSoon();
            }
        }
    }
}
