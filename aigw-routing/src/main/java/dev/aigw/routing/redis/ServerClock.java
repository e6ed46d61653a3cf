package dev.aigw.routing.redis;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The time of Redis, so that JVMs with different clocks agree. Between readings it advances by this JVM's monotonic
 * clock; before the first it is this JVM's time. Its error is at most the round trip of the last reading. Safe for use
 * by many threads.
 */
final class ServerClock {

    private record Reading(long serverMicros, long nanoTime) {}

    private volatile Reading last;

    ServerClock() {
        last = new Reading(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()), System.nanoTime());
    }

    /** Records a reading of Redis' time, taken as the middle between request and answer. */
    void read(long serverMicros, long askedNanos, long answeredNanos) {
        last = new Reading(serverMicros, askedNanos + (answeredNanos - askedNanos) / 2);
    }

    long micros() {
        Reading reading = last;
        return reading.serverMicros + Math.floorDiv(System.nanoTime() - reading.nanoTime, 1_000L);
    }

    Instant now() {
        return Instant.EPOCH.plus(micros(), ChronoUnit.MICROS);
    }
}
