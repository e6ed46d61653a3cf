package dev.aigw.routing.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.Embedder;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.ModelSelector.Selection;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SemanticTest {

    private static final List<String> WORDS = List.of("loop", "function", "bug", "rent", "contract", "clause");
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private final AtomicInteger batches = new AtomicInteger();
    private final AtomicInteger texts = new AtomicInteger();
    private final VirtualEnvironment environment = new VirtualEnvironment(1);

    /** Places a text by the words it has, and apart from all others when it has none of them. */
    private List<float[]> place(List<String> batch) {
        batches.incrementAndGet();
        texts.addAndGet(batch.size());
        return batch.stream().map(SemanticTest::vector).toList();
    }

    private static float[] vector(String text) {
        float[] vector = new float[WORDS.size() + 1];
        vector[WORDS.size()] = 1e-6f;
        for (String word : text.toLowerCase(Locale.ROOT).split(" ", -1)) {
            if (WORDS.contains(word)) {
                vector[WORDS.indexOf(word)]++;
            }
        }
        return vector;
    }

    private static Routes.SemanticBuilder routes(Embedder embedder) {
        return Routes.semantic(embedder)
                .route("coder", "a bug in a loop", "write a function")
                .route("lawyer", "the rent in a contract", "a clause")
                .threshold(0.6);
    }

    private static ModelSelector.Query ask(
            ModelRequest request, Instant now, long remainingNanos, CallOptions options) {
        return ModelSelector.Query.builder(request)
                .callId("c1")
                .options(options)
                .promptTokens(1)
                .now(now)
                .remainingNanos(remainingNanos)
                .random(new Random(1))
                .build();
    }

    private static ModelSelector.Query ask(String text, Instant now) {
        return ask(ChatRequest.of("m", text), now, Long.MAX_VALUE, CallOptions.DEFAULT);
    }

    private static Selection select(ModelSelector selector, String text, Instant now) {
        return Objects.requireNonNull(selector.select(ask(text, now)));
    }

    private ModelRouter router(ModelSelector selector) {
        return ModelRouter.builder()
                .environment(environment)
                .provider(ProviderAdapter.builder("fake")
                        .chat((request, attempt) -> ChatResponse.of(attempt.model()))
                        .build())
                .model("coder", model -> model.deployment("fake/coder"))
                .model("lawyer", model -> model.deployment("fake/lawyer"))
                .model("other", model -> model.deployment("fake/other"))
                .model("m", model -> model.deployment("fake/own").route(selector))
                .build();
    }

    @Test
    void aChatGoesToTheModelWithTheNearestExampleAndTheReasonIsShown() {
        try (ModelRouter router = router(routes(this::place).otherwise("other"))) {
            ChatRequest rent = ChatRequest.of("m", "the rent is high");
            assertThat(router.chat("m", "a bug in the function").text()).isEqualTo("coder");
            assertThat(router.chat(rent).text()).isEqualTo("lawyer");
            assertThat(router.chatAsync(rent).join().text()).isEqualTo("lawyer");
            try (ChatStream stream = router.stream(rent)) {
                assertThat(stream.response().text()).isEqualTo("lawyer");
            }
            assertThat(router.chat("m", "what is for dinner").text()).isEqualTo("other");
            assertThat(router.explain(rent).selections())
                    .containsExactly(new Selection("lawyer", "similarity 0.707 to \"the rent in a contract\""));
        }
    }

    @Test
    void whatIsNearNoneGoesToTheDefaultOrStays() {
        ModelSelector withDefault = routes(this::place).otherwise("other");
        ModelSelector without = routes(this::place).build();

        assertThat(select(withDefault, "a bug or a clause or the rent", NOON))
                .returns("other", Selection::model)
                .satisfies(choice -> assertThat(choice.reason())
                        .startsWith("no route is near: similarity 0.577 to \"a clause\"")
                        .endsWith("of lawyer, below 0.6"));
        assertThat(without.select(ask("what is for dinner", NOON))).isNull();
        assertThat(withDefault.models()).containsExactlyInAnyOrder("coder", "lawyer", "other");
        assertThat(without.models()).containsExactlyInAnyOrder("coder", "lawyer");
    }

    @Test
    void whatHasNoTextGoesToTheDefault() {
        ModelSelector selector = routes(this::place).otherwise("other");
        ModelRequest embedding =
                EmbeddingRequest.builder("m").inputs(List.of("a bug")).build();

        assertThat(selector.select(ask(embedding, NOON, Long.MAX_VALUE, CallOptions.DEFAULT)))
                .isEqualTo(new Selection("other", "no route is near: there is no text to compare"));
        assertThat(select(selector, " ", NOON).model()).isEqualTo("other");
        assertThat(batches).hasValue(0);
    }

    @Test
    void examplesArePlacedOnceHoweverManyComeAtOnce() throws Exception {
        CountDownLatch arrived = new CountDownLatch(16);
        CountDownLatch open = new CountDownLatch(1);
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        ModelSelector selector = routes(batch -> {
                    sizes.add(batch.size());
                    awaitUninterruptibly(open);
                    return place(batch);
                })
                .timeout(Duration.ofHours(1))
                .otherwise("other");
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<String>> chosen = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String text = i % 2 == 0 ? "the bug number " + i : "the rent number " + i;
                chosen.add(threads.submit(() -> {
                    arrived.countDown();
                    return select(selector, text, NOON).model();
                }));
            }
            arrived.await();
            open.countDown();
            for (int i = 0; i < 16; i++) {
                assertThat(chosen.get(i).get()).isEqualTo(i % 2 == 0 ? "coder" : "lawyer");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(sizes).hasSize(17).containsOnlyOnce(4);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aQuestionAskedAgainIsNotPlacedAgain() {
        ModelSelector selector = routes(this::place).otherwise("other");
        select(selector, "a bug", NOON);
        select(selector, "a bug", NOON);
        assertThat(texts).hasValue(4 + 1);
    }

    @Test
    void manyExamplesArePlacedInBatches() {
        String[] many = new String[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = "a bug " + "x ".repeat(i);
        }
        ModelSelector selector =
                Routes.semantic(this::place).route("coder", many).threshold(0.5).otherwise("other");
        assertThat(select(selector, "a bug", NOON).model()).isEqualTo("coder");
        assertThat(batches).as("96, 96, 8, and the question").hasValue(4);
    }

    @Test
    void anEmbedderThatFailsIsNotCalledForAWhileAndTheReasonSaysSo() {
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean broken = new AtomicBoolean(true);
        ModelSelector selector = routes(batch -> {
                    asked.incrementAndGet();
                    if (broken.get()) {
                        throw new IllegalArgumentException("no such model");
                    }
                    return place(batch);
                })
                .otherwise("other");

        assertThat(select(selector, "a bug", NOON))
                .isEqualTo(new Selection(
                        "other",
                        "no route is near: the embedder failed: java.lang.IllegalArgumentException: no such model"));
        assertThat(select(selector, "a bug", NOON.plusSeconds(4)).reason())
                .isEqualTo("no route is near: the embedder failed or timed out a moment ago");
        assertThat(asked).as("the examples and the question, once each").hasValueLessThanOrEqualTo(2);
        broken.set(false);
        assertThat(select(selector, "a bug", NOON.plusSeconds(5)).model()).isEqualTo("coder");
    }

    @Test
    void aCallWaitsForHalfOfTheTimeItHas() throws Exception {
        Semaphore gate = new Semaphore(0);
        ModelSelector selector = routes(batch -> {
                    gate.acquireUninterruptibly();
                    return place(batch);
                })
                .timeout(Duration.ofHours(1))
                .otherwise("other");
        long remaining = Duration.ofMillis(40).toNanos();

        assertThat(selector.select(ask(ChatRequest.of("m", "a bug"), NOON, remaining, CallOptions.DEFAULT)))
                .isEqualTo(new Selection("other", "no route is near: the embedder timed out after 20 ms"));
        gate.release(1_000);
        assertThat(select(selector, "a bug", NOON).model())
                .as("a call that had no time says nothing of the embedder")
                .isEqualTo("coder");
        assertThat(batches).as("examples, the question, and it again").hasValueLessThanOrEqualTo(3);
    }

    @Test
    void anEmbedderSlowerThanTheTimeoutIsNotCalledAndItsLateAnswerIsUsed() {
        Semaphore gate = new Semaphore(0);
        ModelSelector selector = routes(batch -> {
                    gate.acquireUninterruptibly();
                    return place(batch);
                })
                .timeout(Duration.ofMillis(20))
                .otherwise("other");

        assertThat(select(selector, "a bug", NOON).reason()).endsWith("the embedder timed out after 20 ms");
        assertThat(select(selector, "a bug", NOON).reason()).endsWith("a moment ago");
        gate.release(1_000);
        Instant now = NOON;
        while (!select(selector, "a bug", now).model().equals("coder")) { // 20 ms may be little on a busy machine
            now = now.plusSeconds(5);
        }
    }

    @Test
    void aCancelledCallDoesNotWait() {
        Semaphore gate = new Semaphore(0);
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        ModelSelector selector = routes(batch -> {
                    asked.complete(null);
                    gate.acquireUninterruptibly();
                    return place(batch);
                })
                .timeout(Duration.ofHours(1))
                .otherwise("other");
        CallOptions options = CallOptions.builder().cancellation(cancellation).build();
        CompletableFuture<Void> cancelled = asked.thenRun(cancellation::cancel);

        assertThatThrownBy(() -> selector.select(ask(ChatRequest.of("m", "a bug"), NOON, Long.MAX_VALUE, options)))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
        cancelled.join();
        gate.release(1_000);
    }

    @Test
    void whatAnEmbedderMayNotReturnIsAFailureOfIts() {
        assertThat(reason(batch -> List.of())).contains("it returned 0 vectors for");
        assertThat(reason(batch -> batch.stream().map(text -> new float[3]).toList()))
                .contains("empty, zero");
        assertThat(reason(batch ->
                        batch.stream().map(text -> new float[] {Float.NaN, 1}).toList()))
                .contains("not finite");
        assertThat(reason(batch -> batch.stream()
                        .map(text -> new float[] {1, text.length(), batch.size()})
                        .map(vector -> batch.size() == 1 ? new float[] {1, 2} : vector)
                        .toList()))
                .contains("of 3 and of 2 dimensions");
    }

    private static String reason(Embedder embedder) {
        return select(routes(embedder).otherwise("other"), "a bug", NOON).reason();
    }

    @Test
    void badInputFailsWithItsFix() {
        Routes.SemanticBuilder none = Routes.semantic(this::place).threshold(0.5);
        assertThatThrownBy(none::build).hasMessageContaining("add one with route");
        assertThatThrownBy(() -> none.route("a")).hasMessageContaining("no example");
        assertThatThrownBy(() -> none.route("a", "x", " ")).hasMessageContaining("blank");
        assertThatThrownBy(() -> none.route("a", "x").route("a", "y")).hasMessageContaining("two routes");
        assertThatThrownBy(() -> Routes.semantic(this::place).threshold(0)).hasMessageContaining("such as 0.5");
        assertThatThrownBy(() -> none.timeout(Duration.ZERO)).hasMessageContaining("positive");
        assertThatThrownBy(() -> Routes.semantic(this::place).route("a", "x").build())
                .hasMessageContaining("threshold(similarity)");
        assertThatThrownBy(() -> router(routes(this::place).otherwise("nobody")).close())
                .hasMessageContaining("nobody");
    }

    @Test
    void examplesArePlacedAnewForAnEmbedderOfOtherDimensions() {
        AtomicInteger dimensions = new AtomicInteger(2);
        Embedder changing = batch -> batch.stream()
                .map(text -> {
                    float[] vector = new float[dimensions.get()];
                    vector[0] = 1;
                    return vector;
                })
                .toList();
        ModelSelector selector =
                Routes.semantic(changing).route("coder", "a bug").threshold(0.5).otherwise("other");
        assertThat(select(selector, "one", NOON).model()).isEqualTo("coder");
        dimensions.set(3);
        assertThat(select(selector, "two", NOON).model()).isEqualTo("other");
        assertThat(select(selector, "three", NOON.plusSeconds(60)).model()).isEqualTo("coder");
    }

    @Test
    void aTimeoutBeyondTheClockIsNone() {
        ModelSelector selector =
                routes(this::place).timeout(Duration.ofSeconds(Long.MAX_VALUE)).otherwise("other");
        assertThat(select(selector, "a bug in a loop", NOON).model()).isEqualTo("coder");
    }
}
