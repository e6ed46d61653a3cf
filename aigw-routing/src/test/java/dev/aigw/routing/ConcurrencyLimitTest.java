package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.deployment.LimitRule;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConcurrencyLimitTest extends RouterHarness {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ConcurrencyLimit ONE = ConcurrencyLimit.fixed(1);

    private final Gauge gauge = new Gauge(environment, () -> SECOND);

    ConcurrencyLimitTest() {
        super(3);
    }

    private ModelRouter router(ConcurrencyLimit limit) {
        return builder(gauge.provider())
                .model("m", model -> model.deployment("fake/a", deployment -> deployment.concurrency(limit)))
                .build();
    }

    private CompletableFuture<ChatResponse> start(ModelRouter router, String text, CallOptions options) {
        return CompletableFuture.supplyAsync(
                () -> router.chat(ChatRequest.of("m", text), options), environment.executor());
    }

    private CompletableFuture<ChatResponse> start(ModelRouter router, String text, CallOptions.Priority priority) {
        CompletableFuture<ChatResponse> future =
                start(router, text, CallOptions.builder().priority(priority).build());
        environment.advance(Duration.ofMillis(1)); // so that it arrives before the next
        return future;
    }

    private void launch(ModelRouter router, String text, CallOptions.Priority priority) {
        CallOptions options = CallOptions.builder().priority(priority).build();
        environment.executor().execute(() -> router.chat(ChatRequest.of("m", text), options));
        environment.advance(Duration.ofMillis(1)); // so that it arrives before the next
    }

    private GatewayException failure(CompletableFuture<ChatResponse> future) {
        return (GatewayException) catchThrowableOfType(CompletionException.class, () -> environment.join(future))
                .getCause();
    }

    private static RouterSnapshot.DeploymentState state(ModelRouter router) {
        return router.snapshot().models().get(0).deployments().get(0);
    }

    @ParameterizedTest
    @EnumSource
    void aSiblingWithAFreePermitGoesFirst(Way way) {
        FakeProvider fake = fake().echo().build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a", deployment -> deployment.concurrency(ONE))
                                .deployment("fake/b")
                                .strategy(RoutingStrategies.ordered()))
                .build()) {
            try (ChatStream stream = router.stream(ChatRequest.of("m", "hello"))) {
                assertThat(state(router).inFlight()).isEqualTo(1);
                assertThat(router.explain(ChatRequest.of("m", "x"))
                                .steps()
                                .get(0)
                                .candidates()
                                .get(0)
                                .dropReason())
                        .isEqualTo("it is at its concurrency limit of 1, and 0 calls wait for it");
                assertThat(way.chat(router, "m").route().deployment()).isEqualTo("fake/b");
                assertThat(stream.response().text()).isEqualTo("hello");
            }
            assertThat(way.chat(router, "m").route().deployment()).isEqualTo("fake/a");
            settled(router);
        }
    }

    @ParameterizedTest
    @EnumSource
    void callsWaitForAPermitWhenNoSiblingHasOne(Way way) {
        try (ModelRouter router = router(ONE)) {
            environment.simulate(() -> {
                long start = environment.nanoTime();
                List<CompletableFuture<ChatResponse>> all = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    all.add(CompletableFuture.supplyAsync(
                            () -> way.chat(router, environment, ChatRequest.of("m", "hello"), CallOptions.DEFAULT),
                            environment.executor()));
                }
                environment.advance(Duration.ofMillis(500));
                assertThat(state(router).concurrencyLimit()).isEqualTo(1);
                assertThat(state(router).queued()).isEqualTo(3);
                assertThat(all)
                        .allSatisfy(call -> assertThat(environment
                                        .join(call)
                                        .route()
                                        .attempts()
                                        .get(0)
                                        .duration())
                                .isEqualTo(SECOND));
                assertThat(environment.nanoTime() - start)
                        .isEqualTo(Duration.ofSeconds(4).toNanos());
            });
            assertThat(gauge.most("fake/a")).isEqualTo(1);
            assertThat(state(router).latency()).isEqualTo(SECOND); // the wait is not the deployment's
            settled(router);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFullQueueFailsAtOnceUnlessAnotherModelHasAPermit(Way way) {
        FakeProvider fake = fake().echo().build();
        ConcurrencyLimit limit = ConcurrencyLimit.fixed(1).queue(0, SECOND);
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a", deployment -> deployment.concurrency(limit)))
                .model("n", model -> model.deployment("fake/a").fallback("small"))
                .model("small", model -> model.deployment("fake/b"))
                .build()) {
            try (ChatStream stream = router.stream(ChatRequest.of("m", "hello"))) {
                GatewayException full = catchThrowableOfType(GatewayException.class, () -> way.chat(router, "m"));
                assertThat(full.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
                assertThat(full).hasMessageContaining("queues are full").hasMessageContaining("fake/a: it is at its");
                assertThat(full.route().attempts()).isEmpty();
                assertThat(way.chat(router, "n").route().deployment()).isEqualTo("fake/b");
                assertThat(stream.response().text()).isEqualTo("hello");
            }
            assertThat(environment.sleeps()).isEmpty();
            settled(router);
        }
    }

    @Test
    void whoWaitsTooLongLeavesByItsOwnReason() {
        try (ModelRouter router = router(ONE.queue(10, Duration.ofMillis(300)))) {
            environment.simulate(() -> {
                CompletableFuture<ChatResponse> first = start(router, "first", CallOptions.Priority.NORMAL);
                Cancellation cancellation = new Cancellation();
                CompletableFuture<ChatResponse> patient = start(router, "patient", CallOptions.DEFAULT);
                CompletableFuture<ChatResponse> hasty = start(
                        router,
                        "hasty",
                        CallOptions.builder().timeout(Duration.ofMillis(200)).build());
                CompletableFuture<ChatResponse> cancelled = start(
                        router,
                        "cancelled",
                        CallOptions.builder().cancellation(cancellation).build());
                environment.schedule(100_000_000, cancellation::cancel);
                assertThat(failure(cancelled).kind()).isEqualTo(ErrorKind.CANCELLED);
                assertThat(failure(hasty).kind()).isEqualTo(ErrorKind.DEADLINE);
                GatewayException tooLong = failure(patient);
                assertThat(tooLong.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
                assertThat(tooLong).hasMessageContaining("none came free within 300 ms");
                assertThat(state(router).queued()).isZero();
                assertThat(environment.join(first).text()).isEqualTo("fake/a");
            });
            assertThat(gauge.served()).containsExactly("first");
            settled(router);
        }
    }

    @Test
    void theUrgentGoFirstAndEqualsInTheirOrder() {
        try (ModelRouter router = router(ONE.queue(10, Duration.ofMinutes(1)))) {
            environment.simulate(() -> {
                launch(router, "first", CallOptions.Priority.NORMAL);
                launch(router, "low", CallOptions.Priority.LOW);
                launch(router, "normal 1", CallOptions.Priority.NORMAL);
                launch(router, "high 1", CallOptions.Priority.HIGH);
                launch(router, "normal 2", CallOptions.Priority.NORMAL);
                launch(router, "high 2", CallOptions.Priority.HIGH);
            });
            assertThat(gauge.served()).containsExactly("first", "high 1", "high 2", "normal 1", "normal 2", "low");
            settled(router);
        }
    }

    @Test
    void theUrgentTakeThePlaceOfTheLastOfTheLeastUrgent() {
        try (ModelRouter router = router(ONE.queue(2, Duration.ofMinutes(1)))) {
            environment.simulate(() -> {
                launch(router, "first", CallOptions.Priority.NORMAL);
                launch(router, "low 1", CallOptions.Priority.LOW);
                CompletableFuture<ChatResponse> low2 = start(router, "low 2", CallOptions.Priority.LOW);
                launch(router, "high", CallOptions.Priority.HIGH);
                assertThat(low2).isCompletedExceptionally();
                assertThat(failure(low2).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
                CompletableFuture<ChatResponse> low3 = start(router, "low 3", CallOptions.Priority.LOW);
                assertThat(failure(low3).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
            });
            assertThat(gauge.served()).containsExactly("first", "high", "low 1");
            settled(router);
        }
    }

    @Test
    void aStreamCountsUntilItEnds() {
        FakeProvider fake = FakeProvider.builder("fake").chunks("a", "b", "c").build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment(
                                "fake/a", deployment -> deployment.concurrency(ONE.queue(0, Duration.ZERO))))
                .build()) {
            ChatRequest request = ChatRequest.of("m", "x");
            for (int i = 0; i < 3; i++) {
                try (ChatStream stream = router.stream(request)) {
                    stream.next();
                    assertThatThrownBy(() -> router.chat(request)).isInstanceOf(GatewayException.class);
                }
                settled(router);
                try (ChatStream stream = router.stream(request)) {
                    assertThat(stream.response().text()).isEqualTo("abc");
                    settled(router);
                }
                settled(router);
            }
        }
    }

    @Test
    void aFailedAttemptGivesItsPermitBackBeforeTheNext() {
        FakeProvider fake = fake().fail(ErrorKind.OVERLOADED)
                .fail(ErrorKind.CONNECTION)
                .reply("ok")
                .build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment(
                                "fake/a", deployment -> deployment.concurrency(ONE.queue(0, Duration.ZERO))))
                .build()) {
            assertThat(router.chat("m", "x").text()).isEqualTo("ok");
            settled(router);
        }
    }

    @Test
    void anUpdateThatRaisesTheLimitLetsThoseWhoWaitGoOn() {
        try (ModelRouter router = router(ONE)) {
            environment.simulate(() -> {
                long start = environment.nanoTime();
                List<CompletableFuture<ChatResponse>> all = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    all.add(start(router, "x", CallOptions.Priority.NORMAL));
                }
                router.update(table -> table.replaceModel(
                        "m",
                        model -> model.deployment(
                                "fake/a", deployment -> deployment.concurrency(ConcurrencyLimit.fixed(3)))));
                environment.advance(Duration.ofMillis(1));
                assertThat(state(router).inFlight()).isEqualTo(3);
                assertThat(state(router).queued()).isEqualTo(2);
                router.update(table -> table.replaceModel("m", model -> model.deployment("fake/a")));
                environment.advance(Duration.ofMillis(1));
                assertThat(state(router).concurrencyLimit()).isNull();
                assertThat(state(router).inFlight()).isEqualTo(5);
                all.forEach(environment::join);
                assertThat(environment.nanoTime() - start)
                        .isLessThan(Duration.ofMillis(1_100).toNanos());
            });
            settled(router);
        }
    }

    @Test
    void modelsThatShareADeploymentShareItsLimit() {
        ConcurrencyLimit two = ConcurrencyLimit.fixed(2);
        assertThatThrownBy(() -> builder(gauge.provider())
                        .model("m", model -> model.deployment("fake/a", deployment -> deployment.concurrency(ONE)))
                        .model("n", model -> model.deployment("fake/a", deployment -> deployment.concurrency(two)))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two concurrency limits");
        try (ModelRouter router = router(ONE)) {
            assertThatThrownBy(() -> router.update(table -> table.model(
                            "n", model -> model.deployment("fake/a", deployment -> deployment.concurrency(two)))))
                    .hasMessageContaining("two concurrency limits");
            assertThat(state(router).concurrencyLimit()).isEqualTo(1);
        }
    }

    @Test
    void aDeploymentWhoseCooldownEndsServesCallsThatWaitForAnother() {
        FakeProvider fake = fake().model(
                        "a", script -> script.delay(Duration.ofSeconds(4)).reply("a"))
                .model(
                        "b",
                        script -> script.fail(GatewayException.builder(ErrorKind.RATE_LIMITED, "slow down")
                                        .retryAfter(Duration.ofSeconds(2))
                                        .build())
                                .reply("b"))
                .build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/b")
                                .deployment("fake/a", deployment -> deployment.concurrency(ONE))
                                .strategy(RoutingStrategies.ordered()))
                .build()) {
            environment.simulate(() -> {
                CompletableFuture<ChatResponse> first = start(router, "first", CallOptions.Priority.NORMAL);
                CompletableFuture<ChatResponse> second = start(router, "second", CallOptions.Priority.NORMAL);
                assertThat(environment.join(second).text()).isEqualTo("b");
                assertThat(environment.join(first).text()).isEqualTo("a");
            });
            settled(router);
        }
    }

    @Test
    void aStrategyIsNotGivenWhatItWouldNotChoose() {
        RoutingStrategy onlyB = deployments -> candidates -> candidates.isEligible(1) ? 1 : -1;
        try (ModelRouter router = builder(gauge.provider())
                .model(
                        "m",
                        model -> model.deployment("fake/a", deployment -> deployment.concurrency(ONE))
                                .deployment("fake/b", deployment -> deployment.concurrency(ONE))
                                .strategy(onlyB))
                .build()) {
            environment.simulate(() -> {
                for (int i = 0; i < 3; i++) {
                    launch(router, "x", CallOptions.Priority.NORMAL);
                }
            });
            assertThat(gauge.served()).hasSize(3);
            assertThat(gauge.most("fake/a")).isZero();
            assertThat(gauge.most("fake/b")).isEqualTo(1);
        }
    }

    @Test
    void aRuleLearnsFromRepliesAndDropsAndFromNothingElse() {
        List<String> learned = new ArrayList<>();
        LimitRule rule = new LimitRule() {
            @Override
            public int limit() {
                return 4;
            }

            @Override
            public void onAttempt(long startNanos, long latencyNanos, int inFlight, boolean dropped) {
                learned.add((dropped ? "drop" : "reply") + " after " + latencyNanos / 1_000_000 + " ms of " + inFlight);
            }
        };
        FakeProvider fake = fake().delay(Duration.ofMillis(20))
                .reply("ok")
                .fail(ErrorKind.OVERLOADED)
                .fail(ErrorKind.RATE_LIMITED)
                .fail(ErrorKind.CONTENT_FILTERED)
                .fail(ErrorKind.SERVER_ERROR)
                .hang()
                .build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment(
                                        "fake/a",
                                        deployment -> deployment.concurrency(ConcurrencyLimit.adaptive(() -> rule)))
                                .timeouts(dev.aigw.api.Timeouts.builder()
                                        .attempt(Duration.ofMillis(70))
                                        .build()))
                .retry(RetryPolicy.none())
                .build()) {
            for (int i = 0; i < 6; i++) {
                try {
                    router.chat("m", "x");
                } catch (GatewayException e) {
                    environment.advance(Duration.ofSeconds(2));
                }
            }
            CallOptions hasty = CallOptions.builder()
                    .timeouts(dev.aigw.api.Timeouts.builder()
                            .attempt(Duration.ofMillis(10))
                            .build())
                    .build();
            assertThatThrownBy(() -> router.chat(ChatRequest.of("m", "x"), hasty))
                    .isInstanceOf(GatewayException.class);
            assertThat(state(router).concurrencyLimit()).isEqualTo(4);
            settled(router);
        }
        assertThat(learned)
                .containsExactly(
                        "reply after 20 ms of 1",
                        "drop after 0 ms of 1",
                        "drop after 0 ms of 1",
                        "drop after 70 ms of 1");
    }

    @Test
    void aHedgeNeverWaitsForAPermit() {
        try (ModelRouter router = builder(gauge.provider())
                .model(
                        "m",
                        model -> model.deployment("fake/a")
                                .deployment("fake/b", deployment -> deployment.concurrency(ONE))
                                .strategy(RoutingStrategies.ordered()))
                .model("b", model -> model.deployment("fake/b", deployment -> deployment.concurrency(ONE)))
                .hedge(HedgePolicy.after(Duration.ofMillis(100)))
                .build()) {
            environment.simulate(() -> {
                environment.executor().execute(() -> router.chat("b", "fills b"));
                environment.advance(Duration.ofMillis(10));
                ChatResponse reply = environment.join(start(router, "slow", CallOptions.Priority.NORMAL));
                assertThat(reply.route().attempts()).hasSize(1);
            });
            assertThat(gauge.served()).containsExactly("fills b", "slow");
            environment.simulate(() -> {
                ChatResponse reply = environment.join(start(router, "slow", CallOptions.Priority.NORMAL));
                assertThat(reply.route().attempts()).hasSize(2);
            });
            settled(router);
        }
    }

    @Test
    void underAnyConcurrencyNoLimitIsExceededAndNoCallIsLost() {
        for (long seed = 0; seed < 300; seed++) {
            explore(seed);
        }
    }

    private static void explore(long seed) {
        VirtualEnvironment environment = new VirtualEnvironment(seed);
        Random random = new Random(seed);
        Gauge gauge = new Gauge(environment, () -> Duration.ofMillis(10L * (1 + random.nextInt(5))));
        int limitA = 1 + random.nextInt(3);
        int limitB = 1 + random.nextInt(2);
        int queue = random.nextInt(6);
        try (ModelRouter router = ModelRouter.builder()
                .environment(environment)
                .provider(gauge.provider())
                .model(
                        "m",
                        model -> model.deployment(
                                        "fake/a",
                                        deployment -> deployment.concurrency(
                                                ConcurrencyLimit.fixed(limitA).queue(queue, Duration.ofMillis(100))))
                                .deployment(
                                        "fake/b",
                                        deployment -> deployment.concurrency(
                                                ConcurrencyLimit.fixed(limitB).queue(queue, Duration.ofMillis(60)))))
                .build()) {
            List<Throwable> strange = new ArrayList<>();
            int[] ended = new int[1];
            int calls = 15;
            environment.simulate(() -> {
                for (int i = 0; i < calls; i++) {
                    CallOptions options = options(random, environment);
                    Duration pause = Duration.ofMillis(10L * random.nextInt(3));
                    boolean stream = random.nextBoolean();
                    environment.executor().execute(() -> {
                        long start = environment.nanoTime();
                        try {
                            ask(router, options, stream);
                        } catch (GatewayException e) {
                            if (e.kind() != ErrorKind.LIMIT_EXCEEDED
                                    && e.kind() != ErrorKind.DEADLINE
                                    && e.kind() != ErrorKind.CANCELLED) {
                                strange.add(e);
                            }
                        }
                        Duration total = options.timeouts().total();
                        if (total != null && environment.nanoTime() - start > total.toNanos()) {
                            strange.add(new AssertionError("a call passed its deadline"));
                        }
                        ended[0]++;
                    });
                    environment.advance(pause);
                }
            });
            assertThat(strange).as("seed " + seed).isEmpty();
            assertThat(ended[0]).as("seed " + seed).isEqualTo(calls);
            assertThat(gauge.most("fake/a")).as("seed " + seed).isLessThanOrEqualTo(limitA);
            assertThat(gauge.most("fake/b")).as("seed " + seed).isLessThanOrEqualTo(limitB);
            settled(router);
        }
    }

    private static void ask(ModelRouter router, CallOptions options, boolean stream) {
        ChatRequest request = ChatRequest.of("m", "x");
        if (stream) {
            try (ChatStream events = router.stream(request, options)) {
                assertThat(events.response().text()).startsWith("fake/");
            }
        } else {
            assertThat(router.chat(request, options).text()).startsWith("fake/");
        }
    }

    private static CallOptions options(Random random, VirtualEnvironment environment) {
        CallOptions.Builder options = CallOptions.builder()
                .priority(List.of(CallOptions.Priority.values()).get(random.nextInt(3)));
        if (random.nextInt(3) == 0) {
            options.timeout(Duration.ofMillis(10L * (1 + random.nextInt(8))));
        }
        if (random.nextInt(4) == 0) {
            Cancellation cancellation = new Cancellation();
            environment.schedule(10_000_000L * random.nextInt(8), cancellation::cancel);
            options.cancellation(cancellation);
        }
        return options.build();
    }
}
