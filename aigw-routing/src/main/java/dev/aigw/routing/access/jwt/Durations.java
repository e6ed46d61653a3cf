package dev.aigw.routing.access.jwt;

import dev.aigw.api.internal.DurationText;
import java.time.Duration;

/** Checks of durations that a builder is given. */
final class Durations {

    private Durations() {}

    /**
     * Returns a duration that lies between two others.
     *
     * @throws IllegalArgumentException if it does not
     */
    static Duration within(Duration value, Duration least, Duration most, String name) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " is " + DurationText.of(value) + ": use "
                    + DurationText.of(least) + " to " + DurationText.of(most));
        }
        return value;
    }
}
