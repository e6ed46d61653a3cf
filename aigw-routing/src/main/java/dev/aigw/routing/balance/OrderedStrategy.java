package dev.aigw.routing.balance;

import dev.aigw.api.spi.RoutingStrategy;
import java.util.List;

/** Chooses the first eligible deployment. */
enum OrderedStrategy implements RoutingStrategy, RoutingStrategy.Picker {
    INSTANCE;

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        return this;
    }

    @Override
    public int pick(Candidates candidates) {
        int size = candidates.size();
        for (int i = 0; i < size; i++) {
            if (candidates.isEligible(i)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns 1 for the last deployment listed, and one more for each before it. */
    @Override
    public double score(Candidates candidates, int index) {
        return candidates.size() - index;
    }

    @Override
    public String toString() {
        return "ordered";
    }
}
