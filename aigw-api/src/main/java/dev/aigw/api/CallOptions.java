package dev.aigw.api;

import dev.aigw.api.internal.SetOnce;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an application may set for one call beside its request: the caller, timeouts, use of the cache, tags.
 *
 * <p>Immutable, so one instance may serve many calls. A {@link Cancellation} in it stops all of them.
 *
 * <pre>{@code
 * CallOptions options = CallOptions.builder()
 *     .caller(Caller.ofTenant("acme"))
 *     .timeout(Duration.ofSeconds(20))
 *     .tag("feature", "summary")
 *     .build();
 * }</pre>
 */
public final class CallOptions {

    /** How urgent a call is where calls queue. */
    public enum Priority {
        /** Served last: batch work. */
        LOW,
        /** The default. */
        NORMAL,
        /** Served first: somebody is waiting. */
        HIGH
    }

    /** No caller, no tags, and the timeouts of the model or the router. */
    public static final CallOptions DEFAULT = builder().build();

    private final Caller caller;
    private final Map<String, String> tags;
    private final Timeouts timeouts;
    private final CacheDirective cache;
    private final @Nullable String sessionKey;
    private final @Nullable PromptCaching promptCaching;
    private final Priority priority;
    private final Set<String> requiredTags;
    private final Set<String> regions;
    private final @Nullable Price maxPrice;
    private final @Nullable Duration maxRetention;
    private final @Nullable String idempotencyKey;
    private final @Nullable Cancellation cancellation;
    private final @Nullable List<String> fallbacks;
    private final @Nullable Integer maxAttempts;
    private final @Nullable StreamRecovery streamRecovery;

    private CallOptions(Builder builder) {
        this.caller = builder.caller;
        this.tags = builder.tags.isEmpty()
                ? Map.of()
                : java.util.Collections.unmodifiableMap(new LinkedHashMap<>(builder.tags));
        this.timeouts = builder.timeout == null
                ? builder.timeouts
                : Timeouts.total(builder.timeout).orElse(builder.timeouts);
        this.cache = builder.cache;
        this.sessionKey = builder.sessionKey;
        this.promptCaching = builder.promptCaching;
        this.priority = builder.priority;
        this.requiredTags = Set.copyOf(builder.requiredTags);
        this.regions = Set.copyOf(builder.regions);
        this.maxPrice = builder.maxPrice;
        this.maxRetention = builder.maxRetention;
        this.idempotencyKey = builder.idempotencyKey;
        this.cancellation = builder.cancellation;
        this.fallbacks = builder.fallbacks;
        this.maxAttempts = builder.maxAttempts;
        this.streamRecovery = builder.streamRecovery;
    }

    /** Starts from {@link #DEFAULT}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these options. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.caller = caller;
        builder.tags.putAll(tags);
        builder.timeouts = timeouts;
        builder.cache = cache;
        builder.sessionKey = sessionKey;
        builder.promptCaching = promptCaching;
        builder.priority = priority;
        builder.requiredTags.addAll(requiredTags);
        builder.regions.addAll(regions);
        builder.maxPrice = maxPrice;
        builder.maxRetention = maxRetention;
        builder.idempotencyKey = idempotencyKey;
        builder.cancellation = cancellation;
        builder.fallbacks = fallbacks;
        builder.maxAttempts = maxAttempts;
        builder.streamRecovery = streamRecovery;
        return builder;
    }

    /** Returns the caller; {@link Caller#ANONYMOUS} by default. */
    public Caller caller() {
        return caller;
    }

    /** Returns your own labels, which rules, the ledger and logs may use. */
    public Map<String, String> tags() {
        return tags;
    }

    /** Returns the timeouts of this call; those not set come from the model or the router. */
    public Timeouts timeouts() {
        return timeouts;
    }

    /** Returns how this call uses the result cache. */
    public CacheDirective cache() {
        return cache;
    }

