package dev.aigw.routing.balance;

import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.spi.RoutingStrategy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the deployment that is cheapest for this request's prompt and expected answer; another strategy chooses among
 * equals. Deployments of equal price form a group, and a choice examines only a few of many groups.
 *
 * @param answerTokens the expected length of an answer
 * @param within chooses among those of equal cost
 * @param plain whether {@code within} is the default
 */
record LowestCostStrategy(long answerTokens, RoutingStrategy within, boolean plain) implements RoutingStrategy {

    LowestCostStrategy {
        if (answerTokens < 0) {
            throw new IllegalArgumentException("lowestCost: an answer of " + answerTokens + " tokens: use 0 or more");
        }
    }

    /** Lets {@code next} choose within groups: the same result as among the best scores, without computing scores. */
    @Override
    public RoutingStrategy thenBy(RoutingStrategy next) {
        return new LowestCostStrategy(answerTokens, plain ? next : within.thenBy(next), false);
    }

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        Map<Optional<Price>, List<Integer>> found = new LinkedHashMap<>();
        for (int i = 0; i < deployments.size(); i++) {
            found.computeIfAbsent(Optional.ofNullable(deployments.get(i).card().price()), price -> new ArrayList<>())
                    .add(i);
        }
        Map<Optional<Price>, List<Integer>> byPrice = new LinkedHashMap<>();
        found.keySet().stream()
                .sorted(Comparator.comparingDouble(price -> rate(price.orElse(null), Bucket.INPUT)))
                .forEach(price -> byPrice.put(price, found.getOrDefault(price, List.of())));
        @Nullable
        Price[] prices =
                byPrice.keySet().stream().map(price -> price.orElse(null)).toArray(Price[]::new);
        Groups groups = new Groups(deployments, byPrice, within);
        Picker amongEquals = prices.length > 1 ? within.bind(deployments) : null;
        return new LowestCostPicker(prices, answerTokens, deployments, groups, amongEquals);
    }

    /** Returns dollars per million tokens; infinity without a price. */
    static double rate(@Nullable Price price, Bucket bucket) {
        if (price == null) {
            return Double.POSITIVE_INFINITY;
        }
        BigDecimal perMillion = price.perMillion(bucket);
        if (perMillion == null && bucket == Bucket.CACHE_READ) {
            perMillion = price.perMillion(Bucket.INPUT);
        }
        return perMillion == null ? 0 : perMillion.doubleValue();
    }

    @Override
    public String toString() {
        return plain ? "lowestCost" : "lowestCost.thenBy(" + within + ")";
    }
}
