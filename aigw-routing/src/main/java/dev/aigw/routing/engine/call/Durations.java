package dev.aigw.routing.engine.call;

import java.time.Duration;

/** Durations as nanoseconds, the longest ones capped at about 146 years so that sums with clock readings hold. */
final class Durations {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private Durations() {}

    static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }
}
