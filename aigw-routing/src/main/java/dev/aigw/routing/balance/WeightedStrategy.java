package dev.aigw.routing.balance;

import dev.aigw.api.spi.RoutingStrategy;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws deployments at random in proportion to their weights.
 *
 * <p>It first draws a few times from an {@link AliasTable} and rejects deployments that are not eligible, which keeps
 * the eligible ones in proportion (rejection sampling). If no draw is eligible, one pass over all keeps the i-th
 * eligible one with probability weight / weight so far, which gives the same proportion (Chao, "A general purpose
 * unequal probability sampling plan", Biometrika 69(3), 1982, for a sample of one). Both ways give the same shares, and
 * so does their combination.
 */
enum WeightedStrategy implements RoutingStrategy {
    INSTANCE;

    /** Draws before the pass. With half the weight eligible, one choice in sixteen needs the pass. */
    static final int DRAWS = 4;

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        double[] weights = new double[deployments.size()];
        for (int i = 0; i < weights.length; i++) {
            Deployment deployment = deployments.get(i);
            weights[i] = deployment.weight();
            if (!(weights[i] > 0 && weights[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("deployment " + deployment.id() + " has weight " + weights[i]
                        + ": give it a positive, finite weight, or leave the deployment out");
            }
        }
        return weights.length == 0 ? candidates -> -1 : new WeightedPicker(weights);
    }

    @Override
    public String toString() {
        return "weighted";
    }

    private static final class WeightedPicker implements Picker {

        private final double[] weights;
        private final AliasTable table;

        WeightedPicker(double[] given) {
            double largest = 0;
            for (double weight : given) {
                largest = Math.max(largest, weight);
            }
            weights = new double[given.length];
            for (int i = 0; i < given.length; i++) {
                weights[i] = given[i] / largest; // so that no sum overflows
            }
            this.table = new AliasTable(weights);
        }

        @Override
        public int pick(Candidates candidates) {
            RandomGenerator random = candidates.random();
            for (int draw = 0; draw < DRAWS; draw++) {
                int index = table.next(random);
                if (candidates.isEligible(index)) {
                    return index;
                }
            }
            return pass(candidates, random);
        }

        private int pass(Candidates candidates, RandomGenerator random) {
            int chosen = -1;
            double total = 0;
            for (int i = 0; i < weights.length; i++) {
                if (candidates.isEligible(i)) {
                    total += weights[i];
                    if (chosen < 0 || random.nextDouble() * total < weights[i]) {
                        chosen = i;
                    }
                }
            }
            return chosen;
        }
    }
}
