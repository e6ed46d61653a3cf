package dev.aigw.routing.access.jwt;

import java.time.Duration;

/** Keys that never change. */
final class FixedKeys implements KeySource {

    private final KeySet keys;

    FixedKeys(KeySet keys) {
        this.keys = keys;
    }

    @Override
    public KeySet current() {
        return keys;
    }

    /** There will never be others, so these are the newest. */
    @Override
    public KeySet after(KeySet known) {
        return keys;
    }

    @Override
    public Duration retryAfter() {
        return Duration.ofSeconds(1);
    }
}
