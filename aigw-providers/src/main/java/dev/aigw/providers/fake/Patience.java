package dev.aigw.providers.fake;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.DurationText;
import dev.aigw.api.spi.AttemptContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The waiting of one attempt, within its timeouts. Time is the sum of the waits, so that it is exact under a virtual
 * clock. Used by one thread at a time.
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

    /** Waits for {@code nanos}, with a timeout that counts from the start of the attempt. */
    void awaitSinceStart(long nanos, @Nullable Duration timeout, String what) {
        await(nanos, timeout, timeout == null ? Long.MAX_VALUE : Math.max(0, timeout.toNanos() - waitedNanos), what);
    }

    /** Waits for {@code nanos}, with a timeout that counts from now. */
    void awaitFromNow(long nanos, @Nullable Duration timeout, String what) {
        await(nanos, timeout, timeout == null ? Long.MAX_VALUE : timeout.toNanos(), what);
    }

    private void await(long nanos, @Nullable Duration timeout, long timeoutNanos, String what) {
        throwIfCancelled();
        if (nanos == 0) {
            return;
        }
        long remainingNanos = Math.max(0, attempt.remainingNanos());
        long allowedNanos = Math.min(timeoutNanos, remainingNanos);
        long waitNanos = Math.min(nanos, allowedNanos);
        waiter.await(waitNanos, cancellation);
        waitedNanos += waitNanos;
        throwIfCancelled();
        if (nanos > allowedNanos || nanos == Long.MAX_VALUE) {
            throw timeout == null || remainingNanos <= timeoutNanos
                    ? failure(ErrorKind.DEADLINE, "the call's deadline passed")
                    : failure(ErrorKind.TIMEOUT, what + " timed out after " + DurationText.of(timeout));
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
