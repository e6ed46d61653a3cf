package dev.aigw.routing.balance;

import dev.aigw.api.spi.RoutingStrategy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes turns by weight: a counter runs through a {@link FairSchedule}. If a turn's deployment is not eligible, the
 * next turn is used in its place, so the others keep their proportions. If several turns in a row find no eligible
 * deployment, the choice is at random in proportion to the weights.
 */
enum RoundRobinStrategy implements RoutingStrategy {
    INSTANCE;

    /** How many turns are tried before the choice is at random. */
    private static final int TURNS = 8;

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        if (deployments.isEmpty()) {
            return candidates -> -1;
        }
        Picker otherwise = WeightedStrategy.INSTANCE.bind(deployments); // also checks the weights
        int[] cycle = FairSchedule.of(
                deployments.stream().mapToDouble(Deployment::weight).toArray());
        AtomicInteger turn = new AtomicInteger();
        return candidates -> {
            for (int i = 0; i < TURNS; i++) {
                int index = cycle[turn.getAndUpdate(now -> now + 1 == cycle.length ? 0 : now + 1)];
                if (candidates.isEligible(index)) {
                    return index;
                }
            }
            return otherwise.pick(candidates);
        };
    }

    @Override
    public String toString() {
        return "roundRobin";
    }
}
