package dev.aigw.providers.http;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.internal.DurationText;
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
 * One attempt on its socket: applies the timeouts and the cancellation, and says why it failed.
 *
 * <p>Timeouts count from the start of the call, including the lookup of its credential. The call's deadline, and the
 * attempt timeout of a call without a stream, are OkHttp's call timeout. Timeouts that end before the call does
 * (connect; attempt and first event of a stream) are {@link Watch}es, which are absolute: slowly arriving bytes do not
 * extend them. The idle timeout is the read timeout of the response's source.
 */
final class Exchange {

    private static final String ATTEMPT = "the attempt";
    private static final String FIRST_EVENT = "the first event";

    /** A timeout that cancels the call. */
    private static final class Watch extends AsyncTimeout {
        private final String name;
        private final Call call;
        private volatile boolean tripped;
        private final AtomicBoolean running = new AtomicBoolean();

        Watch(String name, Call call, long nanos) {
            this.name = name;
            this.call = call;
            timeout(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        protected void timedOut() {
            tripped = true;
            call.cancel();
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

    final Call call;
    private final AttemptContext attempt;
    private final HttpErrors errors;
    private final Cancellation.Registration registration;
    private final @Nullable Watch connectWatch;
    private final @Nullable Watch firstWatch;
    private final boolean deadlineFirst;
    private final @Nullable Duration callTimeout;
    private volatile boolean connected;
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
            throw errors.of(ErrorKind.DEADLINE, "the call's deadline passed", null);
        }
        Timeouts timeouts = attempt.timeouts();
        Duration attemptTimeout = timeouts.attempt();
        this.callTimeout = stream ? null : attemptTimeout;
        long spentNanos = System.nanoTime() - startNanos;
        long leftNanos = nanos(callTimeout) - spentNanos;
        this.deadlineFirst = callTimeout == null || remaining <= leftNanos;
        long callNanos = deadlineFirst ? remaining : leftNanos;
        if (callNanos != Long.MAX_VALUE) {
            call.timeout().timeout(Math.max(1, callNanos), TimeUnit.NANOSECONDS);
        }
        this.connectWatch =
                timeouts.connect() == null ? null : new Watch("connecting", call, nanos(timeouts.connect()));
        this.firstWatch = stream ? firstWatch(call, attemptTimeout, timeouts.firstEvent(), spentNanos) : null;
        this.registration = attempt.cancellation().onCancel(call::cancel);
        if (connectWatch != null) {
            connectWatch.begin();
        }
        if (firstWatch != null) {
            firstWatch.begin();
        }
    }

    private static @Nullable Watch firstWatch(
            Call call, @Nullable Duration attempt, @Nullable Duration firstEvent, long spentNanos) {
        if (firstEvent != null && (attempt == null || firstEvent.compareTo(attempt) <= 0)) {
            return new Watch(FIRST_EVENT, call, Math.max(1, nanos(firstEvent) - spentNanos));
        }
        return attempt == null ? null : new Watch(ATTEMPT, call, Math.max(1, nanos(attempt) - spentNanos));
    }

    private static long nanos(@Nullable Duration timeout) {
        if (timeout == null) {
            return Long.MAX_VALUE;
        }
        return timeout.toSeconds() > 1_000_000_000L ? Long.MAX_VALUE / 4 : timeout.toNanos();
    }

    /** Called when the connection is established, in the thread that sends. */
    void connected() {
        connected = true;
        if (connectWatch != null) {
            connectWatch.end();
        }
    }

    /** Called when the first content of a stream has arrived. */
    void contentSeen() {
        if (firstWatch != null) {
            firstWatch.end();
        }
    }

    /** Throws if the attempt must stop, even if bytes have arrived. */
    void check() {
        if (closed || attempt.cancellation().isCancelled() || (firstWatch != null && firstWatch.tripped)) {
            throw failure(new IOException("stopped"), false);
        }
    }

    /** Releases everything but the response. */
    void release() {
        if (connectWatch != null) {
            connectWatch.end();
        }
        contentSeen();
        registration.close();
    }

    /** Closes the exchange from this side, in any thread. */
    void closedByUs() {
        closed = true;
        call.cancel();
    }

    /** Returns the failure for {@code e} while connecting, sending or waiting for the reply's head. */
    GatewayException failure(IOException e, boolean reading) {
        GatewayException stopped = stopped(e, reading);
        if (stopped != null) {
            return stopped;
        }
        return errors.of(
                ErrorKind.CONNECTION,
                connected
                        ? "the connection broke before the provider answered"
                        : "no connection to the provider: check the base URL, DNS, TLS and proxy settings",
                e);
    }

    /** Returns the timeout, cancellation or interrupt behind {@code e}; null if the connection failed. */
    @Nullable
    GatewayException stopped(IOException e, boolean reading) {
        if (attempt.remainingNanos() <= 0) {
            return errors.of(ErrorKind.DEADLINE, "the call's deadline passed", e);
        }
        if (closed) {
            return errors.of(ErrorKind.CANCELLED, "the stream is closed", e);
        }
        if (attempt.cancellation().isCancelled()) {
            return errors.of(ErrorKind.CANCELLED, "the caller cancelled the call", e);
        }
        if (connectWatch != null && connectWatch.tripped) {
            return timedOut(connectWatch.name, attempt.timeouts().connect(), e);
        }
        if (firstWatch != null && firstWatch.tripped) {
            boolean first = firstWatch.name.equals(FIRST_EVENT);
            return timedOut(
                    firstWatch.name,
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
            return timedOut("connecting", attempt.timeouts().connect(), e);
        }
        if (reading) {
            return timedOut("the idle stream", attempt.timeouts().idle(), e);
        }
        if (deadlineFirst && attempt.remainingNanos() != Long.MAX_VALUE) {
            return errors.of(ErrorKind.DEADLINE, "the call's deadline passed", e);
        }
        return timedOut(ATTEMPT, callTimeout, e);
    }

    private GatewayException timedOut(String name, @Nullable Duration timeout, IOException e) {
        return errors.of(
                ErrorKind.TIMEOUT,
                name + " timed out" + (timeout == null ? "" : " after " + DurationText.of(timeout)),
                e);
    }
}
