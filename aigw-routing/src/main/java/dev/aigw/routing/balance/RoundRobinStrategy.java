package dev.aigw.routing.balance;

import dev.aigw.api.spi.RoutingStrategy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes turns by weight: one counter runs through a {@link FairSchedule}. A turn whose deployment is not eligible goes
 * to the next turn's, which is then used up, so the others keep their proportions. When several turns in a row find
 * nobody, the choice is by chance in proportion to the weights.
 */
enum RoundRobinStrategy implements RoutingStrategy {
    INSTANCE;

    /** Turns before it goes by chance. */
    private static final int TURNS = 8;

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        if (deployments.isEmpty()) {
            return candidates -> -1;
        }
        Picker otherwise = WeightedStrategy.INSTANCE.bind(deployments); // checks the weights, too
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
