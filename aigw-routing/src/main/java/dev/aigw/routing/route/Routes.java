package dev.aigw.routing.route;

import dev.aigw.api.spi.BudgetGauge;
import dev.aigw.api.spi.Embedder;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.Phase;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;
import dev.aigw.routing.feature.Feature;
import java.time.Duration;

/**
 * Selectors that choose which model answers, for {@code model.route(...)}.
 *
 * <pre>{@code
 * .model("assistant", model -> model
 *     .deployment("openai/gpt-6.1-terra")
 *     .route(Routes.rules()
 *         .when(Condition.hasImages(), "eyes")
 *         .when(Condition.tier("free"), "small")
 *         .build()))
 * }</pre>
 */
public final class Routes {

    private Routes() {}

    /** Returns the feature that asks the models' selectors. */
    public static Feature feature() {
        return EngineFeature.of(installer -> {
            installer.engineStage(Phase.ROUTE, Reach.CALLERS_ONLY, RouteStage.ofCallers(installer.tokens()));
            installer.engineStage(Phase.ROLLOUT, Reach.SIDE_CALLS_ONLY, RouteStage.ofSideCalls());
        });
    }

    /** Starts rules: the first whose condition matches chooses the model. */
    public static RulesBuilder rules() {
        return new Rules.Builder();
    }

    /**
     * Starts steps of {@link Complexity}: small models for chats that look easy.
     *
     * <pre>{@code
     * Routes.complexity().upTo(15, "small").upTo(40, "medium").otherwise("large")
     * }</pre>
     *
     * <p>The weights are fixed rules of thumb. RouteLLM (Ong et al., 2024, arXiv:2406.18665) trains its routers on
     * people's preferences between two models and reports less than half the cost in some benchmarks at the same
     * quality; this one knows nothing of your models and makes no such claim. Measure it by an
     * {@link dev.aigw.routing.rollout.Experiment}, or use a custom selector that is trained.
     */
    public static ComplexityBuilder complexity() {
        return new ByComplexity.Builder();
    }

    /**
     * Starts steps of the budget left: an expensive model while there is money, cheaper ones when it runs low.
     * Concurrent calls see the same budget, minus the reservations of calls under way.
     *
     * <pre>{@code
     * Limits limits = Limits.builder().limit("team", limit -> limit
     *     .cost(Cost.usd(new BigDecimal("50"))).per(Window.calendar(Window.Unit.MONTH)).by(Dimension.TENANT)).build();
     * Routes.byBudget(limits.gauge()).atLeast(0.5, "large").atLeast(0.1, "medium").otherwise("small")
     * }</pre>
     *
     * <p>{@link Condition#budgetBelow} is the same as a rule among others.
     */
    public static BudgetBuilder byBudget(BudgetGauge gauge) {
        return new ByBudget.Builder(gauge);
    }

    /**
     * Starts a semantic route: each model has example questions, and a chat goes to the model with the example nearest
     * to its last question, if it is near enough.
     *
     * <pre>{@code
     * Routes.semantic(embedder)
     *     .route("coder", "Why does this loop not end?", "Write a function that sorts a list")
     *     .route("lawyer", "May my landlord raise the rent?", "Is this clause valid?")
     *     .threshold(0.3)
     *     .otherwise("generalist")
     * }</pre>
     *
     * <p>The selection's reason has the cosine similarity and the example. Examples are embedded once, when first
     * needed; the vectors of the last 1,000 questions are cached. A call waits for the embedder no longer than the
     * timeout and half of its remaining time. If the embedder is slower or fails, the call goes to the default model,
     * as do the calls of the following five seconds, and the reason says so. Only the first 2,000 characters of a
     * question count.
     *
     * <p>Its accuracy depends on the embedder, the examples and the threshold: measure it with your own questions.
     */
    public static SemanticBuilder semantic(Embedder embedder) {
        return new Semantic.Builder(embedder);
    }

    /**
     * Returns a selector that keeps a session ({@link dev.aigw.api.CallOptions#sessionKey()}) on the model that
     * {@code selector} chose for it while a tool loop runs, that is, while the last message is a tool's result. A
     * session expires after an idle hour. Without a session key, {@code selector} chooses for each call.
     */
    public static ModelSelector sticky(ModelSelector selector) {
        return new Sticky(selector, Duration.ofHours(1));
    }

    /**
     * Starts a cascade of models for chats: the cheapest first, a better one if its answer is not good enough or its
     * model fails. The reply's usage is that of all steps, and the ledger records each. Every step but the last is read
     * whole before it is delivered, so a streamed call gets text at once only from the last one.
     *
     * <pre>{@code
     * Routes.cascade().first("small", Acceptance.finished().and(Acceptance.readsAs(Verdict.class))).last("large")
     * }</pre>
     *
     * <p>How much it saves depends on the test. FrugalGPT (Chen, Zaharia and Zou, 2023, arXiv:2305.05176) reports up to
     * 98 percent less cost at the accuracy of the best model, with a scorer trained for the task and models and
     * thresholds found by optimization. Here you choose the order, the test and its threshold, and nothing is trained:
     * no such figure is claimed. {@code RoutingLab} in the examples shows what a mediocre test achieves.
     */
    public static CascadeBuilder cascade() {
        return new Cascade.Builder();
    }

    /** Builds a cascade. Not safe for use by several threads. */
    public sealed interface CascadeBuilder permits Cascade.Builder {

        /** Adds a model after earlier ones, with the test that its answer must pass. */
        CascadeBuilder first(String model, Acceptance acceptance);

        /** Returns the cascade, with the last model, whose answer is not tested. */
        ModelSelector last(String model);
    }

    /** Builds rules. Not safe for use by several threads. */
    public sealed interface RulesBuilder permits Rules.Builder {

        /** Adds a rule after the others. */
        RulesBuilder when(Condition condition, String model);

        /** Returns the rules, with the model for calls that match none. */
        ModelSelector otherwise(String model);

        /** Returns the rules; calls that match none stay with the requested model. */
        ModelSelector build();
    }

    /** Builds steps of a budget. Not safe for use by several threads. */
    public sealed interface BudgetBuilder permits ByBudget.Builder {

        /**
         * Adds a step: the model for callers with at least this share left, above 0 and up to 1, and less than a higher
         * step's.
         */
        BudgetBuilder atLeast(double share, String model);

        /** Returns the steps, with the model for callers with less. */
        ModelSelector otherwise(String model);
    }

    /** Builds a semantic route. Not safe for use by several threads. */
    public sealed interface SemanticBuilder permits Semantic.Builder {

        /** Adds a model with examples of its questions. */
        SemanticBuilder route(String model, String... examples);

        /** Sets the least similarity that is near enough, above 0 and up to 1. Required. */
        SemanticBuilder threshold(double similarity);

        /** Sets the longest that a call waits for the embedder; one second by default. */
        SemanticBuilder timeout(Duration most);

        /** Returns the route, with the model for chats that are near no example and for other operations. */
        ModelSelector otherwise(String model);

        /** Returns the route; chats that are near no example stay with the requested model. */
        ModelSelector build();
    }

    /** Builds steps of complexity. Not safe for use by several threads. */
    public sealed interface ComplexityBuilder permits ByComplexity.Builder {

        /** Adds a step: the model for chats of up to this many points, from 0 to 99, and above lower steps. */
        ComplexityBuilder upTo(int points, String model);

        /** Returns the steps, with the model for chats above them. */
        ModelSelector otherwise(String model);
    }
}
