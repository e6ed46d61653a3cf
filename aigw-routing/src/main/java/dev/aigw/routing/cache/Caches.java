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
 * choose by its {@link dev.aigw.api.CacheDirective}. Two calls are equal if their scope (the caller's tenant, unless
 * {@linkplain InMemoryBuilder#shared() shared}), operation, resolved model and effective request are equal. Streamed
 * and plain chats share entries: a stored answer is replayed as a stream, and a stream read to its end is stored.
 *
 * <p>Only complete, successful replies of the resolved model are stored: no failure, no stream that broke, restarted or
 * was closed early, no chat cut short by a limit or a filter, no empty answer, no reply of a fallback model, and no
 * tool calls unless enabled.
 *
 * <p>A batch of embeddings is answered text by text: stored ones come from the cache, the others are embedded in one
 * call, each once. The reply's usage is that of this call. Stale replies are only for whole requests.
 *
 * <p>Identical calls under way at the same time that accept a stored reply are joined: one, the leader, makes the call;
 * the others wait for its reply, each no longer than its own deadline and cancellation allow. Streams are not joined.
 * If the leader is cancelled, reaches its own deadline, fails for a reason of its caller (permission, limit, budget),
 * or hits a bug, one of the waiting calls takes over; any other failure is shared.
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
         * Sets the most bytes of replies to keep. Bytes are estimated: the text and data of the reply, four bytes for
         * each token of the prompt if the provider reported it, and 512 bytes for the entry itself.
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
         * Shares entries among all tenants; by default each tenant has its own. Use it only if no answer contains
         * anything that another tenant may not see.
         */
        public InMemoryBuilder shared() {
            settings.shared(true);
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

        /** Shares entries among all tenants; by default each tenant has its own. */
        public FeatureBuilder shared() {
            settings.shared(true);
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
