package dev.aigw.providers.kit;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.Timeouts;
import dev.aigw.api.internal.DurationText;
import dev.aigw.api.spi.AttemptContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Divides an attempt's time among several calls, made one after the other: they share its timeout, deadline and
 * cancellation, and each has its own idempotency key. For adapters that call their vendor more than once per request.
 * Used by one thread.
 */
public final class DividedAttempt {

    private final AttemptContext whole;
    private final long startNanos;
    private int calls;
    private boolean cached = true;

    /** Starts dividing {@code whole}; its time runs from now. */
    public DividedAttempt(AttemptContext whole) {
        this(whole, System.nanoTime());
    }

    /** Starts dividing {@code whole}, whose time has run since {@code startNanos} by {@link System#nanoTime()}. */
    DividedAttempt(AttemptContext whole, long startNanos) {
        this.whole = whole;
        this.startNanos = startNanos;
    }

    /** Lets the calls from now on use no prompt cache, and returns the context of one with all of the time. */
    public AttemptContext withoutPromptCaching() {
        cached = false;
        return new Part(whole, whole.timeouts(), whole.idempotencyKey(), false);
    }

    /**
     * Returns the context of the next call: with the rest of the attempt's timeout, and its own idempotency key, since
     * it is not the same request.
     *
     * @throws GatewayException of kind {@link ErrorKind#TIMEOUT} or {@link ErrorKind#DEADLINE} if no time is left, or
     *     {@link ErrorKind#CANCELLED}
     */
    public AttemptContext next() {
        return next(null);
    }

    /**
     * Returns the context of the next call as {@link #next()} does, with a timeout of its own if that is shorter.
     *
     * @param most the longest that this call may take; null for all that is left
     */
    public AttemptContext next(@Nullable Duration most) {
        whole.cancellation().throwIfCancelled();
        calls++;
        if (whole.remainingNanos() <= 0) {
            throw over(ErrorKind.DEADLINE, "the call's deadline passed");
        }
        Duration timeout = whole.timeouts().attempt();
        Timeouts timeouts = timeout == null ? whole.timeouts() : rest(timeout);
        Duration own = timeouts.attempt();
        if (most != null && (own == null || most.compareTo(own) < 0)) {
            timeouts = Timeouts.builder().attempt(most).build().orElse(timeouts);
        }
        String key = whole.idempotencyKey();
        return new Part(whole, timeouts, key == null ? null : key + "-" + calls, cached);
    }

    /** Returns the nanoseconds left for further calls; {@link Long#MAX_VALUE} without timeout and deadline. */
    public long remainingNanos() {
        Duration timeout = whole.timeouts().attempt();
        long left = timeout == null
                ? Long.MAX_VALUE
                : timeout.minusNanos(System.nanoTime() - startNanos).toNanos();
        return Math.min(whole.remainingNanos(), left);
    }

    private Timeouts rest(Duration timeout) {
        Duration left = timeout.minusNanos(System.nanoTime() - startNanos);
        if (left.isNegative() || left.isZero()) {
            throw over(ErrorKind.TIMEOUT, "the attempt timed out after " + DurationText.of(timeout));
        }
        return Timeouts.builder().attempt(left).build().orElse(whole.timeouts());
    }

    private GatewayException over(ErrorKind kind, String what) {
        return GatewayException.builder(
                        kind,
                        what + " with " + (calls - 1)
                                + " of the request's calls made: raise the timeout, or ask for less at once")
                .deployment(whole.deployment())
                .build();
    }

    private static final class Part extends ForwardingAttempt {

        private final AttemptContext whole;
        private final Timeouts timeouts;
        private final @Nullable String idempotencyKey;
        private final boolean cached;

        Part(AttemptContext whole, Timeouts timeouts, @Nullable String idempotencyKey, boolean cached) {
            super(whole);
            this.whole = whole;
            this.timeouts = timeouts;
            this.idempotencyKey = idempotencyKey;
            this.cached = cached;
        }

        @Override
        public Timeouts timeouts() {
            return timeouts;
        }

        @Override
        public @Nullable String idempotencyKey() {
            return idempotencyKey;
        }

        @Override
        public PromptCaching promptCaching() {
            return cached ? whole.promptCaching() : PromptCaching.HINTS;
        }

        @Override
        public @Nullable String promptCacheKey() {
            return cached ? whole.promptCacheKey() : null;
        }
    }
}
