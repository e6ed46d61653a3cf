package dev.aigw.routing.limit;

import dev.aigw.api.spi.CallContext;

/**
 * Learns what limits do. Called in the thread of the call, so it must be quick; what it throws is logged and dropped.
 * Implementations are safe for use by many threads.
 */
@FunctionalInterface
public interface LimitListener {

    /** What a limit did. */
    enum Action {
        /** Its warning mark was passed just now. */
        WARNED,
        /** It refused a call or an attempt. */
        REFUSED,
        /** It was passed, and let the call through: it is soft, or only tried out. */
        EXCEEDED
    }

    /** A limit did something about a call. */
    void onLimit(Action action, LimitReached reached, CallContext call);
}
