package dev.aigw.routing.cache.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.spi.Embedder;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SemanticCacheTest {

    /** Places a text by which of these words it has: texts of the same words, in any order, are the same. */
    private static final List<String> WORDS =
            List.of("sky", "blue", "why", "grass", "green", "days", "capital", "france", "colour");

    private static final Embedder BY_WORDS = texts -> texts.stream()
            .map(text -> {
                float[] vector = new float[WORDS.size() + 1];
                vector[WORDS.size()] = 0.01f;
                for (int i = 0; i < WORDS.size(); i++) {
                    vector[i] = text.toLowerCase(Locale.ROOT).contains(WORDS.get(i)) ? 1 : 0;
                }
                return vector;
            })
            .toList();

    private final VirtualEnvironment environment = new VirtualEnvironment(5);
    private final AtomicInteger answers = new AtomicInteger();
    private final FakeProvider fake = FakeProvider.builder("fake")
            .waiter(environment::await)
            .answer(request -> ChatResponse.of("answer " + answers.incrementAndGet()))
            .build();

    private static SemanticCache.Builder semantic() {
        return SemanticCache.builder().embedder(BY_WORDS).threshold(0.9);
    }

    private ModelRouter router(SemanticCache cache) {
        return router(cache, builder -> builder);
    }

    private ModelRouter router(SemanticCache cache, UnaryOperator<ModelRouter.Builder> more) {
        return more.apply(ModelRouter.builder()
                        .environment(environment)
                        .provider(fake)
                        .model("m", model -> model.deployment("fake/a"))
                        .feature(cache))
                .build();
    }

    @Test
    void aQuestionThatMeansTheSameIsAnsweredAndSaysHowAlikeItIs() {
        SemanticCache cache = semantic().build();
        try (ModelRouter router = router(cache)) {
            router.chat("m", "Why is the sky blue?");
            ChatResponse hit = router.chat("m", "The sky is blue. Why, please?");
            assertThat(hit.text()).isEqualTo("answer 1");
            assertThat(hit.route().source()).isEqualTo(Route.Source.CACHE);
            assertThat(hit.route().warnings()).containsExactly("answered from the semantic cache, similarity 1.000");
            assertThat(router.chat("m", "Why is the grass green?").text()).isEqualTo("answer 2");
            assertThat(cache.stats()).isEqualTo(new SemanticCache.Stats(1, 2, 2));
        }
    }

    @Test
    void allButTheWordingMustBeEqual() {
        SemanticCache cache = semantic().build();
        try (ModelRouter router = router(cache)) {
            ChatRequest question = ChatRequest.of("m", "Why is the sky blue?");
            ChatRequest same = ChatRequest.of("m", "Say why the sky is blue");
            router.chat(question);
            List<ChatRequest> others = List.of(
                    ChatRequest.builder("m")
                            .system("Answer in verse.")
                            .user(same.lastUserText())
                            .build(),
                    same.toBuilder().temperature(0.9).build(),
                    ChatRequest.of("fake/other", same.lastUserText()));
            others.forEach(
                    other -> assertThat(router.chat(other).route().source()).isEqualTo(Route.Source.MODEL));
            CallOptions tenant =
                    CallOptions.builder().caller(Caller.ofTenant("other")).build();
            assertThat(router.chat(same, tenant).route().source()).isEqualTo(Route.Source.MODEL);
            assertThat(router.chat(same).route().source()).isEqualTo(Route.Source.CACHE);
        }
    }

    @Test
    void tenantsShareOnlyWhenSet() {
        SemanticCache cache = semantic().shared().build();
        try (ModelRouter router = router(cache)) {
            router.chat("m", "Why is the sky blue?");
            CallOptions tenant =
                    CallOptions.builder().caller(Caller.ofTenant("other")).build();
            assertThat(router.chat(ChatRequest.of("m", "the sky is blue, why"), tenant)
                            .text())
                    .isEqualTo("answer 1");
        }
    }

    @Test
    void otherNumbersAreAnotherQuestion() {
        SemanticCache cache = semantic().build();
        try (ModelRouter router = router(cache)) {
            router.chat("m", "What is the sky in 3 days?");
            assertThat(router.chat("m", "What is the sky in 5 days?").text()).isEqualTo("answer 2");
            assertThat(router.chat("m", "In 3 days, what is the sky?").text()).isEqualTo("answer 1");
        }
    }

    @Test
    void followUpsShortQuestionsAndLongOnesTakeNoPart() {
        SemanticCache cache = semantic().maximumChars(100).build();
        try (ModelRouter router = router(cache)) {
            for (int i = 0; i < 2; i++) {
                router.chat("m", "Why blue?");
                router.chat("m", "Why is the sky blue? " + "Tell me more. ".repeat(20));
                router.chat(ChatRequest.builder("m")
                        .user("Why is the sky blue?")
                        .assistant("It scatters.")
                        .user("And the grass, why is it green?")
                        .build());
            }
            assertThat(fake.attempts()).hasSize(6);
            assertThat(cache.stats().entries()).isZero();
        }
    }

    @Test
    void streamsShareTheAnswersAndAreStoredOnceRead() {
        SemanticCache cache = semantic().build();
        try (ModelRouter router = router(cache)) {
            try (ChatStream stream = router.stream(ChatRequest.of("m", "Why is the sky blue?"))) {
                assertThat(cache.stats().entries()).isZero();
                assertThat(stream.response().text()).isEqualTo("answer 1");
            }
            assertThat(router.chat("m", "The sky is blue, but why").text()).isEqualTo("answer 1");
            try (ChatStream stream = router.stream(ChatRequest.of("m", "Why, oh why, is the sky blue"))) {
                assertThat(stream.response().text()).isEqualTo("answer 1");
            }
            assertThat(fake.attempts()).hasSize(1);
            assertThat(fake.openStreams()).isZero();
        }
    }

    @Test
    void answersAgeAndDirectivesApply() {
        SemanticCache cache = semantic().timeToLive(Duration.ofMinutes(10)).build();
        try (ModelRouter router = router(cache)) {
            ChatRequest question = ChatRequest.of("m", "Why is the sky blue?");
            router.chat(question, options(CacheDirective.NO_STORE));
            router.chat(question);
            router.chat(question, options(CacheDirective.REFRESH));
            assertThat(router.chat(question, options(CacheDirective.BYPASS)).text())
                    .isEqualTo("answer 4");
            environment.advance(Duration.ofMinutes(5));
            assertThat(router.chat(question).text()).isEqualTo("answer 3");
            assertThat(router.chat(question, options(CacheDirective.maxAge(Duration.ofMinutes(4))))
                            .text())
                    .isEqualTo("answer 5");
            environment.advance(Duration.ofMinutes(11));
            assertThat(router.chat(question).text()).isEqualTo("answer 6");
        }
    }

    @Test
    void anEmptyAnswerIsNotStored() {
        SemanticCache cache = semantic().build();
        FakeProvider silent = FakeProvider.builder("silent").reply("").build();
        try (ModelRouter router = router(
                cache, builder -> builder.provider(silent).model("quiet", model -> model.deployment("silent/a")))) {
            assertThat(router.chat("quiet", "Why is the sky blue?").isEmpty()).isTrue();
            try (ChatStream stream = router.stream(ChatRequest.of("quiet", "Why is the sky blue?"))) {
                assertThat(stream.response().isEmpty()).isTrue();
            }
            assertThat(silent.attempts()).hasSize(2);
            assertThat(cache.stats().entries()).isZero();
        }
    }

    private static CallOptions options(CacheDirective directive) {
        return CallOptions.builder().cache(directive).build();
    }

    @Test
    void aFallbacksAnswerIsNotStored() {
        SemanticCache cache = semantic().build();
        FakeProvider broken = FakeProvider.builder("broken")
                .fail(ErrorKind.INVALID_REQUEST)
                .fail(ErrorKind.NOT_FOUND)
                .build();
        try (ModelRouter router = router(
                cache,
                builder -> builder.provider(broken)
                        .model("main", model -> model.deployment("broken/a").fallback("m")))) {
            assertThatThrownBy(() -> router.chat("main", "Why is the sky blue?"));
            router.chat("main", "Why is the sky blue?");
            assertThat(cache.stats().entries()).isZero();
        }
    }

    @Test
    void anEmbedderThatFailsIsACacheThatHasNothing() {
        SemanticCache cache = SemanticCache.builder()
                .threshold(0.9)
                .embedder(texts -> {
                    throw new IllegalStateException("down");
                })
                .build();
        try (ModelRouter router = router(cache)) {
            assertThat(router.chat("m", "Why is the sky blue?").text()).isEqualTo("answer 1");
        }
    }

    @Test
    void aCallGetsNoAnswerOfADeploymentThatItExcludes() {
        SemanticCache cache = semantic().build();
        try (ModelRouter router = router(
                cache,
                builder -> builder.model("placed", model -> model.deployment("fake/us", d -> d.region("us"))
                        .deployment("fake/eu", d -> d.region("eu"))))) {
            router.chat("placed", "Why is the sky blue?");
            ChatResponse strict = router.chat(
                    ChatRequest.of("placed", "The sky is blue, why?"),
                    CallOptions.builder().region("eu").build());
            assertThat(strict.route().source()).isEqualTo(Route.Source.MODEL);
            assertThat(strict.route().deployment()).isEqualTo("fake/eu");
        }
    }

    @Test
    void usersOfATenantDoNotShareWhenSetAndWithoutAUserNothingIsStored() {
        SemanticCache cache = semantic().perUser().build();
        try (ModelRouter router = router(cache)) {
            assertThat(askedBy(router, user("acme", "ada"))).isEqualTo("answer 1");
            assertThat(askedBy(router, user("acme", "bob"))).isEqualTo("answer 2");
            assertThat(askedBy(router, user("globex", "ada"))).isEqualTo("answer 3");
            assertThat(askedBy(router, user("acme", "ada"))).isEqualTo("answer 1");
            assertThat(askedBy(router, Caller.ofTenant("acme"))).isEqualTo("answer 4");
            assertThat(askedBy(router, Caller.ofTenant("acme"))).isEqualTo("answer 5");
            assertThat(cache.stats().entries()).isEqualTo(3);
        }
    }

    @Test
    void callersWithoutATenantDoNotShareUnlessNothingIsKnownOfThem() {
        SemanticCache cache = semantic().build();
        try (ModelRouter router = router(cache)) {
            assertThat(askedBy(router, Caller.ANONYMOUS)).isEqualTo("answer 1");
            assertThat(askedBy(router, Caller.ofTenant(""))).isEqualTo("answer 2");
            assertThat(askedBy(router, Caller.builder().user("ada").build())).isEqualTo("answer 3");
            assertThat(askedBy(router, Caller.builder().user("bob").build())).isEqualTo("answer 4");
            assertThat(askedBy(router, Caller.ANONYMOUS)).isEqualTo("answer 1");
        }
    }

    private static Caller user(String tenant, String user) {
        return Caller.builder().tenant(tenant).user(user).build();
    }

    private static String askedBy(ModelRouter router, Caller caller) {
        return router.chat(
                        ChatRequest.of("m", "Why is the sky blue?"),
                        CallOptions.builder().caller(caller).build())
                .text();
    }

    @Test
    void aRefusalIsNotStored() {
        SemanticCache cache = semantic().build();
        FakeProvider refusing = FakeProvider.builder("refusing")
                .answer(request -> ChatResponse.builder()
                        .part(new ContentPart.Refusal("I cannot help with that."))
                        .build())
                .build();
        try (ModelRouter router = router(
                cache, builder -> builder.provider(refusing).model("no", model -> model.deployment("refusing/a")))) {
            router.chat("no", "Why is the sky blue?");
            assertThat(cache.stats().entries()).isZero();
        }
    }

    /** An embedder that answers when the test is over. */
    private static final class Hanging implements Embedder {

        final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch over = new CountDownLatch(1);
        final AtomicInteger calls = new AtomicInteger();

        @Override
        public List<float[]> embed(List<String> texts) {
            calls.incrementAndGet();
            asked.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return BY_WORDS.embed(texts);
        }
    }

    @Test
    void anEmbedderThatHangsCostsNoMoreThanItsTimeoutAndIsLeftOutForAWhile() {
        Hanging embedder = new Hanging();
        SemanticCache cache = SemanticCache.builder()
                .embedder(embedder)
                .threshold(0.9)
                .embedderTimeout(Duration.ofMillis(1))
                .build();
        try (ModelRouter router = router(cache)) {
            assertThat(router.chat("m", "Why is the sky blue?").text()).isEqualTo("answer 1");
            assertThat(router.chat("m", "Why is the sky blue?").text()).isEqualTo("answer 2");
            assertThat(embedder.calls).hasValueLessThanOrEqualTo(1);
            embedder.over.countDown();
            environment.advance(Duration.ofSeconds(5));
            assertThat(router.chat("m", "Why is the sky blue?").text()).isEqualTo("answer 3");
            assertThat(cache.stats().misses()).isLessThanOrEqualTo(1);
        } finally {
            embedder.over.countDown();
        }
    }

    @Test
    void aCallThatIsCancelledWhileItEmbedsEnds() throws Exception {
        Hanging embedder = new Hanging();
        SemanticCache cache = SemanticCache.builder()
                .embedder(embedder)
                .threshold(0.9)
                .embedderTimeout(Duration.ofDays(1))
                .build();
        Cancellation cancellation = new Cancellation();
        try (ModelRouter router = router(cache)) {
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            Thread caller = new Thread(() -> end.complete(catchThrowable(() -> router.chat(
                    ChatRequest.of("m", "Why is the sky blue?"),
                    CallOptions.builder().cancellation(cancellation).build()))));
            caller.start();
            embedder.asked.await();
            cancellation.cancel();

            assertThat(end.get(30, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
            caller.join();
            assertThat(fake.attempts()).isEmpty();
        } finally {
            embedder.over.countDown();
        }
    }

    @Test
    void aCallWithADeadlineWaitsForTheEmbedderForHalfOfItAtMost() {
        Hanging embedder = new Hanging();
        SemanticCache cache = SemanticCache.builder()
                .embedder(embedder)
                .threshold(0.9)
                .embedderTimeout(Duration.ofDays(1))
                .build();
        try (ModelRouter router = router(cache)) {
            CallOptions soon =
                    CallOptions.builder().timeout(Duration.ofMillis(20)).build();
            assertThat(router.chat(ChatRequest.of("m", "Why is the sky blue?"), soon)
                            .text())
                    .isEqualTo("answer 1");
        } finally {
            embedder.over.countDown();
        }
    }

    @Test
    void anIndexOfOnesOwnServesInPlaceOfTheHeap() {
        List<ResultCache.Entry> kept = new ArrayList<>();
        SemanticStore index = new SemanticStore() {
            @Override
            public @Nullable Match nearest(ResultCache.Key partition, float[] vector, Instant notBefore) {
                return kept.isEmpty() ? null : new Match(kept.get(0), 0.97);
            }

            @Override
            public void put(ResultCache.Key partition, float[] vector, ResultCache.Entry entry, Duration timeToLive) {
                kept.add(entry);
            }

            @Override
            public long size() {
                return kept.size();
            }
        };
        SemanticCache cache = semantic().store(index).build();
        try (ModelRouter router = router(cache)) {
            router.chat("m", "Why is the sky blue?");
            assertThat(kept).hasSize(1);
            ChatResponse hit = router.chat("m", "Why is the grass green?");
            assertThat(hit.text()).isEqualTo("answer 1");
            assertThat(hit.route().warnings()).containsExactly("answered from the semantic cache, similarity 0.970");
            assertThat(cache.stats().entries()).isOne();
        }
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> SemanticCache.builder().threshold(0.9).build()).hasMessageContaining("embedder");
        assertThatThrownBy(() -> SemanticCache.builder().embedder(BY_WORDS).build())
                .hasMessageContaining("threshold");
        assertThatThrownBy(() -> semantic().minimumWords(0).build()).hasMessageContaining("1 or more");
    }
}
