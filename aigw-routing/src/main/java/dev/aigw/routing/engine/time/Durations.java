package dev.aigw.routing.engine.time;

import dev.aigw.api.internal.DurationText;
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
        return DurationText.of(duration);
    }

    /** Returns the nanoseconds, capped at about 146 years so that sums with clock readings do not overflow. */
    public static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }
}
