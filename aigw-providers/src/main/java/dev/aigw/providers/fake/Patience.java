package dev.aigw.providers.fake;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The waiting of one attempt, within its limits. Time is counted by what was waited, so that it is exact under a
 * virtual clock. Used by one thread at a time.
 */
final class Patience {

    private final String provider;
    private final Waiter waiter;
    private final AttemptContext attempt;
    private final Cancellation cancellation;
    private long waitedNanos;

    Patience(String provider, Waiter waiter, AttemptContext attempt, Cancellation cancellation) {
        this.provider = provider;
        this.waiter = waiter;
        this.attempt = attempt;
        this.cancellation = cancellation;
    }

    /** Waits for {@code nanos} of a limit that began with the attempt. */
    void awaitSinceStart(long nanos, @Nullable Duration limit, String limitName) {
        await(nanos, limit == null ? Long.MAX_VALUE : Math.max(0, limit.toNanos() - waitedNanos), limitName);
    }

    /** Waits for {@code nanos} of a limit that begins now. */
    void awaitFromNow(long nanos, @Nullable Duration limit, String limitName) {
        await(nanos, limit == null ? Long.MAX_VALUE : limit.toNanos(), limitName);
    }

    private void await(long nanos, long limitNanos, String limitName) {
        throwIfCancelled();
        if (nanos == 0) {
            return;
        }
        long remainingNanos = Math.max(0, attempt.remainingNanos());
        long allowedNanos = Math.min(limitNanos, remainingNanos);
        long waitNanos = Math.min(nanos, allowedNanos);
        waiter.await(waitNanos, cancellation);
        waitedNanos += waitNanos;
        throwIfCancelled();
        if (nanos > allowedNanos || nanos == Long.MAX_VALUE) {
            throw remainingNanos <= limitNanos
                    ? failure(ErrorKind.DEADLINE, "the call's deadline passed")
                    : failure(ErrorKind.TIMEOUT, "no answer within the limit \"" + limitName + "\"");
        }
    }

    void throwIfCancelled() {
        if (cancellation.isCancelled()) {
            throw failure(ErrorKind.CANCELLED, "the caller cancelled the call");
        }
    }

    /** Returns a copy of {@code scripted} that names provider and deployment. */
    GatewayException copy(GatewayException scripted) {
        GatewayException.Builder copy = scripted.toBuilder();
        if (scripted.provider() == null) {
            copy.provider(provider);
        }
        if (scripted.deployment() == null) {
            copy.deployment(attempt.deployment());
        }
        return copy.build();
    }

    private GatewayException failure(ErrorKind kind, String message) {
        return copy(GatewayException.of(kind, message));
    }
}
