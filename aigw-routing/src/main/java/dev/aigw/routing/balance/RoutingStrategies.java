package dev.aigw.routing.balance;

import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.RoutingStrategy.Candidates;
import dev.aigw.api.spi.RoutingStrategy.Deployment;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The routing strategies that come with the library. A strategy keeps no state of its own (what it learns is kept by
 * the model it is bound to), so one instance may serve any number of models and routers.
 *
 * <pre>{@code
 * ModelRouter.builder()
 *     .model("assistant", model -> model
 *         .deployment("openai/gpt-5-mini", deployment -> deployment.weight(9))
 *         .deployment("anthropic/claude-haiku-4-5", deployment -> deployment.weight(1))
 *         .strategy(RoutingStrategies.weighted()))
 * }</pre>
 *
 * <p>Two join into one by {@link RoutingStrategy#thenBy} and {@link #tiers}:
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

    /** An answer of usual length. */
    private static final long ANSWER_TOKENS = 500;

    /** What an exhausted deployment counts as, so that among exhausted ones the least busy is taken. */
    private static final double LEAST_HEADROOM = 1e-6;

    private static final RoutingStrategy LEAST_IN_FLIGHT = new LeastStrategy(
            "leastInFlight", (candidates, deployment) -> (deployment.inFlight() + 1) / deployment.weight());

    private static final RoutingStrategy HEADROOM = new LeastStrategy(
            "headroom",
            (candidates, deployment) -> (deployment.inFlight() + 1)
                    / (deployment.weight() * Math.max(LEAST_HEADROOM, deployment.headroom(candidates.nanoTime()))));

    private RoutingStrategies() {}

    /**
     * Gives each deployment a share of the attempts in proportion to its weight, by chance. Among those eligible at the
     * time the shares stay proportional to each other.
     *
     * <p>Binding fails with {@link IllegalArgumentException} if a weight is not a positive, finite number.
     */
    public static RoutingStrategy weighted() {
        return WeightedStrategy.INSTANCE;
    }

    /**
     * Gives each deployment its turns by weight, evenly spread: with weights 2 and 1, after any number of attempts the
     * first has had two thirds of them, give or take less than one. For even shares on few calls, where chance would
     * make bursts; {@link #weighted()} is as good on many.
     *
     * <p>Whole weights, and those of up to three decimals, are kept exactly as long as the shortest cycle that does so
     * has at most 16,384 turns; others are rounded to so many. Binding fails with {@link IllegalArgumentException} if a
     * weight is not a positive, finite number.
     */
    public static RoutingStrategy roundRobin() {
        return RoundRobinStrategy.INSTANCE;
    }

    /**
     * Takes the first eligible deployment in the order in which the model lists them: the others stand by. Weights do
     * not count.
     */
    public static RoutingStrategy ordered() {
        return OrderedStrategy.INSTANCE;
    }

    /**
     * Takes a deployment of the lowest tier ({@code deployment.tier(2)}; 1 by default) that has an eligible one, by
     * another strategy within it: capacity paid for first, then pay-as-you-go.
     */
    public static RoutingStrategy tiers(RoutingStrategy withinTier) {
        return new TiersStrategy(withinTier);
    }

    /**
     * Takes the eligible deployment with the fewest attempts under way for its weight, by chance among equals. A
     * deployment of weight 2 is as busy with four attempts as one of weight 1 with two. For calls of uneven length.
     *
     * <p>Of more than sixteen deployments, four eligible ones are drawn and the best of them is taken.
     */
    public static RoutingStrategy leastInFlight() {
        return LEAST_IN_FLIGHT;
    }

    /**
     * Takes the eligible deployment with the most of its rate limit left for its weight and the attempts under way, by
     * chance among equals. How much is left is what the provider's last reply said (headers such as
     * {@code x-ratelimit-remaining-tokens}); a deployment that says nothing counts as having all. For several keys or
     * accounts whose limits other applications use, too.
     *
     * <p>Of more than sixteen deployments, four eligible ones are drawn and the best of them is taken.
     */
    public static RoutingStrategy headroom() {
        return HEADROOM;
    }

    /** Returns {@link #peakEwma(Duration)} with ten seconds. */
    public static RoutingStrategy peakEwma() {
        return peakEwma(Duration.ofSeconds(10));
    }

    /**
     * Draws two deployments and takes the one likely to answer sooner, by its latency (of streams, to the first
     * content) and its attempts under way. A latency above what was known counts at once, a lower one gradually. For
     * deployments of uneven or changing speed.
     *
     * @param decay after about this long without news a deployment that was slow is tried again
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
     * Takes the deployment that is cheapest for this request: its prompt at the price of input (about four characters a
     * token; for a long prompt, the price above its length) and its likely answer at the price of output, by weight
     * among equals. A deployment whose price is unknown is taken when no priced one is eligible. Prices of cached
     * tokens do not count.
     *
     * @param answerTokens how long an answer usually is; less where the request allows less
     * @throws IllegalArgumentException if {@code answerTokens} is negative
     */
    public static RoutingStrategy lowestCost(long answerTokens) {
        return new LowestCostStrategy(answerTokens, weighted(), true);
    }

    /**
     * Sends the calls of a session ({@code CallOptions.sessionKey}), or without one those whose prompts begin alike, to
     * the same deployment, so that its provider's prompt cache serves them. One that has more than 1.25 times its share
     * of the attempts under way passes further ones on, always to the same next deployments. When a deployment joins or
     * leaves, only the sessions it takes or had move.
     */
    public static RoutingStrategy affinity() {
        return new AffinityStrategy(PromptKey::of, 1.25);
    }

    /**
     * Returns {@link #affinity()} by a key of your own, such as a tenant.
     *
     * @param key what belongs together; the same {@code toString()} is the same key
     * @param loadFactor how many times its share of the attempts under way a deployment may have
     * @throws IllegalArgumentException if {@code loadFactor} is below 1
     */
    public static RoutingStrategy affinity(Function<? super Candidates, ?> key, double loadFactor) {
        return new AffinityStrategy(
                candidates -> Hashes.of(String.valueOf(key.apply(candidates)), Integer.MAX_VALUE), loadFactor);
    }

    /**
     * Takes the eligible deployment of which a number is least, by chance among equals.
     *
     * <pre>{@code
     * RoutingStrategy nearest = RoutingStrategies.least("nearest", deployment -> distanceTo(deployment.region()));
     * }</pre>
     *
     * <p>Of more than sixteen deployments, four eligible ones are drawn and the best of them is taken. A number that is
     * NaN counts as infinite.
     */
    public static RoutingStrategy least(String name, ToDoubleFunction<? super Deployment> number) {
        return new LeastStrategy(name, (candidates, deployment) -> number.applyAsDouble(deployment));
    }
}
