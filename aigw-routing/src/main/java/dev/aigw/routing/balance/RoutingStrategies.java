package dev.aigw.routing.balance;

import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.RoutingStrategy.Candidates;
import dev.aigw.api.spi.RoutingStrategy.Deployment;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The built-in routing strategies. A strategy is stateless (what it learns is kept by the model it is bound to), so one
 * instance may serve any number of models and routers.
 *
 * <pre>{@code
 * ModelRouter.builder()
 *     .model("assistant", model -> model
 *         .deployment("openai/gpt-6.1-terra", deployment -> deployment.weight(9))
 *         .deployment("anthropic/claude-haiku-5-5", deployment -> deployment.weight(1))
 *         .strategy(RoutingStrategies.weighted()))
 * }</pre>
 *
 * <p>{@link RoutingStrategy#thenBy} and {@link #tiers} combine strategies:
 *
 * <pre>{@code
 * RoutingStrategies.lowestCost().thenBy(RoutingStrategies.leastInFlight())
 * RoutingStrategies.tiers(RoutingStrategies.peakEwma())
 * }</pre>
 *
 * <p>None takes a lock. A choice costs about the same for ten deployments as for a thousand as long as most of them are
 * eligible; where few are, it may look at each once.
 */
public final class RoutingStrategies {

    /** The tokens of a typical answer. */
    private static final long ANSWER_TOKENS = 500;

    /** The headroom of an exhausted deployment, above zero so that the least busy of several is chosen. */
    private static final double LEAST_HEADROOM = 1e-6;

    private static final RoutingStrategy LEAST_IN_FLIGHT = new LeastStrategy(
            "leastInFlight", (candidates, deployment) -> (deployment.inFlight() + 1) / deployment.weight());

    private static final RoutingStrategy HEADROOM = new LeastStrategy(
            "headroom",
            (candidates, deployment) -> (deployment.inFlight() + 1)
                    / (deployment.weight() * Math.max(LEAST_HEADROOM, deployment.headroom(candidates.nanoTime()))));

    private RoutingStrategies() {}

    /**
     * Chooses at random in proportion to the weights. The shares of eligible deployments stay proportional when others
     * are not eligible.
     *
     * <p>Binding fails with {@link IllegalArgumentException} if a weight is not a positive, finite number.
     */
    public static RoutingStrategy weighted() {
        return WeightedStrategy.INSTANCE;
    }

    /**
     * Gives each deployment its turns by weight, evenly spread: with weights 2 and 1, the first has had two thirds of
     * the attempts at any time, give or take less than one. Use it for even shares of few calls, where a random choice
     * makes bursts; with many calls {@link #weighted()} is as good.
     *
     * <p>Whole weights, and weights with up to three decimals, are exact if the shortest such cycle has at most 16,384
     * turns; others are rounded to a cycle of that length. Binding fails with {@link IllegalArgumentException} if a
     * weight is not a positive, finite number.
     */
    public static RoutingStrategy roundRobin() {
        return RoundRobinStrategy.INSTANCE;
    }

    /**
     * Chooses the first eligible deployment in the order in which the model lists them; the others are standbys.
     * Weights do not count.
     */
    public static RoutingStrategy ordered() {
        return OrderedStrategy.INSTANCE;
    }

    /**
     * Chooses a deployment of the lowest tier ({@code deployment.tier(2)}; 1 by default) that has an eligible one;
     * another strategy chooses within the tier. Use it to prefer capacity already paid for over pay-as-you-go.
     */
    public static RoutingStrategy tiers(RoutingStrategy withinTier) {
        return new TiersStrategy(withinTier);
    }

    /**
     * Chooses the eligible deployment with the fewest attempts under way for its weight, at random among equals. A
     * deployment of weight 2 is as busy with four attempts as one of weight 1 with two. Use it for calls of uneven
     * length.
     *
     * <p>With more than sixteen deployments, four eligible ones are drawn at random and the best of them is chosen.
     */
    public static RoutingStrategy leastInFlight() {
        return LEAST_IN_FLIGHT;
    }

    /**
     * Chooses the eligible deployment with the most rate limit left for its weight and its attempts under way, at
     * random among equals. The provider's last reply says how much is left (headers such as
     * {@code x-ratelimit-remaining-tokens}); a deployment without such a report counts as full. Use it for several keys
     * or accounts whose limits other applications use too.
     *
     * <p>With more than sixteen deployments, four eligible ones are drawn at random and the best of them is chosen.
     */
    public static RoutingStrategy headroom() {
        return HEADROOM;
    }

    /** Returns {@link #peakEwma(Duration)} with a decay of ten seconds. */
    public static RoutingStrategy peakEwma() {
        return peakEwma(Duration.ofSeconds(10));
    }

    /**
     * Draws two deployments at random and chooses the one that should answer sooner, by its latency (of streams, to the
     * first content) and its attempts under way. A rise in latency counts at once, a fall gradually. Use it for
     * deployments of uneven or changing speed.
     *
     * @param decay after about this long without attempts, a deployment that was slow is tried again
     * @throws IllegalArgumentException if {@code decay} is not positive
     */
    public static RoutingStrategy peakEwma(Duration decay) {
        return new PeakEwmaStrategy(decay);
    }

    /** Returns {@link #lowestCost(long)} with an answer of 500 tokens. */
    public static RoutingStrategy lowestCost() {
        return lowestCost(ANSWER_TOKENS);
    }

    /**
     * Chooses the deployment that is cheapest for this request: its prompt at the price of input (about four characters
     * per token; a long prompt at the price for its length) and its expected answer at the price of output; at random
     * by weight among equals. A deployment whose price is unknown is chosen only if no priced one is eligible.
     *
     * <p>For calls of a session ({@code CallOptions.sessionKey}) prices of cached tokens count: a deployment that has
     * served the session lately reads what its prompt cache has of the prompt, by the usage it reported, and all others
     * write the whole prompt to theirs. So a session stays where it is as long as that is cheaper, and moves when the
     * cache has expired or another one is cheaper even so. Other calls count as uncached.
     *
     * @param answerTokens the expected tokens of an answer, capped by what the request allows
     * @throws IllegalArgumentException if {@code answerTokens} is negative
     */
    public static RoutingStrategy lowestCost(long answerTokens) {
        return new LowestCostStrategy(answerTokens, weighted(), true);
    }

    /**
     * Sends the calls of a session ({@code CallOptions.sessionKey}) to the same deployment, so that its provider's
     * prompt cache serves them; calls without a session go by the beginning of their prompt. The calls beyond 1.25
     * times a deployment's share of the attempts under way overflow, always to the same next deployments. When a
     * deployment joins or leaves, only the sessions it takes or had move. A session that was served elsewhere, because
     * of load or a cooldown, stays there until the prompt cache there has expired.
     */
    public static RoutingStrategy affinity() {
        return new AffinityStrategy(PromptKey::of, 1.25);
    }

    /**
     * Returns {@link #affinity()} by a key of your own, such as a tenant.
     *
     * @param key the key of a call; keys with the same {@code toString()} are equal
     * @param loadFactor the most attempts under way on a deployment, as a multiple of its share
     * @throws IllegalArgumentException if {@code loadFactor} is below 1
     */
    public static RoutingStrategy affinity(Function<? super Candidates, ?> key, double loadFactor) {
        return new AffinityStrategy(
                candidates -> Hashes.of(String.valueOf(key.apply(candidates)), Integer.MAX_VALUE), loadFactor);
    }

    /**
     * Chooses the eligible deployment with the lowest value of a function, at random among equals.
     *
     * <pre>{@code
     * RoutingStrategy nearest = RoutingStrategies.least("nearest", deployment -> distanceTo(deployment.region()));
     * }</pre>
     *
     * <p>With more than sixteen deployments, four eligible ones are drawn at random and the best of them is chosen. NaN
     * counts as infinite.
     */
    public static RoutingStrategy least(String name, ToDoubleFunction<? super Deployment> number) {
        return new LeastStrategy(name, (candidates, deployment) -> number.applyAsDouble(deployment));
    }
}
