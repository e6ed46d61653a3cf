package dev.aigw.routing.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class RolloutTest {

    private final VirtualEnvironment environment = new VirtualEnvironment(11);
    private final Random random = new Random(5);

    private static ModelSelector.Query user(String user) {
        return ModelSelector.Query.builder(ChatRequest.of("m", "hi"))
                .callId("c1")
                .options(CallOptions.builder()
                        .caller(Caller.builder().tenant("t").user(user).build())
                        .build())
                .promptTokens(1)
                .now(Instant.EPOCH)
                .random(new Random(1))
                .build();
    }

    @Property
    void raisingTheShareMovesNoCallerWhoWasIn(
            @ForAll @DoubleRange(min = 0.1, max = 99) double lower,
            @ForAll @DoubleRange(min = 0.1, max = 99) double other) {
        double before = Math.min(lower, other);
        double after = Math.max(lower, other);
        Canary few = Canary.builder("v2").stages(before, 100).build();
        Canary more = Canary.builder("v2").stages(after, 100).build();
        for (int i = 0; i < 200; i++) {
            if (few.select(user("u" + i)) != null) {
                assertThat(more.select(user("u" + i))).isNotNull();
            }
        }
    }

    @Test
    void theShareIsMet() {
        Canary canary = Canary.builder("v2").stages(10, 100).build();
        int in = 0;
        for (int i = 0; i < 10_000; i++) {
            if (canary.select(user("u" + i)) != null) {
                in++;
            }
        }
        assertThat(in)
                .as("10 percent of 10,000, within five standard deviations")
                .isBetween(850, 1_150);
    }

    /** A router whose new model fails with this chance and takes this long. */
    private ModelRouter router(ModelSelector selector, double failing, long millis) {
        ProviderAdapter adapter = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    boolean isNew = attempt.model().equals("new");
                    environment.await(
                            Duration.ofMillis(isNew ? millis + random.nextInt(20) : 100 + random.nextInt(20))
                                    .toNanos(),
                            attempt.cancellation());
                    if (random.nextDouble() < (isNew ? failing : 0.02)) {
                        throw GatewayException.of(ErrorKind.SERVER_ERROR, "bad luck");
                    }
                    return ChatResponse.of(attempt.model());
                })
                .build();
        return ModelRouter.builder()
                .environment(environment)
                .provider(adapter)
                .retry(RetryPolicy.builder().maxAttempts(1).budget(1_000_000, 1).build())
                .breaker(BreakerPolicy.builder().failureThreshold(1_000, 1_000).build())
                .model("m", model -> model.deployment("fake/old").route(selector))
                .model("v2", model -> model.deployment("fake/new"))
                .build();
    }

    /** Calls until the canary is decided; returns how many calls the new model had. */
    private int drive(ModelRouter router, Canary canary, int most) {
        int served = 0;
        for (int i = 0; i < most && canary.state().phase() == Canary.Phase.RUNNING; i++) {
            CallOptions options = CallOptions.builder()
                    .caller(Caller.builder().tenant("t").user("u" + i).build())
                    .build();
            try {
                served += router.chat(ChatRequest.of("m", "hi"), options).text().equals("new") ? 1 : 0;
            } catch (GatewayException e) {
                served += e.deployment() != null && e.deployment().equals("fake/new") ? 1 : 0;
            }
        }
        return served;
    }

    @Test
    void aBadVersionIsTakenBackAfterAFewCalls() {
        List<Canary.State> reported = new ArrayList<>();
        Canary canary =
                Canary.builder("v2").stages(20, 100).listener(reported::add).build();
        try (ModelRouter router = router(canary, 1.0, 100)) {
            int served = drive(router, canary, 10_000);
            assertThat(canary.state().phase()).isEqualTo(Canary.Phase.ROLLED_BACK);
            assertThat(canary.state().reason()).contains("fails more often");
            assertThat(served).isLessThan(15);
            assertThat(reported).hasSize(1);
            assertThat(canary.select(user("anyone"))).isNull();
        }
    }

    @Test
    void aVersionThatIsALittleWorseIsTakenBackAfterMoreCalls() {
        Canary canary = Canary.builder("v2").stages(50).minimumCalls(5_000).build();
        try (ModelRouter router = router(canary, 0.15, 100)) {
            int served = drive(router, canary, 20_000);
            assertThat(canary.state().phase()).isEqualTo(Canary.Phase.ROLLED_BACK);
            assertThat(served).isBetween(10, 1_000);
        }
    }

    @Test
    void aSlowVersionIsTakenBack() {
        Canary canary = Canary.builder("v2").stages(50, 100).minimumCalls(1_000).build();
        try (ModelRouter router = router(canary, 0.02, 400)) {
            drive(router, canary, 10_000);
            assertThat(canary.state().phase()).isEqualTo(Canary.Phase.ROLLED_BACK);
            assertThat(canary.state().reason()).contains("slower");
        }
    }

    @Test
    void aGoodVersionGoesThroughAllStages() {
        List<Canary.State> reported = new ArrayList<>();
        Canary canary =
                Canary.builder("v2").minimumCalls(50).listener(reported::add).build();
        try (ModelRouter router = router(canary, 0.02, 100)) {
            drive(router, canary, 20_000);
            assertThat(reported).extracting(Canary.State::percent).containsExactly(25.0, 50.0, 100.0, 100.0);
            assertThat(canary.state().phase()).isEqualTo(Canary.Phase.PROMOTED);
            try (ChatStream stream = router.stream(ChatRequest.of("m", "hi"))) {
                assertThat(stream.response().text()).isEqualTo("new");
            }
        }
    }

    @Test
    void aGoodVersionIsSeldomAccused() {
        int accused = 0;
        for (int seed = 0; seed < 200; seed++) {
            Random chance = new Random(seed);
            BettingTest test = new BettingTest(0.05);
            boolean rejected = false;
            for (int i = 0; i < 2_000; i++) {
                test.add(chance.nextDouble() < 0.03, 0.03);
                rejected |= test.isRejected();
            }
            accused += rejected ? 1 : 0;
        }
        assertThat(accused)
                .as("of 200 good versions, looked at 2,000 times each")
                .isLessThanOrEqualTo(20);
    }

    @Test
    void aStageLastsItsMinimumOfTime() {
        Canary canary = Canary.builder("v2")
                .stages(50, 100)
                .minimumCalls(1)
                .minimumTime(Duration.ofHours(1))
                .build();
        try (ModelRouter router = router(canary, 0, 100)) {
            drive(router, canary, 100);
            assertThat(canary.state().percent()).isEqualTo(50);
            environment.advance(Duration.ofHours(1));
            drive(router, canary, 20);
            assertThat(canary.state().percent()).isEqualTo(100);
        }
    }

    @Test
    void itCanBeOverriddenByHand() {
        Canary canary = Canary.builder("v2").stages(50, 100).build();
        canary.promote();
        assertThat(canary.select(user("a"))).isNotNull();
        canary.rollback();
        assertThat(canary.select(user("a"))).isNull();
        canary.resume();
        assertThat(canary.state()).isEqualTo(new Canary.State(Canary.Phase.RUNNING, 50, "resumed by hand"));
        canary.pause();
        assertThat(canary.state().percent()).isEqualTo(50);
    }

    @Test
    void onlyARunningCanaryIsPausedSoThatResumeBringsBackNoShareOfBefore() {
        Canary canary = Canary.builder("v2").stages(5, 50).minimumCalls(1).build();
        canary.ended(
                user("a"),
                new ModelSelector.Selection("v2", "canary"),
                End.builder(Outcome.SUCCESS)
                        .durationNanos(1)
                        .firstContentNanos(1)
                        .build());
        canary.pause();
        canary.resume();
        assertThat(canary.state()).isEqualTo(new Canary.State(Canary.Phase.RUNNING, 50, "resumed by hand"));
        canary.rollback();
        canary.pause();
        assertThat(canary.state()).isEqualTo(new Canary.State(Canary.Phase.ROLLED_BACK, 0, "rolled back by hand"));
        canary.resume();
        assertThat(canary.state()).isEqualTo(new Canary.State(Canary.Phase.RUNNING, 5, "resumed by hand"));
        canary.promote();
        canary.pause();
        assertThat(canary.state()).isEqualTo(new Canary.State(Canary.Phase.PROMOTED, 100, "promoted by hand"));
    }

    @Test
    void anExposureListenerThatThrowsHidesTheEndFromNoOther() {
        Canary canary = Canary.builder("v2").stages(100).minimumCalls(1).build();
        List<Experiment.Exposure> reported = new ArrayList<>();
        Experiment experiment = Experiment.builder("tone")
                .arm("control", null, 50)
                .arm("warm", "warm", 50)
                .exposure(seen -> {
                    throw new IllegalStateException("bad listener");
                })
                .exposure(reported::add)
                .build();
        try (ModelRouter router = router(canary, 0, 100)) {
            router.update(table -> table.model(
                            "split", model -> model.deployment("fake/old").route(experiment))
                    .replaceModel(
                            "m",
                            model -> model.deployment("fake/old")
                                    .route(query -> new ModelSelector.Selection("split", "all")))
                    .model("warm", model -> model.deployment("fake/old").route(canary)));
            drive(router, canary, 200);
        }
        assertThat(canary.state().phase()).isEqualTo(Canary.Phase.PROMOTED);
        assertThat(reported).isNotEmpty();
    }

    @Test
    void anExperimentKeepsEachCallerInOneArmAndReports() {
        Map<String, Set<String>> arms = new HashMap<>();
        Experiment experiment = Experiment.builder("tone")
                .arm("control", null, 50)
                .arm("warm", "v2", 50)
                .exposure(seen -> arms.computeIfAbsent(
                                String.valueOf(seen.query().options().caller().user()), user -> new HashSet<>())
                        .add(seen.arm()))
                .build();
        try (ModelRouter router = router(experiment, 0.4, 100)) {
            for (int i = 0; i < 2_000; i++) {
                CallOptions options = CallOptions.builder()
                        .caller(Caller.builder().tenant("t").user("u" + i % 100).build())
                        .build();
                try {
                    router.chat(ChatRequest.of("m", "hi"), options);
                } catch (GatewayException e) {
                    assertThat(e.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
                }
            }
        }
        assertThat(arms)
                .hasSize(100)
                .allSatisfy((user, seen) -> assertThat(seen).hasSize(1));
        ExperimentReport report = experiment.report();
        assertThat(report.arms().stream()
                        .mapToLong(ExperimentReport.Arm::exposures)
                        .sum())
                .isEqualTo(2_000);
        ExperimentReport.Effect effect = report.effect("warm");
        assertThat(effect.isSignificant()).isTrue();
        assertThat(effect.difference()).isBetween(-0.45, -0.3);
        assertThat(report.toString()).contains("experiment tone", "control", "points (");
    }

    @Test
    void theIntervalIsNewcombes() {
        // Example (a) of Newcombe (1998), table II: 56/70 against 48/80 gives 0.0524 to 0.3339 by method 10.
        ExperimentReport report = new ExperimentReport(
                "e",
                List.of(
                        ExperimentReport.Arm.builder("control")
                                .exposures(80)
                                .succeeded(48)
                                .failed(32)
                                .build(),
                        ExperimentReport.Arm.builder("other")
                                .exposures(70)
                                .succeeded(56)
                                .failed(14)
                                .build()),
                Map.of());
        ExperimentReport.Effect effect = report.effect("other");
        assertThat(effect.difference()).isCloseTo(0.2, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(effect.low()).isCloseTo(0.0524, org.assertj.core.data.Offset.offset(0.0001));
        assertThat(effect.high()).isCloseTo(0.3339, org.assertj.core.data.Offset.offset(0.0001));
    }

    @Test
    void badInputFailsWithItsFix() {
        assertThatThrownBy(() -> Canary.builder("v2").stages(50, 25).build()).hasMessageContaining("rising");
        assertThatThrownBy(() -> Canary.builder("v2").stages(101).build()).hasMessageContaining("up to 100");
        assertThatThrownBy(() -> Experiment.builder("e")
                        .arm("a", null, 60)
                        .arm("b", "v2", 60)
                        .build())
                .hasMessageContaining("120.0 percent");
        assertThatThrownBy(() -> Experiment.builder("e")
                        .arm("a", null, 0)
                        .arm("b", "v2", 60)
                        .build())
                .hasMessageContaining("above 0");
        assertThatThrownBy(() -> Experiment.builder("e").arm("a", null, 50).build())
                .hasMessageContaining("nothing to compare");
        assertThatThrownBy(() -> Experiment.builder("e")
                        .arm("a", null, 50)
                        .arm("b", "v2", 10)
                        .build())
                .hasMessageContaining("100 percent in all");
    }

    @Test
    void theLedgerHasTheCostOfEachArmFallbacksIncluded() {
        Experiment experiment = Experiment.builder("tone")
                .arm("control", null, 50)
                .arm("warm", "warm", 50)
                .build();
        TokenMeter meter = Meters.builder().tag("tone").tag("feature").build();
        ProviderAdapter adapter = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    if (attempt.model().equals("warm")) {
                        throw GatewayException.of(ErrorKind.NOT_FOUND, "gone");
                    }
                    return ChatResponse.builder()
                            .text("ok")
                            .usage(TokenUsage.of(1_000_000, 0))
                            .build();
                })
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .provider(adapter)
                .environment(environment)
                .meter(meter)
                .model(
                        "m",
                        model -> model.deployment("fake/m", d -> d.price(Price.usdPerMillion("1", "1")))
                                .route(experiment))
                .model(
                        "warm",
                        model -> model.deployment("fake/warm", d -> d.price(Price.usdPerMillion("1", "1")))
                                .fallback("spare"))
                .model("spare", model -> model.deployment("fake/spare", d -> d.price(Price.usdPerMillion("3", "1"))))
                .model("other", model -> model.deployment("fake/m", d -> d.price(Price.usdPerMillion("1", "1"))))
                .build()) {
            for (int i = 0; i < 40; i++) {
                CallOptions options = CallOptions.builder()
                        .caller(Caller.builder().tenant("t").user("u" + i).build())
                        .tag("feature", "chat")
                        .tag("tone", "a caller's own")
                        .build();
                router.chat(ChatRequest.of("m", "hi"), options);
            }
            router.chat(ChatRequest.of("other", "hi"));
        }
        Map<String, UsageLedger.Sum> byArm = meter.ledger().byTag("tone");
        long control = experiment.report().arms().get(0).exposures();
        assertThat(control).isBetween(5L, 35L);
        assertThat(byArm).containsOnlyKeys("control", "warm", "");
        assertThat(byArm.get("control").cost()).isEqualTo(Cost.usd(BigDecimal.valueOf(control)));
        assertThat(byArm.get("warm").cost()).isEqualTo(Cost.usd(BigDecimal.valueOf(3 * (40 - control))));
        assertThat(byArm.get("warm").failed()).isPositive();
        assertThat(meter.ledger().byTag("feature").get("chat").attempts())
                .isEqualTo(byArm.get("control").attempts() + byArm.get("warm").attempts());
    }
}
