package dev.aigw.api.spi;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.Timeouts;
import dev.aigw.api.internal.SetOnce;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter may know about the attempt it serves. An adapter reads it from the thread that called it; the
 * {@link #cancellation()} may trip from any thread.
 *
 * <p>A router makes one for each attempt. Outside a router, and in an adapter's own tests, use
 * {@link #builder(String)}.
 */
public interface AttemptContext {

    /** Starts a context for calling an adapter without a router: no override, no limit, never cancelled. */
    static Builder builder(String model) {
        return new Builder(model);
    }

    /** Returns the vendor's id of the model, verbatim; it may hold {@code / @ # :}. */
    String model();

    /** Returns the deployment's id, for error messages and logs. */
    String deployment();

    /** Returns which attempt of its call this is, from 1. */
    int number();

    /** Returns the credential to use in place of the adapter's own, or null. */
    @Nullable
    Credential credential();

    /** Returns the base URL to use in place of the adapter's own, or null. */
    @Nullable
    String baseUrl();

    /** Returns the limits of this attempt. Its {@code total} is not set: {@link #remainingNanos()} stands for it. */
    Timeouts timeouts();

    /**
     * Returns the nanoseconds left until the call's deadline, maybe none; {@link Long#MAX_VALUE} without a deadline.
     */
    long remainingNanos();

    /** Returns the switch that stops this attempt; an adapter closes its socket when it trips. */
    Cancellation cancellation();

    /** Returns the key to send for duplicate suppression, or null. */
    @Nullable
    String idempotencyKey();

    /** Returns the caller's labels. */
    Map<String, String> tags();

    /** Reports something that was changed or skipped for this attempt; it shows in {@code reply.route().warnings()}. */
    void warn(String message);

    /**
     * Reports how much of its rate limit the provider says is left; strategies may go by it. Outside a router nobody
     * listens.
     *
     * @param share from 0 for nothing to 1 for all; of several limits (requests, tokens) the one with the least left
     * @param reset how long until all of it is there again
     */
    default void headroom(double share, Duration reset) {}

    /**
     * Reports what the provider says is left of its rate limits, each by itself. The router counts what it sends
     * against them until the next report, goes past a deployment of which nothing is left while another one can serve,
     * and tells strategies the least share as {@linkplain #headroom headroom}; outside a router nobody listens.
     *
     * @param limits what it says now, which replaces what it said before; nothing for one that did not say
     */
    default void rateLimits(List<RateLimit> limits) {
        RateLimit least = null;
        for (RateLimit limit : limits) {
            if (least == null || limit.share() < least.share()) {
                least = limit;
            }
        }
        if (least != null) {
            headroom(least.share(), least.reset());
        }
    }

    /**
     * Builds an {@link AttemptContext}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    final class Builder {

        private final SetOnce once = new SetOnce();
        private final String model;
        private @Nullable Credential credential;
        private @Nullable String baseUrl;
        private Timeouts timeouts = Timeouts.NONE;
        private Cancellation cancellation = new Cancellation();
        private @Nullable String idempotencyKey;
        private Map<String, String> tags = Map.of();

        private Builder(String model) {
            this.model = model;
        }

        /** Sets the credential to use in place of the adapter's own. */
        public Builder credential(@Nullable Credential credential) {
            once.check(0, "credential");
            this.credential = credential;
            return this;
        }

        /** Sets the base URL to use in place of the adapter's own. */
        public Builder baseUrl(@Nullable String baseUrl) {
            once.check(1, "baseUrl");
            this.baseUrl = baseUrl;
            return this;
        }

        /** Sets the limits; a total counts from {@link #build()}. */
        public Builder timeouts(Timeouts timeouts) {
            once.check(2, "timeouts");
            this.timeouts = timeouts;
            return this;
        }

        /** Sets the switch that stops the attempt. */
        public Builder cancellation(Cancellation cancellation) {
            once.check(3, "cancellation");
            this.cancellation = cancellation;
            return this;
        }

        /** Sets the key for duplicate suppression. */
        public Builder idempotencyKey(@Nullable String idempotencyKey) {
            once.check(4, "idempotencyKey");
            this.idempotencyKey = idempotencyKey;
            return this;
        }

        /** Sets the labels. */
        public Builder tags(Map<String, String> tags) {
            once.check(5, "tags");
            this.tags = Map.copyOf(tags);
            return this;
        }

        /** Returns the context. */
        public AttemptContext build() {
            return new StandaloneAttempt(model, credential, baseUrl, timeouts, cancellation, idempotencyKey, tags);
        }
    }
}
