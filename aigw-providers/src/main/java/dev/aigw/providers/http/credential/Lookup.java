package dev.aigw.providers.http.credential;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.DaemonThreads;
import dev.aigw.api.internal.DurationText;
import dev.aigw.api.spi.AttemptContext;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the credential of a call within the attempt's timeout: a supplier may call a slow metadata service. Safe for
 * use by many threads.
 *
 * <p>The lookup runs in a separate thread, which is interrupted when nobody waits any more. Such threads end after ten
 * idle seconds.
 */
public final class Lookup {

    private static final Executor THREADS = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> DaemonThreads.create("aigw-credentials", task));

    private Lookup() {}

    /**
     * Returns a credential's secret; uses another thread only for supplied credentials.
     *
     * @param streamed whether the call opens a stream, so that the first-event timeout applies too
     * @throws GatewayException of kind TIMEOUT, DEADLINE or CANCELLED, or what {@link Credential#secret()} throws
     */
    public static String secret(Credential credential, String provider, AttemptContext attempt, boolean streamed) {
        return credential.isSupplied() ? within(attempt, provider, streamed, credential::secret) : credential.secret();
    }

    /**
     * Returns the result of {@code lookup}.
     *
     * @param streamed whether the call opens a stream, so that the first-event timeout applies too
     * @throws GatewayException of kind TIMEOUT, DEADLINE or CANCELLED, if it takes too long
     * @throws RuntimeException what {@code lookup} throws
     */
    public static <T> T within(AttemptContext attempt, String provider, boolean streamed, Supplier<T> lookup) {
        FutureTask<T> task = new FutureTask<>(lookup::get);
        Cancellation.Registration registration = attempt.cancellation().onCancel(() -> task.cancel(true));
        try {
            THREADS.execute(task);
            return await(task, attempt, provider, streamed);
        } finally {
            registration.close();
            task.cancel(true);
        }
    }

    private static <T> T await(FutureTask<T> task, AttemptContext attempt, String provider, boolean streamed) {
        long remaining = attempt.remainingNanos();
        Duration whole = attempt.timeouts().attempt();
        Duration first = streamed ? attempt.timeouts().firstEvent() : null;
        boolean byFirst = first != null && (whole == null || first.compareTo(whole) <= 0);
        Duration timeout = byFirst ? first : whole;
        long timeoutNanos = timeout == null ? Long.MAX_VALUE : nanos(timeout);
        try {
            return task.get(Math.max(0, Math.min(remaining, timeoutNanos)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (timeout == null || remaining <= timeoutNanos) {
                throw failure(attempt, provider, ErrorKind.DEADLINE, "the call's deadline passed", e);
            }
            String what = byFirst ? "the first event" : "the attempt";
            String message = what + " timed out after " + DurationText.of(timeout);
            throw failure(attempt, provider, ErrorKind.TIMEOUT, message, e);
        } catch (CancellationException e) {
            throw failure(attempt, provider, ErrorKind.CANCELLED, "the caller cancelled the call", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(attempt, provider, ErrorKind.CANCELLED, "the thread was interrupted", e);
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        }
    }

    private static RuntimeException thrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
    }

    private static long nanos(Duration timeout) {
        return timeout.toSeconds() > 1_000_000_000L ? Long.MAX_VALUE / 4 : timeout.toNanos();
    }

    private static GatewayException failure(
            AttemptContext attempt, String provider, ErrorKind kind, String message, Exception cause) {
        attempt.reached(false);
        return GatewayException.builder(kind, message + " while the credential was looked up")
                .provider(provider)
                .deployment(attempt.deployment())
                .cause(cause)
                .build();
    }
}
