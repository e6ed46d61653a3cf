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
 * Ways to choose which model answers, for {@code model.route(...)}.
 *
 * <pre>{@code
 * .model("assistant", model -> model
 *     .deployment("openai/gpt-5-mini")
 *     .route(Routes.rules()
 *         .when(Condition.hasImages(), "eyes")
 *         .when(Condition.tier("free"), "small")
 *         .build()))
 * }</pre>
 */
public final class Routes {

    private Routes() {}

    /** Returns the feature of the router that asks the models' selectors. */
    public static Feature feature() {
        return EngineFeature.of(installer -> {
            installer.engineStage(Phase.ROUTE, Reach.CALLERS_ONLY, RouteStage.ofCallers(installer.tokens()));
            installer.engineStage(Phase.ROLLOUT, Reach.SIDE_CALLS_ONLY, RouteStage.ofSideCalls());
        });
    }

    /** Starts rules: the first whose condition holds names the model. */
    public static RulesBuilder rules() {
        return new Rules.Builder();
    }

    /**
     * Starts steps of {@link Complexity}: small models for what looks easy.
     *
     * <pre>{@code
     * Routes.complexity().upTo(15, "small").upTo(40, "medium").otherwise("large")
     * }</pre>
     *
     * <p>The weights are fixed and by rule of thumb. RouteLLM (Ong et al., 2024, arXiv:2406.18665) trains its routers
     * on people's preferences between two models and reports costs cut by more than half in some benchmarks at the same
     * quality; this one knows nothing of your models, and claims nothing of the kind. Measure it by an
     * {@link dev.aigw.routing.rollout.Experiment}, or use a selector of your own that is trained.
     */
    public static ComplexityBuilder complexity() {
        return new ByComplexity.Builder();
    }

    /**
     * Starts steps of what is left of a budget: a dear model as long as there is money, cheaper ones when it runs low.
     * Calls at once see the same budget, less what those under way have reserved.
     *
     * <pre>{@code
     * Limits limits = Limits.builder().limit("team", limit -> limit
     *     .cost(Cost.usd(new BigDecimal("50"))).per(Window.calendar(Window.Unit.MONTH)).by(Dimension.TENANT)).build();
     * Routes.byBudget(limits.gauge()).atLeast(0.5, "large").atLeast(0.1, "medium").otherwise("small")
     * }</pre>
     *
     * <p>As one rule among others it is {@link Condition#budgetBelow}.
     */
    public static BudgetBuilder byBudget(BudgetGauge gauge) {
        return new ByBudget.Builder(gauge);
    }

    /**
     * Starts a route by meaning: each model is given by questions that are its own, and a chat goes to the model that
     * has the one nearest to its last question, if it is near enough.
     *
     * <pre>{@code
     * Routes.semantic(embedder)
     *     .route("coder", "Why does this loop not end?", "Write a function that sorts a list")
     *     .route("lawyer", "May my landlord raise the rent?", "Is this clause valid?")
     *     .threshold(0.3)
     *     .otherwise("generalist")
     * }</pre>
     *
     * <p>The reason tells the similarity (the cosine) and the example. Examples are placed once, when first needed; the
     * places of the last 1,000 questions are remembered. A call waits for the embedder no longer than the timeout and
     * half of the time it has left; when the embedder is slower or fails, the call goes to the default, as do calls of
     * the five seconds that follow, and the reason says so. Of long questions the first 2,000 characters count.
     *
     * <p>How often it is right depends on the embedder, the examples and the threshold: measure it with questions of
     * your own.
     */
    public static SemanticBuilder semantic(Embedder embedder) {
        return new Semantic.Builder(embedder);
    }

    /**
     * Returns a selector that keeps a session ({@link dev.aigw.api.CallOptions#sessionKey()}) at the model that
     * {@code selector} chose for it while a tool loop runs, that is while the last message is the result of a tool. A
     * session is forgotten after an idle hour. Calls without a session key are chosen anew each time.
     */
    public static ModelSelector sticky(ModelSelector selector) {
        return new Sticky(selector, Duration.ofHours(1));
    }

    /**
     * Starts a cascade of models for chats: the cheapest first, a better one when its answer will not do or its model
     * fails. The reply's usage is that of all steps, and the ledger has each. A step that may be passed over is read
     * whole before anything of it is delivered, so that a streamed call sees words at once only from the last one.
     *
     * <pre>{@code
     * Routes.cascade().first("small", Acceptance.finished().and(Acceptance.readsAs(Verdict.class))).last("large")
     * }</pre>
     *
     * <p>How much it saves depends on the test. FrugalGPT (Chen, Zaharia and Zou, 2023, arXiv:2305.05176) reports up to
     * 98 percent less cost at the accuracy of the best model, with a scorer trained for the task and models and
     * thresholds found by optimisation. Here the order, the test and its threshold are yours, and nothing is trained:
     * no such figure is claimed. {@code RoutingLab} in the examples shows what a test of so-so quality brings.
     */
    public static CascadeBuilder cascade() {
        return new Cascade.Builder();
    }

    /** Builds a cascade. Not safe for use by several threads. */
    public sealed interface CascadeBuilder permits Cascade.Builder {

        /** Adds a model after those before, with the test that its answer must pass. */
        CascadeBuilder first(String model, Acceptance acceptance);

        /** Returns the cascade, with the model whose answer is taken as it is. */
        ModelSelector last(String model);
    }

    /** Builds rules. Not safe for use by several threads. */
    public sealed interface RulesBuilder permits Rules.Builder {

        /** Adds a rule after the others. */
        RulesBuilder when(Condition condition, String model);

        /** Returns the rules, with the model for calls of which none holds. */
        ModelSelector otherwise(String model);

        /** Returns the rules; calls of which none holds stay with the model that was asked for. */
        ModelSelector build();
    }

    /** Builds steps of a budget. Not safe for use by several threads. */
    public sealed interface BudgetBuilder permits ByBudget.Builder {

        /** Names the model for callers who have at least this share left, above 0 and up to 1, and no higher step's. */
        BudgetBuilder atLeast(double share, String model);

        /** Returns the steps, with the model for callers who have less. */
        ModelSelector otherwise(String model);
    }

    /** Builds a route by meaning. Not safe for use by several threads. */
    public sealed interface SemanticBuilder permits Semantic.Builder {

        /** Adds a model with examples of the questions that are its own. */
        SemanticBuilder route(String model, String... examples);

        /** Sets from which similarity on a question is near enough, above 0 and up to 1. Required. */
        SemanticBuilder threshold(double similarity);

        /** Sets how long a call waits for the embedder at most; a second by default. */
        SemanticBuilder timeout(Duration most);

        /** Returns the route, with the model for chats that are near none, and for what is no chat. */
        ModelSelector otherwise(String model);

        /** Returns the route; chats that are near none stay with the model that was asked for. */
        ModelSelector build();
    }

    /** Builds steps of complexity. Not safe for use by several threads. */
    public sealed interface ComplexityBuilder permits ByComplexity.Builder {

        /** Names the model for chats of up to so many points, from 0 to 99, that no lower step takes. */
        ComplexityBuilder upTo(int points, String model);

        /** Returns the steps, with the model for chats above them. */
        ModelSelector otherwise(String model);
    }
}
