package dev.aigw.routing.engine.call;

import dev.aigw.api.internal.DurationText;
import java.time.Duration;

/** Durations as nanoseconds, the longest ones capped at about 146 years so that sums with clock readings hold. */
public final class Durations {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private Durations() {}

    /** Returns a duration for people to read, such as {@code 250 ms}, {@code 30 s} or {@code 2 min 5 s}. */
    public static String text(Duration duration) {
        return DurationText.of(duration);
    }

    /** Returns the nanoseconds, capped. */
    public static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }
}
