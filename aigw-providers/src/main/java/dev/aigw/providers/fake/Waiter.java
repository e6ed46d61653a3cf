package dev.aigw.providers.fake;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How a {@link FakeProvider} waits. A test on virtual time supplies its own, which moves the clock instead of waiting.
 *
 * <p>Implementations are safe for use by many threads.
 */
@FunctionalInterface
public interface Waiter {

    /** Waits on the real clock. A thread interrupted while it waits fails with {@link ErrorKind#CANCELLED}. */
    Waiter REAL_TIME = (nanos, cancellation) -> {
        CountDownLatch cancelled = new CountDownLatch(1);
        Cancellation.Registration registration = cancellation.onCancel(cancelled::countDown);
        try {
            if (cancelled.await(nanos, TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw GatewayException.builder(ErrorKind.CANCELLED, "interrupted while waiting for the fake provider")
                    .cause(interrupted)
                    .build();
        } finally {
            registration.close();
        }
    };

    /**
     * Returns when {@code nanos} have passed or {@code cancellation} is tripped, whichever is first. The caller checks
     * the cancellation afterwards.
     *
     * @param nanos how long; never negative, {@link Long#MAX_VALUE} to wait until cancelled
     * @param cancellation ends the wait early
     */
    void await(long nanos, Cancellation cancellation);
}
