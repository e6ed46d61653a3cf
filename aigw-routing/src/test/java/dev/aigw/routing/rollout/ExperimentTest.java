package dev.aigw.routing.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Scores, segments and what stays together. */
class ExperimentTest {

    private final Random random = new Random(7);
    private final List<Experiment.Exposure> exposed = new ArrayList<>();

    private Experiment.Builder experiment() {
        return Experiment.builder("tone")
                .arm("control", null, 50)
                .arm("warm", "warm", 50)
                .exposure(exposed::add);
    }

    private static ModelRouter router(Experiment experiment) {
        ProviderAdapter adapter = ProviderAdapter.builder("fake")
                .chat((request, attempt) -> ChatResponse.of(attempt.model()))
                .build();
        return ModelRouter.builder()
                .environment(new VirtualEnvironment(2))
                .provider(adapter)
                .model("m", model -> model.deployment("fake/plain").route(experiment))
                .model("warm", model -> model.deployment("fake/warm"))
                .build();
    }

    private static CallOptions user(int user, String tier) {
        return CallOptions.builder()
                .caller(Caller.builder()
                        .tenant("company " + user / 10)
                        .user("u" + user)
                        .tier(tier)
                        .build())
                .build();
    }

    /** Calls for users of two tiers; those who pay like warm answers better, those who don't do not. */
    private void play(ModelRouter router, int users) {
        for (int i = 0; i < users; i++) {
            boolean pays = i / 10 % 2 == 0;
            ChatResponse reply = router.chat(ChatRequest.of("m", "hi"), user(i, pays ? "paid" : "free"));
            boolean better = pays && reply.text().equals("warm");
            if (random.nextInt(4) > 0) {
                router.feedback(reply.route().callId(), random.nextDouble() < (better ? 0.9 : 0.5) ? 1 : 0);
            }
        }
    }

    @Test
    void scoresAreReportedByArmAndBySegment() {
        Experiment experiment =
                experiment().segmentBy(query -> query.options().caller().tier()).build();
        try (ModelRouter router = router(experiment)) {
            play(router, 2_000);
        }
        ExperimentReport report = experiment.report();
        ExperimentReport.ScoreEffect all = report.scoreEffect("warm");
        assertThat(all.difference()).isBetween(0.12, 0.28);
        assertThat(all.isSignificant()).isTrue();
        assertThat(report.segments()).containsOnlyKeys("free", "paid");
        ExperimentReport.ScoreEffect paid = report.segments().get("paid").scoreEffect("warm");
        assertThat(paid.difference()).isBetween(0.32, 0.48);
        assertThat(paid.low()).isPositive();
        assertThat(paid.size()).as("0.4 of a deviation of about 0.41").isBetween(0.75, 1.25);
        assertThat(report.segments().get("free").scoreEffect("warm").difference())
                .isBetween(-0.12, 0.12);
        assertThat(report.arms().stream().mapToLong(arm -> arm.scores().count()).sum())
                .isBetween(1_400L, 1_600L);
        assertThat(report.toString()).contains("segment free", "segment paid", "score 0.", "size ");
        assertThat(exposed).hasSize(2_000);
        assertThat(exposed.get(0))
                .returns("tone", Experiment.Exposure::experiment)
                .returns("paid", Experiment.Exposure::segment);
    }

    @Test
    void aCallIsScoredOnceAndOnlyIfItTookPart() {
        Experiment experiment = experiment().build();
        try (ModelRouter router = router(experiment)) {
            String call = router.chat(ChatRequest.of("m", "hi")).route().callId();
            router.feedback(call, 1);
            router.feedback(call, 0);
            router.feedback("unknown", 0);
            router.feedback(router.chat(ChatRequest.of("warm", "hi")).route().callId(), 0);
        }
        assertThat(experiment.report().arms())
                .extracting(arm -> arm.scores().count())
                .containsExactlyInAnyOrder(0L, 1L);
        assertThat(experiment.report().segments()).isEmpty();
    }

    @Test
    void whatShallStayTogetherStaysTogether() {
        Experiment experiment = experiment()
                .assignBy(query -> query.options().caller().tenant())
                .build();
        try (ModelRouter router = router(experiment)) {
            play(router, 1_000);
        }
        Map<String, Set<String>> arms = new HashMap<>();
        exposed.forEach(seen -> arms.computeIfAbsent(
                        String.valueOf(seen.query().options().caller().tenant()), any -> new HashSet<>())
                .add(seen.arm()));
        assertThat(arms).hasSize(100).allSatisfy((company, of) -> assertThat(of).hasSize(1));
        assertThat(arms.values()).contains(Set.of("control"), Set.of("warm"));
    }

