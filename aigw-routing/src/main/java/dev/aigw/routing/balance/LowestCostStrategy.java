package dev.aigw.routing.balance;

import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RoutingStrategy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the deployment that is cheapest for this request's prompt and a likely answer. Deployments of equal price are
 * one group, so a choice costs by the number of different prices; another strategy chooses within a group.
 */
record LowestCostStrategy(long answerTokens, RoutingStrategy within) implements RoutingStrategy {

    LowestCostStrategy {
        if (answerTokens < 0) {
            throw new IllegalArgumentException("lowestCost: an answer of " + answerTokens + " tokens: use 0 or more");
        }
    }

    /** Prompts shorter than this are nowhere dearer by the token for their length. */
    private static final long LONG_PROMPT = 32_000;

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        Map<Optional<Price>, List<Integer>> byPrice = new LinkedHashMap<>();
        for (int i = 0; i < deployments.size(); i++) {
            byPrice.computeIfAbsent(
                            Optional.ofNullable(deployments.get(i).card().price()), price -> new ArrayList<>())
                    .add(i);
        }
        return new CostPicker(byPrice.keySet(), new Groups(deployments, byPrice, within), answerTokens);
    }

    /** Returns dollars per million tokens of prompt and of answer; without a price dearer than any. */
    private static double[] rates(@Nullable Price price) {
        return price == null
                ? new double[] {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY}
                : new double[] {rate(price, Bucket.INPUT), rate(price, Bucket.OUTPUT)};
    }

    private static double rate(Price price, Bucket bucket) {
        BigDecimal perMillion = price.perMillion(bucket);
        return perMillion == null ? 0 : perMillion.doubleValue();
    }

    @Override
    public String toString() {
        return "lowestCost";
    }

    private static final class CostPicker implements Picker {

        private final @Nullable Price[] prices;
        private final double[][] rates;
        private final Groups groups;
        private final long answerTokens;

        CostPicker(Set<Optional<Price>> prices, Groups groups, long answerTokens) {
            this.prices = prices.stream().map(price -> price.orElse(null)).toArray(Price[]::new);
            this.rates =
                    Arrays.stream(this.prices).map(LowestCostStrategy::rates).toArray(double[][]::new);
            this.groups = groups;
            this.answerTokens = answerTokens;
        }

        @Override
        public int pick(Candidates candidates) {
            int count = groups.count();
            double[] costs = new double[count];
            for (int group = 0; group < count; group++) {
                costs[group] = cost(candidates, group);
            }
            for (int tried = 0; tried < count; tried++) {
                int cheapest = cheapest(costs);
                int index = groups.pick(cheapest, candidates);
                if (index >= 0) {
                    return index;
                }
                costs[cheapest] = Double.NaN;
            }
            return -1;
        }

        private static int cheapest(double[] costs) {
            int best = -1;
            for (int i = 0; i < costs.length; i++) {
                if (!Double.isNaN(costs[i]) && (best < 0 || costs[i] < costs[best])) {
                    best = i;
                }
            }
            return best;
        }

        /** Returns millionths of a dollar. */
        private double cost(Candidates candidates, int group) {
            double[] rate = rates[group];
            if (rate[0] == Double.POSITIVE_INFINITY) {
                return rate[0]; // also where a request has no tokens
            }
            long prompt = candidates.promptTokens();
            Price price = prices[group];
            if (prompt >= LONG_PROMPT && price != null) {
                BigDecimal cost =
                        price.cost(TokenUsage.of(prompt, answer(candidates))).amount();
                if (cost != null) {
                    return cost.movePointRight(6).doubleValue();
                }
            }
            return rate[0] * prompt + rate[1] * answer(candidates);
        }

        private long answer(Candidates candidates) {
            if (!(candidates.request() instanceof ChatRequest chat)) {
                return 0;
            }
            Integer most = chat.maxOutputTokens();
            return most == null ? answerTokens : Math.min(most, answerTokens);
        }

        /** Returns the cost in dollars as a negative number; negative infinity without a price. */
        @Override
        public double score(Candidates candidates, int index) {
            return -cost(candidates, groups.groupOf(index)) / 1e6;
        }

        @Override
        public void began(int index) {
            groups.began(index);
        }

        @Override
        public void ended(int index, End end, long nanoTime) {
            groups.ended(index, end, nanoTime);
        }
    }
}
