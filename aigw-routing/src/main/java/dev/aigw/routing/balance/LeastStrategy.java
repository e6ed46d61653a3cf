package dev.aigw.routing.balance;

import dev.aigw.api.spi.RoutingStrategy;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/**
 * Chooses the eligible deployment with the lowest value of a function, at random among equals.
 *
 * <p>Up to {@link #ALL} deployments are all compared. Of more, {@link #DRAWN} eligible ones are drawn at random and
 * compared: the lowest of a few is close to the lowest of all (M. Mitzenmacher, "The Power of Two Choices in Randomized
 * Load Balancing", IEEE TPDS 12(10), 2001), and calls that choose at the same moment do not all go to the same one.
 */
record LeastStrategy(String name, ToDoubleBiFunction<RoutingStrategy.Candidates, RoutingStrategy.Deployment> load)
        implements RoutingStrategy, RoutingStrategy.Picker {

    /** The most deployments that are all compared. */
    static final int ALL = 16;

    /** How many eligible deployments are compared if there are more. */
    private static final int DRAWN = 4;

    /** The most draws for them; if none is eligible, all deployments are compared. */
    static final int DRAWS = 32;

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        return this;
    }

    @Override
    public int pick(Candidates candidates) {
        int size = candidates.size();
        if (size > ALL) {
            int best = bestOfDrawn(candidates, size);
            if (best >= 0) {
                return best;
            }
        }
        return bestOfAll(candidates, size);
    }

    private int bestOfDrawn(Candidates candidates, int size) {
        int best = -1;
        double least = 0;
        int drawn = 0;
        for (int i = 0; i < DRAWS && drawn < DRAWN; i++) {
            int index = candidates.random().nextInt(size);
            if (candidates.isEligible(index)) {
                double given = load(candidates, index);
                drawn++;
                if (best < 0 || given < least) {
                    best = index;
                    least = given;
                }
            }
        }
        return best;
    }

    private int bestOfAll(Candidates candidates, int size) {
        int best = -1;
        double least = 0;
        int equals = 0;
        for (int i = 0; i < size; i++) {
            if (!candidates.isEligible(i)) {
                continue;
            }
            double given = load(candidates, i);
            if (best < 0 || given < least) {
                best = i;
                least = given;
                equals = 1;
            } else if (given == least && candidates.random().nextInt(++equals) == 0) {
                best = i; // the k-th of k equals replaces the choice with probability 1/k, so all have the same
            }
        }
        return best;
    }

    private double load(Candidates candidates, int index) {
        double given = load.applyAsDouble(candidates, candidates.get(index));
        return Double.isNaN(given) ? Double.POSITIVE_INFINITY : given;
    }

    /** Returns the negated value. */
    @Override
    public double score(Candidates candidates, int index) {
        return -load(candidates, index);
    }

    @Override
    public String toString() {
        return name;
    }
}
