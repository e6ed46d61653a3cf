package dev.aigw.routing.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Cost;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.RouterSnapshot;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShadowTest extends RouterHarness {

    private static final ChatRequest HELLO = ChatRequest.of("m", "hello");

    private final List<Comparison> reported = Collections.synchronizedList(new ArrayList<>());

    ShadowTest() {
        super(3);
    }

    private Shadow.Builder shadow() {
        return Shadow.builder("v2").share(1).listener(reported::add);
    }

    private ModelRouter.Builder router(FakeProvider fake, Shadow shadow) {
        return ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/old", old -> old.price(Price.usdPerMillion("1", "1")))
                                .shadow(shadow))
                .model("v2", model -> model.deployment("fake/new", next -> next.price(Price.usdPerMillion("2", "2"))));
    }

    private void simulate(FakeProvider fake, ModelRouter.Builder builder, Consumer<ModelRouter> calls) {
        try (ModelRouter router = builder.build()) {
            environment.simulate(() -> calls.accept(router));
            assertThat(fake.openStreams()).isZero();
            for (RouterSnapshot.ModelState model : router.snapshot().models()) {
                assertThat(model.deployments())
                        .allSatisfy(state -> assertThat(state.inFlight()).isZero());
            }
        }
        assertThat(environment.scheduled()).isZero();
    }

    private long millis(Runnable body) {
        long start = environment.nanoTime();
        body.run();
        return (environment.nanoTime() - start) / 1_000_000;
    }

    private static ChatResponse answer(String text) {
        return ChatResponse.of(text).toBuilder().usage(TokenUsage.of(10, 5)).build();
    }

    @ParameterizedTest
    @EnumSource
    void theCallerGetsItsAnswerInItsTimeAndTheTwoAreCompared(Way way) {
        FakeProvider fake = fake().model(
                        "old", old -> old.delay(Duration.ofMillis(100)).reply(answer("old")))
                .model("new", next -> next.delay(Duration.ofSeconds(5)).reply(answer("new")))
                .build();
        Shadow shadow = shadow().build();
        simulate(fake, router(fake, shadow), router -> {
            long millis = millis(() -> {
                ChatResponse reply = way.chat(router, environment, HELLO, CallOptions.DEFAULT);
                assertThat(reply.text()).isEqualTo("old");
                assertThat(reply.route().model()).isEqualTo("m");
                assertThat(reply.route().attempts()).hasSize(1);
            });
            assertThat(millis).isEqualTo(100);
        });
        Comparison comparison = reported.get(0);
        assertThat(reported).hasSize(1);
        assertThat(comparison.request()).isEqualTo(HELLO);
        Comparison.Side primary = comparison.primary();
        assertThat(primary.reply())
                .isInstanceOfSatisfying(
                        ChatResponse.class, reply -> assertThat(reply.text()).isEqualTo("old"));
        assertThat(primary.duration()).isEqualTo(Duration.ofMillis(100));
        assertThat(primary.route().deployment()).isEqualTo("fake/old");
        assertThat(primary.cost()).isEqualTo(Cost.usd(new BigDecimal("0.000015")));
        Comparison.Side copy = comparison.copy();
        assertThat(copy.outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(copy.reply())
                .isInstanceOfSatisfying(
                        ChatResponse.class, reply -> assertThat(reply.text()).isEqualTo("new"));
        assertThat(copy.duration()).isEqualTo(Duration.ofSeconds(5));
        assertThat(copy.firstContent()).isEqualTo(way == Way.STREAM ? Duration.ofSeconds(5) : null);
        assertThat(copy.route().model()).isEqualTo("v2");
        assertThat(copy.route().deployment()).isEqualTo("fake/new");
        assertThat(copy.route().callId()).isNotEqualTo(primary.route().callId());
        assertThat(copy.cost()).isEqualTo(Cost.usd(new BigDecimal("0.00003")));
        assertThat(shadow.stats())
                .isEqualTo(Shadow.Stats.builder()
                        .copied(1)
                        .succeeded(1)
                        .compared(1)
                        .usage(TokenUsage.of(10, 5))
                        .cost(copy.cost())
                        .build());
    }

    @ParameterizedTest
    @EnumSource
    void aCopyThatIsOverFirstWaitsForTheCall(Way way) {
        FakeProvider fake = fake().model(
                        "old", old -> old.delay(Duration.ofSeconds(3)).reply(answer("old")))
                .model("new", next -> next.reply(answer("new")))
                .build();
        simulate(fake, router(fake, shadow().build()), router -> {
            way.chat(router, environment, HELLO, CallOptions.DEFAULT);
        });
        assertThat(reported).hasSize(1);
        assertThat(reported.get(0).primary().duration()).isEqualTo(Duration.ofSeconds(3));
        assertThat(reported.get(0).copy().duration()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void itsFailureIsNobodysButItsOwn(Way way) {
        FakeProvider fake = fake().model("old", old -> old.reply("old"))
                .model("new", next -> next.fail(ErrorKind.AUTHENTICATION))
                .build();
        // Both models by the same key, and hedging and fallback on: a caller's call would use all of them.
        ModelRouter.Builder builder = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .retry(RetryPolicy.builder().maxAttempts(5).build())
                .hedge(HedgePolicy.after(Duration.ofMillis(1)))
                .model(
                        "m",
                        model -> model.deployment("fake/old", old -> old.credential(Credential.of("secret")))
                                .shadow(shadow().build()))
                .model(
                        "v2",
                        model -> model.deployment("fake/new", next -> next.credential(Credential.of("secret")))
                                .deployment("fake/new", next -> next.credential(Credential.of("other")))
                                .fallback("m"));
        simulate(fake, builder, router -> {
            for (int i = 0; i < 20; i++) {
                assertThat(way.chat(router, environment, HELLO, CallOptions.DEFAULT)
                                .text())
                        .isEqualTo("old");
            }
        });
        assertThat(reported).hasSize(20).allSatisfy(comparison -> {
            assertThat(comparison.copy().failure()).isNotNull();
            assertThat(comparison.copy().failure().kind()).isEqualTo(ErrorKind.AUTHENTICATION);
            assertThat(comparison.copy().route().attempts()).hasSize(1);
            assertThat(comparison.copy().cost()).isEqualTo(Cost.ZERO);
        });
        assertThat(fake.attempts("old")).hasSize(20);
        assertThat(fake.attempts("new")).hasSize(20);
    }

    @Test
    void itsFailuresOpenNoBreakerAndUseUpNoRetryBudget() {
        FakeProvider fake = fake().answer(request -> {
                    if (request.lastUserText().equals("copied")) {
                        throw GatewayException.of(ErrorKind.SERVER_ERROR, "broken for these");
                    }
                    return ChatResponse.of("fine");
                })
                .build();
        ModelRouter.Builder builder = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .retry(RetryPolicy.builder().maxAttempts(3).budget(4, 0.1).build())
                .stage(
                        dev.aigw.api.spi.Phase.MODEL,
                        chain -> chain.call().model().equals("v2")
                                ? chain.proceed(ChatRequest.of("m", "copied"))
                                : chain.proceed(chain.request()))
                .model("m", model -> model.deployment("fake/shared").shadow(shadow().build()))
                .model("v2", model -> model.deployment("fake/shared"));
        simulate(fake, builder, router -> {
            for (int i = 0; i < 50; i++) {
                router.chat(HELLO);
            }
            assertThat(router.snapshot().models().get(0).deployments().get(0).breaker())
                    .isEqualTo(BreakerState.CLOSED);
            // Half of the budget of 4 would be gone after two failures: a caller may still try again.
            GatewayException failure =
                    catchThrowableOfType(GatewayException.class, () -> router.chat(ChatRequest.of("m", "copied")));
            assertThat(failure.route().attempts()).hasSizeGreaterThan(1);
        });
        assertThat(reported)
                .hasSize(51)
                .allSatisfy(
                        comparison -> assertThat(comparison.copy().failure()).isNotNull());
    }

    @Test
    void itIsAccountedSeparatelyAndNoCallersLimitApplies() {
        FakeProvider fake = fake().reply(answer("x")).build();
        Caller acme = Caller.ofTenant("acme");
        Limits limits = Limits.builder()
                .limit("all", limit -> limit.requests(3).per(Window.rolling(Duration.ofHours(1))))
                .limit("tokens", limit -> limit.tokens(1_000_000).per(Window.rolling(Duration.ofHours(1))))
                .limit(
                        "models",
                        limit -> limit.requests(3)
                                .per(Window.rolling(Duration.ofHours(1)))
                                .by(Dimension.TENANT, Dimension.MODEL))
                .limit(
                        "budget",
                        limit -> limit.cost(Cost.usd(BigDecimal.ONE))
                                .per(Window.rolling(Duration.ofHours(1)))
                                .by(Dimension.TENANT))
                .build();
        Shadow shadow = shadow().build();
        ModelRouter.Builder builder = router(fake, shadow)
                .meter(Meters.builder().tag("team").tag("shadow").build())
                .limits(limits);
        simulate(fake, builder, router -> {
            CallOptions options =
                    CallOptions.builder().caller(acme).tag("team", "red").build();
            for (int i = 0; i < 3; i++) {
                router.chat(HELLO, options);
            }
            UsageLedger usage = await(router, shadow, 3).snapshot().usage();
            assertThat(usage.byCaller().get(acme).cost()).isEqualTo(Cost.usd(new BigDecimal("0.000045")));
            assertThat(usage.byTag("team").get("red").attempts()).isEqualTo(3);
            assertThat(usage.byTag("shadow").get("v2").cost()).isEqualTo(Cost.usd(new BigDecimal("0.00009")));
            assertThat(usage.byCaller())
                    .containsOnlyKeys(
                            acme, Caller.builder().tenant("(shadow)").user("v2").build());
        });
        assertThat(limits.usage()).hasSize(4).allSatisfy(usage -> {
            assertThat(usage.key().values()).doesNotContain("(shadow)", "v2");
            assertThat(usage.used()).isLessThan(new BigDecimal("46"));
        });
        assertThat(limits.usage().stream().filter(usage -> usage.limit().equals("tokens")))
                .singleElement()
                .satisfies(usage -> assertThat(usage.used()).isEqualByComparingTo("45"));
    }

    /** Waits until this many pairs have been compared. */
    private ModelRouter await(ModelRouter router, Shadow shadow, long compared) {
        while (shadow.stats().compared() < compared) {
            environment.takeTurns();
            environment.advance(Duration.ofMillis(1));
        }
        return router;
    }

    @Test
    void aDeploymentsOwnLimitCountsItsCopies() {
        FakeProvider fake = fake().reply("x").build();
        Limits limits = Limits.builder()
                .limit(
                        "vendor",
                        limit -> limit.requests(2)
                                .per(Window.rolling(Duration.ofHours(1)))
                                .by(Dimension.DEPLOYMENT))
                .build();
        Shadow shadow = shadow().build();
        simulate(
                fake,
                router(fake, shadow)
                        .limits(limits)
                        .model(
                                "wide",
                                model -> model.deployment("fake/a")
                                        .deployment("fake/b")
                                        .shadow(shadow)),
                router -> {
                    for (int i = 0; i < 3; i++) {
                        router.chat(ChatRequest.of("wide", "hi"));
                    }
                    await(router, shadow, 3);
                });
        assertThat(reported)
                .filteredOn(comparison -> comparison.copy().failure() != null)
                .singleElement()
                .satisfies(comparison ->
                        assertThat(comparison.copy().failure().kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED));
    }

    @Test
    void itNeitherReadsNorFillsTheCacheAndCacheHitsAreNotCopied() {
        FakeProvider fake = fake().model("old", old -> old.reply("old"))
                .model("new", next -> next.reply("new"))
                .build();
        Shadow shadow = shadow().build();
        ModelRouter.Builder builder =
                router(fake, shadow).cache(Caches.inMemory().maximumEntries(100).build());
        simulate(fake, builder, router -> {
            router.chat(ChatRequest.of("v2", "hello")); // a caller's own call fills the cache for v2
            for (int i = 0; i < 3; i++) {
                assertThat(router.chat(HELLO).text()).isEqualTo("old");
            }
            await(router, shadow, 1);
            router.chat(ChatRequest.of("m", "other"));
            await(router, shadow, 2);
            assertThat(router.chat(ChatRequest.of("v2", "other")).route().source())
                    .isEqualTo(Route.Source.MODEL);
        });
        assertThat(reported).hasSize(2);
        assertThat(fake.attempts("old")).hasSize(2);
        assertThat(fake.attempts("new")).hasSize(4);
    }

    @Test
    void furtherCopiesAreDroppedWhileTooManyAreUnderWay() {
        FakeProvider fake = fake().model("old", old -> old.reply("old"))
                .model("new", next -> next.delay(Duration.ofSeconds(10)).reply("new"))
                .build();
        Shadow shadow = shadow().maxInFlight(2).build();
        simulate(fake, router(fake, shadow), router -> {
            for (int i = 0; i < 5; i++) {
                router.chat(HELLO);
            }
            assertThat(shadow.stats().copied()).isEqualTo(2);
            assertThat(shadow.stats().dropped()).isEqualTo(3);
            assertThat(shadow.stats().inFlight()).isEqualTo(2);
            environment.advance(Duration.ofSeconds(11));
            router.chat(HELLO);
        });
        assertThat(shadow.stats().copied()).isEqualTo(3);
        assertThat(shadow.stats().inFlight()).isZero();
        assertThat(reported).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void aCopyHasADeadlineOfItsOwn(Way way) {
        FakeProvider fake = fake().model(
                        "old", old -> old.delay(Duration.ofSeconds(20)).reply("old"))
                .model("new", next -> next.hang())
                .build();
        Shadow shadow = shadow().deadline(Duration.ofSeconds(10)).build();
        simulate(
                fake,
                router(fake, shadow),
                router -> assertThat(way.chat(router, environment, HELLO, CallOptions.DEFAULT)
                                .text())
                        .isEqualTo("old"));
        Comparison.Side copy = reported.get(0).copy();
        assertThat(copy.outcome()).isEqualTo(Outcome.ABANDONED);
        assertThat(copy.failure()).isNotNull();
        assertThat(copy.failure().kind()).isEqualTo(ErrorKind.DEADLINE);
        assertThat(copy.duration()).isEqualTo(Duration.ofSeconds(10));
        assertThat(copy.cost().isKnown())
                .as("what is generated in ten seconds, by an estimate")
                .isTrue();
        assertThat(shadow.stats().failed()).isEqualTo(1);
        assertThat(shadow.stats().unpriced()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void theCallersCancelStopsTheCopyOnlyIfChosen(Way way) {
        for (boolean chosen : new boolean[] {false, true}) {
            reported.clear();
            FakeProvider fake = fake().model("old", old -> old.hang())
                    .model("new", next -> next.delay(Duration.ofSeconds(5)).reply("new"))
                    .build();
            Shadow.Builder shadow = shadow();
            if (chosen) {
                shadow.cancelWithCaller();
            }
            Cancellation cancellation = new Cancellation();
            CallOptions options =
                    CallOptions.builder().cancellation(cancellation).build();
            simulate(fake, router(fake, shadow.build()), router -> {
                environment.schedule(1_000_000_000L, cancellation::cancel);
                assertThatThrownBy(() -> way.chat(router, environment, HELLO, options))
                        .satisfiesAnyOf(
                                failure -> assertThat(failure).isInstanceOf(GatewayException.class),
                                failure -> assertThat(failure).hasCauseInstanceOf(GatewayException.class));
            });
            Comparison comparison = reported.get(0);
            assertThat(comparison.primary().outcome()).isEqualTo(Outcome.ABANDONED);
            assertThat(comparison.copy().outcome()).isEqualTo(chosen ? Outcome.ABANDONED : Outcome.SUCCESS);
            assertThat(comparison.copy().duration()).isEqualTo(Duration.ofSeconds(chosen ? 1 : 5));
        }
    }

    @Test
    void aStreamClosedEarlyIsComparedWithItsCostOnceItsAttemptIsSettled() {
        FakeProvider fake = fake().model("old", old -> old.chunks("one ", "two ", "three"))
                .model("new", next -> next.delay(Duration.ofSeconds(5)).reply(answer("new")))
                .build();
        simulate(fake, router(fake, shadow().build()), router -> {
            try (ChatStream stream = router.stream(HELLO)) {
                assertThat(stream.next()).isNotNull();
            }
        });
        Comparison.Side primary = reported.get(0).primary();
        assertThat(primary.outcome()).isEqualTo(Outcome.ABANDONED);
        assertThat(primary.reply()).isNull();
        assertThat(primary.usage().outputTokens()).isPositive();
        assertThat(primary.cost().isKnown()).isTrue();
        assertThat(reported.get(0).copy().outcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void aFailedCallIsComparedWithTheCopyThatWasAnswered() {
        FakeProvider fake = fake().model("old", old -> old.fail(ErrorKind.INVALID_REQUEST))
                .model("new", next -> next.reply("new"))
                .build();
        simulate(
                fake,
                router(fake, shadow().build()),
                router -> assertThatThrownBy(() -> router.chat(HELLO)).isInstanceOf(GatewayException.class));
        assertThat(reported.get(0).primary().failure()).isNotNull();
        assertThat(reported.get(0).primary().failure().kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(reported.get(0).copy().outcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void closingTheRouterStopsCopiesUnderWayAfterTheTimeTheyMayFinish() {
        for (Duration patience : List.of(Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(30))) {
            reported.clear();
            FakeProvider fake = fake().model("old", old -> old.reply("old"))
                    .model("new", next -> next.delay(Duration.ofSeconds(20)).reply("new"))
                    .build();
            Shadow shadow = shadow().deadline(Duration.ofHours(1))
                    .finishOnClose(patience)
                    .build();
            environment.simulate(() -> {
                ModelRouter router = router(fake, shadow).build();
                router.chat(HELLO);
                while (fake.attempts("new").isEmpty()) {
                    environment.takeTurns();
                }
                long millis = millis(router::close);
                assertThat(millis).isEqualTo(Math.min(20_000, patience.toMillis()));
            });
            assertThat(shadow.stats().inFlight()).isZero();
            assertThat(reported.get(0).copy().outcome())
                    .isEqualTo(patience.toSeconds() == 30 ? Outcome.SUCCESS : Outcome.ABANDONED);
        }
    }

    @Test
    void anExecutorThatHasNoThreadNeitherDelaysNorFailsTheCall() {
        FakeProvider fake = fake().model("old", old -> old.reply("old"))
                .model("new", next -> next.delay(Duration.ofSeconds(20)).reply("new"))
                .build();
        Shadow shadow = shadow().build();
        // Outside of a simulation, this environment runs tasks in the thread that submits them.
        try (ModelRouter router = router(fake, shadow).build()) {
            assertThat(millis(() -> router.chat(HELLO))).isZero();
        }
        try (Environment full = Environment.system(task -> {
                    throw new RejectedExecutionException("full");
                });
                ModelRouter router = ModelRouter.builder()
                        .environment(full)
                        .provider(fake)
                        .model("m", model -> model.deployment("fake/old").shadow(shadow))
                        .model("v2", model -> model.deployment("fake/new"))
                        .build()) {
            assertThat(router.chat(HELLO).text()).isEqualTo("old");
        }
        assertThat(fake.attempts("new")).isEmpty();
        assertThat(shadow.stats().copied()).isZero();
        assertThat(shadow.stats().dropped()).isEqualTo(2);
        assertThat(shadow.stats().inFlight()).isZero();
    }

    @Test
    void anExecutorThatBreaksNeitherFailsTheCallNorKeepsThePlaceOfTheCopy() {
        List<Executor> broken = List.of(
                task -> {
                    throw new UnsupportedOperationException("broken");
                },
                task -> {
                    throw new OutOfMemoryError("unable to create native thread");
                });
        for (Executor executor : broken) {
            FakeProvider fake = fake().reply("x").build();
            Shadow shadow =
                    shadow().maxInFlight(1).finishOnClose(Duration.ofHours(1)).build();
            try (Environment system = Environment.system(executor);
                    ModelRouter router = ModelRouter.builder()
                            .environment(system)
                            .provider(fake)
                            .model("m", model -> model.deployment("fake/old").shadow(shadow))
                            .model("v2", model -> model.deployment("fake/new"))
                            .build()) {
                assertThat(router.chat(HELLO).text()).isEqualTo("x");
                assertThat(shadow.stats().inFlight()).isZero();
                assertThat(shadow.stats().dropped()).isEqualTo(1);
            }
        }
    }

    @Test
    void eachCopyMayFinishOnCloseAsLongAsItsOwnShadowSays() {
        FakeProvider fake = fake().model("old", old -> old.reply("old"))
                .model("new", next -> next.delay(Duration.ofSeconds(20)).reply("new"))
                .build();
        List<Duration> patiences = List.of(
                Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(Long.MAX_VALUE));
        ModelRouter.Builder builder = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .model("v2", model -> model.deployment("fake/new"));
        for (int i = 0; i < patiences.size(); i++) {
            Shadow shadow = shadow().deadline(Duration.ofHours(1))
                    .finishOnClose(patiences.get(i))
                    .build();
            builder.model("m" + i, model -> model.deployment("fake/old").shadow(shadow));
        }
        environment.simulate(() -> {
            ModelRouter router = builder.build();
            for (int i = 0; i < patiences.size(); i++) {
                router.chat(ChatRequest.of("m" + i, "hello"));
            }
            while (fake.attempts("new").size() < patiences.size()) {
                environment.takeTurns();
            }
            assertThat(millis(router::close)).isEqualTo(20_000);
        });
        assertThat(reported)
                .extracting(comparison -> comparison.copy().duration())
                .containsExactly(Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(20));
        assertThat(reported.get(3).copy().outcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void aListenerThatThrowsIsNobodysConcern() {
        FakeProvider fake = fake().reply("x").build();
        Shadow shadow = Shadow.builder("v2")
                .share(1)
                .listener(comparison -> {
                    throw new IllegalStateException("bad listener");
                })
                .listener(reported::add)
                .build();
        simulate(
                fake,
                router(fake, shadow),
                router -> assertThat(router.chat(HELLO).text()).isEqualTo("x"));
        assertThat(reported).hasSize(1);
    }

    @Test
    void anUpdatePutsAnotherShadowInItsPlaceAtOnce() {
        FakeProvider fake = fake().reply("x").build();
        Shadow first = shadow().build();
        Shadow second = shadow().build();
        simulate(fake, router(fake, first), router -> {
            router.chat(HELLO);
            router.update(table -> table.replaceModel(
                    "m", model -> model.deployment("fake/old").shadow(second)));
            router.chat(HELLO);
            router.update(table -> table.replaceModel("m", model -> model.deployment("fake/old")));
            router.chat(HELLO);
        });
        assertThat(first.stats().copied()).isEqualTo(1);
        assertThat(second.stats().copied()).isEqualTo(1);
    }

    @Test
    void aShareOfCallsIsDrawnAndAStableShareKeepsWhoIsIn() {
        Random random = new Random(7);
        Shadow drawn = Shadow.builder("v2").share(0.05).build();
        int copied = 0;
        for (int i = 0; i < 20_000; i++) {
            copied += drawn.samples(CallOptions.DEFAULT, random) ? 1 : 0;
        }
        assertThat(copied)
                .as("5 percent of 20,000, within five standard deviations")
                .isBetween(846, 1_154);

        Shadow few = Shadow.builder("v2").share(0.05).stable().build();
        Shadow more = Shadow.builder("v2").share(0.1).stable().build();
        int in = 0;
        for (int i = 0; i < 10_000; i++) {
            CallOptions session = CallOptions.builder().sessionKey("s" + i).build();
            boolean copies = few.samples(session, random);
            in += copies ? 1 : 0;
            assertThat(few.samples(session, random)).isEqualTo(copies);
            if (copies) {
                assertThat(more.samples(session, random)).isTrue();
            }
        }
        assertThat(in)
                .as("5 percent of 10,000, within five standard deviations")
                .isBetween(391, 609);
        assertThat(Shadow.builder("v2").share(0).stable().build().samples(CallOptions.DEFAULT, random))
                .isFalse();
    }

    @Test
    void realThreadsLeaveNothingBehind() throws InterruptedException {
        FakeProvider fake = FakeProvider.builder("fake")
                .model("old", old -> old.chunks("a", "b", "c"))
                .model("new", next -> next.chunks("a", "b", "c", "d"))
                .build();
        int calls = 200;
        CountDownLatch compared = new CountDownLatch(calls);
        Shadow shadow = Shadow.builder("v2")
                .share(1)
                .maxInFlight(10_000)
                .listener(comparison -> {
                    reported.add(comparison);
                    compared.countDown();
                })
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(fake)
                .model("m", model -> model.deployment("fake/old").shadow(shadow))
                .model("v2", model -> model.deployment("fake/new"))
                .build()) {
            for (int i = 0; i < calls; i++) {
                assertThat(router.streamAsync(HELLO, CallOptions.DEFAULT)
                                .join()
                                .response()
                                .text())
                        .isEqualTo("abc");
            }
            assertThat(compared.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(reported).allSatisfy(comparison -> {
            assertThat(((ChatResponse) comparison.primary().reply()).text()).isEqualTo("abc");
            assertThat(((ChatResponse) comparison.copy().reply()).text()).isEqualTo("abcd");
        });
        assertThat(shadow.stats().inFlight()).isZero();
        assertThat(shadow.stats().dropped()).isZero();
        assertThat(fake.openStreams()).isZero();
    }

    @Test
    void badInputFailsWithItsFix() {
        assertThatThrownBy(() -> Shadow.builder("v2").share(1.5).build())
                .hasMessage("shadow \"v2\": share is 1.5: use one from 0 to 1, such as 0.05 for 5 percent");
        assertThatThrownBy(() -> Shadow.builder("v2").share(Double.NaN).build()).hasMessageContaining("from 0 to 1");
        assertThatThrownBy(() -> Shadow.builder("v2").maxInFlight(0).build()).hasMessageContaining("1 or more");
        assertThatThrownBy(() -> Shadow.builder("v2").deadline(Duration.ZERO).build())
                .hasMessageContaining("positive");
        assertThatThrownBy(() -> Shadow.builder("v2")
                        .finishOnClose(Duration.ofSeconds(-1))
                        .build())
                .hasMessageContaining("zero or more");
        FakeProvider fake = fake().build();
        assertThatThrownBy(() -> ModelRouter.builder()
                        .provider(fake)
                        .model("m", model -> model.deployment("fake/old").shadow(shadow().build()))
                        .build())
                .hasMessageContaining("the shadow of model \"m\" is \"v2\": there is no model \"v2\"");
        assertThatThrownBy(() -> router(fake, shadow().build())
                        .model("x", model -> model.shadow(shadow().build()).shadow(shadow().build())))
                .hasMessageContaining("shadow is set twice");
    }
}
