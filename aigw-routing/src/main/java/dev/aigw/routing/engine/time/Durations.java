package dev.aigw.routing.engine.time;

import java.time.Duration;

/** Durations as text for people and as nanoseconds. */
public final class Durations {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private Durations() {}

    /**
     * Returns a duration for people to read, such as {@code 250 ms}, {@code 30 s} or {@code 2 min 5 s}. It is rounded
     * down: to tenths of a second from one second on, to whole seconds from ten seconds on.
     */
    public static String text(Duration duration) {
        if (duration.isNegative()) {
            return "-" + text(duration.negated());
        }
        if (duration.isZero()) {
            return "0 s";
        }
        if (duration.compareTo(Duration.ofMillis(1)) < 0) {
            return duration.toNanos() / 1_000 > 0 ? duration.toNanos() / 1_000 + " us" : duration.toNanos() + " ns";
        }
        if (duration.compareTo(Duration.ofSeconds(10)) < 0 && duration.toMillis() % 1_000 != 0) {
            long millis = duration.toMillis();
            return millis < 1_000 ? millis + " ms" : millis / 1_000 + "." + millis % 1_000 / 100 + " s";
        }
        StringBuilder text = new StringBuilder();
        part(text, duration.toDays(), "d");
        part(text, duration.toHoursPart(), "h");
        part(text, duration.toMinutesPart(), "min");
        part(text, duration.toSecondsPart(), "s");
        return text.toString();
    }

    private static void part(StringBuilder text, long count, String unit) {
        if (count > 0) {
            text.append(text.isEmpty() ? "" : " ").append(count).append(' ').append(unit);
        }
    }

    /** Returns the nanoseconds, capped at about 146 years so that sums with clock readings do not overflow. */
    public static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }
}
