package dev.aigw.providers.http.credential;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.DaemonThreads;
import dev.aigw.api.internal.DurationText;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.errors.Secrets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the credentials of an adapter's calls within the attempts' timeouts: a supplier may call a slow metadata
 * service. Safe for use by many threads.
 *
 * <p>A lookup runs in another thread than its call, and is interrupted when nobody waits any more. An adapter has at
 * most 16 such threads, also where a supplier ignores the interrupt; further lookups wait for one within their own
 * timeouts. Threads end after ten idle seconds.
 */
public final class Lookup {

    /** The most threads that wait for the credentials of one adapter. */
    static final int THREADS = 16;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // a caller waits for each task in it
            task -> DaemonThreads.create("aigw-credentials", task));

    /** Creates one without a thread. */
    public Lookup() {
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Returns a credential's secret; uses another thread only for supplied credentials.
     *
     * @param streamed whether the call opens a stream, so that the first-event timeout applies too
     * @throws GatewayException of kind TIMEOUT, DEADLINE or CANCELLED, or what {@link Credential#secret()} throws
     */
    public String secret(Credential credential, String provider, AttemptContext attempt, boolean streamed) {
        if (!credential.isSupplied()) {
            return credential.secret();
        }
        try {
            return within(attempt, provider, streamed, credential::secret);
        } catch (GatewayException e) { // a supplier's failure may quote the login that it used
            throw e.getCause() == null || Secrets.NONE.safe(e.getCause()) == e.getCause()
                    ? e
                    : e.toBuilder().cause(Secrets.NONE.safe(e.getCause())).build();
        }
    }

    /**
     * Returns the result of {@code lookup}.
     *
     * @param streamed whether the call opens a stream, so that the first-event timeout applies too
     * @throws GatewayException of kind TIMEOUT, DEADLINE or CANCELLED, if it takes too long
     * @throws RuntimeException what {@code lookup} throws
     */
    public <T> T within(AttemptContext attempt, String provider, boolean streamed, Supplier<T> lookup) {
        FutureTask<T> task = new FutureTask<>(lookup::get);
        Cancellation.Registration registration = attempt.cancellation().onCancel(() -> task.cancel(true));
        try {
            threads.execute(task);
            return await(task, attempt, provider, streamed);
        } finally {
            registration.close();
            if (!task.isDone()) {
                task.cancel(true);
                threads.remove(task);
            }
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
