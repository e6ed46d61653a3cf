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
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * One attempt on its socket: applies the timeouts and the cancellation, and says why it failed.
 *
 * <p>Timeouts count from the start of the call, including the lookup of its credential. The call's deadline, and the
 * attempt timeout of a call without a stream, are OkHttp's call timeout. Timeouts that end before the call does
 * (connect; attempt and first event of a stream) are the {@link Watchdog}'s, and absolute: slowly arriving bytes do not
 * extend them. The idle timeout is the read timeout of the response's source; the watchdog enforces it where bytes
 * arrive that are no sign of life, and also how long there may be only heartbeats.
 */
final class Exchange {

    private static final String ATTEMPT = "the attempt";
    private static final String FIRST_EVENT = "the first event";
    private static final String IDLE = "the idle stream";
    private static final String HEARTBEATS = "the stream, which brought only heartbeats,";

    /** How soon a connection from the pool has to break for it to have been dead already. */
    private static final long STALE_NANOS = Duration.ofSeconds(1).toNanos();

    /** What logs this exchange, if anything does; used by the thread that sends. */
    WireLogger.@Nullable Entry entry;

    /** Whether the call must not be sent again; used by the thread that sends. */
    boolean once;

    private final boolean stream;
    private volatile Call call;
    private final AttemptContext attempt;
    private final HttpErrors errors;
    private final Cancellation.Registration registration;
    private final Watchdog.Watched watched;
    private final @Nullable String firstName; // what bounds the first content of a stream, if anything does
    private volatile boolean connectTimedOut;
    private volatile boolean contentTimedOut;
    private volatile boolean idleTimedOut;
    private volatile boolean heartbeatsTimedOut;
    private final boolean deadlineFirst;
    private final @Nullable Duration callTimeout;
    private final long endNanos;
    private volatile boolean connected;
    private volatile boolean cancelled;
    private volatile boolean interrupted;
    private volatile boolean released;
    private volatile Proxy proxy = Proxy.NO_PROXY;
    private volatile @Nullable CompletableFuture<?> lookup;
    private volatile long connectNanos;
    private boolean reused;
    private boolean sentAgain;
    private long sentNanos;
    private volatile boolean closed;
    private boolean content;

    Exchange(Call call, AttemptContext attempt, HttpErrors errors, boolean stream, long startNanos) {
        this.call = call;
        this.stream = stream;
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
        this.endNanos = callNanos == Long.MAX_VALUE ? Long.MAX_VALUE : System.nanoTime() + callNanos;
        bound(call, callNanos);
        Duration first = stream ? firstTimeout(attemptTimeout, timeouts.firstEvent()) : null;
        this.firstName = first == null ? null : first.equals(timeouts.firstEvent()) ? FIRST_EVENT : ATTEMPT;
        this.registration = attempt.cancellation().onCancel(this::cancel);
        this.watched = Watchdog.watch(this);
        if (first != null) {
            watched.content(Math.max(1, nanos(first) - spentNanos));
        }
    }

    private static @Nullable Duration firstTimeout(@Nullable Duration attempt, @Nullable Duration firstEvent) {
        return firstEvent != null && (attempt == null || firstEvent.compareTo(attempt) <= 0) ? firstEvent : attempt;
    }

    private static long nanos(@Nullable Duration timeout) {
        if (timeout == null) {
            return Long.MAX_VALUE;
        }
        return timeout.toSeconds() > 1_000_000_000L ? Long.MAX_VALUE / 4 : timeout.toNanos();
    }

    private static void bound(Call call, long nanos) {
        if (nanos != Long.MAX_VALUE) {
            call.timeout().timeout(Math.max(1, nanos), TimeUnit.NANOSECONDS);
        }
    }

    /** Returns whether the reply is a stream. */
    boolean isStream() {
        return stream;
    }

    /** Returns what is under way. */
    Call call() {
        return call;
    }

    private void cancel() {
        cancelled = true;
        call.cancel();
        CompletableFuture<?> waiting = lookup;
        if (waiting != null) {
            waiting.cancel(true);
        }
    }

    /** Called when the thread at work was found interrupted. */
    void interrupted() {
        interrupted = true;
        cancel();
    }

