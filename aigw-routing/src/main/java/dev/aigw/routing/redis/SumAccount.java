package dev.aigw.routing.redis;

import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.Window;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JVM's part of a shared sum in the present window: what it has settled, its reservations, what of it Redis may not
 * know, and what it may grant on its own. It never calls Redis. Safe for use by many threads.
 */
final class SumAccount {

    /** A reservation. Its mutable state is guarded by the account. */
    static final class Reservation {

        private final String member;
        private final BigDecimal amount;
        private Window.@Nullable Span span;
        private boolean sent;
        private boolean reported;
        private long reportedNanos;
        private int outage;

        private Reservation(String member, BigDecimal amount, Window.@Nullable Span span) {
            this.member = member;
            this.amount = amount;
            this.span = span;
        }

        Window.@Nullable Span span() {
            return span;
        }

        /** Returns its name in Redis. */
        String member() {
            return member;
        }

        BigDecimal amount() {
            return amount;
        }
    }

    /**
     * A report to Redis.
     *
     * @param settled all that was settled in the window
     * @param over reservations that are over and not yet reported
     * @param alive reservations to enter or renew
     */
    record Report(Window.@Nullable Span span, BigDecimal settled, List<Reservation> over, List<Reservation> alive) {

        private static final int MOST = 500;

        boolean isFull() {
            return over.size() == MOST;
        }
    }

    /**
     * A reservation is renewed at the next of three occasions in its lease once it is this fraction of the lease old.
     */
    private static final int RENEWAL_AGE = 4;

    private final String owner;
    private final AllowanceSpec spec;
    private final Outage policy;
    private final long renewalNanos;

    private Window.@Nullable Span span;
    private BigDecimal settled = BigDecimal.ZERO;
    private BigDecimal acknowledged = BigDecimal.ZERO;
    private final Set<Reservation> open = new LinkedHashSet<>();
    private final Deque<Reservation> over = new ArrayDeque<>();
    private @Nullable BigDecimal left;
    private long sequence;
    private int outage;
    private BigDecimal usedAlone = BigDecimal.ZERO;

    /** The chunks in use, with their reservations. */
    private final Map<Chunk, Reservation> chunks = new LinkedHashMap<>(0);

    /** What calls under way have taken from chunks that are over, and its reservation, which may be an older one. */
    private BigDecimal rest = BigDecimal.ZERO;

    private @Nullable Reservation restReserved;

    SumAccount(String owner, AllowanceSpec spec, Outage policy, Duration lease) {
        this.owner = owner;
        this.spec = spec;
        this.policy = policy;
        this.renewalNanos = lease.toNanos() / RENEWAL_AGE;
    }

    /** Returns a share of the maximum; for concurrency, rounded up. */
    static BigDecimal part(AllowanceSpec spec, BigDecimal share) {
        BigDecimal part = spec.maximum().multiply(share);
        return spec.window() == null ? part.setScale(0, RoundingMode.CEILING) : part;
    }

    /** Begins the next window if it is time. A clock that is set back a little does not return to an earlier window. */
    synchronized void turn(Window.@Nullable Span now) {
        if (now != null && (span == null || now.start().isAfter(span.start()))) {
            span = now;
            settled = BigDecimal.ZERO;
            acknowledged = BigDecimal.ZERO;
            open.clear();
            over.clear();
            chunks.keySet().forEach(Chunk::end);
            chunks.clear();
            rest = BigDecimal.ZERO;
            restReserved = null;
            left = null;
            usedAlone = BigDecimal.ZERO;
        }
    }

    synchronized Window.@Nullable Span span() {
        return span;
    }

    // What is taken ahead.

    /** Begins the use of a chunk, for whose reservation see {@link #granted}. */
    synchronized void begin(Chunk chunk, Reservation reservation) {
        if (open.contains(reservation)) {
            chunks.put(chunk, reservation);
        } else {
            chunk.end(); // the window has ended
        }
    }

    synchronized boolean hasChunks() {
        return !chunks.isEmpty();
    }

    synchronized List<Chunk> chunks() {
        return List.copyOf(chunks.keySet());
    }

    /**
     * Ends a chunk, unless it has ended: what calls have used of it is settled, and what calls under way have taken of
     * it stays reserved. Returns whether there is something to report.
     */
    synchronized boolean end(Chunk chunk) {
        chunk.end();
        Reservation reservation = chunks.remove(chunk);
        if (reservation == null || !open.remove(reservation)) {
            return false;
        }
        over.add(reservation);
        settled = settled.add(chunk.used());
        rest = rest.add(chunk.open());
        return true;
    }

    /** Settles what a call has taken from a chunk. */
    synchronized void settle(Chunk chunk, BigDecimal taken, BigDecimal actual) {
        if (!chunk.settle(taken, actual) && Objects.equals(chunk.span(), span)) {
            rest = rest.subtract(taken);
            settled = settled.add(actual);
        }
    }

    private boolean isRestReserved() {
        return rest.compareTo(restReserved == null ? BigDecimal.ZERO : restReserved.amount) == 0;
    }

    /** Replaces the reservation for what calls under way have taken, if that has changed. */
    private void reserveRest() {
        if (isRestReserved()) {
            return;
        }
        Reservation old = restReserved;
        if (old != null && open.remove(old) && old.sent) {
            over.add(old);
        }
        restReserved = rest.signum() > 0 ? reserve(rest) : null;
        if (restReserved != null) {
            open.add(restReserved);
        }
    }

