package dev.aigw.api.internal;

import java.time.Duration;

/** Writes durations for people to read. */
public final class DurationText {

    private DurationText() {}

    /** Returns a text such as {@code 250 ms}, {@code 1.5 s}, {@code 30 s} or {@code 2 min 5 s}, rounded down. */
    public static String of(Duration duration) {
        if (duration.isNegative()) {
            return "-" + of(duration.negated());
        }
        if (duration.isZero()) {
            return "0 s";
        }
        long millis = duration.compareTo(Duration.ofSeconds(10)) < 0 ? duration.toMillis() : Long.MAX_VALUE;
        if (millis == 0) {
            return duration.toNanos() / 1_000 > 0 ? duration.toNanos() / 1_000 + " us" : duration.toNanos() + " ns";
        }
        if (millis < 10_000 && millis % 1_000 != 0) {
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
}
