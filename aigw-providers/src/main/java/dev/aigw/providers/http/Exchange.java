package dev.aigw.providers.http;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.errors.HttpErrors;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okio.AsyncTimeout;
import org.jspecify.annotations.Nullable;

/**
 * One attempt's hold on its socket: its time limits, its tie to the cancellation, and the reading of what went wrong.
 *
 * <p>Limits of the attempt count from when the call was begun, its credential's lookup included. The call's deadline,
 * and the attempt limit of a call without a stream, are OkHttp's call timeout. Limits that end before the call does
 * (connect; attempt and first event of a stream) are {@link Watch}es, which are absolute: no byte that trickles in
 * extends them. The idle limit is the read timeout of the response's source.
 */
final class Exchange {

    /** A limit that cancels the call. */
    private static final class Watch extends AsyncTimeout {
        private final String limit;
        private final Runnable cancel;
        private volatile boolean tripped;
        private final AtomicBoolean running = new AtomicBoolean();

        Watch(String limit, Runnable cancel, long nanos) {
            this.limit = limit;
            this.cancel = cancel;
            timeout(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        protected void timedOut() {
            tripped = true;
            cancel.run();
        }

        void begin() {
            running.set(true);
            enter();
        }

        void end() {
            if (running.compareAndSet(true, false)) {
                exit();
            }
        }
    }

    /** How soon a connection from the pool has to break for it to have been dead already. */
    private static final long STALE_NANOS = Duration.ofSeconds(1).toNanos();

    private volatile Call call;
    private final AttemptContext attempt;
    private final HttpErrors errors;
    private final Cancellation.Registration registration;
    private final @Nullable Watch connectWatch;
    private final @Nullable Watch firstWatch;
    private final boolean deadlineFirst;
    private final @Nullable Duration callLimit;
    private final long endNanos;
    private volatile boolean connected;
    private volatile boolean cancelled;
    private boolean reused;
    private boolean sentAgain;
    private long sentNanos;
    private volatile boolean closed;

    Exchange(Call call, AttemptContext attempt, HttpErrors errors, boolean stream, long startNanos) {
        this.call = call;
        this.attempt = attempt;
        this.errors = errors;
        if (attempt.cancellation().isCancelled()) {
            throw errors.of(ErrorKind.CANCELLED, "the caller cancelled the call", null);
        }
        long remaining = attempt.remainingNanos();
        if (remaining <= 0) {
            throw errors.of(ErrorKind.DEADLINE, "the call's time is up", null);
        }
        Timeouts limits = attempt.timeouts();
        Duration attemptLimit = limits.attempt();
        this.callLimit = stream ? null : attemptLimit;
        long spentNanos = System.nanoTime() - startNanos;
        long leftNanos = nanos(callLimit) - spentNanos;
        this.deadlineFirst = callLimit == null || remaining <= leftNanos;
        long callNanos = deadlineFirst ? remaining : leftNanos;
        this.endNanos = callNanos == Long.MAX_VALUE ? Long.MAX_VALUE : System.nanoTime() + callNanos;
        limit(call, callNanos);
        this.connectWatch =
                limits.connect() == null ? null : new Watch("connect", this::cancel, nanos(limits.connect()));
        this.firstWatch = stream ? firstWatch(this::cancel, attemptLimit, limits.firstEvent(), spentNanos) : null;
        this.registration = attempt.cancellation().onCancel(this::cancel);
        if (connectWatch != null) {
            connectWatch.begin();
        }
        if (firstWatch != null) {
            firstWatch.begin();
        }
    }

    private static @Nullable Watch firstWatch(
            Runnable cancel, @Nullable Duration attempt, @Nullable Duration firstEvent, long spentNanos) {
        if (firstEvent != null && (attempt == null || firstEvent.compareTo(attempt) <= 0)) {
            return new Watch("first event", cancel, Math.max(1, nanos(firstEvent) - spentNanos));
        }
        return attempt == null ? null : new Watch("attempt", cancel, Math.max(1, nanos(attempt) - spentNanos));
    }

    private static long nanos(@Nullable Duration limit) {
        if (limit == null) {
            return Long.MAX_VALUE;
        }
        return limit.toSeconds() > 1_000_000_000L ? Long.MAX_VALUE / 4 : limit.toNanos();
    }

    private static void limit(Call call, long nanos) {
        if (nanos != Long.MAX_VALUE) {
            call.timeout().timeout(Math.max(1, nanos), TimeUnit.NANOSECONDS);
        }
    }

    /** Returns what is under way. */
    Call call() {
        return call;
    }

    private void cancel() {
        cancelled = true;
        call.cancel();
    }

    /**
     * Says that a connection is there. Called in the thread that sends, before it does.
     *
     * @param reused whether it comes from the pool
     */
    void connected(boolean reused) {
        this.reused = reused;
        this.sentNanos = System.nanoTime();
        connected = true;
        if (connectWatch != null) {
            connectWatch.end();
        }
    }

    /**
     * Returns whether {@code e} only shows that a connection from the pool was dead, so that the call may be sent again
     * on a fresh one: once, soon, and before any byte of an answer. Called in the thread that sends.
     */
    boolean isStale(IOException e) {
        return connected
                && reused
                && !sentAgain
                && !call.isCanceled()
                && System.nanoTime() - sentNanos <= STALE_NANOS
                && StaleConnections.isUnanswered(e)
                && limit(e, false) == null;
    }

    /** Goes on with another call for the same request, within the same limits. Called in the thread that sends. */
    void sendAgain(Call again) {
        limit(again, endNanos == Long.MAX_VALUE ? Long.MAX_VALUE : endNanos - System.nanoTime());
        sentAgain = true;
        connected = false;
        call = again;
        if (cancelled) { // it may have been the old call that heard of it
            again.cancel();
        }
        if (connectWatch != null) {
            connectWatch.begin();
        }
    }

    /** Says that the first content of a stream has come. */
    void contentSeen() {
        if (firstWatch != null) {
            firstWatch.end();
        }
    }

    /** Throws if the attempt must not go on, though bytes may be at hand. */
    void check() {
        if (closed || attempt.cancellation().isCancelled() || (firstWatch != null && firstWatch.tripped)) {
            throw failure(new IOException("stopped"), false);
        }
    }

    /** Lets go of everything but the response. */
    void release() {
        if (connectWatch != null) {
            connectWatch.end();
        }
        contentSeen();
        registration.close();
    }

    /** Marks that our side closed the exchange, from any thread. */
    void closedByUs() {
        closed = true;
        cancel();
    }

    /** Returns what {@code e} means while connecting, sending or waiting for the reply's head. */
    GatewayException failure(IOException e, boolean reading) {
        GatewayException limit = limit(e, reading);
        if (limit != null) {
            return limit;
        }
        return errors.of(
                ErrorKind.CONNECTION,
                connected
                        ? "the connection broke before the provider answered"
                        : "no connection to the provider: check the base URL, DNS, TLS and proxy settings",
                e);
    }

    /** Returns the limit, cancellation or interrupt behind {@code e}; null if it is a fault of the connection. */
    @Nullable
    GatewayException limit(IOException e, boolean reading) {
        if (attempt.remainingNanos() <= 0) {
            return errors.of(ErrorKind.DEADLINE, "the call's time is up", e);
        }
        if (closed) {
            return errors.of(ErrorKind.CANCELLED, "the stream is closed", e);
        }
        if (attempt.cancellation().isCancelled()) {
            return errors.of(ErrorKind.CANCELLED, "the caller cancelled the call", e);
        }
        if (connectWatch != null && connectWatch.tripped) {
            return timeout(connectWatch.limit, attempt.timeouts().connect(), e);
        }
        if (firstWatch != null && firstWatch.tripped) {
            boolean first = firstWatch.limit.equals("first event");
            return timeout(
                    firstWatch.limit,
                    first ? attempt.timeouts().firstEvent() : attempt.timeouts().attempt(),
                    e);
        }
        if (Thread.currentThread().isInterrupted()) {
            Thread.currentThread().interrupt();
            return errors.of(ErrorKind.CANCELLED, "the thread was interrupted", e);
        }
        if (!(e instanceof InterruptedIOException)) {
            return null;
        }
        if (!connected && e instanceof SocketTimeoutException) { // of the socket, not of the call as a whole
            return timeout("connect", attempt.timeouts().connect(), e);
        }
        if (reading) {
            return timeout("idle", attempt.timeouts().idle(), e);
        }
        if (deadlineFirst && attempt.remainingNanos() != Long.MAX_VALUE) {
            return errors.of(ErrorKind.DEADLINE, "the call's time is up", e);
        }
        return timeout("attempt", callLimit, e);
    }

    private GatewayException timeout(String name, @Nullable Duration limit, IOException e) {
        return errors.of(
                ErrorKind.TIMEOUT,
                "the " + name + " limit" + (limit == null ? "" : " of " + limit) + " passed without an answer",
                e);
    }
}