    @Test
    void onlyTheSegmentThatIsMeantTakesPart() {
        Experiment experiment = experiment()
                .where(query -> "paid".equals(query.options().caller().tier()))
                .build();
        try (ModelRouter router = router(experiment)) {
            play(router, 1_000);
            for (int i = 0; i < 50; i++) {
                assertThat(router.chat(ChatRequest.of("m", "hi"), user(i, "free"))
                                .text())
                        .isEqualTo("plain");
            }
        }
        assertThat(exposed)
                .hasSize(500)
                .allSatisfy(seen ->
                        assertThat(seen.query().options().caller().tier()).isEqualTo("paid"));
    }

    @Test
    void segmentsBeyondAHundredCountTogether() {
        Experiment experiment =
                experiment().segmentBy(query -> query.options().caller().user()).build();
        try (ModelRouter router = router(experiment)) {
            play(router, 300);
            router.chat(ChatRequest.of("m", "hi"));
        }
        assertThat(experiment.report().segments()).hasSize(101).containsKey("(others)");
        assertThat(experiment.report().arms().stream()
                        .mapToLong(ExperimentReport.Arm::exposures)
                        .sum())
                .isEqualTo(301);
    }

    /** Returns the scores of this many calls, each 1 at random, else 0. */
    private ExperimentReport.Scores draw(int count, double chance) {
        ArmCounts counts = new ArmCounts();
        for (int i = 0; i < count; i++) {
            counts.scored(random.nextDouble() < chance ? 1 : 0);
        }
        return counts.report("arm").scores();
    }

    @Test
    void theIntervalContainsTheTruthAsOftenAsItSays() {
        for (double[] means : new double[][] {{0.9, 0.9}, {0.5, 0.5}, {0.7, 0.4}, {0.97, 0.9}}) {
            int contained = 0;
            for (int run = 0; run < 2_000; run++) {
                ExperimentReport.ScoreEffect effect = ScoreDifference.of(draw(25, means[0]), draw(40, means[1]));
                double truth = means[0] - means[1];
                contained += effect.low() <= truth && truth <= effect.high() ? 1 : 0;
            }
            assertThat(contained / 2_000.0)
                    .as("means %s and %s", means[0], means[1])
                    .isBetween(0.93, 0.99);
        }
    }

    @Test
    void aFewEqualScoresProveNothing() {
        ExperimentReport.Scores good = new ExperimentReport.Scores(2, 1, 0);
        ExperimentReport.Scores bad = new ExperimentReport.Scores(2, 0, 0);
        ExperimentReport.ScoreEffect effect = ScoreDifference.of(good, bad);
        assertThat(effect.difference()).isEqualTo(1);
        assertThat(effect.isSignificant()).isFalse();
        assertThat(effect.size()).isNaN();
        assertThat(ScoreDifference.of(ExperimentReport.Scores.NONE, good).isSignificant())
                .isFalse();
    }

    @Test
    void studentsPointIsThatOfTheTables() {
        assertThat(ScoreDifference.t(5)).isCloseTo(2.5706, within(0.005));
        assertThat(ScoreDifference.t(10)).isCloseTo(2.2281, within(0.0005));
        assertThat(ScoreDifference.t(30)).isCloseTo(2.0423, within(0.0001));
    }

    @Test
    void hedgesSizeIsThatOfTheFormula() {
        // d = (0.7 - 0.5) / sqrt((19 * 0.04 + 29 * 0.09) / 48) = 0.7549, times 1 - 3 / 191.
        ExperimentReport.ScoreEffect effect = ScoreDifference.of(
                new ExperimentReport.Scores(20, 0.7, 0.2), new ExperimentReport.Scores(30, 0.5, 0.3));
        assertThat(effect.size()).isCloseTo(0.7430, within(0.0002));
    }

    @Test
    void badInputFailsWithItsFix() {
        assertThatThrownBy(() -> experiment().memory(Duration.ZERO).build()).hasMessageContaining("positive duration");
        assertThatThrownBy(() -> experiment().build().report().scoreEffect("cold"))
                .hasMessageContaining("arms are [control, warm]");
    }
}
