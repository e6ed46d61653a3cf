package dev.aigw.routing.catalog;

import dev.aigw.api.Timeouts;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.routing.deployment.FailurePolicy;
import dev.aigw.routing.deployment.LastResort;
import dev.aigw.routing.deployment.ModelShadow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says which deployments serve a model, how to choose among them, and what to do when all fail. Setting the same thing
 * twice throws {@link IllegalStateException}. Not safe for use by several threads.
 */
public final class ModelBuilder {

    private final String name;
    private final SetOnce once;
    private final List<DeploymentSpec> deployments = new ArrayList<>();
    private final List<String> fallbacks = new ArrayList<>();
    private @Nullable RoutingStrategy strategy;
    private @Nullable Timeouts timeouts;
    private @Nullable FailurePolicy failures;
    private @Nullable ModelSelector selector;
    private @Nullable LastResort lastResort;
    private @Nullable ModelShadow shadow;

    ModelBuilder(String name) {
        this.name = name;
        this.once = new SetOnce("model \"" + name + "\": ");
    }

    /** Adds a deployment by {@code adapter/upstream-model}, split at the first slash. */
    public ModelBuilder deployment(String name) {
        return deployment(name, deployment -> {});
    }

    /** Adds a deployment and says how it is used. */
    public ModelBuilder deployment(String name, Consumer<DeploymentBuilder> how) {
        DeploymentBuilder builder = new DeploymentBuilder(name);
        how.accept(builder);
        deployments.add(builder.build());
        return this;
    }

    /** Sets how to choose among the deployments; the router's default strategy without it. */
    public ModelBuilder strategy(RoutingStrategy strategy) {
        once.check(0, "strategy");
        this.strategy = strategy;
        return this;
    }

    /**
     * Sets what chooses which model answers in this one's place; {@code dev.aigw.routing.route.Routes} has ready ones.
     * A model with a route needs no deployment of its own, if the route always chooses another.
     */
    public ModelBuilder route(ModelSelector selector) {
        once.check(1, "route");
        this.selector = selector;
        return this;
    }

    /** Adds models to try, in order, when this one fails for a reason that another model may cure. */
    public ModelBuilder fallback(String... models) {
        fallbacks.addAll(List.of(models));
        return this;
    }

    /** Sets this model's limits; those not set are the router's. */
    public ModelBuilder timeouts(Timeouts timeouts) {
        once.check(2, "timeouts");
        this.timeouts = timeouts;
        return this;
    }

    /**
     * Sets this model's own rules for failures, such as a content filter after which others are tried; none by default.
     */
    public ModelBuilder failures(FailurePolicy policy) {
        once.check(3, "failures");
        this.failures = policy;
        return this;
    }

    /**
     * Sets what answers when this model and its fallback models have failed; the failure is thrown without it. Counts
     * for calls of this model, not for those to which it is a fallback.
     */
    public ModelBuilder lastResort(LastResort lastResort) {
        once.check(4, "lastResort");
        this.lastResort = lastResort;
        return this;
    }

    /**
     * Sends a copy of a share of this model's calls to another model, whose answers nobody waits for. Make one by
     * {@code dev.aigw.routing.rollout.Shadow}. Counts for calls that ask for this model, whichever model its route or
     * fallbacks then let answer.
     */
    public ModelBuilder shadow(ModelShadow shadow) {
        once.check(5, "shadow");
        this.shadow = shadow;
        return this;
    }

    ModelSpec build() {
        if (deployments.isEmpty() && selector == null) {
            throw new IllegalArgumentException("model \"" + name + "\" has no deployment: add one with"
                    + " .deployment(\"adapter/upstream-model\")");
        }
        return new ModelSpec(
                name,
                List.copyOf(deployments),
                strategy,
                List.copyOf(fallbacks),
                timeouts == null ? Timeouts.NONE : timeouts,
                failures == null ? FailurePolicy.DEFAULT : failures,
                selector,
                lastResort,
                shadow);
    }
}
