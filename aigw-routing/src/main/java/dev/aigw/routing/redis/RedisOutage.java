package dev.aigw.routing.redis;

import org.jspecify.annotations.Nullable;

/** Redis did not answer in time, could not be reached, or answered with an error. */
final class RedisOutage extends RuntimeException {

    RedisOutage(String message, @Nullable Throwable cause) {
        super(message, cause, false, false); // thrown often during an outage, and always handled in this package
    }
}
