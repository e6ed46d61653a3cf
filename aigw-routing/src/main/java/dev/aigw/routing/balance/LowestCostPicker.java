package dev.aigw.routing.balance;

import dev.aigw.api.Price;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ForwardingCandidates;
import dev.aigw.api.spi.RoutingStrategy.Candidates;
import dev.aigw.api.spi.RoutingStrategy.Picker;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Chooses within the group of the lowest cost that has an eligible deployment. Safe for use by many threads. */
final class LowestCostPicker implements Picker {

    private final @Nullable Price[] prices;
    private final long answerTokens;
    private final Groups groups;

    /** The prices of today and of this hour; another table follows when one changes. */
    private volatile CostTable table;

    /** Chooses among groups that cost the same for a request; null if there is only one group. */
    private final @Nullable Picker amongEquals;

    LowestCostPicker(@Nullable Price[] prices, long answerTokens, Groups groups, @Nullable Picker amongEquals) {
        this.prices = prices;
        this.answerTokens = answerTokens;
        this.table = new CostTable(prices, answerTokens, Instant.EPOCH);
        this.groups = groups;
        this.amongEquals = amongEquals;
    }

    private CostTable costs(Candidates candidates) {
        CostTable known = table;
        if (known.isConstant()) {
            return known;
        }
        Instant time = candidates.time();
        if (!known.isValidAt(time)) {
            known = new CostTable(prices, answerTokens, time);
            table = known;
        }
        return known;
    }

    @Override
    public int pick(Candidates candidates) {
        CostTable costs = costs(candidates);
        long prompt = candidates.promptTokens();
        long answer = costs.answer(candidates);
        boolean[] tried = null;
        while (true) {
            int cheapest = costs.cheapest(prompt, answer, -1, tried);
            if (cheapest < 0) {
                return -1;
            }
            int index = pick(costs, cheapest, prompt, answer, candidates, tried);
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

    private int pick(
            CostTable costs,
            int cheapest,
            long prompt,
            long answer,
            Candidates candidates,
            boolean @Nullable [] tried) {
        double least = costs.cost(cheapest, prompt, answer);
        int equal = costs.cheapest(prompt, answer, cheapest, tried);
        return amongEquals == null || equal < 0 || costs.cost(equal, prompt, answer) > least
                ? groups.pick(cheapest, candidates)
                : amongEquals.pick(new Equals(candidates, costs, groups, prompt, answer, least));
    }

    /** Returns the negated cost in dollars; negative infinity without a price. */
    @Override
    public double score(Candidates candidates, int index) {
        CostTable costs = costs(candidates);
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

        private final CostTable costs;
        private final Groups groups;
        private final long prompt;
        private final long answer;
        private final double cost;

        Equals(Candidates all, CostTable costs, Groups groups, long prompt, long answer, double cost) {
            super(all);
            this.costs = costs;
            this.groups = groups;
            this.prompt = prompt;
            this.answer = answer;
            this.cost = cost;
        }

        @Override
        public boolean isEligible(int index) {
            return costs.cost(groups.groupOf(index), prompt, answer) == cost && super.isEligible(index);
        }
    }
}