    /** Names the thread that waits for the socket from now on, or null. */
    void worker(@Nullable Thread thread) {
        watched.worker(thread);
    }

    /** Called when no connection of the pool serves, in the thread that sends. */
    void connecting() {
        Duration timeout = attempt.timeouts().connect();
        connectNanos = System.nanoTime();
        if (timeout != null && !released) {
            watched.connecting(nanos(timeout));
        }
    }

    /** Called when connecting has taken too long. */
    void connectTimedOut() {
        if (!connected) {
            connectTimedOut = true;
            cancel();
        }
    }

    /** Called when the first content of a stream has taken too long. */
    void contentTimedOut() {
        contentTimedOut = true;
        cancel();
    }

    /** Watches for silence from now on: the reply is a stream that is read as it arrives. */
    void watchSilence() {
        Timeouts timeouts = attempt.timeouts();
        boolean begun = content || firstName == null; // before, the timeout of the first event counts
        watched.silence(watchdogNanos(timeouts.idle()), begun ? watchdogNanos(timeouts.heartbeats()) : Watchdog.NEVER);
    }

    private static long watchdogNanos(@Nullable Duration timeout) {
        return timeout == null ? Watchdog.NEVER : nanos(timeout);
    }

    /** Called with each sign of life of a stream, in the thread that reads. */
    void alive() {
        watched.alive();
    }

    /** Called with each piece of the answer, in the thread that reads. */
    void gained() {
        watched.gained();
    }

    /** Called when a stream has been silent for too long, or has brought only heartbeats. */
    void silent(boolean heartbeats) {
        if (heartbeats) {
            heartbeatsTimedOut = true;
        } else {
            idleTimedOut = true;
        }
        cancel();
    }

    /** Called with the proxy that the connection is about to go through. */
    void proxy(Proxy proxy) {
        this.proxy = proxy;
    }

    /** Called with the lookup of a name that the thread that sends is about to wait for. */
    void lookup(CompletableFuture<?> waiting) {
        lookup = waiting;
        if (cancelled) {
            waiting.cancel(true);
        }
    }

    /**
     * Called when the connection is established, in the thread that sends.
     *
     * @param reused whether it comes from the pool
     */
    void connected(boolean reused, Proxy proxy) {
        this.reused = reused;
        this.proxy = proxy;
        this.sentNanos = System.nanoTime();
        connected = true;
        attempt.reached(true);
        watched.connecting(Watchdog.NEVER);
    }

    /** Returns what to say of the proxy that asks for a login; null if there is none. */
    @Nullable
    String proxyAsks() {
        return proxy.address() == null
                ? null
                : "the proxy " + describe(proxy) + " asks for a user name and password: set a proxyAuthenticator on the"
                        + " client that you give to httpClient";
    }

    private static String describe(Proxy proxy) {
        return proxy.address() instanceof InetSocketAddress address
                ? address.getHostString() + ":" + address.getPort()
                : String.valueOf(proxy.address());
    }

    /**
     * Returns whether {@code e} only shows that a connection from the pool was dead, so that the call may be sent again
     * on a fresh one: once, soon, and before any byte of an answer. Called in the thread that sends.
     */
    boolean isStale(IOException e) {
        return connected
                && reused
                && !sentAgain
                && !once
                && !call.isCanceled()
                && System.nanoTime() - sentNanos <= STALE_NANOS
                && StaleConnections.isUnanswered(e)
                && stopped(e, false) == null;
    }

    /** Goes on with another call for the same request, within the same timeouts. Called in the thread that sends. */
    void sendAgain(Call again) {
        bound(again, endNanos == Long.MAX_VALUE ? Long.MAX_VALUE : endNanos - System.nanoTime());
        sentAgain = true;
        connected = false;
        call = again;
        if (cancelled) { // it may have been the old call that was cancelled
            again.cancel();
        }
    }

    /** Called when the first content of a stream has arrived. */
    void contentSeen() {
        watched.content(Watchdog.NEVER);
        content = true;
        watchSilence();
    }

    /** Throws if the attempt must stop, even if bytes have arrived. */
    void check() {
        if (closed || attempt.cancellation().isCancelled() || contentTimedOut || idleTimedOut || heartbeatsTimedOut) {
            throw failure(new IOException("stopped"), false);
        }
    }

