package dev.aigw.api.spi;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ModelCard;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.Timeouts;
import dev.aigw.api.internal.SetOnce;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter may know about the attempt it serves. An adapter reads it from the thread that called it; the
 * {@link #cancellation()} may trip from any thread.
 *
 * <p>A router makes one for each attempt. Outside a router, and in an adapter's own tests, use
 * {@link #builder(String)}.
 */
public interface AttemptContext {

    /** Starts a context for calling an adapter without a router: no overrides, no timeouts, never cancelled. */
    static Builder builder(String model) {
        return new Builder(model);
    }

    /** Returns the vendor's id of the model, verbatim; it may contain {@code / @ # :}. */
    String model();

    /**
     * Returns what is known of the model; {@link ModelCard#UNKNOWN} without a router, unless the builder was given a
     * card. Adapters obey its {@link ModelCard#wire() wire facts}.
     */
    default ModelCard card() {
        return ModelCard.UNKNOWN;
    }

    /** Returns the deployment's id, for error messages and logs. */
    String deployment();

    /** Returns the id of the call, as in the router's events and logs; empty outside a router. */
    default String callId() {
        return "";
    }

    /** Returns which attempt of its call this is, from 1. */
    int number();

    /** Returns the credential to use in place of the adapter's own, or null. */
    @Nullable
    Credential credential();

    /**
     * Returns the mark of the account that the attempt is made in, for the {@link dev.aigw.api.chat.ReasoningOrigin} of
     * reasoning; null for the adapter's own.
     */
    default @Nullable String account() {
        Credential own = credential();
        return own == null ? null : own.account();
    }

    /** Returns the base URL to use in place of the adapter's own, or null. */
    @Nullable
    String baseUrl();

    /**
     * Returns the hosts that the attempt may call. An adapter that opens connections refuses every other one before it
     * sends anything; {@link AllowedHosts#any()} by default.
     */
    default AllowedHosts allowedHosts() {
        return AllowedHosts.any();
    }

    /** Returns the timeouts of this attempt. The {@code total} is not set: see {@link #remainingNanos()}. */
    Timeouts timeouts();

    /**
     * Returns the nanoseconds left until the call's deadline, zero or less when it has passed; {@link Long#MAX_VALUE}
     * without a deadline.
     */
    long remainingNanos();

    /** Returns the switch that stops this attempt; an adapter closes its socket when it trips. */
    Cancellation cancellation();

    /** Returns the idempotency key to send, or null. */
    @Nullable
    String idempotencyKey();

    /** Returns how the attempt uses the vendor's prompt cache; {@link PromptCaching#HINTS} outside a router. */
    default PromptCaching promptCaching() {
        return PromptCaching.HINTS;
    }

    /**
     * Returns the key to send to vendors that group calls by one in their prompt caches: at most 64 letters, digits,
     * {@code -} and {@code _}, the same for all calls of a session, of which it says nothing; null without a session,
     * and if prompt caching is off.
     */
    default @Nullable String promptCacheKey() {
        return null;
    }

    /** Returns the labels of the call. */
    Map<String, String> tags();

    /** Reports something that was changed or skipped for this attempt; it shows in {@code reply.route().warnings()}. */
    void warn(String message);

    /**
     * Reports whether anything of the request can have reached the provider. An attempt that ends before it had a
     * connection costs nothing; one that was never reported on may have been worked on. Once reached, it stays so. Does
     * nothing outside a router.
     */
    default void reached(boolean reached) {}

    /**
     * Reports how much of its rate limit the provider says is left; strategies may use it. Does nothing outside a
     * router.
     *
     * @param share from 0 for nothing to 1 for all; of several limits (requests, tokens) that of the one with the least
     *     left
     * @param reset how long until all of it is available again
     */
    default void headroom(double share, Duration reset) {}

    /**
     * Reports what the provider says is left of each of its rate limits. Until the next report the router counts what
     * it sends against them. It skips a deployment with nothing left while another one can serve, and gives strategies
     * the smallest share as {@linkplain #headroom headroom}. Does nothing outside a router.
     *
     * @param limits the limits reported now, which replace earlier ones; empty when the provider reported none
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
        final String model;

        @Nullable
        Credential credential;

        @Nullable
        String baseUrl;

        Timeouts timeouts = Timeouts.NONE;
        Cancellation cancellation = new Cancellation();

        @Nullable
        String idempotencyKey;

        @Nullable
        String deployment;

        Map<String, String> tags = Map.of();
        ModelCard card = ModelCard.UNKNOWN;
        PromptCaching promptCaching = PromptCaching.HINTS;
        AllowedHosts allowedHosts = AllowedHosts.any();

        @Nullable
        String promptCacheKey;

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

        /** Sets the timeouts; the total counts from {@link #build()}. */
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

        /** Sets the idempotency key. */
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

        /** Sets what is known of the model. */
        public Builder card(ModelCard card) {
            once.check(6, "card");
            this.card = card;
            return this;
        }

        /** Sets how the attempt uses the vendor's prompt cache. */
        public Builder promptCaching(PromptCaching promptCaching) {
            once.check(7, "promptCaching");
            this.promptCaching = promptCaching;
            return this;
        }

        /** Sets the key that groups calls in the vendor's prompt cache; it is sent as it is. */
        public Builder promptCacheKey(@Nullable String promptCacheKey) {
            once.check(8, "promptCacheKey");
            this.promptCacheKey = promptCacheKey;
            return this;
        }

        /** Sets the deployment's id; the model by default. */
        public Builder deployment(String deployment) {
            once.check(9, "deployment");
            this.deployment = Objects.requireNonNull(deployment, "deployment");
            return this;
        }

        /** Sets the hosts that the attempt may call; all by default. */
        public Builder allowedHosts(AllowedHosts allowedHosts) {
            once.check(10, "allowedHosts");
            this.allowedHosts = Objects.requireNonNull(allowedHosts, "allowedHosts");
            return this;
        }

        /** Returns the context. */
        public AttemptContext build() {
            return new StandaloneAttempt(this);
        }
    }
}
