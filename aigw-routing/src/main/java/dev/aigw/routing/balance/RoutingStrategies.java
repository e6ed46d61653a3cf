package dev.aigw.routing.balance;

import dev.aigw.api.spi.RoutingStrategy;

/**
 * The routing strategies that come with the library. All are stateless, so one instance may serve any number of models
 * and routers.
 *
 * <pre>{@code
 * ModelRouter.builder()
 *     .model("assistant", model -> model
 *         .deployment("openai/gpt-5-mini", deployment -> deployment.weight(9))
 *         .deployment("anthropic/claude-haiku-4-5", deployment -> deployment.weight(1))
 *         .strategy(RoutingStrategies.weighted()))
 * }</pre>
 */
public final class RoutingStrategies {

    private RoutingStrategies() {}

    /**
     * Gives each deployment a share of the attempts in proportion to its weight. Among those eligible at the time the
     * shares stay proportional to each other.
     *
     * <p>A choice costs the same for ten deployments as for a thousand, as long as most of the weight is eligible;
     * otherwise it looks at each deployment once. Binding fails with {@link IllegalArgumentException} if a weight is
     * not a positive, finite number.
     */
    public static RoutingStrategy weighted() {
        return WeightedStrategy.INSTANCE;
    }

    /**
     * Takes the first eligible deployment in the order in which the model lists them: the others stand by. Weights do
     * not count.
     */
    public static RoutingStrategy ordered() {
        return OrderedStrategy.INSTANCE;
    }

    /**
     * Takes the eligible deployment with the fewest attempts under way for its weight, by chance among equals. A
     * deployment of weight 2 is as busy with four attempts as one of weight 1 with two.
     *
     * <p>A choice looks at each deployment once, so it costs more the more there are.
     */
    public static RoutingStrategy leastInFlight() {
        return LeastInFlightStrategy.INSTANCE;
    }
}