    /** Releases everything but the response. */
    void release() {
        released = true;
        watched.end();
        registration.close();
    }

    /** Closes the exchange from this side, in any thread. */
    void closedByUs() {
        closed = true;
        cancel();
    }

    /** Returns the failure for {@code e} while connecting, sending or waiting for the reply's head. */
    GatewayException failure(IOException e, boolean reading) {
        if (!connected) {
            attempt.reached(false);
        }
        GatewayException stopped = stopped(e, reading);
        if (stopped != null) {
            return stopped;
        }
        return errors.of(ErrorKind.CONNECTION, broken(e), e);
    }

    private String broken(IOException e) {
        if (connected) {
            return "the connection broke before the provider answered";
        }
        if (proxy.address() == null) {
            return "no connection to the provider: check the base URL, DNS, TLS and proxy settings";
        }
        String asks = proxyAsks();
        return asks != null && String.valueOf(e.getMessage()).contains("authenticate with proxy")
                ? asks
                : "no connection to the provider through the proxy " + describe(proxy)
                        + ": check its address, and the base URL, DNS and TLS settings";
    }

    /** Returns the timeout, cancellation or interrupt behind {@code e}; null if the connection failed. */
    @Nullable
    GatewayException stopped(IOException e, boolean reading) {
        if (attempt.remainingNanos() <= 0) {
            return errors.of(ErrorKind.DEADLINE, "the call's deadline passed", e);
        }
        GatewayException givenUp = givenUp(e);
        if (givenUp != null) {
            return givenUp;
        }
        if (connectTimedOut) {
            return timedOut("connecting", attempt.timeouts().connect(), e);
        }
        if (contentTimedOut && firstName != null) {
            boolean first = firstName.equals(FIRST_EVENT);
            return timedOut(
                    firstName,
                    first ? attempt.timeouts().firstEvent() : attempt.timeouts().attempt(),
                    e);
        }
        if (idleTimedOut) {
            return timedOut(IDLE, attempt.timeouts().idle(), e);
        }
        if (heartbeatsTimedOut) {
            return timedOut(HEARTBEATS, attempt.timeouts().heartbeats(), e);
        }
        if (!(e instanceof InterruptedIOException)) {
            return null;
        }
        if (!connected && e instanceof SocketTimeoutException) { // of the socket, not of the call as a whole
            return timedOut("connecting", connectTimeout(), e);
        }
        if (reading) {
            return timedOut(IDLE, attempt.timeouts().idle(), e);
        }
        if (deadlineFirst && attempt.remainingNanos() != Long.MAX_VALUE) {
            return errors.of(ErrorKind.DEADLINE, "the call's deadline passed", e);
        }
        return timedOut(ATTEMPT, callTimeout, e);
    }

    /** Returns the failure of a call that nobody waits for any more; null if somebody does. */
    @Nullable
    GatewayException givenUp(@Nullable IOException e) {
        if (closed) {
            return errors.of(ErrorKind.CANCELLED, "the stream is closed", e);
        }
        if (attempt.cancellation().isCancelled()) {
            return errors.of(ErrorKind.CANCELLED, "the caller cancelled the call", e);
        }
        if (interrupted || Thread.currentThread().isInterrupted()) {
            return errors.of(ErrorKind.CANCELLED, "the thread was interrupted", e);
        }
        return null;
    }

    /** Returns how long it took the client to give up: what was asked for may be longer, or nothing. */
    private Duration connectTimeout() {
        Duration asked = attempt.timeouts().connect();
        Duration elapsed = Duration.ofNanos(System.nanoTime() - connectNanos);
        Duration spent = elapsed.truncatedTo(elapsed.toSeconds() == 0 ? ChronoUnit.MILLIS : ChronoUnit.SECONDS);
        return asked != null && asked.compareTo(spent.plusSeconds(1)) <= 0 ? asked : spent;
    }

    private GatewayException timedOut(String name, @Nullable Duration timeout, IOException e) {
        return errors.of(
                ErrorKind.TIMEOUT,
                name + " timed out" + (timeout == null ? "" : " after " + DurationText.of(timeout)),
                e);
    }
}
