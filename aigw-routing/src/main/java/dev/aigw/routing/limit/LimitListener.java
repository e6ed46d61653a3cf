package dev.aigw.routing.limit;

import dev.aigw.api.spi.CallContext;

/**
 * Is notified of warnings and refusals by limits. Called in the thread of the call, so it must return quickly; its
 * exceptions are logged and ignored. Implementations are safe for use by many threads.
 */
@FunctionalInterface
public interface LimitListener {

    /** What a limit did. */
    enum Action {
        /** Its warning threshold was just crossed. */
        WARNED,
        /** It refused a call or an attempt. */
        REFUSED,
        /** It was exceeded and admitted the call: it is soft or only reports. */
        EXCEEDED
    }

    /** A limit has acted on a call. */
    void onLimit(Action action, LimitReached reached, CallContext call);
}
