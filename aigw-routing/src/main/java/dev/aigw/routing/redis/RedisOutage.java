package dev.aigw.routing.redis;

import org.jspecify.annotations.Nullable;

/** Redis did not answer in time, could not be reached, or answered with an error. */
final class RedisOutage extends RuntimeException {

    private final boolean sent;

    /**
     * Creates one.
     *
     * @param sent whether Redis may have received the command or may still receive it
     */
    RedisOutage(String message, @Nullable Throwable cause, boolean sent) {
        super(message, cause, false, false); // thrown often during an outage, and always handled in this package
        this.sent = sent;
    }

    /** Returns whether Redis may have executed the command. */
    boolean isSent() {
        return sent;
    }
}
