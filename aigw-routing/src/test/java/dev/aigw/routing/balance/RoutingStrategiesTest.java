package dev.aigw.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.RoutingStrategy.Picker;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingStrategiesTest {

    @Test
    void weightedGivesSharesInProportionToTheWeights() {
        assertShares(FakeCandidates.ofWeights(9, 1, 5, 0.5, 3));
    }

    @Test
    void weightedKeepsEqualSharesOfEqualWeights() {
        assertShares(FakeCandidates.ofWeights(2, 2, 2));
    }

    @Test
    void weightedStaysProportionalAmongTheEligibleWhenTheHeaviestIsNot() {
        FakeCandidates candidates = FakeCandidates.ofWeights(90, 1, 2, 3);
        candidates.ineligible.set(0);

        assertShares(candidates);
    }

    @Test
    void weightedStaysProportionalWhenDrawsAndPassBothDecide() {
        FakeCandidates candidates = FakeCandidates.ofWeights(4, 3, 2, 1, 5);
        candidates.ineligible.set(0);
        candidates.ineligible.set(4);

        assertShares(candidates);
    }

    @Test
    void weightedCopesWithWeightsWhoseSumIsNotANumber() {
        assertShares(FakeCandidates.ofWeights(Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE / 2));
    }

    @Test
    void weightedFindsTheOnlyEligibleOfAThousandHoweverSmallItsWeight() {
        FakeCandidates candidates = FakeCandidates.ofWeights(new double[1000]);
        candidates.deployments.replaceAll(any -> any.weight(1e9));
        candidates.deployments.set(
                617, FakeCandidates.FakeDeployment.of("d/617").weight(1e-9));
        candidates.ineligible.set(0, 1000);
        candidates.ineligible.clear(617);

        assertThat(RoutingStrategies.weighted().bind(candidates.deployments).pick(candidates))
                .isEqualTo(617);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1000})
    void weightedAsksOnceAChoiceWhenAllAreEligible(int size) {
        FakeCandidates candidates = FakeCandidates.ofWeights(
                IntStream.range(0, size).mapToDouble(i -> 1 + i % 7).toArray());
        Picker picker = RoutingStrategies.weighted().bind(candidates.deployments);

        for (int i = 0; i < 1000; i++) {
            picker.pick(candidates);
        }

        assertThat(candidates.checks).isEqualTo(1000);
    }

    @Test
    void weightedAsksEachDeploymentOnceMoreAtWorst() {
        FakeCandidates candidates = FakeCandidates.ofWeights(
                IntStream.range(0, 1000).mapToDouble(i -> 1).toArray());
        candidates.ineligible.set(0, 1000);

        RoutingStrategies.weighted().bind(candidates.deployments).pick(candidates);

        assertThat(candidates.checks).isEqualTo(1000 + WeightedStrategy.DRAWS);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void weightedRefusesAWeightThatIsNoShareAndNamesTheDeployment(double weight) {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, weight);

        assertThatThrownBy(() -> RoutingStrategies.weighted().bind(candidates.deployments))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("d/1")
                .hasMessageContaining("positive");
    }

    @Test
    void everyStrategyAnswersMinusOneWhenNoneIsEligible() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 2, 3);
        candidates.ineligible.set(0, 3);

        for (RoutingStrategy strategy : all()) {
            assertThat(strategy.bind(candidates.deployments).pick(candidates))
                    .as(strategy.toString())
                    .isEqualTo(-1);
        }
    }

    @Test
    void everyStrategyAnswersMinusOneWithoutDeployments() {
        FakeCandidates none = FakeCandidates.ofWeights();

        for (RoutingStrategy strategy : all()) {
            assertThat(strategy.bind(none.deployments).pick(none))
                    .as(strategy.toString())
                    .isEqualTo(-1);
        }
    }

    @Test
    void everyStrategyFindsTheOnlyEligibleOfAThousand() {
        FakeCandidates candidates = FakeCandidates.ofWeights(
                IntStream.range(0, 1000).mapToDouble(i -> 1).toArray());
        candidates.ineligible.set(0, 1000);
        candidates.ineligible.clear(617);

        for (RoutingStrategy strategy : all()) {
            assertThat(strategy.bind(candidates.deployments).pick(candidates))
                    .as(strategy.toString())
                    .isEqualTo(617);
        }
    }

    @Test
    void noStrategyLooksAtMoreOfAThousandThanAFew() {
        FakeCandidates candidates = FakeCandidates.ofWeights(
                IntStream.range(0, 1000).mapToDouble(i -> 1).toArray());

        for (RoutingStrategy strategy : all()) {
            Picker picker = strategy.bind(candidates.deployments);
            candidates.checks = 0;
            for (int i = 0; i < 100; i++) {
                picker.pick(candidates);
            }
            assertThat(candidates.checks / 100).as(strategy.toString()).isLessThanOrEqualTo(LeastStrategy.DRAWS);
        }
    }

    @Test
    void everyStrategyHasANameForErrorMessages() {
        for (RoutingStrategy strategy : all()) {
            assertThat(strategy.toString()).matches("[a-zA-Z.()]+");
        }
    }

    @Test
    void orderedTakesTheFirstEligibleOfTheListing() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 100, 100);
        Picker picker = RoutingStrategies.ordered().bind(candidates.deployments);

        assertThat(picker.pick(candidates)).isZero();
        candidates.ineligible.set(0);
        assertThat(picker.pick(candidates)).isEqualTo(1);
    }

    @Test
    void orderedScoresEarlierDeploymentsHigher() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 100);
        Picker picker = RoutingStrategies.ordered().bind(candidates.deployments);

        assertThat(picker.score(candidates, 0)).isGreaterThan(picker.score(candidates, 1));
    }

    @Test
    void leastInFlightTakesTheLeastLoadedForItsWeight() {
        FakeCandidates candidates = new FakeCandidates();
        candidates.deployments.add(
                FakeCandidates.FakeDeployment.of("d/0").weight(1).inFlight(3));
        candidates.deployments.add(
                FakeCandidates.FakeDeployment.of("d/1").weight(4).inFlight(5));
        candidates.deployments.add(
                FakeCandidates.FakeDeployment.of("d/2").weight(1).inFlight(1));
        Picker picker = RoutingStrategies.leastInFlight().bind(candidates.deployments);

        assertThat(picker.pick(candidates)).isEqualTo(1);
        candidates.ineligible.set(1);
        assertThat(picker.pick(candidates)).isEqualTo(2);
        assertThat(picker.score(candidates, 2)).isGreaterThan(picker.score(candidates, 0));
    }

    @Test
    void leastInFlightSharesEvenlyAmongEqualLoads() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1, 1, 1);

        ChiSquare.assertShares(RoutingStrategies.leastInFlight(), candidates);
    }

    private static RoutingStrategy[] all() {
        return new RoutingStrategy[] {
            RoutingStrategies.weighted(),
            RoutingStrategies.roundRobin(),
            RoutingStrategies.ordered(),
            RoutingStrategies.tiers(RoutingStrategies.weighted()),
            RoutingStrategies.leastInFlight(),
            RoutingStrategies.headroom(),
            RoutingStrategies.peakEwma(),
            RoutingStrategies.lowestCost(),
            RoutingStrategies.affinity(),
            RoutingStrategies.least("quickest", RoutingStrategy.Deployment::latencyNanos),
            RoutingStrategies.lowestCost().thenBy(RoutingStrategies.leastInFlight())
        };
    }

    private static void assertShares(FakeCandidates candidates) {
        ChiSquare.assertShares(RoutingStrategies.weighted(), candidates);
    }
}
