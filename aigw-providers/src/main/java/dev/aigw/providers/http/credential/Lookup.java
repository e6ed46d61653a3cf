package dev.aigw.providers.http.credential;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
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
 * Looks up what a call is authenticated with, for no longer than its attempt may take: who supplies it may ask a slow
 * metadata service. Safe for use by many threads.
 *
 * <p>The lookup runs in a thread of its own, which is interrupted when nobody waits any more. Such threads are daemons,
 * end after ten idle seconds, and serve many callers: they inherit neither thread locals nor class loader of the first.
 */
public final class Lookup {

    private static final Executor THREADS =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(null, task, "aigw-credentials", 0, false); // inherits no thread locals
                thread.setContextClassLoader(Lookup.class.getClassLoader());
                thread.setDaemon(true);
                return thread;
            });

    private Lookup() {}

    /**
     * Returns a credential's secret; one that is at hand without another thread.
     *
     * @param streamed whether the call opens a stream, so that its limit to the first event holds too
     * @throws GatewayException of kind TIMEOUT, DEADLINE or CANCELLED, or what {@link Credential#secret()} throws
     */
    public static String secret(Credential credential, String provider, AttemptContext attempt, boolean streamed) {
        return credential.isSupplied() ? within(attempt, provider, streamed, credential::secret) : credential.secret();
    }

    /**
     * Returns what {@code lookup} returns.
     *
     * @param streamed whether the call opens a stream, so that its limit to the first event holds too
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
        Duration limit = byFirst ? first : whole;
        String name = byFirst ? "first event" : "attempt";
        long limitNanos = limit == null ? Long.MAX_VALUE : nanos(limit);
        boolean deadlineFirst = remaining <= limitNanos;
        try {
            return task.get(Math.max(0, Math.min(remaining, limitNanos)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw deadlineFirst
                    ? failure(attempt, provider, ErrorKind.DEADLINE, "the call's time is up", e)
                    : failure(
                            attempt, provider, ErrorKind.TIMEOUT, "the " + name + " limit of " + limit + " passed", e);
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

    private static long nanos(Duration limit) {
        return limit.toSeconds() > 1_000_000_000L ? Long.MAX_VALUE / 4 : limit.toNanos();
    }

    private static GatewayException failure(
            AttemptContext attempt, String provider, ErrorKind kind, String message, Exception cause) {
        return GatewayException.builder(kind, message + " while the credential was looked up")
                .provider(provider)
                .deployment(attempt.deployment())
                .cause(cause)
                .build();
    }
}
