package dev.aigw.routing.balance;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Price;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ForwardingCandidates;
import dev.aigw.api.spi.RoutingStrategy.Candidates;
import dev.aigw.api.spi.RoutingStrategy.Deployment;
import dev.aigw.api.spi.RoutingStrategy.Picker;
import dev.aigw.api.spi.RoutingStrategy.WarmPrompt;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses within the group of the lowest cost that has an eligible deployment. A deployment whose prompt cache has the
 * beginning of the prompt costs less than the others of its group; it is chosen if no other one is cheaper still. Safe
 * for use by many threads.
 */
final class LowestCostPicker implements Picker {

    private final @Nullable Price[] prices;
    private final long answerTokens;
    private final Groups groups;

    private final Map<String, Integer> indices;

    /** The prices of today and of this hour; another table follows when one changes. */
    private volatile CostTable table;

    /** The same for calls whose prompts are to be cached. */
    private volatile CostTable cachedTable;

    /** Chooses among groups that cost the same for a request; null if there is only one group. */
    private final @Nullable Picker amongEquals;

    LowestCostPicker(
            @Nullable Price[] prices,
            long answerTokens,
            List<? extends Deployment> deployments,
            Groups groups,
            @Nullable Picker amongEquals) {
        this.prices = prices;
        this.answerTokens = answerTokens;
        this.indices = new HashMap<>();
        for (int i = 0; i < deployments.size(); i++) {
            indices.put(deployments.get(i).id(), i);
        }
        this.table = new CostTable(prices, answerTokens, false, Instant.EPOCH);
        this.cachedTable = new CostTable(prices, answerTokens, true, Instant.EPOCH);
        this.groups = groups;
        this.amongEquals = amongEquals;
    }

    private CostTable costs(Candidates candidates) {
        boolean cached = isCached(candidates.options());
        CostTable known = cached ? cachedTable : table;
        if (known.isConstant()) {
            return known;
        }
        Instant time = candidates.time();
        if (!known.isValidAt(time)) {
            known = new CostTable(prices, answerTokens, cached, time);
            if (cached) {
                cachedTable = known;
            } else {
                table = known;
            }
        }
        return known;
    }

    /** Returns whether a call's prompt is to be cached: it is one of a session. */
    private static boolean isCached(CallOptions options) {
        PromptCaching caching = options.promptCaching();
        return options.sessionKey() != null && (caching == null || caching.mode() != PromptCaching.Mode.OFF);
    }

    @Override
    public int pick(Candidates candidates) {
        CostTable costs = costs(candidates);
        long prompt = candidates.promptTokens();
        long answer = costs.answer(candidates);
        Warmest warm = warmest(costs, prompt, answer, candidates);
        boolean[] tried = null;
        while (true) {
            int cheapest = costs.cheapest(prompt, answer, -1, tried);
            if (warm != null && (cheapest < 0 || costs.cost(cheapest, prompt, answer) >= warm.cost())) {
                return warm.index();
            }
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

    /** The cheapest deployment whose prompt cache has the beginning of the prompt, and its cost. */
    private record Warmest(int index, double cost) {}

    /** Returns the cheapest eligible deployment with a warm cache, or null. */
    private @Nullable Warmest warmest(CostTable costs, long prompt, long answer, Candidates candidates) {
        Warmest best = null;
        for (WarmPrompt each : candidates.warmPrompts()) {
            Integer index = indices.get(each.deployment());
            if (index != null && candidates.isEligible(index)) {
                double cost = costs.cost(groups.groupOf(index), prompt, answer, Math.min(prompt, each.tokens()));
                best = best == null || cost < best.cost() ? new Warmest(index, cost) : best;
            }
        }
        return best;
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

    /** Returns the negated cost in dollars, what a cache has at its price; negative infinity without a price. */
    @Override
    public double score(Candidates candidates, int index) {
        CostTable costs = costs(candidates);
        long prompt = candidates.promptTokens();
        long cached = 0;
        for (WarmPrompt warm : candidates.warmPrompts()) {
            Integer place = indices.get(warm.deployment());
            cached = place != null && place == index ? Math.min(prompt, warm.tokens()) : cached;
        }
        return -costs.cost(groups.groupOf(index), prompt, costs.answer(candidates), cached) / 1e6;
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
