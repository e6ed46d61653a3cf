package dev.aigw.routing.balance;

import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RoutingStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Chooses a deployment of the lowest tier that has an eligible one; another strategy chooses within the tier. */
record TiersStrategy(RoutingStrategy within) implements RoutingStrategy {

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        Map<Integer, List<Integer>> byTier = new TreeMap<>();
        for (int i = 0; i < deployments.size(); i++) {
            byTier.computeIfAbsent(deployments.get(i).tier(), tier -> new ArrayList<>())
                    .add(i);
        }
        return new TiersPicker(new Groups(deployments, byTier, within));
    }

    @Override
    public String toString() {
        return "tiers(" + within + ")";
    }

    private record TiersPicker(Groups tiers) implements Picker {

        @Override
        public int pick(Candidates candidates) {
            for (int tier = 0; tier < tiers.count(); tier++) {
                int index = tiers.pick(tier, candidates);
                if (index >= 0) {
                    return index;
                }
            }
            return -1;
        }

        /** Returns the negated tier; within a tier, the inner strategy compares. */
        @Override
        public double score(Candidates candidates, int index) {
            return -candidates.get(index).tier();
        }

        @Override
        public void began(int index) {
            tiers.began(index);
        }

        @Override
        public void ended(int index, End end, long nanoTime) {
            tiers.ended(index, end, nanoTime);
        }
    }
}