    /** Returns the key that the calls of one conversation share, or null. */
    public @Nullable String sessionKey() {
        return sessionKey;
    }

    /** Returns how this call uses the vendors' prompt caches; null to use the model's or the router's setting. */
    public @Nullable PromptCaching promptCaching() {
        return promptCaching;
    }

    /** Returns how urgent this call is. */
    public Priority priority() {
        return priority;
    }

    /** Returns the labels a deployment must have to serve this call; none by default. */
    public Set<String> requiredTags() {
        return requiredTags;
    }

    /** Returns the regions of which a deployment must be in one; empty for anywhere. */
    public Set<String> regions() {
        return regions;
    }

    /** Returns the most a deployment may charge, or null for any price. */
    public @Nullable Price maxPrice() {
        return maxPrice;
    }

    /** Returns for how long the provider may keep prompt and answer; null for any time. */
    public @Nullable Duration maxRetention() {
        return maxRetention;
    }

    /** Returns the key sent to providers that suppress duplicates by it, or null. */
    public @Nullable String idempotencyKey() {
        return idempotencyKey;
    }

    /** Returns the switch that stops this call, or null. */
    public @Nullable Cancellation cancellation() {
        return cancellation;
    }

    /**
     * Returns the models to try, in order, when the requested one fails, in place of that model's fallbacks; empty for
     * none, null to use the model's.
     */
    public @Nullable List<String> fallbacks() {
        return fallbacks;
    }

    /** Returns how many attempts this call may make over all models; null to use the router's setting. */
    public @Nullable Integer maxAttempts() {
        return maxAttempts;
    }

    /** Returns what happens when this call's stream breaks; null to use the router's setting. */
    public @Nullable StreamRecovery streamRecovery() {
        return streamRecovery;
    }

    @Override
    public String toString() {
        return "CallOptions{caller=" + caller + ", tags=" + tags + ", timeouts=" + timeouts + ", cache=" + cache
                + ", sessionKey=" + sessionKey + ", promptCaching=" + promptCaching + ", priority=" + priority
                + ", requiredTags=" + requiredTags
                + ", regions=" + regions + ", maxPrice=" + maxPrice + ", maxRetention=" + maxRetention + ", fallbacks="
                + fallbacks + ", maxAttempts="
                + maxAttempts + ", streamRecovery=" + streamRecovery + "}";
    }

    /**
     * Builds {@link CallOptions}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private Caller caller = Caller.ANONYMOUS;
        private final Map<String, String> tags = new LinkedHashMap<>();
        private Timeouts timeouts = Timeouts.NONE;
        private @Nullable Duration timeout;
        private CacheDirective cache = CacheDirective.DEFAULT;
        private @Nullable String sessionKey;
        private @Nullable PromptCaching promptCaching;
        private Priority priority = Priority.NORMAL;
        private final Set<String> requiredTags = new LinkedHashSet<>(0);
        private final Set<String> regions = new LinkedHashSet<>(0);
        private @Nullable Price maxPrice;
        private @Nullable Duration maxRetention;
        private @Nullable String idempotencyKey;
        private @Nullable Cancellation cancellation;
        private @Nullable List<String> fallbacks;
        private @Nullable Integer maxAttempts;
        private @Nullable StreamRecovery streamRecovery;

        private Builder() {}

        /** Sets the caller. */
        public Builder caller(Caller caller) {
            once.check(0, "caller");
            this.caller = Objects.requireNonNull(caller, "caller");
            return this;
        }

