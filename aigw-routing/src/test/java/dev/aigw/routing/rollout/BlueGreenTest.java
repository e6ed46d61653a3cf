package dev.aigw.routing.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlueGreenTest {

    private static final ChatRequest HELLO = ChatRequest.of("m", "hello");

    private final BlueGreen alias = BlueGreen.of("blue", "green");

    private static ModelRouter.Builder router(ProviderAdapter fake, BlueGreen alias) {
        return ModelRouter.builder()
                .provider(fake)
                .model("blue", model -> model.deployment("fake/b"))
                .model("green", model -> model.deployment("fake/g"))
                .alias("m", alias);
    }

    private static ModelRouter router(BlueGreen alias) {
        return router(
                        FakeProvider.builder("fake")
                                .model("b", blue -> blue.chunks("blue"))
                                .model("g", green -> green.chunks("green"))
                                .build(),
                        alias)
                .build();
    }

    @Test
    void allCallsGoToTheActiveModelAndBackAgain() {
        try (ModelRouter router = router(alias)) {
            assertThat(router.chat(HELLO).text()).isEqualTo("blue");
            assertThat(alias.switchTo("green")).isCompleted();
            ChatResponse reply = router.chat(HELLO);
            assertThat(reply.text()).isEqualTo("green");
            assertThat(reply.route().requestedModel()).isEqualTo("m");
            assertThat(reply.route().model()).isEqualTo("green");
            assertThat(router.explain(HELLO).steps().get(0).model()).isEqualTo("green");
            assertThat(alias.inFlight("green")).as("a dry run is no call").isZero();
            assertThat(alias.switchOver()).isCompleted();
            assertThat(router.chatAsync("m", "hello").join().text()).isEqualTo("blue");
            assertThat(alias.active()).isEqualTo("blue");
        }
    }

    @Test
    void itDrainsWhenItsLastStreamIsReadOrClosed() {
        try (ModelRouter router = router(alias)) {
            ChatStream read = router.stream(HELLO);
            ChatStream closed = router.stream(HELLO);
            assertThat(alias.inFlight("blue")).isEqualTo(2);
            CompletableFuture<Void> drained = alias.switchTo("green");
            assertThat(read.response().text()).isEqualTo("blue");
            assertThat(drained).isNotDone();
            assertThat(alias.switchTo("green")).as("asking again").isNotDone();
            closed.close();
            assertThat(drained).isCompleted();
            assertThat(alias.inFlight("blue")).isZero();
        }
    }

    @Test
    void theFutureFailsWhenTheAliasIsSwitchedBack() {
        try (ModelRouter router = router(alias);
                ChatStream stream = router.stream(HELLO)) {
            CompletableFuture<Void> drained = alias.switchTo("green");
            assertThat(alias.switchTo("blue")).as("green had nothing under way").isCompleted();
            assertThat(drained).isCompletedExceptionally();
            assertThatThrownBy(drained::join)
                    .hasRootCauseMessage("\"blue\" was made active again before it had drained");
            assertThat(stream.response().text()).isEqualTo("blue");
        }
    }

    @Test
    void aFailedOrRefusedCallIsOverToo() {
        FakeProvider fake =
                FakeProvider.builder("fake").fail(ErrorKind.INVALID_REQUEST).build();
        try (ModelRouter router = router(fake, alias).build()) {
            assertThatThrownBy(() -> router.chat(HELLO)).isInstanceOf(GatewayException.class);
            assertThatThrownBy(() -> router.stream(HELLO)).isInstanceOf(GatewayException.class);
        }
        assertThat(alias.inFlight("blue")).isZero();
    }

    @Test
    void aCallKeepsItsModelHoweverOftenTheAliasLeadsToIt() {
        List<String> asked = new ArrayList<>();
        ProviderAdapter fake = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    asked.add(attempt.model());
                    if (attempt.model().equals("first")) {
                        // between the look-up of the fallbacks and their turn
                        assertThat(alias.switchTo("green")).isNotDone();
                        assertThat(alias.inFlight("blue")).isEqualTo(1);
                        throw GatewayException.of(ErrorKind.NOT_FOUND, "gone");
                    }
                    return ChatResponse.of("from " + attempt.model());
                })
                .build();
        try (ModelRouter built = router(fake, alias)
                .model("first", model -> model.deployment("fake/first").fallback("m"))
                .alias("also", "m")
                .build()) {
            assertThat(built.chat("first", "hi").text()).isEqualTo("from b");
            assertThat(built.chat("also", "hi").text()).isEqualTo("from g");
        }
        assertThat(asked).containsExactly("first", "b", "g");
        assertThat(alias.inFlight("blue")).isZero();
    }

    @Test
    void cachedResultsAreEachModelsOwn() {
        FakeProvider fake = FakeProvider.builder("fake")
                .model("b", blue -> blue.reply("blue"))
                .model("g", green -> green.reply("green"))
                .build();
        try (ModelRouter router = router(fake, alias)
                .cache(Caches.inMemory().maximumEntries(10).build())
                .build()) {
            router.chat(HELLO);
            assertThat(router.chat(HELLO).route().source()).isEqualTo(Route.Source.CACHE);
            assertThat(alias.switchTo("green")).isCompleted();
            assertThat(router.chat(HELLO).text()).isEqualTo("green");
            assertThat(alias.switchTo("blue")).isCompleted();
            assertThat(router.chat(HELLO).text()).isEqualTo("blue");
        }
        assertThat(fake.attempts()).hasSize(2);
    }

    private static final CallOptions MAY_BE_STALE = CallOptions.builder()
            .cache(CacheDirective.DEFAULT.staleWhileRevalidate(Duration.ofHours(1)))
            .build();

    private static ResultCache keepsStale(Duration timeToLive) {
        return Caches.inMemory()
                .maximumEntries(10)
                .timeToLive(timeToLive)
                .keepStale(Duration.ofHours(2))
                .build();
    }

    @Test
    void aModelHasNotDrainedWhileItsStaleReplyIsRefreshedByIt() {
        VirtualEnvironment environment = new VirtualEnvironment(5);
        FakeProvider fake = FakeProvider.builder("fake")
                .waiter(environment::await)
                .model("b", blue -> blue.delay(Duration.ofSeconds(5)).reply("blue"))
                .build();
        try (ModelRouter router = router(fake, alias)
                .environment(environment)
                .cache(keepsStale(Duration.ofMinutes(1)))
                .build()) {
            environment.simulate(() -> {
                router.chat(HELLO, MAY_BE_STALE);
                environment.advance(Duration.ofMinutes(2));
                assertThat(router.chat(HELLO, MAY_BE_STALE).route().source()).isEqualTo(Route.Source.CACHE);
                while (fake.attempts("b").size() < 2) {
                    environment.takeTurns();
                }
                assertThat(alias.inFlight("blue")).isEqualTo(1);
                long start = environment.nanoTime();
                CompletableFuture<Void> drained = alias.switchTo("green");
                assertThat(drained).isNotDone();
                environment.join(drained);
                assertThat(environment.nanoTime() - start)
                        .isEqualTo(Duration.ofSeconds(5).toNanos());
            });
        }
        assertThat(alias.inFlight("blue") + alias.inFlight("green")).isZero();
    }

    @Test
    void aRefreshThatGetsItsThreadOnceItsModelHasDrainedIsNotMade() {
        List<Runnable> waiting = new ArrayList<>();
        FakeProvider fake = FakeProvider.builder("fake")
                .model("b", blue -> blue.reply("blue"))
                .build();
        try (Environment busy = Environment.system(waiting::add);
                ModelRouter router = router(fake, alias)
                        .environment(busy)
                        .cache(keepsStale(Duration.ofNanos(1)))
                        .build()) {
            router.chat(HELLO, MAY_BE_STALE);
            assertThat(router.chat(HELLO, MAY_BE_STALE).route().source()).isEqualTo(Route.Source.CACHE);
            assertThat(waiting).hasSize(1);
            assertThat(alias.switchTo("green")).isCompleted();
            waiting.get(0).run();
        }
        assertThat(fake.attempts("b")).hasSize(1);
        assertThat(alias.inFlight("blue") + alias.inFlight("green")).isZero();
    }

    @Test
    void listenersLearnOfEachStepInOrder() {
        List<BlueGreen.Event> reported = new ArrayList<>();
        BlueGreen watched = BlueGreen.builder("blue", "green")
                .listener(event -> {
                    throw new IllegalStateException("bad listener");
                })
                .listener(reported::add)
                .build();
        try (ModelRouter router = router(watched);
                ChatStream stream = router.stream(HELLO)) {
            CompletableFuture<Void> drained = watched.switchTo("green");
            assertThat(watched.switchTo("green")).isNotDone();
            stream.close();
            assertThat(drained).isCompleted();
        }
        assertThat(reported)
                .containsExactly(
                        new BlueGreen.Event(BlueGreen.Step.SWITCHED, "blue", "green", 1),
                        new BlueGreen.Event(BlueGreen.Step.DRAINED, "blue", "green", 0));
    }

    @Test
    void anUpdatePutsAModelInItsPlace() {
        try (ModelRouter router = router(alias)) {
            assertThat(alias.switchTo("green")).isCompleted();
            router.update(table -> table.alias("m", "green").removeModel("blue"));
            assertThat(router.chat(HELLO).text()).isEqualTo("green");
            assertThatThrownBy(() -> router.update(table -> table.alias("m", BlueGreen.of("green", "blue"))))
                    .hasMessageContaining("a model that alias \"m\" switches to is \"blue\": there is no model");
            router.update(table ->
                    table.model("red", model -> model.deployment("fake/b")).alias("m", BlueGreen.of("red", "green")));
            assertThat(router.chat(HELLO).text()).isEqualTo("blue");
        }
    }

    /** Many calls of all kinds, on virtual time, in an order that the seed decides. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whateverTheOrderNoCallGoesToTheModelThatWasLeftAndItDrainsWithTheLastOne(long seed) {
        VirtualEnvironment environment = new VirtualEnvironment(seed);
        Random random = new Random(seed);
        Map<String, AtomicInteger> atWork = new ConcurrentHashMap<>();
        atWork.put("b", new AtomicInteger());
        atWork.put("g", new AtomicInteger());
        AtomicReference<String> switched = new AtomicReference<>("b");
        AtomicInteger drains = new AtomicInteger();
        ProviderAdapter fake = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    atWork.get(attempt.model()).incrementAndGet();
                    environment.takeTurns();
                    environment.await(random.nextInt(50) * 1_000_000L, attempt.cancellation());
                    atWork.get(attempt.model()).decrementAndGet();
                    return ChatResponse.of(attempt.model());
                })
                .build();
        try (ModelRouter router = router(fake, alias).environment(environment).build()) {
            environment.simulate(() -> {
                List<CompletableFuture<?>> calls = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    String at = switched.get();
                    int generation = drains.get();
                    calls.add((i % 2 == 0
                                    ? router.chatAsync(HELLO, CallOptions.DEFAULT)
                                    : router.streamAsync(HELLO, CallOptions.DEFAULT)
                                            .thenApply(ChatStream::response))
                            .thenAccept(reply -> {
                                if (generation == drains.get()) {
                                    assertThat(reply.text()).isIn(at, switched.get());
                                }
                            }));
                    environment.takeTurns();
                    if (i % 20 == 19) {
                        String left = switched.get();
                        String next = left.equals("b") ? "g" : "b";
                        CompletableFuture<Void> drained = alias.switchTo(next.equals("b") ? "blue" : "green");
                        switched.set(next);
                        String leftName = left.equals("b") ? "blue" : "green";
                        calls.add(drained.thenRun(() -> {
                            assertThat(atWork.get(left)).hasValue(0);
                            assertThat(alias.inFlight(leftName)).isZero();
                            drains.incrementAndGet();
                        }));
                        boolean wasBusy = alias.inFlight(leftName) > 0;
                        assertThat(drained.isDone()).isEqualTo(!wasBusy);
                        assertThat(router.chat(HELLO).text()).isEqualTo(next);
                        environment.join(drained); // the next switch leaves no call waiting
                    }
                }
                calls.forEach(environment::join);
            });
        }
        assertThat(drains).hasValue(3);
        assertThat(alias.inFlight("blue") + alias.inFlight("green")).isZero();
    }

    @Test
    void realThreadsNeverReachTheModelThatWasLeft() throws InterruptedException {
        AtomicBoolean[] drained = {new AtomicBoolean(), new AtomicBoolean()};
        AtomicInteger strays = new AtomicInteger();
        ProviderAdapter fake = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    if (drained[attempt.model().equals("b") ? 0 : 1].get()) {
                        strays.incrementAndGet();
                    }
                    return ChatResponse.of(attempt.model());
                })
                .build();
        int threads = 4;
        int rounds = 300;
        AtomicInteger switches = new AtomicInteger(); // how many have returned
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger mixed = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(threads);
        try (ModelRouter router = router(fake, alias).build()) {
            for (int t = 0; t < threads; t++) {
                boolean streams = t % 2 == 0;
                Thread thread = new Thread(() -> {
                    try {
                        while (!over.get()) {
                            int before = switches.get();
                            String text = streams
                                    ? router.stream(HELLO).response().text()
                                    : router.chat(HELLO).text();
                            // Nothing was switched meanwhile, not even begun to: the active one has answered.
                            if (before % 2 == 0
                                    && switches.get() == before
                                    && !text.equals(before % 4 == 0 ? "b" : "g")) {
                                mixed.incrementAndGet();
                            }
                        }
                    } finally {
                        ended.countDown();
                    }
                });
                thread.setDaemon(true);
                thread.start();
            }
            for (int round = 0; round < rounds; round++) {
                int left = round % 2;
                drained[1 - left].set(false);
                switches.incrementAndGet(); // odd: a switch is under way
                CompletableFuture<Void> drain = alias.switchOver();
                switches.incrementAndGet();
                drain.thenRun(() -> drained[left].set(true)).join();
                assertThat(alias.inFlight(left == 0 ? "blue" : "green")).isZero();
            }
            over.set(true);
            assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(strays).as("calls on a model that had drained").hasValue(0);
        assertThat(mixed).as("calls on the model that was left").hasValue(0);
        assertThat(alias.inFlight("blue") + alias.inFlight("green")).isZero();
    }

    @Test
    void badInputFailsWithItsFix() {
        assertThatThrownBy(() -> BlueGreen.of("blue", "blue")).hasMessageContaining("nothing to switch to");
        assertThatThrownBy(() -> alias.switchTo("red"))
                .hasMessage("there is no model \"red\" to switch to: use \"blue\" or \"green\"");
        FakeProvider fake = FakeProvider.builder("fake").build();
        assertThatThrownBy(() -> router(fake, BlueGreen.of("blue", "red")).build())
                .hasMessageContaining("a model that alias \"m\" switches to is \"red\": there is no model \"red\"");
        assertThatThrownBy(() -> router(fake, alias)
                        .alias("x", BlueGreen.of("green", "m"))
                        .build())
                .hasMessageContaining("\"m\", which is itself a switch");
        assertThatThrownBy(() -> router(fake, alias).model("m", model -> model.deployment("fake/x")))
                .hasMessageContaining("declared twice");
        assertThatThrownBy(() -> router(fake, alias).alias("blue", alias)).hasMessageContaining("is a model already");
        try (ModelRouter router = router(fake, alias).build()) {
            assertThatThrownBy(() -> router.chat("m@2", "hi")).hasMessageContaining("there is no model \"m@2\"");
        }
    }

    @Test
    void aDrainThatIsLongOnItsWayIsSeenByAll() {
        VirtualEnvironment environment = new VirtualEnvironment(5);
        FakeProvider fake = FakeProvider.builder("fake")
                .waiter(environment::await)
                .delay(Duration.ofSeconds(3))
                .reply("late")
                .build();
        try (ModelRouter router = router(fake, alias).environment(environment).build()) {
            environment.simulate(() -> {
                CompletableFuture<ChatResponse> call = router.chatAsync("m", "hi");
                while (alias.inFlight("blue") == 0) {
                    environment.takeTurns();
                }
                long start = environment.nanoTime();
                CompletableFuture<Void> drained = alias.switchOver();
                drained.cancel(true); // this copy alone
                environment.join(alias.switchTo("green"));
                assertThat(environment.nanoTime() - start)
                        .isLessThanOrEqualTo(Duration.ofSeconds(3).toNanos())
                        .isPositive();
                assertThat(environment.join(call).route().model()).isEqualTo("blue");
            });
        }
    }
}
