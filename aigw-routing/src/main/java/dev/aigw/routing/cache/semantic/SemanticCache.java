package dev.aigw.routing.cache.semantic;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.Embedder;
import dev.aigw.api.spi.Phase;
import dev.aigw.routing.engine.call.BoundedEmbedder;
import dev.aigw.routing.engine.call.CacheKeys;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;
import dev.aigw.routing.engine.time.Durations;
import dev.aigw.routing.feature.Feature;
import dev.aigw.routing.feature.Installer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Answers a chat with the stored answer to a question with the same meaning in other words.
 *
 * <pre>{@code
 * SemanticCache semantic = SemanticCache.builder()
 *     .embedder(texts -> embeddings.embed(EmbeddingRequest.builder("embedder").inputs(texts).build()).embeddings())
 *     .threshold(0.9)
 *     .build();
 * ModelRouter router = ModelRouter.builder().cache(exact).feature(semantic) ... .build();
 * }</pre>
 *
 * <p>Only the wording of the last turn is compared by meaning. Scope, model, what the options require of a deployment,
 * system messages, earlier turns, tools, all parameters and the numbers in the wording must be equal. The scope is the
 * caller's tenant, as with {@link dev.aigw.routing.cache.Caches}, unless {@linkplain Builder#shared() shared} or
 * {@linkplain Builder#perUser() per user}. Follow-ups, very short and very long questions, and questions with images
 * are not cached. Stored are the answers that the exact cache would store, without tool calls, plain and streamed.
 * Every hit reports its similarity in {@code reply.route().warnings()} and has the source {@code CACHE}. The call's
 * {@link dev.aigw.api.CacheDirective} applies; stale answers are not served.
 *
 * <p>A wrong hit is a wrong answer: measure the threshold with your own questions and embedder. Each call that the
 * exact cache does not answer waits for the embedder, which runs on another thread, at most 64 times at once. The wait
 * ends with the call's cancellation, after half of its remaining time, or after the {@linkplain Builder#embedderTimeout
 * timeout}; if the embedder fails or is too slow, the call proceeds without the semantic cache.
 *
 * <p>Safe for use by many threads.
 */
public final class SemanticCache implements Feature {

    private final BoundedEmbedder embedder;
    private final long embedderTimeoutNanos;
    private final SemanticStore store;
    private final double threshold;
    private final Duration timeToLive;
    private final int maximumTurns;
    private final int minimumWords;
    private final int maximumChars;
    private final CacheKeys.Sharing sharing;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    private SemanticCache(Builder builder, Embedder embedder, double threshold) {
        this.embedder = new BoundedEmbedder(embedder);
        this.embedderTimeoutNanos = nanos(builder.embedderTimeout);
        this.threshold = threshold;
        this.store = builder.store == null ? new HeapStore(builder.maximumBytes, builder.entries) : builder.store;
        this.timeToLive = builder.timeToLive;
        this.maximumTurns = builder.maximumTurns;
        this.minimumWords = builder.minimumWords;
        this.maximumChars = builder.maximumChars;
        this.sharing = builder.shared
                ? CacheKeys.Sharing.ALL
                : builder.perUser ? CacheKeys.Sharing.USER : CacheKeys.Sharing.TENANT;
    }

    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    /** Starts a semantic cache; embedder and threshold are required. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void install(Installer installer) {
        EngineFeature.of(engine -> engine.engineStage(
                        Phase.CACHE, Reach.CALLERS_ONLY, new SemanticStage(this, engine.environment())))
                .install(installer);
    }

    /**
     * Counts since the cache was made, except for {@code entries}.
     *
     * @param hits questions answered from the cache
     * @param misses questions looked up without a match
     * @param entries answers stored now, approximately
     */
    public record Stats(long hits, long misses, long entries) {}

    /** Returns the counts. */
    public Stats stats() {
        return new Stats(hits.sum(), misses.sum(), store.size());
    }

    @Nullable
    Question question(ChatRequest request) {
        return Question.of(request, maximumTurns, minimumWords, maximumChars);
    }

    BoundedEmbedder embedder() {
        return embedder;
    }

    long embedderTimeoutNanos() {
        return embedderTimeoutNanos;
    }

    SemanticStore store() {
        return store;
    }

    double threshold() {
        return threshold;
    }

    Duration timeToLive() {
        return timeToLive;
    }

    CacheKeys.Sharing sharing() {
        return sharing;
    }

    int maximumRecordedChars() {
        return 1 << 20;
    }

    void hit() {
        hits.increment();
    }

    void missed() {
        misses.increment();
    }

