package dev.aigw.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.RoutingStrategy.Picker;
import java.util.Arrays;

/** Compares the shares of many draws with those expected, by Pearson's chi-square test at a level of 0.001. */
final class ChiSquare {

    private static final int DRAWS = 200_000;

    private ChiSquare() {}

    /** Checks that the eligible deployments are drawn in proportion to their weights, and no others. */
    static void assertShares(RoutingStrategy strategy, FakeCandidates candidates) {
        double[] weights = new double[candidates.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = candidates.ineligible.get(i) ? 0 : candidates.get(i).weight() / 1e3;
        }
        assertShares(strategy, candidates, weights);
    }

    /** Checks that the deployments are drawn in proportion to {@code weights}, those of weight 0 never. */
    static void assertShares(RoutingStrategy strategy, FakeCandidates candidates, double... weights) {
        Picker picker = strategy.bind(candidates.deployments);
        int[] counts = new int[candidates.size()];
        for (int i = 0; i < DRAWS; i++) {
            counts[picker.pick(candidates)]++;
        }
        double total = Arrays.stream(weights).sum();
        double sum = 0;
        int drawn = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = DRAWS * (weights[i] / total);
            if (expected == 0) {
                assertThat(counts[i]).as("draws of deployment " + i).isZero();
            } else {
                drawn++;
                sum += (counts[i] - expected) * (counts[i] - expected) / expected;
            }
        }
        assertThat(sum)
                .as("chi-square of " + strategy + " over " + Arrays.toString(counts))
                .isLessThan(critical(drawn - 1));
    }

    /** Returns the value that chi-square exceeds with chance 0.001, by Wilson and Hilferty's approximation. */
    private static double critical(int degreesOfFreedom) {
        double k = degreesOfFreedom;
        return k * Math.pow(1 - 2 / (9 * k) + 3.09 * Math.sqrt(2 / (9 * k)), 3);
    }
}
