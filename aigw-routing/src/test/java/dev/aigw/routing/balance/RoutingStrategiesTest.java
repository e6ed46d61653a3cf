package dev.aigw.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.RoutingStrategy.Picker;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingStrategiesTest {

    private static final int DRAWS = 200_000;

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
        candidates.deployments.replaceAll(any -> new FakeCandidates.FakeDeployment(any.id(), 1e9, 0));
        candidates.deployments.set(617, new FakeCandidates.FakeDeployment("d/617", 1e-9, 0));
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
        candidates.deployments.add(new FakeCandidates.FakeDeployment("d/0", 1, 3));
        candidates.deployments.add(new FakeCandidates.FakeDeployment("d/1", 4, 5));
        candidates.deployments.add(new FakeCandidates.FakeDeployment("d/2", 1, 1));
        Picker picker = RoutingStrategies.leastInFlight().bind(candidates.deployments);

        assertThat(picker.pick(candidates)).isEqualTo(1);
        candidates.ineligible.set(1);
        assertThat(picker.pick(candidates)).isEqualTo(2);
        assertThat(picker.score(candidates, 2)).isGreaterThan(picker.score(candidates, 0));
    }

    @Test
    void leastInFlightSharesEvenlyAmongEqualLoads() {
        FakeCandidates candidates = FakeCandidates.ofWeights(1, 1, 1, 1);

        assertThat(chiSquare(RoutingStrategies.leastInFlight(), candidates)).isLessThan(critical(3));
    }

    private static RoutingStrategy[] all() {
        return new RoutingStrategy[] {
            RoutingStrategies.weighted(), RoutingStrategies.ordered(), RoutingStrategies.leastInFlight()
        };
    }

    private static void assertShares(FakeCandidates candidates) {
        int eligible = candidates.size() - candidates.ineligible.cardinality();

        assertThat(chiSquare(RoutingStrategies.weighted(), candidates)).isLessThan(critical(eligible - 1));
    }

    /** Draws, and returns how far the counts are from the shares: the chi-square statistic. */
    private static double chiSquare(RoutingStrategy strategy, FakeCandidates candidates) {
        Picker picker = strategy.bind(candidates.deployments);
        int[] counts = new int[candidates.size()];
        for (int i = 0; i < DRAWS; i++) {
            counts[picker.pick(candidates)]++;
        }
        double[] weights = new double[counts.length];
        for (int i = 0; i < counts.length; i++) {
            weights[i] = candidates.ineligible.get(i) ? 0 : candidates.get(i).weight() / 1e3;
        }
        double total = Arrays.stream(weights).sum();
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = DRAWS * (weights[i] / total);
            if (expected == 0) {
                assertThat(counts[i]).as("draws of an ineligible deployment").isZero();
            } else {
                sum += (counts[i] - expected) * (counts[i] - expected) / expected;
            }
        }
        return sum;
    }

    /** Returns the value that chi-square exceeds with chance 0.001, by Wilson and Hilferty's approximation. */
    private static double critical(int degreesOfFreedom) {
        double k = degreesOfFreedom;
        return k * Math.pow(1 - 2 / (9 * k) + 3.09 * Math.sqrt(2 / (9 * k)), 3);
    }
}
