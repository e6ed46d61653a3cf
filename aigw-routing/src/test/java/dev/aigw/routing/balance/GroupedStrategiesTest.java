package dev.aigw.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.RoutingStrategy.Candidates;
import dev.aigw.api.spi.RoutingStrategy.Picker;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GroupedStrategiesTest {

    private static final End DONE =
            End.builder(Outcome.SUCCESS).durationNanos(1).build();

    @Test
    void tiersGoByWeightWithinTheFirstTierThatCanServe() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 9, 4, 2);
        candidates.deployments.set(0, candidates.get(0).tier(2));
        candidates.deployments.set(1, candidates.get(1).tier(2));

        ChiSquare.assertShares(RoutingStrategies.tiers(RoutingStrategies.weighted()), candidates, 0, 0, 4, 2);
        candidates.ineligible.set(2, 4);
        ChiSquare.assertShares(RoutingStrategies.tiers(RoutingStrategies.weighted()), candidates, 1, 9, 0, 0);
    }

    @Test
    void theStrategyWithinATierHearsOfItsOwnAttemptsOnly() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1, 1);
        candidates.deployments.set(0, candidates.get(0).tier(7));
        List<String> notified = new ArrayList<>();
        Picker picker = RoutingStrategies.tiers(listening(notified)).bind(candidates.deployments);

        picker.began(0);
        picker.began(2);
        picker.ended(2, DONE, 1);

        assertThat(notified).containsExactly("d/0 began", "d/2 began", "d/2 ended");
    }

    @Test
    void lowestCostTakesTheCheaperForTheMixOfThisRequest() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1);
        candidates.deployments.set(0, candidates.get(0).price(Price.usdPerMillion("1", "2")));
        candidates.deployments.set(1, candidates.get(1).price(Price.usdPerMillion("0.1", "8")));
        Picker picker = RoutingStrategies.lowestCost().bind(candidates.deployments);

        candidates.promptTokens = 100; // and an answer of 500: 1,100 against 4,010 millionths
        assertThat(picker.pick(candidates)).isZero();
        assertThat(picker.score(candidates, 0)).isEqualTo(-0.0011);
        candidates.promptTokens = 10_000; // 11,000 against 5,000
        assertThat(picker.pick(candidates)).isEqualTo(1);
        candidates.promptTokens = 100;
        candidates.request = ChatRequest.builder()
                .model("assistant")
                .user("One word")
                .maxOutputTokens(2)
                .build(); // 104 against 26
        assertThat(picker.pick(candidates)).isEqualTo(1);
    }

    @Test
    void lowestCostKnowsWhatALongPromptCosts() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1);
        Price cheap = Price.usdPerMillion("1", "1").above(200_000, Price.usdPerMillion("4", "1"));
        candidates.deployments.set(0, candidates.get(0).price(cheap));
        candidates.deployments.set(1, candidates.get(1).price(Price.usdPerMillion("2", "1")));
        Picker picker = RoutingStrategies.lowestCost().bind(candidates.deployments);

        candidates.promptTokens = 200_000;
        assertThat(picker.pick(candidates)).isZero();
        candidates.promptTokens = 200_001;
        assertThat(picker.pick(candidates)).isEqualTo(1);
    }

    @Test
    void lowestCostKnowsWhatEachRequestCosts() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1);
        candidates.deployments.set(0, candidates.get(0).price(Price.usdPerMillion("10", "10")));
        Price search = Price.usdPerMillion("1", "1").perRequest("0.012");
        candidates.deployments.set(1, candidates.get(1).price(search));
        Picker picker = RoutingStrategies.lowestCost().bind(candidates.deployments);

        candidates.promptTokens = 100; // and an answer of 500: 6,000 against 12,600 millionths
        assertThat(picker.pick(candidates)).isZero();
        candidates.promptTokens = 10_000; // 105,000 against 22,500
        assertThat(picker.pick(candidates)).isEqualTo(1);
        assertThat(picker.score(candidates, 1)).isEqualTo(-0.0225);
    }

    @Test
    void lowestCostOfARequestWithoutAnAnswerGoesByThePromptAlone() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1);
        candidates.deployments.set(0, candidates.get(0).price(Price.usdPerMillion("2", "0")));
        candidates.deployments.set(1, candidates.get(1).price(Price.usdPerMillion("1", "9")));
        candidates.request = EmbeddingRequest.of("embedder", "a text");

        assertThat(RoutingStrategies.lowestCost().bind(candidates.deployments).pick(candidates))
                .isEqualTo(1);
    }

    @Test
    void lowestCostTakesAnUnknownPriceLast() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1);
        candidates.deployments.set(1, candidates.get(1).price(Price.usdPerMillion("900", "900")));
        Picker picker = RoutingStrategies.lowestCost().bind(candidates.deployments);

        assertThat(picker.pick(candidates)).isEqualTo(1);
        assertThat(picker.score(candidates, 0)).isEqualTo(Double.NEGATIVE_INFINITY);
        candidates.ineligible.set(1);
        assertThat(picker.pick(candidates)).isZero();
    }

    @Test
    void lowestCostGoesByWeightAmongEqualPrices() {
        FakeCandidates candidates = FakeCandidates.ofWeights(3, 1, 1, 2);
        for (int i = 0; i < 4; i++) {
            candidates.deployments.set(i, candidates.get(i).price(Price.usdPerMillion(i == 2 ? "5" : "1", "1")));
        }

        ChiSquare.assertShares(RoutingStrategies.lowestCost(), candidates, 3, 1, 0, 2);
    }

    @Test
    void lowestCostRefusesAnAnswerShorterThanNone() {
        assertThatThrownBy(() -> RoutingStrategies.lowestCost(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 or more");
    }

    @Test
    void thenByChoosesAmongTheBestOfTheFirst() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1, 1, 1);
        for (int i = 0; i < 4; i++) {
            candidates.deployments.set(
                    i,
                    candidates
                            .get(i)
                            .price(Price.usdPerMillion(i == 0 ? "5" : "1", "1"))
                            .inFlight(9 - 3 * i));
        }
        candidates.deployments.set(0, candidates.get(0).inFlight(0));
        RoutingStrategy strategy = RoutingStrategies.lowestCost().thenBy(RoutingStrategies.leastInFlight());

        assertThat(strategy.bind(candidates.deployments).pick(candidates)).isEqualTo(3);
        candidates.ineligible.set(3);
        assertThat(strategy.bind(candidates.deployments).pick(candidates)).isEqualTo(2);
    }

    @Test
    void lowestCostGoesByWeightAmongDifferentPricesThatComeToTheSame() {
        FakeCandidates candidates = FakeCandidates.ofWeights(3, 1, 9, 2);
        candidates.deployments.set(0, candidates.get(0).price(Price.usdPerMillion("1", "1")));
        candidates.deployments.set(
                1, candidates.get(1).price(Price.usdPerMillion("1", "1").with(TokenUsage.Bucket.CACHE_READ, "0.1")));
        candidates.deployments.set(2, candidates.get(2).price(Price.usdPerMillion("2", "2")));
        candidates.deployments.set(3, candidates.get(3).price(Price.usdPerMillion("6", "0")));
        candidates.promptTokens = 100; // and an answer of 500: 600 millionths by three of the prices

        ChiSquare.assertShares(RoutingStrategies.lowestCost(), candidates, 3, 1, 0, 2);
        candidates.ineligible.set(0, 2);
        ChiSquare.assertShares(RoutingStrategies.lowestCost(), candidates, 0, 0, 0, 2);
        candidates.ineligible.set(3);
        ChiSquare.assertShares(RoutingStrategies.lowestCost(), candidates, 0, 0, 9, 0);
    }

    @Property(tries = 200)
    void lowestCostFindsTheCheapestOfManyPricesWhateverTheMix(@ForAll long seed, @ForAll @IntRange(max = 60) int size) {
        Random random = new Random(seed);
        FakeCandidates candidates = FakeCandidates.ofWeights(new double[size]);
        candidates.deployments.replaceAll(each -> each.weight(1)
                .price(
                        random.nextInt(10) == 0
                                ? null
                                : Price.usdPerMillion("" + random.nextInt(20), "" + random.nextInt(20))));
        for (int i = 0; i < size; i++) {
            candidates.ineligible.set(i, random.nextInt(3) == 0);
        }
        candidates.promptTokens = random.nextInt(3) == 0 ? random.nextInt(40_000) : random.nextInt(2_000);
        Picker picker = RoutingStrategies.lowestCost(random.nextInt(1_000)).bind(candidates.deployments);

        int picked = picker.pick(candidates);
        double best = IntStream.range(0, size)
                .filter(index -> !candidates.ineligible.get(index))
                .mapToDouble(index -> picker.score(candidates, index))
                .max()
                .orElse(Double.NaN);
        if (Double.isNaN(best)) {
            assertThat(picked).isEqualTo(-1);
        } else {
            assertThat(candidates.ineligible.get(picked)).isFalse();
            assertThat(picker.score(candidates, picked)).isEqualTo(best);
        }
    }

    @Test
    void thenByIsFairAmongTheBestOfTheFirst() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1, 1, 1, 1);
        for (int i = 0; i < 5; i++) {
            candidates.deployments.set(i, candidates.get(i).price(Price.usdPerMillion(i == 2 ? "5" : "1", "1")));
        }
        candidates.ineligible.set(4);

        ChiSquare.assertShares(
                RoutingStrategies.lowestCost().thenBy(RoutingStrategies.leastInFlight()), candidates, 1, 1, 0, 1, 0);
        ChiSquare.assertShares(
                RoutingStrategies.least(
                                "price",
                                deployment -> Objects.requireNonNull(
                                                deployment.card().price())
                                        .perMillion(TokenUsage.Bucket.INPUT)
                                        .doubleValue())
                        .thenBy(RoutingStrategies.weighted()),
                candidates,
                1,
                1,
                0,
                1,
                0);
    }

    @Test
    void thenByTwiceLetsTheThirdChooseAmongTheBestOfTheSecond() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 2, 4, 4);
        for (int i = 0; i < 4; i++) {
            candidates.deployments.set(
                    i,
                    candidates
                            .get(i)
                            .price(Price.usdPerMillion(i == 3 ? "5" : "1", "1"))
                            .inFlight(i == 0 ? 1 : 0));
        }
        RoutingStrategy strategy = RoutingStrategies.lowestCost()
                .thenBy(RoutingStrategies.least("in flight", RoutingStrategy.Deployment::inFlight))
                .thenBy(RoutingStrategies.weighted());

        assertThat(strategy).hasToString("lowestCost.thenBy(in flight.thenBy(weighted))");
        ChiSquare.assertShares(strategy, candidates, 0, 2, 4, 0);
    }

    @Test
    void withinEachTierTheQuickerOfTwoIsTaken() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1, 1, 1);
        for (int i = 0; i < 4; i++) {
            candidates.deployments.set(
                    i, candidates.get(i).tier(i < 2 ? 1 : 2).latencyNanos(i % 2 == 0 ? 500e6 : 20e6));
        }
        Picker picker = RoutingStrategies.tiers(RoutingStrategies.peakEwma()).bind(candidates.deployments);

        assertThat(picker.pick(candidates)).isEqualTo(1);
        candidates.ineligible.set(0, 2);
        assertThat(picker.pick(candidates)).isEqualTo(3);
        candidates.ineligible.set(3);
        assertThat(picker.pick(candidates)).isEqualTo(2);
    }

    @Test
    void headroomIsFairAmongEquals() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1, 1);
        ChiSquare.assertShares(RoutingStrategies.headroom(), candidates);
        candidates.deployments.clear();
        for (int i = 0; i < 30; i++) {
            candidates.deployments.add(FakeCandidates.FakeDeployment.of("d/" + i));
        }
        ChiSquare.assertShares(RoutingStrategies.headroom(), candidates);
    }

    @Test
    void bothStrategiesOfThenByHearOfAttempts() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1);
        List<String> notified = new ArrayList<>();
        Picker picker = listening(notified).thenBy(listening(notified)).bind(candidates.deployments);

        picker.began(0);
        picker.ended(0, DONE, 1);

        assertThat(notified).containsExactly("d/0 began", "d/0 began", "d/0 ended", "d/0 ended");
    }

    @Test
    void leastTakesTheLeastAndANumberThatIsNoneLast() {
        FakeCandidates candidates = FakeCandidates.ofWeights(5, 2, 3);
        RoutingStrategy strategy = RoutingStrategies.least(
                "mine", deployment -> deployment.weight() == 2 ? Double.NaN : deployment.weight());

        assertThat(strategy.bind(candidates.deployments).pick(candidates)).isEqualTo(2);
    }

    @Test
    void leastIsFairAmongMoreEqualsThanItLooksAt() {
        FakeCandidates candidates = FakeCandidates.ofWeights(new double[40]);
        candidates.deployments.replaceAll(each -> each.weight(1));
        candidates.ineligible.set(0, 10);

        ChiSquare.assertShares(RoutingStrategies.leastInFlight(), candidates);
    }

    private static RoutingStrategy listening(List<String> notified) {
        return deployments -> new Picker() {
            @Override
            public int pick(Candidates candidates) {
                return 0;
            }

            @Override
            public void began(int index) {
                notified.add(deployments.get(index).id() + " began");
            }

            @Override
            public void ended(int index, End end, long nanoTime) {
                notified.add(deployments.get(index).id() + " ended");
            }
        };
    }
}