    /**
     * Builds a {@link SemanticCache}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable Embedder embedder;
        private @Nullable Double threshold;
        private @Nullable SemanticStore store;
        private Duration timeToLive = Duration.ofHours(1);
        private int maximumTurns = 1;
        private int minimumWords = 3;
        private int maximumChars = 2_000;
        private int entries = 1_000;
        private long maximumBytes = 64L << 20;
        private Duration embedderTimeout = Duration.ofSeconds(1);
        private boolean shared;
        private boolean perUser;

        private Builder() {}

        /** Sets the embedder of questions. Required. */
        public Builder embedder(Embedder embedder) {
            once.check(0, "embedder");
            this.embedder = Objects.requireNonNull(embedder, "embedder");
            return this;
        }

        /** Sets the least similarity of questions with the same meaning, above 0 and up to 1. Required. */
        public Builder threshold(double similarity) {
            once.check(1, "threshold");
            this.threshold = similarity;
            return this;
        }

        /** Sets how long an answer is served; an hour by default. */
        public Builder timeToLive(Duration timeToLive) {
            once.check(2, "timeToLive");
            this.timeToLive = Objects.requireNonNull(timeToLive, "timeToLive");
            return this;
        }

        /** Sets the most turns of the user that a conversation may have; 1 by default, which excludes follow-ups. */
        public Builder maximumTurns(int turns) {
            once.check(3, "maximumTurns");
            this.maximumTurns = turns;
            return this;
        }

        /** Sets the fewest words of a question; 3 by default. */
        public Builder minimumWords(int words) {
            once.check(4, "minimumWords");
            this.minimumWords = words;
            return this;
        }

        /** Sets the most characters of a question; 2,000 by default. */
        public Builder maximumChars(int chars) {
            once.check(5, "maximumChars");
            this.maximumChars = chars;
            return this;
        }

        /**
         * Sets the most answers to keep in the heap for one group of questions that differ only in wording; 1,000 by
         * default. The oldest are evicted first.
         */
        public Builder maximumEntriesEach(int entries) {
            once.check(6, "maximumEntriesEach");
            this.entries = entries;
            return this;
        }

        /**
         * Sets the most bytes to keep in the heap, over all groups; 64 MiB by default. Counted are the vectors, the
         * answers, and what the questions of a group have in common, such as its system message and pictures. The
         * oldest answers are evicted first, and expired ones when another is stored.
         */
        public Builder maximumWeightBytes(long bytes) {
            once.check(9, "maximumWeightBytes");
            this.maximumBytes = bytes;
            return this;
        }

        /**
         * Sets how long a call waits for the embedder, and never longer than half of the time it has left; 1 second by
         * default. A call that waits in vain goes on without the semantic cache, and for the next 5 seconds the
         * embedder is not called.
         */
        public Builder embedderTimeout(Duration most) {
            once.check(10, "embedderTimeout");
            this.embedderTimeout = Objects.requireNonNull(most, "embedderTimeout");
            return this;
        }

        /** Sets a custom store in place of the one in the heap. */
        public Builder store(SemanticStore store) {
            once.check(7, "store");
            this.store = Objects.requireNonNull(store, "store");
            return this;
        }

        /** Shares answers among all callers; by default each tenant has its own. */
        public Builder shared() {
            once.check(8, "shared");
            this.shared = true;
            return this;
        }

        /**
         * Keeps answers for each user of a tenant; by default the users of a tenant share them. Set it if an answer may
         * depend on the user, as with "What is my balance?". Calls of a caller without a user then take no part.
         */
        public Builder perUser() {
            once.check(11, "perUser");
            this.perUser = true;
            return this;
        }

        /**
         * Returns the cache.
         *
         * @throws IllegalStateException if embedder or threshold is missing, a bound is not positive, or both
         *     {@code shared} and {@code perUser} are set
         */
        public SemanticCache build() {
            if (embedder == null) {
                throw new IllegalStateException("the semantic cache has no embedder: set embedder(...)");
            }
            if (threshold == null || !(threshold > 0 && threshold <= 1)) {
                throw new IllegalStateException("the threshold is " + threshold
                        + ": set one above 0 and up to 1, measured with questions of your own");
            }
            if (maximumTurns < 1 || minimumWords < 1 || maximumChars < 1 || entries < 1) {
                throw new IllegalStateException(
                        "maximumTurns, minimumWords, maximumChars and maximumEntriesEach must be 1 or more");
            }
            if (maximumBytes < 1) {
                throw new IllegalStateException("maximumWeightBytes is " + maximumBytes + ": set a positive number");
            }
            if (shared && perUser) {
                throw new IllegalStateException("the semantic cache is shared by all and kept for each user: set either"
                        + " shared or perUser");
            }
            if (embedderTimeout.isZero() || embedderTimeout.isNegative()) {
                throw new IllegalStateException(
                        "embedderTimeout is " + Durations.text(embedderTimeout) + ": set a positive time");
            }
            if (timeToLive.isZero() || timeToLive.isNegative()) {
                throw new IllegalStateException(
                        "timeToLive is " + Durations.text(timeToLive) + ": set a positive time");
            }
            return new SemanticCache(this, embedder, threshold);
        }
    }
}
