package dev.aigw.api;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.time.zone.ZoneOffsetTransition;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Hours that return each day, or on some days of the week: when a {@link Price} applies. Immutable.
 *
 * <pre>{@code
 * DailyHours peak = DailyHours.utc("06:00", "10:00").on(DayOfWeek.MONDAY, DayOfWeek.TUESDAY);
 * }</pre>
 *
 * <p>The start belongs to the hours, the end does not. Hours whose end is not after their start go on into the next day
 * and belong to the day on which they start.
 */
public final class DailyHours {

    /** The first and the last instant whose dates, and those of the days beside them, exist in every zone. */
    private static final Instant FIRST =
            LocalDate.MIN.plusDays(3).atStartOfDay(ZoneOffset.UTC).toInstant();

    private static final Instant LAST =
            LocalDate.MAX.minusDays(3).atStartOfDay(ZoneOffset.UTC).toInstant();

    private final LocalTime start;
    private final LocalTime end;
    private final ZoneId zone;
    private final Set<DayOfWeek> days;

    private DailyHours(LocalTime start, LocalTime end, ZoneId zone, Set<DayOfWeek> days) {
        this.start = Objects.requireNonNull(start, "start");
        this.end = Objects.requireNonNull(end, "end");
        this.zone = Objects.requireNonNull(zone, "zone");
        this.days = days;
    }

    /**
     * Returns hours of every day in UTC.
     *
     * @param start the first minute, such as {@code 06:00}
     * @param end the minute after the last
     * @throws IllegalArgumentException if one is not a time of day
     */
    public static DailyHours utc(String start, String end) {
        return of(time(start), time(end), ZoneOffset.UTC);
    }

    /** Returns hours of every day in a time zone. */
    public static DailyHours of(LocalTime start, LocalTime end, ZoneId zone) {
        return new DailyHours(start, end, zone, EnumSet.allOf(DayOfWeek.class));
    }

    /**
     * Returns these hours on some days of the week only, as the zone counts them.
     *
     * @throws IllegalArgumentException if no day is given
     */
    public DailyHours on(DayOfWeek... days) {
        Set<DayOfWeek> some = EnumSet.noneOf(DayOfWeek.class);
        some.addAll(List.of(days));
        if (some.isEmpty()) {
            throw new IllegalArgumentException("hours on no day: name at least one day of the week");
        }
        return new DailyHours(start, end, zone, some);
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a time of day such as \"16:30\"", e);
        }
    }

    private ZonedDateTime local(Instant time) {
        return (time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time).atZone(zone);
    }

    /** Returns whether {@code time} is within these hours. */
    public boolean include(Instant time) {
        ZonedDateTime local = local(time);
        LocalTime clock = local.toLocalTime();
        DayOfWeek today = local.getDayOfWeek();
        if (start.isBefore(end)) {
            return days.contains(today) && !clock.isBefore(start) && clock.isBefore(end);
        }
        return (days.contains(today) && !clock.isBefore(start))
                || (days.contains(today.minus(1)) && clock.isBefore(end));
    }

    /** Returns the first start or end of such hours after {@code time}, or when clocks change before it. */
    Instant nextChange(Instant time) {
        ZonedDateTime now = local(time);
        LocalDate today = now.toLocalDate();
        ZoneOffsetTransition clockChange = zone.getRules().nextTransition(now.toInstant());
        Instant next = clockChange == null ? Instant.MAX : clockChange.getInstant();
        for (int day = 0; day <= 1; day++) {
            for (LocalTime border : new LocalTime[] {start, end}) {
                ZonedDateTime change = today.plusDays(day).atTime(border).atZone(zone);
                next = earlier(next, change.toInstant(), time);
                next = earlier(next, change.withLaterOffsetAtOverlap().toInstant(), time);
            }
        }
        return next;
    }

    private static Instant earlier(Instant next, Instant change, Instant time) {
        return change.isAfter(time) && change.isBefore(next) ? change : next;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DailyHours that
                && start.equals(that.start)
                && end.equals(that.end)
                && zone.equals(that.zone)
                && days.equals(that.days);
    }

    @Override
    public int hashCode() {
        return Objects.hash(start, end, zone, days);
    }

    @Override
    public String toString() {
        return start + " to " + end + " " + zone + (days.size() == 7 ? "" : " on " + days);
    }
}
