package dev.aigw.routing.catalog;

import dev.aigw.api.PromptCaching;
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
 * Configures a model: the deployments that serve it, how to choose among them, and what to do when all fail. Setting
 * the same thing twice throws {@link IllegalStateException}. Not safe for use by several threads.
 */
public final class ModelBuilder {

    private final String name;
    private final SetOnce once;
    private final List<DeploymentSpec> deployments = new ArrayList<>();
    private final List<String> fallbacks = new ArrayList<>();
    private @Nullable RoutingStrategy strategy;
    private @Nullable Timeouts timeouts;
    private @Nullable PromptCaching promptCaching;
    private @Nullable FailurePolicy failures;
    private @Nullable ModelSelector selector;
    private @Nullable LastResort lastResort;
    private @Nullable ModelShadow shadow;
    private boolean keepsReasoning = true;

    ModelBuilder(String name) {
        this.name = name;
        this.once = new SetOnce("model \"" + name + "\": ");
    }

    /** Adds a deployment by {@code adapter/upstream-model}, split at the first slash. */
    public ModelBuilder deployment(String name) {
        return deployment(name, deployment -> {});
    }

    /** Adds a deployment and configures it. */
    public ModelBuilder deployment(String name, Consumer<DeploymentBuilder> how) {
        DeploymentBuilder builder = new DeploymentBuilder(name);
        how.accept(builder);
        deployments.add(builder.build());
        return this;
    }

    /** Sets the strategy that chooses among the deployments; the router's strategy by default. */
    public ModelBuilder strategy(RoutingStrategy strategy) {
        once.check(0, "strategy");
        this.strategy = strategy;
        return this;
    }

    /**
     * Sets a selector that chooses which model answers; this model itself by default.
     * {@code dev.aigw.routing.route.Routes} has ready-made ones. A model whose route always chooses another needs no
     * deployments.
     */
    public ModelBuilder route(ModelSelector selector) {
        once.check(1, "route");
        this.selector = selector;
        return this;
    }

    /** Adds models to try, in order, when this one fails for a reason that may not affect another model. */
    public ModelBuilder fallback(String... models) {
        fallbacks.addAll(List.of(models));
        return this;
    }

    /** Sets this model's timeouts; the router's apply where none is set. */
    public ModelBuilder timeouts(Timeouts timeouts) {
        once.check(2, "timeouts");
        this.timeouts = timeouts;
        return this;
    }

    /**
     * Sets how calls of this model use the vendors' prompt caches, unless their options say so; the router's setting by
     * default.
     */
    public ModelBuilder promptCaching(PromptCaching promptCaching) {
        once.check(6, "promptCaching");
        this.promptCaching = promptCaching;
        return this;
    }

    /** Sets this model's own rules for failures, such as trying others after a content filter; none by default. */
    public ModelBuilder failures(FailurePolicy policy) {
        once.check(3, "failures");
        this.failures = policy;
        return this;
    }

    /**
     * Sets what answers when this model and its fallback models have failed; by default the failure is thrown. Applies
     * to calls of this model, not to calls for which it is a fallback.
     */
    public ModelBuilder lastResort(LastResort lastResort) {
        once.check(4, "lastResort");
        this.lastResort = lastResort;
        return this;
    }

    /**
     * Sends copies of a share of this model's calls to another model, without waiting for its answers. Make one by
     * {@code dev.aigw.routing.rollout.Shadow}. Applies to calls that request this model, whichever model of its route
     * or fallbacks answers.
     */
    public ModelBuilder shadow(ModelShadow shadow) {
        once.check(5, "shadow");
        this.shadow = shadow;
        return this;
    }

    /**
     * Sets whether a conversation that holds signed or encrypted reasoning stays where that can be read, whatever the
     * strategy: at its model and account, by what the model's card says and what the conversation itself carries. True
     * by default. It waits there for the end of a cooldown that the retry policy's {@code maxRetryAfter} allows, and is
     * hedged nowhere else; when the deployment has failed in the call, is unavailable for longer, at its concurrency
     * limit or gone, the call goes on elsewhere without the reasoning and the reply has warnings. In an unfinished tool
     * loop it also goes first to the model, of the route or the fallbacks, that can read it. {@code explain} lists what
     * each deployment would lose. False chooses by the strategy alone.
     *
     * <pre>{@code
     * model.deployment("openai/gpt-6.2-sol", deployment -> deployment.keys(a, b)).keepReasoning(false)
     * }</pre>
     */
    public ModelBuilder keepReasoning(boolean keepReasoning) {
        once.check(6, "keepReasoning");
        this.keepsReasoning = keepReasoning;
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
                promptCaching,
                failures == null ? FailurePolicy.DEFAULT : failures,
                selector,
                lastResort,
                shadow,
                keepsReasoning);
    }
}