    /** Returns a reservation that is not granted yet. */
    synchronized Reservation reserve(BigDecimal amount) {
        String[] parts = Amounts.split(amount);
        return new Reservation(owner + "-" + ++sequence + "|" + parts[0] + "|" + parts[1], amount, span);
    }

    /** Moves a reservation that is not granted yet to the present window. */
    synchronized void move(Reservation reservation) {
        reservation.span = span;
    }

    /** Notes that Redis has granted it. */
    synchronized void granted(Reservation reservation) {
        reservation.sent = true;
        reservation.reported = true;
        reservation.reportedNanos = System.nanoTime();
        enter(reservation);
    }

    /** Notes that this JVM has granted it on its own; {@code sent} says whether Redis may know it anyway. */
    synchronized void grantedAlone(Reservation reservation, boolean sent) {
        reservation.sent = sent;
        reservation.outage = outage;
        usedAlone = usedAlone.add(reservation.amount);
        enter(reservation);
    }

    private void enter(Reservation reservation) {
        if (Objects.equals(reservation.span, span)) {
            open.add(reservation);
        }
    }

    /** Notes that it is not granted, although Redis may have granted it in an answer that was lost. */
    synchronized void lost(Reservation reservation) {
        if (Objects.equals(reservation.span, span)) {
            over.add(reservation);
        }
    }

    /** Settles it. What was taken in an earlier window no longer counts. */
    synchronized void settle(Reservation reservation, BigDecimal actual) {
        if (!Objects.equals(reservation.span, span)) {
            return;
        }
        open.remove(reservation);
        if (reservation.sent) {
            over.add(reservation);
        }
        if (span != null) {
            settled = settled.add(actual);
        }
        if (!reservation.reported && reservation.outage == outage) {
            usedAlone = usedAlone.add(actual).subtract(reservation.amount);
        }
    }

    // Without Redis.

    /** Returns whether this JVM may grant an amount on its own. */
    synchronized boolean fitsAlone(BigDecimal amount, BigDecimal share) {
        return switch (policy.kind()) {
            case OPEN -> true;
            case CLOSED -> false;
            case LOCAL ->
                spec.window() == null
                        ? BigDecimal.valueOf(open.size())
                                        .compareTo(part(spec, policy.share().multiply(share)))
                                < 0
                        : amount.signum() == 0
                                || usedAlone
                                                .add(amount)
                                                .compareTo(allowedAlone().multiply(share))
                                        <= 0;
        };
    }

    private BigDecimal allowedAlone() {
        return (left == null ? spec.maximum() : left).multiply(policy.share());
    }

    synchronized BigDecimal remainingAlone() {
        BigDecimal remaining = spec.window() == null
                ? part(spec, policy.share()).subtract(BigDecimal.valueOf(open.size()))
                : allowedAlone().subtract(usedAlone);
        return remaining.max(BigDecimal.ZERO);
    }

    // Answers of Redis, and reports to it.

    /** Notes Redis' answer. From now on, what this JVM granted on its own is reported and counts like the rest. */
    synchronized void answered(BigDecimal used, BigDecimal reserved) {
        left = spec.maximum().subtract(used).subtract(reserved).max(BigDecimal.ZERO);
        outage++;
        usedAlone = BigDecimal.ZERO;
    }

    /** Returns what remains, as far as known. */
    synchronized BigDecimal remaining() {
        return left == null ? level().remaining() : left;
    }

    /** Returns the level of this JVM's part. */
    synchronized Allowance.Level level() {
        BigDecimal reserved = open.stream().map(Reservation::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal remaining = left == null ? spec.maximum().subtract(settled).subtract(reserved) : left;
        return new Allowance.Level(settled, reserved, remaining.max(BigDecimal.ZERO));
    }

    /** Returns the sum, the reservations that are over, and those that Redis does not know. */
    synchronized Report news() {
        return report(Long.MAX_VALUE);
    }

    /** Returns the same, with the reservations to renew. */
    synchronized Report renewal() {
        return report(renewalNanos);
    }

    private Report report(long oldNanos) {
        reserveRest();
        List<Reservation> ended = new ArrayList<>();
        while (!over.isEmpty() && ended.size() < Report.MOST) {
            ended.add(over.remove());
        }
        long now = System.nanoTime();
        List<Reservation> alive = open.stream()
                .filter(reservation -> !reservation.reported || now - reservation.reportedNanos > oldNanos)
                .toList();
        alive.forEach(reservation -> reservation.sent = true);
        return new Report(span, settled, ended, alive);
    }

    /** Notes that a report was sent, and whether it certainly arrived. */
    synchronized void reported(Report report, boolean certain) {
        if (!Objects.equals(report.span, span)) {
            return;
        }
        if (!certain) {
            over.addAll(report.over);
            return;
        }
        acknowledged = acknowledged.max(report.settled);
        long now = System.nanoTime();
        for (Reservation reservation : report.alive) {
            reservation.reported = true;
            reservation.reportedNanos = now;
        }
    }

    /** Notes that Redis may have lost everything. */
    synchronized void doubt() {
        acknowledged = BigDecimal.ZERO;
        open.forEach(reservation -> reservation.reported = false);
    }

    /** Returns whether nothing is under way and Redis knows everything. */
    synchronized boolean isIdle() {
        return open.isEmpty() && over.isEmpty() && isRestReserved() && acknowledged.compareTo(settled) >= 0;
    }

    /** Returns whether, besides, nothing of the window is used, by Redis' last answer. */
    synchronized boolean isUnused() {
        return isIdle()
                && settled.signum() == 0
                && (span == null || left == null || left.compareTo(spec.maximum()) >= 0);
    }
}
