package dev.aigw.routing.limit;

import dev.aigw.routing.engine.time.Durations;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The time over which a limit counts: a rolling window refills continuously, a calendar window all at once when the
 * next one begins. Immutable.
 */
public final class Window {

    /** A calendar unit. */
    public enum Unit {
        /** A second. */
        SECOND,
        /** A minute. */
        MINUTE,
        /** A clock hour; it is cut where the clock is set forward or back. */
        HOUR,
        /** A day from midnight to midnight, 23 to 25 hours when the clock changes. */
        DAY,
        /** A week from Monday to Monday. */
        WEEK,
        /** A month. */
        MONTH
    }

    /**
     * The window that contains an instant.
     *
     * @param start inclusive
     * @param end exclusive
     */
    public record Span(Instant start, Instant end) {

        boolean contains(Instant instant) {
            return !instant.isBefore(start) && instant.isBefore(end);
        }
    }

    private final @Nullable Duration period;
    private final @Nullable Unit unit;
    private final ZoneId zone;

    private Window(@Nullable Duration period, @Nullable Unit unit, ZoneId zone) {
        this.period = period;
        this.unit = unit;
        this.zone = zone;
    }

    /**
     * Returns a rolling window: a token bucket that refills evenly over {@code period}.
     *
     * @throws IllegalArgumentException if the period is not positive
     */
    public static Window rolling(Duration period) {
        if (period.isZero() || period.isNegative()) {
            throw new IllegalArgumentException("the window is " + Durations.text(period) + ": use a positive time");
        }
        return new Window(period, null, ZoneOffset.UTC);
    }

    /** Returns a calendar window in {@code zone}. */
    public static Window calendar(Unit unit, ZoneId zone) {
        return new Window(null, Objects.requireNonNull(unit, "unit"), Objects.requireNonNull(zone, "zone"));
    }

    /** Returns a calendar window in UTC. */
    public static Window calendar(Unit unit) {
        return calendar(unit, ZoneOffset.UTC);
    }

    /** Returns the period of a rolling window, or null for a calendar window. */
    public @Nullable Duration period() {
        return period;
    }

    /** Returns the calendar window that contains {@code now}; a rolling window has none. */
    public Span span(Instant now) {
        return switch (Objects.requireNonNull(unit, "a rolling window has no span")) {
            case SECOND -> clockSpan(now, 1);
            case MINUTE -> clockSpan(now, 60);
            case HOUR -> clockSpan(now, 3600);
            case DAY, WEEK, MONTH -> dateSpan(now);
        };
    }

    /** Uses the local clock, between two changes of its offset. */
    private Span clockSpan(Instant now, long seconds) {
        ZoneRules rules = zone.getRules();
        long offset = rules.getOffset(now).getTotalSeconds();
        long local = now.getEpochSecond() + offset;
        long start = Math.floorDiv(local, seconds) * seconds - offset;
        Instant from = Instant.ofEpochSecond(start);
        Instant to = Instant.ofEpochSecond(start + seconds);
        ZoneOffsetTransition before = rules.previousTransition(now.plusNanos(1));
        ZoneOffsetTransition after = rules.nextTransition(now);
        if (before != null && before.getInstant().isAfter(from)) {
            from = before.getInstant();
        }
        if (after != null && after.getInstant().isBefore(to)) {
            to = after.getInstant();
        }
        return new Span(from, to);
    }

    private Span dateSpan(Instant now) {
        LocalDate first = first(now.atZone(zone).toLocalDate());
        while (!now.isBefore(
                start(next(first)))) { // if the clock goes back over midnight, yesterday does not begin again
            first = next(first);
        }
        return new Span(start(first), start(next(first)));
    }

    private LocalDate first(LocalDate date) {
        return switch (Objects.requireNonNull(unit)) {
            case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> date.withDayOfMonth(1);
            default -> date;
        };
    }

    private LocalDate next(LocalDate first) {
        return switch (Objects.requireNonNull(unit)) {
            case WEEK -> first.plusWeeks(1);
            case MONTH -> first.plusMonths(1);
            default -> first.plusDays(1);
        };
    }

    private Instant start(LocalDate date) {
        return date.atStartOfDay(zone).toInstant();
    }

    @Override
    public String toString() {
        return period != null ? period.toString() : unit + " of " + zone;
    }
}
