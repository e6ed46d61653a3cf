package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.spi.Phase;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HedgingTest extends RouterHarness {

    private static final ChatRequest HELLO = ChatRequest.of("m", "hello");
    private static final HedgePolicy AFTER_100_MS = HedgePolicy.after(Duration.ofMillis(100));

    HedgingTest() {
        super(1);
    }

    private ModelRouter.Builder router(FakeProvider fake) {
        return ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .meter(Meters.inMemory())
                .hedge(AFTER_100_MS)
                .model(
                        "m",
                        model -> model.deployment("fake/a").deployment("fake/b").strategy(RoutingStrategies.ordered()));
    }

    private void simulate(FakeProvider fake, ModelRouter.Builder builder, Consumer<ModelRouter> calls) {
        try (ModelRouter router = builder.build()) {
            environment.simulate(() -> calls.accept(router));
            settled(router, fake);
        }
    }

    private long millis(Runnable body) {
        long start = environment.nanoTime();
        body.run();
        return (environment.nanoTime() - start) / 1_000_000;
    }

    @ParameterizedTest
    @EnumSource
    void aSlowAttemptIsOvertakenByItsHedge(Way way) {
        FakeProvider fake = fake().model("a", script -> script.hang())
                .model("b", script -> script.delay(Duration.ofMillis(30)).reply("b"))
                .build();
        simulate(fake, router(fake), router -> {
            AtomicReference<ChatResponse> reply = new AtomicReference<>();
            long millis = millis(() -> reply.set(way.chat(router, environment, HELLO, CallOptions.DEFAULT)));
            assertThat(reply.get().text()).isEqualTo("b");
            assertThat(millis).isEqualTo(130);
            assertThat(reply.get().route().attempts())
                    .extracting(Route.Attempt::deployment, Route.Attempt::outcome)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("fake/a", Outcome.ABANDONED),
                            org.assertj.core.groups.Tuple.tuple("fake/b", Outcome.SUCCESS));
            assertThat(reply.get().route().deployment()).isEqualTo("fake/b");
        });
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerInTimeSendsNoHedge(Way way) {
        FakeProvider fake = fake().delay(Duration.ofMillis(99)).reply("in time").build();
        simulate(
                fake,
                router(fake),
                router -> assertThat(way.chat(router, environment, HELLO, CallOptions.DEFAULT)
                                .text())
                        .isEqualTo("in time"));
        assertThat(fake.attempts()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void theFirstAttemptMayStillWin(Way way) {
        FakeProvider fake = fake().model(
                        "a", script -> script.delay(Duration.ofMillis(120)).reply("a"))
                .model("b", script -> script.delay(Duration.ofMillis(500)).reply("b"))
                .build();
        simulate(fake, router(fake), router -> {
            assertThat(way.chat(router, environment, HELLO, CallOptions.DEFAULT).text())
                    .isEqualTo("a");
        });
        assertThat(fake.attempts()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void anErrorNeverWins(Way way) {
        FakeProvider fake = fake().model(
                        "a", script -> script.delay(Duration.ofMillis(150)).reply("a"))
                .model("b", script -> script.fail(ErrorKind.OVERLOADED))
                .build();
        simulate(fake, router(fake), router -> {
            ChatResponse reply = way.chat(router, environment, HELLO, CallOptions.DEFAULT);
            assertThat(reply.text()).isEqualTo("a");
            assertThat(reply.route().attempts())
                    .extracting(Route.Attempt::errorKind)
                    .containsExactly(ErrorKind.OVERLOADED, null);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aHedgeThatIsRefusedLeavesTheFirstAttemptAlone(Way way) {
        FakeProvider fake = fake().delay(Duration.ofMillis(300)).reply("fine").build();
        simulate(
                fake,
                router(fake).stage(Phase.RESERVE, chain -> {
                    if (chain.attempt().number() > 1) {
                        throw GatewayException.of(ErrorKind.BUDGET_EXCEEDED, "no money for a second attempt");
                    }
                    return chain.proceed(chain.request());
                }),
                router -> assertThat(way.chat(router, environment, HELLO, CallOptions.DEFAULT)
                                .text())
                        .isEqualTo("fine"));
        assertThat(fake.attempts()).hasSize(1);
    }

    @Test
    void anErrorFrameBeforeTheFirstContentOfAStreamNeverWins() {
        FakeProvider fake = fake().model(
                        "a", script -> script.delay(Duration.ofMillis(150)).reply("a"))
                .model(
                        "b",
                        script -> script.streamThenFail(
                                ErrorKind.SERVER_ERROR,
                                new ChatEvent.Started("1", "b"),
                                new ChatEvent.TextDelta(0, "")))
                .build();
        simulate(
                fake,
                router(fake),
                router -> assertThat(Way.STREAM
                                .chat(router, environment, HELLO, CallOptions.DEFAULT)
                                .text())
                        .isEqualTo("a"));
    }

    @ParameterizedTest
    @EnumSource
    void whenTheFirstFailsWhileTheHedgeRunsTheHedgeIsAwaited(Way way) {
        FakeProvider fake = fake().model(
                        "a", script -> script.delay(Duration.ofMillis(150)).fail(ErrorKind.SERVER_ERROR))
                .model("b", script -> script.delay(Duration.ofMillis(300)).reply("b"))
                .build();
        simulate(
                fake,
                router(fake),
                router -> assertThat(way.chat(router, environment, HELLO, CallOptions.DEFAULT)
                                .text())
                        .isEqualTo("b"));
        assertThat(fake.attempts()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void aFailureThatNoDeploymentCanAvoidEndsTheRaceAtOnce(Way way) {
        FakeProvider fake = fake().model("a", script -> script.hang())
                .model("b", script -> script.fail(ErrorKind.INVALID_REQUEST))
                .build();
        simulate(fake, router(fake), router -> {
            long millis = millis(() -> {
                GatewayException e = catchThrowableOfType(
                        GatewayException.class, () -> way.chat(router, environment, HELLO, CallOptions.DEFAULT));
                assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
            });
            assertThat(millis).isEqualTo(100);
        });
    }

    @ParameterizedTest
    @EnumSource
    void bothFailuresAreOnTheFinalError(Way way) {
        FakeProvider fake = fake().model(
                        "a", script -> script.delay(Duration.ofMillis(150)).fail(ErrorKind.SERVER_ERROR))
                .model("b", script -> script.delay(Duration.ofMillis(20)).fail(ErrorKind.NOT_FOUND))
                .build();
        simulate(fake, router(fake).retry(RetryPolicy.builder().maxAttempts(2).build()), router -> {
            GatewayException e = catchThrowableOfType(
                    GatewayException.class, () -> way.chat(router, environment, HELLO, CallOptions.DEFAULT));
            assertThat(e.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            assertThat(e.getSuppressed()).hasSize(1);
        });
        assertThat(fake.attempts()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void aHedgeCountsAsAnAttempt(Way way) {
        FakeProvider fake = fake().model(
                        "a", script -> script.delay(Duration.ofMillis(150)).fail(ErrorKind.SERVER_ERROR))
                .build();
        simulate(
                fake,
                router(fake).retry(RetryPolicy.none()),
                router -> assertThatThrownBy(() -> way.chat(router, environment, HELLO, CallOptions.DEFAULT))
                        .isInstanceOf(GatewayException.class));
        assertThat(fake.attempts()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void theDeadlineStopsBoth(Way way) {
        FakeProvider fake = fake().hang().build();
        CallOptions options = CallOptions.builder()
                .timeouts(Timeouts.builder().total(Duration.ofMillis(400)).build())
                .build();
        simulate(fake, router(fake), router -> {
            long millis = millis(() -> {
                GatewayException e = catchThrowableOfType(
                        GatewayException.class, () -> way.chat(router, environment, HELLO, options));
                assertThat(e.kind()).isEqualTo(ErrorKind.DEADLINE);
            });
            assertThat(millis).isEqualTo(400);
        });
        assertThat(fake.attempts()).hasSize(2);
    }

    @Test
    void bothAttemptsAreAccountedFor() {
        FakeProvider fake = fake().model("a", script -> script.hang())
                .model("b", script -> script.reply("b"))
                .build();
        simulate(fake, router(fake), router -> {
            Way.SYNC.chat(router, environment, HELLO, CallOptions.DEFAULT);
            environment.takeTurns();
            assertThat(router.snapshot().usage().byDeployment().keySet()).containsExactlyInAnyOrder("fake/a", "fake/b");
        });
    }

    @Test
    void hedgesStayWithinTheirBudget() {
        FakeProvider fake = fake().model(
                        "a", script -> script.delay(Duration.ofMillis(200)).reply("a"))
                .model("b", script -> script.reply("b"))
                .build();
        simulate(fake, router(fake), router -> {
            for (int i = 0; i < 110; i++) {
                Way.SYNC.chat(router, environment, HELLO, CallOptions.DEFAULT);
            }
        });
        assertThat(fake.attempts("b")).as("ten saved and a tenth of the calls").hasSizeBetween(20, 21);
    }

    @Test
    void waitsForThePercentileOfTheDeploymentsOwnLatency() {
        FakeProvider fake = fake().model("a", script -> {
                    for (int i = 0; i < 30; i++) {
                        script.delay(Duration.ofMillis(10 + i)).reply("a");
                    }
                    script.hang();
                })
                .model("b", script -> script.reply("b"))
                .build();
        ModelRouter.Builder builder = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .hedge(HedgePolicy.builder().percentile(0.9).build())
                .model(
                        "m",
                        model -> model.deployment("fake/a").deployment("fake/b").strategy(RoutingStrategies.ordered()));
        simulate(fake, builder, router -> {
            for (int i = 0; i < 30; i++) {
                Way.SYNC.chat(router, environment, HELLO, CallOptions.DEFAULT);
            }
            int early = fake.attempts("b").size();
            long millis = millis(() -> Way.SYNC.chat(router, environment, HELLO, CallOptions.DEFAULT));
            assertThat(millis).isBetween(25L, 40L);
            assertThat(fake.attempts("b")).hasSize(early + 1);
        });
    }

    @Test
    void anOperationThatIsNotHedgeableIsSentOnce() {
        Operation<PredictRequest, PredictResponse> once = Operation.builder(
                        "pay", PredictRequest.class, PredictResponse.class)
                .build();
        FakeProvider fake = fake().operation(once, request -> PredictResponse.of(Map.of("ok", true)))
                .delay(Duration.ofMillis(500))
                .reply("unused")
                .build();
        simulate(
                fake,
                router(fake),
                router -> router.call(once, PredictRequest.of("m", Map.of("x", 1)), CallOptions.DEFAULT));
        assertThat(fake.attempts()).hasSize(1);
    }

    @Test
    void aPolicyThatDoesNotKnowWhenIsRefused() {
        assertThatThrownBy(() -> HedgePolicy.builder().build()).hasMessageContaining("set delay");
        assertThatThrownBy(() -> HedgePolicy.after(Duration.ZERO)).hasMessageContaining("positive");
        assertThatThrownBy(() -> HedgePolicy.builder().percentile(95).build()).hasMessageContaining("0.95");
    }
}
