package dev.aigw.routing.access.jwt;

import java.time.Duration;
import java.time.InstantSource;

/**
 * When a server may be asked again: after a failure in a second, after each further one in twice the time, up to the
 * bound. A few failures in a row may be tolerated. It counts time only, whatever was answered. Safe for use by many
 * threads.
 */
final class Backoff {

    private static final long FIRST_MILLIS = 1_000;
    private static final int MOST_DOUBLINGS = 20;

    private final InstantSource clock;
    private final long afterSuccessMillis;
    private final long mostMillis;
    private final int tolerated;
    private int failures;
    private long askedAt;
    private boolean asked;

    /**
     * Creates one that has seen nothing.
     *
     * @param tolerated how many failures in a row change nothing
     */
    Backoff(InstantSource clock, Duration afterSuccess, Duration most, int tolerated) {
        this.clock = clock;
        this.afterSuccessMillis = afterSuccess.toMillis();
        this.mostMillis = most.toMillis();
        this.tolerated = tolerated;
    }

    /** Claims a request, unless the last was too short a time ago. */
    synchronized boolean mayAsk() {
        if (remainingMillis() > 0) {
            return false;
        }
        askedAt = clock.millis();
        asked = true;
        return true;
    }

    synchronized void succeeded() {
        failures = 0;
    }

    synchronized void failed() {
        failures++;
        askedAt = clock.millis();
        asked = true;
    }

    /** Returns whether the last request failed. */
    synchronized boolean isFailing() {
        return failures > 0;
    }

    /** Returns how long until a request may be made; at least a second. */
    Duration retryAfter() {
        return Duration.ofMillis(Math.max(FIRST_MILLIS, remainingMillis()));
    }

    private synchronized long remainingMillis() {
        if (!asked) {
            return 0;
        }
        long wait = failures <= tolerated
                ? afterSuccessMillis
                : Math.min(mostMillis, FIRST_MILLIS << Math.min(failures - tolerated - 1, MOST_DOUBLINGS));
        // A clock that was set back must not stop requests.
        return Math.min(wait, askedAt + wait - clock.millis());
    }
}
