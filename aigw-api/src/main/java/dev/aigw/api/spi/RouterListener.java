package dev.aigw.api.spi;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.Route;
import java.time.Duration;

/**
 * Watches calls; it cannot change them. Methods run in the thread of the call, so they must be quick; what they throw
 * is logged and dropped. Implementations are safe for use by many threads.
 *
 * <p>What the router sends beside the calls of its callers begins and ends here, too. The copy of a call for a shadow
 * is a call of its own whose {@link CallContext#requestedModel()} is the caller's; the tag {@code shadow} among its
 * options tells it from the caller's.
 */
public interface RouterListener {

    /** A call has entered the router. */
    default void onCallStart(CallContext call) {}

    /** An attempt is about to be sent. */
    default void onAttemptStart(CallContext call, AttemptContext attempt) {}

    /** An attempt is over; of a stream, at its end. */
    default void onAttemptEnd(CallContext call, AttemptContext attempt, End end) {}

    /** A call is over; of a stream, at its end. */
    default void onCallEnd(CallContext call, End end, Route route) {}

    /** The application has told how good the reply of a call was, from 0 to 1. */
    default void onFeedback(String callId, double score) {}

    /** A deployment is left alone for a while, because of failures of this kind. */
    default void onCooldown(String deployment, ErrorKind kind, Duration duration) {}
}
