package dev.aigw.routing.balance;

import dev.aigw.api.spi.RoutingStrategy;
import java.util.List;

/** Takes the eligible deployment that one more attempt would load least. */
enum LeastInFlightStrategy implements RoutingStrategy, RoutingStrategy.Picker {
    INSTANCE;

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        return this;
    }

    @Override
    public int pick(Candidates candidates) {
        int best = -1;
        double leastLoad = 0;
        int equals = 0;
        int size = candidates.size();
        for (int i = 0; i < size; i++) {
            if (!candidates.isEligible(i)) {
                continue;
            }
            double load = load(candidates.get(i));
            if (best < 0 || load < leastLoad) {
                best = i;
                leastLoad = load;
                equals = 1;
            } else if (load == leastLoad && candidates.random().nextInt(++equals) == 0) {
                best = i; // the k-th of k equals replaces the choice with chance 1/k, so each has the same
            }
        }
        return best;
    }

    /** Returns the load the deployment would have, as a negative number. */
    @Override
    public double score(Candidates candidates, int index) {
        return -load(candidates.get(index));
    }

    private static double load(Deployment deployment) {
        return (deployment.inFlight() + 1) / deployment.weight();
    }

    @Override
    public String toString() {
        return "leastInFlight";
    }
}
