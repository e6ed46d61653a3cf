package dev.aigw.routing.engine.pool;

import dev.aigw.api.ErrorKind;
import org.jspecify.annotations.Nullable;

/** A pool's one answer to a call that asks for a deployment: a {@link Lease}, a wait, or nobody. */
public sealed interface Decision permits Lease, Decision.Wait, Decision.Nobody {

    /** What a wait is for. */
    enum Reason {
        /** The call's own backoff between two attempts at one deployment. */
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
     * Nobody can serve now, but somebody may later.
     *
     * @param nanos until it is worth asking again; {@link Long#MAX_VALUE} for a permit, which nobody can foresee
     * @param lookNanos until something may change earlier, such as the secret of a credential
     * @param reason what the wait is for
     * @param kind the kind of failure behind it, or null
     */
    record Wait(
            long nanos,
            long lookNanos,
            Reason reason,
            @Nullable ErrorKind kind) implements Decision {}

    /**
     * Nobody can serve this call, however long it waits.
     *
     * @param kind what kind of failure that is: CONTEXT_TOO_LONG or UNSUPPORTED when no deployment meets what the
     *     request needs, else NO_ROUTE
     * @param why the reason where it is not one of each deployment's own
     */
    record Nobody(ErrorKind kind, @Nullable String why) implements Decision {}
}
