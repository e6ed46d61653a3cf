package dev.aigw.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class WindowTest {

    /** Among them clocks that change by half an hour, at midnight, back over midnight, and a day that was skipped. */
    @Provide
    Arbitrary<ZoneId> zones() {
        return Arbitraries.of(
                        "UTC",
                        "Europe/Berlin",
                        "America/New_York",
                        "America/St_Johns",
                        "America/Sao_Paulo",
                        "Australia/Lord_Howe",
                        "Pacific/Apia",
                        "Asia/Kathmandu",
                        "Africa/Cairo",
                        "Atlantic/Azores",
                        "Asia/Tehran")
                .map(ZoneId::of);
    }

    @Property(tries = 2000)
    void everyInstantLiesInOneWindowWhicheverWayItIsAsked(
            @ForAll Window.Unit unit,
            @ForAll("zones") ZoneId zone,
            @ForAll @LongRange(min = 0, max = 2_500_000_000L) long second,
            @ForAll @LongRange(min = 0, max = 1_000_000) long permille) {
        Window window = Window.calendar(unit, zone);
        Window.Span span = window.span(Instant.ofEpochSecond(second, 123_456_789));
        assertIsAWindow(window, span);
        long length = Duration.between(span.start(), span.end()).toSeconds();
        assertThat(window.span(span.start().plusSeconds(length * permille / 1_000_001)))
                .isEqualTo(span);
    }

    @Property(tries = 1000)
    void windowsAreRightAcrossEveryChangeOfTheClock(
            @ForAll Window.Unit unit,
            @ForAll("zones") ZoneId zone,
            @ForAll @LongRange(min = 0, max = 1_700_000_000L) long second,
            @ForAll @LongRange(min = -7200, max = 7200) long around) {
        ZoneOffsetTransition change = zone.getRules().nextTransition(Instant.ofEpochSecond(second));
        Instant now = change == null
                ? Instant.ofEpochSecond(second)
                : change.getInstant().plusSeconds(around);
        Window window = Window.calendar(unit, zone);
        Window.Span span = window.span(now);
        assertThat(span.contains(now)).isTrue();
        assertIsAWindow(window, span);
    }

    private static void assertIsAWindow(Window window, Window.Span span) {
        assertThat(span.start()).isBefore(span.end());
        assertThat(window.span(span.start())).as("its first instant").isEqualTo(span);
        assertThat(window.span(span.end().minusNanos(1))).as("its last instant").isEqualTo(span);
        assertThat(window.span(span.end()).start()).as("the next one").isEqualTo(span.end());
        assertThat(window.span(span.start().minusNanos(1)).end())
                .as("the one before")
                .isEqualTo(span.start());
        assertThat(Duration.between(span.start(), span.end()))
                .isLessThanOrEqualTo(Duration.ofDays(31).plusHours(2));
    }

    @Property(tries = 500)
    void aMonthBeginsOnItsFirstDayAndEndsWithItsLast(
            @ForAll("zones") ZoneId zone, @ForAll @LongRange(min = 0, max = 30_000) long day) {
        LocalDate date = LocalDate.ofEpochDay(day);
        Instant noon = date.atTime(12, 0).atZone(zone).toInstant();
        Window.Span span = Window.calendar(Window.Unit.MONTH, zone).span(noon);
        assertThat(span.start())
                .isEqualTo(date.withDayOfMonth(1).atStartOfDay(zone).toInstant());
        assertThat(span.end())
                .isEqualTo(
                        date.withDayOfMonth(1).plusMonths(1).atStartOfDay(zone).toInstant());
    }

    @Test
    void theDayOnWhichSummerTimeBeginsIsAnHourShorter() {
        Window day = Window.calendar(Window.Unit.DAY, ZoneId.of("Europe/Berlin"));
        Window.Span span = day.span(Instant.parse("2026-03-29T10:00:00Z"));
        assertThat(Duration.between(span.start(), span.end())).isEqualTo(Duration.ofHours(23));
        span = day.span(Instant.parse("2026-10-25T10:00:00Z"));
        assertThat(Duration.between(span.start(), span.end())).isEqualTo(Duration.ofHours(25));
    }

    @Test
    void aWeekBeginsOnMonday() {
        Window.Span span = Window.calendar(Window.Unit.WEEK).span(Instant.parse("2026-11-25T10:00:00Z"));
        assertThat(span.start()).isEqualTo(Instant.parse("2026-11-23T00:00:00Z"));
        assertThat(span.end()).isEqualTo(Instant.parse("2026-11-30T00:00:00Z"));
    }

    @Test
    void anHourIsTheOneOnTheWallEvenWhereZonesAreHalfAnHourOff() {
        Window.Span span = Window.calendar(Window.Unit.HOUR, ZoneOffset.ofHoursMinutes(5, 30))
                .span(Instant.parse("2026-11-25T10:45:00Z"));
        assertThat(span.start()).isEqualTo(Instant.parse("2026-11-25T10:30:00Z"));
    }

    @Test
    void refusesAPeriodOfNothing() {
        assertThatThrownBy(() -> Window.rolling(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("positive");
    }
}
