package dev.aigw.routing.cache;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.time.Durations;
import dev.aigw.routing.feature.Feature;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Result caches, and the feature that uses one.
 *
 * <pre>{@code
 * ModelRouter.builder()
 *     .cache(Caches.inMemory().maximumEntries(10_000).timeToLive(Duration.ofMinutes(10)).build())
 * }</pre>
 *
 * <p>Only operations that are {@linkplain dev.aigw.api.Operation#cacheable() cacheable} are cached, and each call may
 * choose by its {@link dev.aigw.api.CacheDirective}. Two calls are equal if their scope, operation, resolved model,
 * effective request and conditions are equal. The scope is the caller's tenant, unless {@linkplain
 * InMemoryBuilder#shared() shared} or {@linkplain InMemoryBuilder#perUser() per user}; a caller without a tenant is one
 * by its user, or else by the id of its key, and callers of whom nothing is known share a scope. The conditions are what
 * the call's options require of a deployment: regions, tags, a price ceiling, a retention. Streamed and plain chats
 * share entries: a stored answer is replayed as a stream, and a stream read to its end is stored.
 *
 * <p>Only complete, successful replies of the resolved model are stored: no failure, no stream that broke, restarted or
 * was closed early, no chat that was cut short by a limit, a pause or a filter, that the model refused, or that carries
 * a {@linkplain ChatResponse#warnings() warning}, no empty answer, no reply of a fallback model, and no tool calls
 * unless enabled.
 *
 * <p>A batch of embeddings is answered text by text: stored ones come from the cache, the others are embedded in one
 * call, each once. The reply's usage is that of this call. Stale replies are only for whole requests.
 *
 * <p>Identical calls under way at the same time that accept a stored reply are joined: one, the leader, makes the call;
 * the others wait for its reply, each no longer than its own deadline and cancellation allow. Streams are not joined,
 * nor are samples: chats that set a temperature above 0 and no seed, unless {@linkplain InMemoryBuilder#joinSamples
 * allowed}. If the leader is cancelled, reaches its own deadline, fails for a reason of its caller or its options
 * (permission, limit, budget, time), or hits a bug, one of the waiting calls takes over. Any other failure is shared
 * with the calls whose options allow the same models and as many attempts.
 */
public final class Caches {

    private Caches() {}

    /** Starts a cache in this JVM's heap. */
    public static InMemoryBuilder inMemory() {
        return new InMemoryBuilder();
    }

    /**
     * Returns the feature that answers calls from {@code cache} and joins identical ones. A cache from
     * {@link #inMemory()} has its own settings; any other is used with the defaults of {@link #customize}.
     */
    public static Feature feature(ResultCache cache) {
        Objects.requireNonNull(cache, "cache");
        return new CacheFeature(
                cache, cache instanceof InMemoryCache inMemory ? inMemory.policy() : CachePolicy.DEFAULT);
    }

    /** Starts the feature that answers calls from a custom cache, with settings other than the defaults. */
    public static FeatureBuilder customize(ResultCache cache) {
        return new FeatureBuilder(Objects.requireNonNull(cache, "cache"));
    }

    /**
     * Returns {@code stream}, and passes its response to {@code whenComplete} once it has been read to its end; for
     * custom caches. The response of a stream that fails, restarts, is closed early, or is longer than
     * {@code maximumChars} is not passed.
     */
    public static ChatStream recorded(ChatStream stream, int maximumChars, Consumer<ChatResponse> whenComplete) {
        return stream.map(source -> new RecordingSource(source, stream.mapper(), maximumChars, whenComplete));
    }

    /**
     * Builds a cache in the heap. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads; what it builds is.
     */
    public static final class InMemoryBuilder {

        private final CachePolicy.Settings settings = new CachePolicy.Settings();
        private final SetOnce once = new SetOnce();
        private @Nullable Long maximumEntries;
        private @Nullable Long maximumWeightBytes;
        private @Nullable Duration timeToLive;
        private @Nullable Duration keepStale;

        private InMemoryBuilder() {}

        /** Sets the most replies to keep. Either this or {@link #maximumWeightBytes} is required. */
        public InMemoryBuilder maximumEntries(long entries) {
            once.check(0, "maximumEntries");
            maximumEntries = entries;
            return this;
        }

        /**
         * Sets the most bytes to keep. An entry's bytes are estimated from all it holds: the texts, pictures, vectors
         * and fields of its reply and of the request that is its key, and some for the objects themselves. What a
         * custom request or reply contains is unknown and counts 1,024 bytes. An entry that alone exceeds the bound is
         * not kept.
         */
        public InMemoryBuilder maximumWeightBytes(long bytes) {
            once.check(1, "maximumWeightBytes");
            maximumWeightBytes = bytes;
            return this;
        }

        /** Sets how long a reply is served after it was stored; 10 minutes by default. */
        public InMemoryBuilder timeToLive(Duration timeToLive) {
            once.check(2, "timeToLive");
            this.timeToLive = Objects.requireNonNull(timeToLive, "timeToLive");
            return this;
        }

        /**
         * Sets how long a reply is kept after its time to live, for models whose
         * {@linkplain dev.aigw.routing.deployment.LastResort#staleCache last resort} is a stale reply, and for calls
         * that accept one by {@link dev.aigw.api.CacheDirective#staleIfError} or
         * {@link dev.aigw.api.CacheDirective#staleWhileRevalidate}; not at all by default. Other calls never get it.
         */
        public InMemoryBuilder keepStale(Duration afterTimeToLive) {
            once.check(3, "keepStale");
            keepStale = Objects.requireNonNull(afterTimeToLive, "keepStale");
            return this;
        }

        /**
         * Shares entries among all callers; by default each tenant has its own. Use it only if no answer contains
         * anything that another tenant may not see.
         */
        public InMemoryBuilder shared() {
            settings.shared();
            return this;
        }

        /**
         * Keeps entries for each user of a tenant; by default the users of a tenant share them. Calls of a caller
         * without a user are then neither answered from the cache nor stored nor joined.
         */
        public InMemoryBuilder perUser() {
            settings.perUser();
            return this;
        }

        /**
         * Sets whether identical chats under way are joined although they set a temperature above 0 and no seed; false
         * by default, since each of them asks for a sample of its own. The cache stores their replies all the same:
         * use {@link dev.aigw.api.CacheDirective#BYPASS} for calls that want a new sample each time.
         */
        public InMemoryBuilder joinSamples(boolean joinSamples) {
            settings.joinSamples(joinSamples);
            return this;
        }

        /** Sets whether replies with tool calls are stored; false by default, since tools often have side effects. */
        public InMemoryBuilder cacheToolCalls(boolean cacheToolCalls) {
            settings.cacheToolCalls(cacheToolCalls);
            return this;
        }

        /**
         * Sets the most characters of a stream that are recorded; a longer stream is not stored. 1,048,576 by default.
         */
        public InMemoryBuilder maximumRecordedChars(int chars) {
            settings.maximumRecordedChars(chars);
            return this;
        }

        /**
         * Returns the cache.
         *
         * @throws IllegalStateException if no bound is set, or both are, or a value is not positive
         */
        public ResultCache build() {
            if ((maximumEntries == null) == (maximumWeightBytes == null)) {
                throw new IllegalStateException(
                        maximumEntries == null
                                ? "the cache has no bound: set maximumEntries(10_000), or maximumWeightBytes(...)"
                                : "the cache has two bounds: set either maximumEntries or maximumWeightBytes");
            }
            positive(maximumEntries, "maximumEntries");
            positive(maximumWeightBytes, "maximumWeightBytes");
            Duration age = timeToLive == null ? Duration.ofMinutes(10) : timeToLive;
            if (age.isNegative() || age.isZero()) {
                throw new IllegalStateException(
                        "timeToLive is " + Durations.text(age) + ": set a positive time, or build no cache");
            }
            Duration stale = keepStale == null ? Duration.ZERO : keepStale;
            if (stale.isNegative()) {
                throw new IllegalStateException(
                        "keepStale is " + Durations.text(stale) + ": set a positive time, or leave it out");
            }
            return new InMemoryCache(maximumEntries, maximumWeightBytes, age, stale, settings.build());
        }

        private static void positive(@Nullable Long value, String option) {
            if (value != null && value <= 0) {
                throw new IllegalStateException(option + " is " + value + ": set a positive number, or build no cache");
            }
        }
    }

    /**
     * Builds the feature that answers calls from a custom cache. Setting the same thing twice throws
     * {@link IllegalStateException}. Not safe for use by several threads.
     */
    public static final class FeatureBuilder {

        private final ResultCache cache;
        private final CachePolicy.Settings settings = new CachePolicy.Settings();

        private FeatureBuilder(ResultCache cache) {
            this.cache = cache;
        }

        /** Shares entries among all callers; by default each tenant has its own. */
        public FeatureBuilder shared() {
            settings.shared();
            return this;
        }

        /**
         * Keeps entries for each user of a tenant; by default the users of a tenant share them. Calls of a caller
         * without a user are then neither answered from the cache nor stored nor joined.
         */
        public FeatureBuilder perUser() {
            settings.perUser();
            return this;
        }

        /**
         * Sets whether identical chats under way are joined although they set a temperature above 0 and no seed; false
         * by default, since each of them asks for a sample of its own. The cache stores their replies all the same:
         * use {@link dev.aigw.api.CacheDirective#BYPASS} for calls that want a new sample each time.
         */
        public FeatureBuilder joinSamples(boolean joinSamples) {
            settings.joinSamples(joinSamples);
            return this;
        }

        /** Sets whether replies with tool calls are stored; false by default, since tools often have side effects. */
        public FeatureBuilder cacheToolCalls(boolean cacheToolCalls) {
            settings.cacheToolCalls(cacheToolCalls);
            return this;
        }

        /**
         * Sets the most characters of a stream that are recorded; a longer stream is not stored. 1,048,576 by default.
         */
        public FeatureBuilder maximumRecordedChars(int chars) {
            settings.maximumRecordedChars(chars);
            return this;
        }

        /**
         * Returns the feature.
         *
         * @throws IllegalStateException if a value is not positive
         */
        public Feature build() {
            return new CacheFeature(cache, settings.build());
        }
    }
}
