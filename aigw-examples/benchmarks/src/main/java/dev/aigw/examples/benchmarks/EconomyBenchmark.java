package dev.aigw.examples.benchmarks;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.cache.semantic.SemanticCache;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Measures what limits, budgets, cache keys, cache hits and counting of tokens cost a call. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EconomyBenchmark {

    private static final Cost PLENTY = Cost.usd(new BigDecimal("1000000000"));

    private static ModelRouter.Builder router() {
        return ModelRouter.builder()
                .provider(InMemory.adapter())
                .model(
                        "assistant",
                        model -> model.deployment(
                                "memory/a", deployment -> deployment.price(Price.usdPerMillion("0.25", "2"))));
    }

    /** Routers with limits that never refuse. */
    @State(Scope.Benchmark)
    public static class Limited {

        private final ChatRequest request = ChatRequest.builder("assistant")
                .user("Why is the sky blue?")
                .maxOutputTokens(200)
                .build();
        private final CallOptions options =
                CallOptions.builder().caller(Caller.ofTenant("acme")).build();

        private final ModelRouter unlimited = router().build();

        private final ModelRouter requests = router().limits(Limits.builder()
                        .limit(
                                "requests",
                                limit -> limit.requests(1_000_000_000L)
                                        .per(Window.rolling(Duration.ofHours(1)))
                                        .by(Dimension.TENANT))
                        .build())
                .build();

        private final ModelRouter budget = router().limits(Limits.builder()
                        .limit(
                                "budget",
                                limit -> limit.cost(PLENTY)
                                        .per(Window.calendar(Window.Unit.MONTH))
                                        .by(Dimension.TENANT))
                        .build())
                .build();

        /** Closes the routers. */
        @TearDown
        public void close() {
            unlimited.close();
            requests.close();
            budget.close();
        }
    }

    /** A call without limits, as the baseline. */
    @Benchmark
    public ChatResponse callWithoutLimits(Limited state) {
        return state.unlimited.chat(state.request, state.options);
    }

    /** One token of a bucket for each call. */
    @Benchmark
    public ChatResponse callWithRequestLimit(Limited state) {
        return state.requests.chat(state.request, state.options);
    }

    /** Money reserved and settled for each call. */
    @Benchmark
    public ChatResponse callWithBudget(Limited state) {
        return state.budget.chat(state.request, state.options);
    }

    /** The same with eight threads on one budget. */
    @Benchmark
    @Threads(8)
    public ChatResponse callWithBudgetContended(Limited state) {
        return state.budget.chat(state.request, state.options);
    }

    /** The same with eight threads without a limit. */
    @Benchmark
    @Threads(8)
    public ChatResponse callWithoutLimitsContended(Limited state) {
        return state.unlimited.chat(state.request, state.options);
    }

    /** Requests of one size, one of them cached. */
    @State(Scope.Benchmark)
    public static class Sized {

        /** Kilobytes of text. */
        @Param({"1", "10", "100", "1000"})
        public int kilobytes;

        private String text = "";
        private char[] chars = {};
        private ChatRequest cached = ChatRequest.of("assistant", "to be replaced");
        private final ModelRouter router =
                router().cache(Caches.inMemory().maximumEntries(100).build()).build();

        /** Makes the text and caches its answer. */
        @Setup
        public void fill() {
            text = "some words of prose, ".repeat(kilobytes * 1024 / 21 + 1).substring(0, kilobytes * 1024);
            chars = text.toCharArray();
            cached = ChatRequest.of("assistant", text);
            router.chat(cached);
        }

        /** Closes the router. */
        @TearDown
        public void close() {
            router.close();
        }
    }

    /** Makes a new text and lets the JDK hash it: the baseline of {@link #keyOfANewRequest}. */
    @Benchmark
    public int hashOfANewText(Sized state) {
        return new String(state.chars).hashCode();
    }

    /** Makes a new request with a new text and hashes it as a cache key. */
    @Benchmark
    public int keyOfANewRequest(Sized state) {
        return ChatRequest.of("assistant", new String(state.chars))
                .cacheIdentity()
                .hashCode();
    }

    /** A new request with a text that was hashed before. */
    @Benchmark
    public int keyOfAKnownText(Sized state) {
        return ChatRequest.of("assistant", state.text).cacheIdentity().hashCode();
    }

    /** Answers an equal request with a new text from the cache, as if it came from a socket. */
    @Benchmark
    public ChatResponse exactHit(Sized state) {
        return state.router.chat(ChatRequest.of("assistant", new String(state.chars)));
    }

    /** Answers an equal request with the same text object from the cache. */
    @Benchmark
    public ChatResponse exactHitWithAKnownText(Sized state) {
        return state.router.chat(ChatRequest.of("assistant", state.text));
    }

    /** Answers the same request object from the cache. */
    @Benchmark
    public ChatResponse exactHitOfAKnownRequest(Sized state) {
        return state.router.chat(state.cached);
    }

    /** Counts the tokens of a text without a vocabulary. */
    @Benchmark
    public long calibratedCount(Sized state) {
        return TokenCounter.calibrated().count(state.text, "any");
    }

    /** A semantic cache filled with questions of one kind. */
    @State(Scope.Benchmark)
    public static class Semantic {

        private static final int DIMENSIONS = 384;

        /** The number of stored answers. */
        @Param({"1000", "10000", "100000"})
        public int entries;

        private final ChatRequest asked = ChatRequest.of("assistant", "a question worded otherwise");
        private @Nullable ModelRouter router;

        /** Fills the cache. */
        @Setup
        public void fill() {
            ModelRouter filled = router().feature(SemanticCache.builder()
                            .embedder(texts -> List.of(place(texts.get(0))))
                            .threshold(0.0001)
                            .maximumEntriesEach(entries)
                            .maximumWeightBytes(1L << 30)
                            .build())
                    .build();
            CallOptions unread =
                    CallOptions.builder().cache(CacheDirective.REFRESH).build();
            for (int i = 0; i < entries; i++) {
                String word = Integer.toString(i, 26).replaceAll("[0-9]", "x");
                filled.chat(ChatRequest.of("assistant", "a question worded " + word), unread);
            }
            router = filled;
        }

        private static float[] place(String text) {
            SplittableRandom random = new SplittableRandom(text.hashCode());
            float[] vector = new float[DIMENSIONS];
            for (int i = 0; i < DIMENSIONS; i++) {
                vector[i] = (float) random.nextDouble();
            }
            return vector;
        }

        /** Closes the router. */
        @TearDown
        public void close() {
            Objects.requireNonNull(router).close();
        }
    }

    /**
     * Finds the nearest of all stored questions and returns its answer; embedding the question takes a few µs of it.
     */
    @Benchmark
    public ChatResponse semanticHit(Semantic state) {
        return Objects.requireNonNull(state.router).chat(state.asked);
    }
}