        /** Adds a label. */
        public Builder tag(String name, String value) {
            tags.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** Sets the timeout of the whole call; it overrides the total of {@link #timeouts}. */
        public Builder timeout(Duration total) {
            once.check(1, "timeout");
            this.timeout = Objects.requireNonNull(total, "total");
            return this;
        }

        /** Sets all timeouts of this call. */
        public Builder timeouts(Timeouts timeouts) {
            once.check(2, "timeouts");
            this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
            return this;
        }

        /** Sets how this call uses the result cache. */
        public Builder cache(CacheDirective cache) {
            once.check(3, "cache");
            this.cache = Objects.requireNonNull(cache, "cache");
            return this;
        }

        /**
         * Sets the key that the calls of one conversation share. Strategies keep them together, and vendors are sent a
         * hash of it by which they find the conversation in their prompt caches: see {@link PromptCaching}.
         */
        public Builder sessionKey(@Nullable String sessionKey) {
            once.check(4, "sessionKey");
            this.sessionKey = sessionKey;
            return this;
        }

        /**
         * Sets how this call uses the vendors' prompt caches; the model's or the router's setting by default, which is
         * {@link PromptCaching#AUTO} unless changed.
         */
        public Builder promptCaching(PromptCaching promptCaching) {
            once.check(12, "promptCaching");
            this.promptCaching = Objects.requireNonNull(promptCaching, "promptCaching");
            return this;
        }

        /** Sets how urgent this call is. */
        public Builder priority(Priority priority) {
            once.check(5, "priority");
            this.priority = Objects.requireNonNull(priority, "priority");
            return this;
        }

        /** Adds labels that a deployment must have to serve this call. */
        public Builder requireTags(String... tags) {
            requiredTags.addAll(List.of(tags));
            return this;
        }

        /**
         * Adds regions; a deployment must be in one of them. {@code eu} also matches every region that begins with
         * {@code eu-}. A deployment of unknown region matches none.
         */
        public Builder region(String... regions) {
            this.regions.addAll(List.of(regions));
            return this;
        }

        /**
         * Sets the most a deployment may charge for prompt and for answer tokens. Deployments whose price is unknown
         * are then not used.
         */
        public Builder maxPrice(@Nullable Price ceiling) {
            once.check(6, "maxPrice");
            this.maxPrice = ceiling;
            return this;
        }

        /**
         * Sets for how long the provider may keep prompt and answer; zero for not at all. Deployments whose
         * {@linkplain ModelCard#retention() retention} is longer or unknown are then not used. Without a contract of
         * your own it is what the vendor publishes; with one, set {@code retention} of the deployment.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder maxRetention(@Nullable Duration longest) {
            once.check(13, "maxRetention");
            if (longest != null && longest.isNegative()) {
                throw new IllegalArgumentException("maxRetention is " + longest + ": use zero or more");
            }
            this.maxRetention = longest;
            return this;
        }

        /** Sets the key sent to providers that suppress duplicates by it. */
        public Builder idempotencyKey(@Nullable String idempotencyKey) {
            once.check(7, "idempotencyKey");
            this.idempotencyKey = idempotencyKey;
            return this;
        }

        /** Sets the switch that stops this call. */
        public Builder cancellation(@Nullable Cancellation cancellation) {
            once.check(8, "cancellation");
            this.cancellation = cancellation;
            return this;
        }

        /**
         * Sets the models to try, in order, when the requested one fails, in place of that model's fallbacks. Give none
         * to try no other model.
         */
        public Builder fallbacks(String... models) {
            once.check(9, "fallbacks");
            this.fallbacks = List.of(models);
            return this;
        }

        /**
         * Sets how many attempts this call may make over all deployments and fallback models, the first included; by
         * default the router's retry policy decides.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder maxAttempts(int attempts) {
            once.check(10, "maxAttempts");
            if (attempts < 1) {
                throw new IllegalArgumentException(
                        "maxAttempts is " + attempts + ": use 1 for no retry and no fallback, or more");
            }
            this.maxAttempts = attempts;
            return this;
        }

        /** Sets what happens when this call's stream breaks; the router's setting by default. */
        public Builder streamRecovery(StreamRecovery recovery) {
            once.check(11, "streamRecovery");
            this.streamRecovery = Objects.requireNonNull(recovery, "recovery");
            return this;
        }

        /** Returns the options. */
        public CallOptions build() {
            return new CallOptions(this);
        }
    }
}
