package dev.aigw.routing.balance;

import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ForwardingCandidates;
import dev.aigw.api.spi.RoutingStrategy.Candidates;
import dev.aigw.api.spi.RoutingStrategy.Picker;
import org.jspecify.annotations.Nullable;

/** Chooses within the group of the lowest cost that has an eligible deployment. Safe for use by many threads. */
final class LowestCostPicker implements Picker {

    private final CostTable costs;
    private final Groups groups;

    /** Chooses among groups that cost the same for a request; null if there is only one group. */
    private final @Nullable Picker amongEquals;

    LowestCostPicker(CostTable costs, Groups groups, @Nullable Picker amongEquals) {
        this.costs = costs;
        this.groups = groups;
        this.amongEquals = amongEquals;
    }

    @Override
    public int pick(Candidates candidates) {
        long prompt = candidates.promptTokens();
        long answer = costs.answer(candidates);
        boolean[] tried = null;
        while (true) {
            int cheapest = costs.cheapest(prompt, answer, -1, tried);
            if (cheapest < 0) {
                return -1;
            }
            int index = pick(cheapest, prompt, answer, candidates, tried);
            if (index >= 0) {
                return index;
            }
            if (tried == null) {
                tried = new boolean[costs.size()];
            }
            double least = costs.cost(cheapest, prompt, answer);
            for (int price = 0; price < tried.length; price++) {
                tried[price] |= costs.cost(price, prompt, answer) == least;
            }
        }
    }

    private int pick(int cheapest, long prompt, long answer, Candidates candidates, boolean @Nullable [] tried) {
        double least = costs.cost(cheapest, prompt, answer);
        int equal = costs.cheapest(prompt, answer, cheapest, tried);
        return amongEquals == null || equal < 0 || costs.cost(equal, prompt, answer) > least
                ? groups.pick(cheapest, candidates)
                : amongEquals.pick(new Equals(candidates, this, prompt, answer, least));
    }

    /** Returns the negated cost in dollars; negative infinity without a price. */
    @Override
    public double score(Candidates candidates, int index) {
        return -costs.cost(groups.groupOf(index), candidates.promptTokens(), costs.answer(candidates)) / 1e6;
    }

    @Override
    public void began(int index) {
        groups.began(index);
        if (amongEquals != null) {
            amongEquals.began(index);
        }
    }

    @Override
    public void ended(int index, End end, long nanoTime) {
        groups.ended(index, end, nanoTime);
        if (amongEquals != null) {
            amongEquals.ended(index, end, nanoTime);
        }
    }

    /** The candidates of one cost. */
    private static final class Equals extends ForwardingCandidates {

        private final LowestCostPicker picker;
        private final long prompt;
        private final long answer;
        private final double cost;

        Equals(Candidates all, LowestCostPicker picker, long prompt, long answer, double cost) {
            super(all);
            this.picker = picker;
            this.prompt = prompt;
            this.answer = answer;
            this.cost = cost;
        }

        @Override
        public boolean isEligible(int index) {
            return picker.costs.cost(picker.groups.groupOf(index), prompt, answer) == cost && super.isEligible(index);
        }
    }
}
