package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Cost;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelRouterTest extends RouterHarness {

    ModelRouterTest() {
        super(7);
    }

    @ParameterizedTest
    @EnumSource
    void answersAndReportsTheRoute(Way way) {
        FakeProvider fake = fake().reply("sky").build();
        try (ModelRouter router =
                builder(fake).model("m", model -> model.deployment("fake/a")).build()) {
            ChatResponse reply = way.chat(router, "m");
            assertThat(reply.text()).isEqualTo("sky");
            assertThat(reply.route().model()).isEqualTo("m");
            assertThat(reply.route().deployment()).isEqualTo("fake/a");
            assertThat(reply.route().attempts()).hasSize(1);
            settled(router, fake);
        }
    }

    @ParameterizedTest
    @EnumSource
    void asksTheNextDeploymentAtOnce(Way way) {
        FakeProvider fake = fake().model("a", script -> script.fail(ErrorKind.RATE_LIMITED))
                .model("b", script -> script.reply("b"))
                .build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a").deployment("fake/b").strategy(RoutingStrategies.ordered()))
                .build()) {
            ChatResponse reply = way.chat(router, "m");
            assertThat(reply.text()).isEqualTo("b");
            assertThat(reply.route().attempts())
                    .extracting(Route.Attempt::errorKind)
                    .containsExactly(ErrorKind.RATE_LIMITED, null);
            assertThat(environment.sleeps()).isEmpty();
            settled(router, fake);
        }
    }

    @ParameterizedTest
    @EnumSource
    void backsOffWhenOnlyOneDeploymentIsLeft(Way way) {
        FakeProvider fake = fake().fail(ErrorKind.OVERLOADED)
                .fail(ErrorKind.SERVER_ERROR)
                .reply("ok")
                .build();
        try (ModelRouter router =
                builder(fake).model("m", model -> model.deployment("fake/a")).build()) {
            assertThat(way.chat(router, "m").text()).isEqualTo("ok");
            assertThat(environment.sleeps()).hasSize(2);
            assertThat(fake.attempts()).hasSize(3);
            settled(router, fake);
        }
    }

    @ParameterizedTest
    @EnumSource
    void stopsAtTheAttemptBudgetWithoutASleepAfterTheLast(Way way) {
        FakeProvider fake = fake().fail(ErrorKind.OVERLOADED).build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .retry(RetryPolicy.builder().maxAttempts(3).build())
                .build()) {
            GatewayException e = failure(() -> way.chat(router, "m"));
            assertThat(e.kind()).isEqualTo(ErrorKind.OVERLOADED);
            assertThat(e.deployment()).isEqualTo("fake/a");
            assertThat(e.route().attempts()).hasSize(3);
            assertThat(e.getSuppressed()).hasSize(2);
            assertThat(fake.attempts()).hasSize(3);
            assertThat(environment.sleeps()).hasSize(2);
            settled(router, fake);
        }
    }

    @ParameterizedTest
    @EnumSource
    void fallsBackToTheNextModel(Way way) {
        FakeProvider fake = fake().model("big", script -> script.fail(ErrorKind.QUOTA_EXHAUSTED))
                .model("small", script -> script.reply("small"))
                .build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/big").fallback("s"))
                .model("s", model -> model.deployment("fake/small"))
                .build()) {
            // one credential serves both deployments, and it has no money left
            assertThat(failure(() -> way.chat(router, "m")).kind()).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
        }
        FakeProvider other = FakeProvider.builder("other").reply("small").build();
        FakeProvider again = fake().model("big", script -> script.fail(ErrorKind.QUOTA_EXHAUSTED))
                .build();
        try (ModelRouter router = builder(again, other)
                .model("m", model -> model.deployment("fake/big").fallback("s"))
                .model("s", model -> model.deployment("other/small"))
                .build()) {
            ChatResponse reply = way.chat(router, "m");
            assertThat(reply.text()).isEqualTo("small");
            assertThat(reply.route().model()).isEqualTo("s");
            assertThat(reply.route().fellBack()).isTrue();
            settled(router, again);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorKind.class,
            names = {"INVALID_REQUEST", "CONTENT_FILTERED", "CANCELLED", "DEADLINE", "DENIED", "GUARD_REJECTED"})
    void returnsFinalFailuresAtOnce(ErrorKind kind) {
        FakeProvider fake = fake().fail(kind).build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a").deployment("fake/b").fallback("n"))
                .model("n", model -> model.deployment("fake/c"))
                .build()) {
            assertThat(failure(() -> router.chat("m", "x")).kind()).isEqualTo(kind);
            assertThat(fake.attempts()).hasSize(1);
        }
    }

    @Test
    void neverAsksASilentDeploymentAgain() {
        FakeProvider fake = fake().fail(ErrorKind.TIMEOUT).build();
        try (ModelRouter router =
                builder(fake).model("m", model -> model.deployment("fake/a")).build()) {
            assertThat(failure(() -> router.chat("m", "x")).kind()).isEqualTo(ErrorKind.TIMEOUT);
            assertThat(fake.attempts()).hasSize(1);
        }
    }

    @Test
    void waitsForTheResetTimeOfTheOnlyDeployment() {
        FakeProvider fake = fake().fail(GatewayException.builder(ErrorKind.RATE_LIMITED, "slow down")
                        .retryAfter(Duration.ofSeconds(2))
                        .build())
                .reply("ok")
                .build();
        try (ModelRouter router =
                builder(fake).model("m", model -> model.deployment("fake/a")).build()) {
            assertThat(router.chat("m", "x").text()).isEqualTo("ok");
            assertThat(environment.sleeps())
                    .containsExactly(Duration.ofSeconds(2).toNanos());
        }
    }

    @Test
    void doesNotWaitForAResetTimeThatIsTooFarAway() {
        FakeProvider fake = fake().fail(GatewayException.builder(ErrorKind.RATE_LIMITED, "slow down")
                        .retryAfter(Duration.ofMinutes(2))
                        .build())
                .reply("ok")
                .build();
        try (ModelRouter router =
                builder(fake).model("m", model -> model.deployment("fake/a")).build()) {
            assertThat(failure(() -> router.chat("m", "x")).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
            assertThat(environment.sleeps()).isEmpty();
            GatewayException coolingDown = failure(() -> router.chat("m", "x"));
            assertThat(coolingDown.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
            assertThat(coolingDown.retryAfter()).isEqualTo(Duration.ofMinutes(2));
            assertThat(fake.attempts()).hasSize(1);
            environment.advance(Duration.ofMinutes(2));
            assertThat(router.chat("m", "x").text()).isEqualTo("ok");
        }
    }

    @Test
    void sendsNothingWhenTheDeadlineHasPassed() {
        FakeProvider fake = fake().reply("ok").build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .stage(Phase.ACCESS, chain -> {
                    environment.advance(Duration.ofSeconds(2));
                    return chain.proceed(chain.request());
                })
                .build()) {
            CallOptions options =
                    CallOptions.builder().timeout(Duration.ofSeconds(1)).build();
            assertThat(failure(() -> router.chat(ChatRequest.of("m", "x"), options))
                            .kind())
                    .isEqualTo(ErrorKind.DEADLINE);
            assertThat(fake.attempts()).isEmpty();
        }
    }

    @Test
    void neverSleepsPastTheDeadline() {
        FakeProvider fake = fake().fail(GatewayException.builder(ErrorKind.RATE_LIMITED, "slow down")
                        .retryAfter(Duration.ofSeconds(3))
                        .build())
                .build();
        try (ModelRouter router =
                builder(fake).model("m", model -> model.deployment("fake/a")).build()) {
            CallOptions options =
                    CallOptions.builder().timeout(Duration.ofSeconds(1)).build();
            assertThat(failure(() -> router.chat(ChatRequest.of("m", "x"), options))
                            .kind())
                    .isEqualTo(ErrorKind.RATE_LIMITED);
            assertThat(environment.sleeps()).isEmpty();
        }
    }

    @Test
    void aCancelledCallIsNotSent() {
        FakeProvider fake = fake().reply("ok").build();
        try (ModelRouter router =
                builder(fake).model("m", model -> model.deployment("fake/a")).build()) {
            Cancellation cancellation = new Cancellation();
            cancellation.cancel();
            CallOptions options =
                    CallOptions.builder().cancellation(cancellation).build();
            assertThat(failure(() -> router.chat(ChatRequest.of("m", "x"), options))
                            .kind())
                    .isEqualTo(ErrorKind.CANCELLED);
            assertThat(fake.attempts()).isEmpty();
        }
    }

    @Test
    void anInterruptedThreadGetsACancelledFailure() {
        FakeProvider fake = fake().reply("ok").build();
        try (ModelRouter router =
                builder(fake).model("m", model -> model.deployment("fake/a")).build()) {
            Thread.currentThread().interrupt();
            assertThat(failure(() -> router.chat("m", "x")).kind()).isEqualTo(ErrorKind.CANCELLED);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aStreamThatFailsBeforeContentIsAnOrdinaryFailedAttempt() {
        FakeProvider fake = fake().model(
                        "a", script -> script.streamThenFail(ErrorKind.OVERLOADED, new ChatEvent.Started("1", "a")))
                .model("b", script -> script.chunks("he", "llo"))
                .build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a").deployment("fake/b").strategy(RoutingStrategies.ordered()))
                .build()) {
            try (ChatStream stream = router.stream(ChatRequest.of("m", "x"))) {
                assertThat(stream.response().text()).isEqualTo("hello");
                assertThat(stream.route().attempts()).hasSize(2);
            }
            settled(router, fake);
        }
    }

    @Test
    void anEmptyDeltaDoesNotCommitTheStream() {
        FakeProvider fake = fake().model(
                        "a", script -> script.streamThenFail(ErrorKind.OVERLOADED, new ChatEvent.TextDelta(0, "")))
                .model("b", script -> script.chunks("hello"))
                .build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a").deployment("fake/b").strategy(RoutingStrategies.ordered()))
                .build()) {
            try (ChatStream stream = router.stream(ChatRequest.of("m", "x"))) {
                assertThat(stream.response().text()).isEqualTo("hello");
            }
            settled(router, fake);
        }
    }

    @Test
    void aStreamThatFailsAfterContentIsInterruptedAndKeepsWhatArrived() {
        FakeProvider fake = fake().streamThenFail(ErrorKind.CONNECTION, new ChatEvent.TextDelta(0, "half"))
                .build();
        try (ModelRouter router =
                builder(fake).model("m", model -> model.deployment("fake/a")).build()) {
            GatewayException e = failure(() -> {
                try (ChatStream stream = router.stream(ChatRequest.of("m", "x"))) {
                    stream.response();
                }
            });
            assertThat(e.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
            assertThat(e.partial())
                    .isInstanceOfSatisfying(
                            ChatResponse.class,
                            partial -> assertThat(partial.text()).isEqualTo("half"));
            settled(router, fake);
        }
    }

    @Test
    void aStreamClosedEarlyIsAbandonedAndReleasesItsLease() {
        FakeProvider fake = fake().chunks("a", "b", "c").build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .meter(Meters.inMemory())
                .build()) {
            try (ChatStream stream = router.stream(ChatRequest.of("m", "x"))) {
                stream.next();
            }
            settled(router, fake);
            assertThat(router.snapshot().usage().total().abandoned()).isEqualTo(1);
        }
    }

    @Test
    void theBreakerKeepsAFailingDeploymentFromBeingAskedAndProbesIt() {
        FakeProvider fake = fake().fail(ErrorKind.SERVER_ERROR)
                .fail(ErrorKind.SERVER_ERROR)
                .reply("back")
                .build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .retry(RetryPolicy.none())
                .breaker(BreakerPolicy.builder()
                        .failureThreshold(2, 2)
                        .delay(Duration.ofSeconds(30))
                        .build())
                .build()) {
            assertThat(failure(() -> router.chat("m", "x")).kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            assertThat(failure(() -> router.chat("m", "x")).kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            assertThat(failure(() -> router.chat("m", "x")).kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            assertThat(fake.attempts()).hasSize(2);
            environment.advance(Duration.ofSeconds(30));
            assertThat(router.chat("m", "x").text()).isEqualTo("back");
            assertThat(router.snapshot().models().get(0).deployments().get(0).breaker())
                    .isEqualTo(BreakerState.CLOSED);
        }
    }

    @Test
    void theSecondEqualCallComesFromTheCache() {
        FakeProvider fake = fake().reply("once").build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .cache(Caches.inMemory().maximumEntries(10).build())
                .build()) {
            assertThat(Way.SYNC.chat(router, "m").route().source()).isEqualTo(Route.Source.MODEL);
            for (Way way : Way.values()) {
                ChatResponse hit = way.chat(router, "m");
                assertThat(hit.text()).isEqualTo("once");
                assertThat(hit.route().source()).isEqualTo(Route.Source.CACHE);
            }
            assertThat(fake.attempts()).hasSize(1);
        }
    }

    @Test
    void tenantsDoNotShareCachedReplies() {
        FakeProvider fake = fake().reply("mine").build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .cache(Caches.inMemory().maximumEntries(10).build())
                .build()) {
            router.as(Caller.ofTenant("acme")).chat("m", "x");
            router.as(Caller.ofTenant("other")).chat("m", "x");
            assertThat(fake.attempts()).hasSize(2);
        }
    }

    @Test
    void theMeterPricesEveryAttempt() {
        FakeProvider fake = fake().reply(ChatResponse.builder()
                        .text("hi")
                        .usage(TokenUsage.of(1_000, 500))
                        .build())
                .build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment(
                                "fake/a", deployment -> deployment.price(Price.usdPerMillion("1", "2"))))
                .meter(Meters.inMemory())
                .build()) {
            router.as(Caller.ofTenant("acme")).chat("m", "x");
            var sum = router.snapshot().usage().byModel().get("m");
            assertThat(sum.attempts()).isEqualTo(1);
            assertThat(sum.usage().totalTokens()).isEqualTo(1_500);
            assertThat(sum.cost()).isEqualTo(Cost.usd(new BigDecimal("0.002")));
            assertThat(router.snapshot().usage().byCaller()).containsOnlyKeys(Caller.ofTenant("acme"));
        }
    }

    @Test
    void directNamesAndAliasesNeedNoModel() {
        FakeProvider fake = fake().echo().build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .alias("default", "m")
                .build()) {
            assertThat(router.chat("fake/x/y@z:1", "hi").route().deployment()).isEqualTo("fake/x/y@z:1");
            assertThat(fake.attempts().get(0).model()).isEqualTo("x/y@z:1");
            assertThat(router.chat("default", "hi").route().model()).isEqualTo("m");
        }
    }

    @Test
    void severalKeysAreSeveralDeployments() {
        FakeProvider fake = fake().echo().build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a", deployment -> deployment.keys("k1", "k2", "k3")))
                .build()) {
            assertThat(router.explain(ChatRequest.of("m", "x")).steps().get(0).candidates())
                    .extracting(RoutePlan.Candidate::deployment)
                    .containsExactly("fake/a", "fake/a#2", "fake/a#3");
        }
    }

    @Test
    void explainSaysWhyADeploymentIsDropped() {
        FakeProvider fake = fake().model("a", script -> script.fail(ErrorKind.NOT_FOUND))
                .model("b", script -> script.reply("b"))
                .build();
        try (ModelRouter router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a").deployment("fake/b").strategy(RoutingStrategies.ordered()))
                .build()) {
            router.chat("m", "x");
            List<RoutePlan.Candidate> candidates =
                    router.explain(ChatRequest.of("m", "x")).steps().get(0).candidates();
            assertThat(candidates.get(0).dropReason()).contains("NOT_FOUND");
            assertThat(candidates.get(1).dropReason()).isNull();
        }
    }

    @Test
    void explainShowsWhatAnAdapterHasLearnt() {
        try (ModelRouter router = builder(new Taught(fake().echo().build()))
                .model("m", model -> model.deployment("fake/a"))
                .build()) {
            assertThat(router.explain(ChatRequest.builder("m")
                                    .user("x")
                                    .temperature(0.2)
                                    .build())
                            .steps()
                            .get(0)
                            .candidates()
                            .get(0)
                            .changes())
                    .containsExactly("does not take temperature: it was left out");
        }
    }

    /** An adapter that knows from a refusal that no model takes a temperature. */
    private record Taught(ProviderAdapter adapter) implements ProviderAdapter {

        @Override
        public String name() {
            return adapter.name();
        }

        @Override
        public WireFacts learned(String model) {
            return WireFacts.builder().refuses(WireFacts.Parameter.TEMPERATURE).build();
        }

        @Override
        public boolean supports(Operation<?, ?> operation) {
            return adapter.supports(operation);
        }

        @Override
        public <Q extends ModelRequest, R extends ModelReply> R call(
                Operation<Q, R> operation, Q request, AttemptContext attempt) {
            return adapter.call(operation, request, attempt);
        }
    }

    @Test
    void updateSwapsTheTableAndKeepsStatistics() {
        FakeProvider fake = fake().echo().build();
        try (ModelRouter router =
                builder(fake).model("m", model -> model.deployment("fake/a")).build()) {
            router.chat("m", "x");
            router.update(table -> table.replaceModel(
                            "m", model -> model.deployment("fake/a", deployment -> deployment.weight(3)))
                    .model("n", model -> model.deployment("fake/b")));
            RouterSnapshot.DeploymentState state =
                    router.snapshot().models().get(0).deployments().get(0);
            assertThat(state.weight()).isEqualTo(3);
            assertThat(state.succeeded()).isEqualTo(1);
            assertThat(router.chat("n", "x").route().deployment()).isEqualTo("fake/b");
            assertThatThrownBy(() -> router.update(table -> table.removeModel("zzz")))
                    .hasMessageContaining("zzz");
            assertThat(router.chat("n", "y").route().model()).isEqualTo("n");
        }
    }

    @Test
    void whatAnAdapterThrowsBecomesATypedFailure() {
        ProviderAdapter broken = ProviderAdapter.builder("broken")
                .chat((request, attempt) -> {
                    throw new IllegalArgumentException("secret detail");
                })
                .build();
        try (ModelRouter router = builder(broken).retry(RetryPolicy.none()).build()) {
            GatewayException e = failure(() -> router.chat("broken/x", "x"));
            assertThat(e.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            assertThat(e.getMessage()).doesNotContain("secret detail");
            assertThat(e).hasRootCauseInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aListenerThatThrowsHarmsNoCall() {
        FakeProvider fake = fake().reply("ok").build();
        java.util.concurrent.atomic.AtomicInteger ends = new java.util.concurrent.atomic.AtomicInteger();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .listener(event -> {
                    if (event instanceof RouterEvent.CallStarted) {
                        throw new IllegalStateException("listener");
                    } else if (event instanceof RouterEvent.CallEnded ended) {
                        assertThat(ended.end().outcome()).isEqualTo(Outcome.SUCCESS);
                        ends.incrementAndGet();
                    }
                })
                .build()) {
            for (Way way : Way.values()) {
                assertThat(way.chat(router, "m").text()).isEqualTo("ok");
            }
            assertThat(ends).hasValue(3);
        }
    }

    @Test
    void aRouterShowsItsModelsAndTheOrderOfItsStages() {
        try (ModelRouter shown = ModelRouter.builder()
                .provider(FakeProvider.builder("fake").reply("x").build())
                .model("m", model -> model.deployment("fake/a"))
                .stage(Phase.TRANSFORM, chain -> chain.proceed(chain.request()))
                .build()) {
            assertThat(shown.toString())
                    .startsWith("ModelRouter{models=[m], stages=[CATALOG CatalogStage, TRANSFORM "
                            + getClass().getName())
                    .containsSubsequence("FALLBACK FallbackStage", "RETRY RetryStage", "RESERVE ContinuationStage");
            assertThat(shown.explain(ChatRequest.of("m", "hello")).stages())
                    .contains("FALLBACK RecoveryStage", "RETRY RetryStage");
        }
    }

    @Test
    void badSetUpsSayWhatToChange() {
        FakeProvider fake = fake().reply("ok").build();
        refuses(builder -> {}, "no provider");
        refuses(builder -> builder.provider(fake).provider(fake), "two adapters named \"fake\"");
        refuses(builder -> builder.provider(fake).model("a/b", model -> model.deployment("fake/x")), "without a slash");
        refuses(builder -> builder.provider(fake).model("m", model -> {}), "no deployment");
        refuses(
                builder -> builder.provider(fake)
                        .model("m", model -> model.deployment("fake/x"))
                        .model("m", model -> model.deployment("fake/x")),
                "declared twice");
        refuses(
                builder -> builder.provider(fake)
                        .model("m", model -> model.deployment("fake/x", deployment -> deployment.weight(0))),
                "weight is 0.0");
        refuses(
                builder -> builder.provider(fake)
                        .model("m", model -> model.deployment("fake/x", deployment -> deployment.weight(-1))),
                "weight is -1.0");
        refuses(
                builder -> builder.provider(fake).model("m", model -> model.deployment("nope/x")),
                "an unknown adapter");
        refuses(
                builder -> builder.provider(fake)
                        .model("m", model -> model.deployment("fake/x").fallback("zzz")),
                "\"zzz\"");
        refuses(
                builder -> builder.provider(fake)
                        .model("m", model -> model.deployment("fake/x").fallback("n"))
                        .model("n", model -> model.deployment("fake/y").fallback("m")),
                "cycle");
        refuses(builder -> builder.provider(fake).alias("a", "b").alias("b", "a"), "cycle");
        refuses(builder -> builder.provider(fake).retry(RetryPolicy.none()).retry(RetryPolicy.none()), "set twice");
    }

    private static void refuses(Consumer<ModelRouter.Builder> setUp, String message) {
        assertThatThrownBy(() -> {
                    ModelRouter.Builder builder = ModelRouter.builder();
                    setUp.accept(builder);
                    builder.build().close();
                })
                .hasMessageContaining(message);
    }

    @Test
    void unknownModelsAndAClosedRouterAreTypedFailures() {
        FakeProvider fake = fake().reply("ok").build();
        ModelRouter router =
                builder(fake).model("m", model -> model.deployment("fake/a")).build();
        GatewayException unknown = failure(() -> router.chat("zzz", "x"));
        assertThat(unknown.kind()).isEqualTo(ErrorKind.UNKNOWN_MODEL);
        assertThat(unknown).hasMessageContaining("zzz").hasMessageContaining("[m]");
        CallOptions lost = CallOptions.builder().fallbacks("nowhere").build();
        GatewayException fallback = failure(() -> router.chat(ChatRequest.of("m", "x"), lost));
        assertThat(fallback.kind()).isEqualTo(ErrorKind.UNKNOWN_MODEL);
        assertThat(fallback).hasMessageContaining("name the fallback \"nowhere\"");
        router.close();
        GatewayException closed = failure(() -> router.chat("m", "x"));
        assertThat(closed.kind()).isEqualTo(ErrorKind.ROUTER_CLOSED);
        assertThat(closed).hasMessageContaining("closed");
    }

    @Test
    void aPartThatThrowsWhenItIsClosedLeavesNoOtherOpen() {
        List<String> closed = new ArrayList<>();
        FakeProvider fake = fake().reply("ok").build();
        ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .feature(installer -> {
                    installer.onClose(() -> {
                        throw new IllegalStateException("first");
                    });
                    installer.onClose(() -> closed.add("between"));
                    installer.onClose(() -> {
                        throw new AssertionError("second");
                    });
                    installer.onClose(() -> closed.add("last"));
                })
                .build();
        assertThatThrownBy(router::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("first")
                .satisfies(failure ->
                        assertThat(failure.getSuppressed()).singleElement().isInstanceOf(AssertionError.class));
        assertThat(closed).containsExactly("between", "last");
    }

    private ModelRouter refusingTheOldSecret(Credential credential) {
        ProviderAdapter adapter = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    if (attempt.credential().secret().equals("old-secret")) {
                        throw GatewayException.of(ErrorKind.AUTHENTICATION, "the key is revoked");
                    }
                    return ChatResponse.of("fine");
                })
                .build();
        return builder(adapter)
                .model("m", model -> model.deployment("fake/a", deployment -> deployment.credential(credential)))
                .build();
    }

    @Test
    void aCredentialCoolsDownUntilItsSecretChanges() {
        AtomicReference<String> secret = new AtomicReference<>("old-secret");
        Credential rotating = Credential.of("vault", secret::get);
        try (ModelRouter router = refusingTheOldSecret(rotating)) {
            assertThat(failure(() -> router.chat("m", "x")).kind()).isEqualTo(ErrorKind.AUTHENTICATION);
            environment.advance(Duration.ofSeconds(2));
            GatewayException coolingDown = failure(() -> router.chat("m", "x"));
            assertThat(coolingDown.getMessage()).contains("cools down");
            assertThat(coolingDown.toString()).doesNotContain("old-secret");

            secret.set("new-secret");
            environment.advance(Duration.ofSeconds(2));
            assertThat(router.chat("m", "x").text()).isEqualTo("fine");
        }
    }

    @Test
    void aCallThatWaitsForAHeldCredentialGoesOnSoonAfterItsSecretChanges() {
        AtomicReference<String> secret = new AtomicReference<>("old-secret");
        Credential rotating = Credential.of("vault", secret::get);
        try (ModelRouter router = refusingTheOldSecret(rotating)) {
            assertThat(failure(() -> router.chat("m", "x")).kind()).isEqualTo(ErrorKind.AUTHENTICATION);
            environment.schedule(Duration.ofSeconds(30).toNanos(), () -> secret.set("new-secret"));
            long start = environment.nanoTime();
            CallOptions patient =
                    CallOptions.builder().timeout(Duration.ofHours(1)).build();

            assertThat(router.chat(ChatRequest.of("m", "x"), patient).text()).isEqualTo("fine");
            assertThat(Duration.ofNanos(environment.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
        }
    }

    @Test
    void anAnswerThatWasOfNoUseIsAccountedFor() {
        ChatResponse misfit = ChatResponse.builder()
                .text("no JSON")
                .usage(TokenUsage.of(30, 12))
                .build();
        FakeProvider fake = fake().fail(GatewayException.builder(ErrorKind.MALFORMED_RESPONSE, "no JSON")
                        .partial(misfit)
                        .build())
                .build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .retry(RetryPolicy.none())
                .meter(Meters.inMemory())
                .build()) {
            failure(() -> router.chat("m", "x"));
            assertThat(router.snapshot().usage().byDeployment().get("fake/a").usage())
                    .isEqualTo(TokenUsage.of(30, 12));
        }
    }

    @Test
    void requestsThatAreInvalidUseUpNoRetryBudget() {
        FakeProvider fake = fake().model("bad", script -> script.fail(ErrorKind.INVALID_REQUEST))
                .model("busy", script -> script.fail(ErrorKind.OVERLOADED).reply("ok"))
                .build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/busy"))
                .retry(RetryPolicy.builder().maxAttempts(2).budget(10, 0.1).build())
                .build()) {
            for (int i = 0; i < 20; i++) {
                assertThat(failure(() -> router.chat("fake/bad", "x")).kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
            }
            assertThat(router.chat("m", "x").text()).isEqualTo("ok");
        }
    }
}
