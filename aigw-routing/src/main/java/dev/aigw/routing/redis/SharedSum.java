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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An exact sum over a calendar window, or of calls under way, that all JVMs share. {@link SumAccount} is this JVM's
 * part; the script {@code sum.lua} is Redis' part.
 *
 * <p>Reports to Redis are idempotent: everything that this allowance has settled in the window, not the difference;
 * which reservations are over; which are alive. So a command whose answer is lost is simply sent again.
 */
final class SharedSum implements Allowance, SharedLimits.Reporting {

    private static final Script SUM = Script.of("sum.lua");

    private final SharedLimits limits;
    private final SharedRedis redis;
    private final AllowanceSpec spec;
    private final @Nullable Window window;
    private final String owner;
    private final SumAccount account;

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
    }

    @Override
    public Taking take(BigDecimal amount, BigDecimal share, boolean force) {
        limits.keep(this);
        BigDecimal most = SumAccount.part(spec, share);
        account.turn(span());
        Take take = new Take(account.reserve(Amounts.rounded(amount)), most, force);
        try {
            Answer answer = ask(take);
            account.answered(answer.used, answer.reserved);
            boolean fits = answer.status == Status.FITS;
            Duration frees = fits ? null : frees(amount, most, answer.at);
            if (answer.status == Status.FULL) {
                return new Taking(false, null, account.remaining(), frees);
            }
            account.granted(take.reservation);
            return new Taking(fits, new Grant(take.reservation), account.remaining(), frees);
        } catch (RedisOutage e) {
            return takeAlone(take.reservation, share, force, e);
        } catch (RuntimeException | Error e) {
            account.lost(take.reservation);
            throw e;
        }
    }

    private Answer ask(Take take) {
        Answer answer = ask(account.sum(), take);
        if (answer.status == Status.OVER) {
            account.turn(Objects.requireNonNull(window, "only a window ends").span(answer.at));
            account.move(take.reservation);
            answer = ask(account.sum(), take);
        }
        if (answer.status == Status.OVER) {
            throw new RedisOutage("the window ended twice", null, false);
        }
        return answer;
    }

    /** Decides without Redis. */
    private Taking takeAlone(SumAccount.Reservation reservation, BigDecimal share, boolean force, RedisOutage outage) {
        boolean fits = account.fitsAlone(reservation.amount(), share);
        if (!fits && !force) {
            if (outage.isSent()) {
                account.lost(reservation);
            }
            if (limits.outage().kind() == Outage.Kind.CLOSED) {
                throw SharedLimits.closed(spec, outage);
            }
            return new Taking(false, null, account.remainingAlone(), null);
        }
        account.grantedAlone(reservation, outage.isSent());
        flush(); // in case only this command had no answer
        return new Taking(fits, new Grant(reservation), account.remaining(), null);
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
            Answer answer = ask(account.sum(), null);
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

    private record Answer(Status status, Instant at, BigDecimal used, BigDecimal reserved) {

        static Answer of(List<Object> reply) {
            Instant at = Instant.ofEpochMilli(Long.parseLong(text(reply.get(1))));
            Status status = switch (text(reply.get(0))) {
                case "fits" -> Status.FITS;
                case "forced" -> Status.FORCED;
                case "full" -> Status.FULL;
                default -> Status.OVER;
            };
            return status == Status.OVER
                    ? new Answer(status, at, BigDecimal.ZERO, BigDecimal.ZERO)
                    : new Answer(
                            status,
                            at,
                            Amounts.join(text(reply.get(2)), text(reply.get(3))),
                            Amounts.join(text(reply.get(4)), text(reply.get(5))));
        }

        private static String text(Object bytes) {
            return new String((byte[]) bytes, StandardCharsets.US_ASCII);
        }
    }

    private record Take(SumAccount.Reservation reservation, BigDecimal most, boolean force) {}

    private Answer ask(SumAccount.Report report, @Nullable Take take) {
        try {
            Answer answer = Answer.of(redis.ask(command(report, take)));
            account.reported(report, answer.status != Status.OVER);
            return answer;
        } catch (RuntimeException | Error e) {
            account.reported(report, false);
            throw e;
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
        }
        return SUM.on(keys, args);
    }

    /** Reports what is new, without waiting. */
    private void flush() {
        if (!redis.isOut()) {
            tellLater(account.news());
        }
    }

    private void tellLater(SumAccount.Report report) {
        CompletionStage<Answer> sent = redis.start(command(report, null)).thenApply(Answer::of);
        sent.whenComplete((answer, failure) -> {
            account.reported(report, failure == null);
            if (failure == null && answer.status != Status.OVER) {
                account.answered(answer.used, answer.reserved);
                if (report.isFull()) {
                    flush();
                }
            }
        });
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
            tellLater(account.renewal());
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
                flush();
            }
        }
    }
}
