package dev.aigw.routing.engine.pool;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import org.jspecify.annotations.Nullable;

/** A pool's answer to a call that needs a deployment: a {@link Lease}, a wait, or none. */
public sealed interface Decision permits Lease, Decision.Wait, Decision.None {

    /** What a wait is for. */
    enum Reason {
        /** The call's own backoff between two attempts on one deployment. */
        BACKOFF,
        /** A provider's reset time, or the end of a cooldown. */
        COOLDOWN,
        /** An open circuit breaker, or the outcome of its probe. */
        BREAKER,
        /** The next health check of a deployment whose checks fail. */
        HEALTH,
        /** A permit: every deployment that could serve is at its concurrency limit. */
        PERMIT
    }

    /**
     * No deployment can serve now, but one may later.
     *
     * @param nanos how long until the pool should be asked again; {@link Long#MAX_VALUE} for a permit, whose time is
     *     unknown
     * @param lookNanos how long until something may have changed earlier, such as the secret of a credential
     * @param reason what the wait is for
     * @param kind the kind of failure behind it, or null
     * @param cause that failure, or null where it is not known
     * @param atHome whether others could serve at once, but could not read the conversation's reasoning
     */
    record Wait(
            long nanos,
            long lookNanos,
            Reason reason,
            @Nullable ErrorKind kind,
            @Nullable GatewayException cause,
            boolean atHome)
            implements Decision {}

    /**
     * No deployment can serve this call, however long it waits.
     *
     * @param kind what kind of failure that is: CONTEXT_TOO_LONG or UNSUPPORTED when no deployment meets what the
     *     request needs, else NO_ROUTE
     * @param why the reason, if it is not specific to each deployment
     */
    record None(ErrorKind kind, @Nullable String why) implements Decision {}
}
