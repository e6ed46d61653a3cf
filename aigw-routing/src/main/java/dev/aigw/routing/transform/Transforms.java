package dev.aigw.routing.transform;

import dev.aigw.api.spi.Phase;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;
import dev.aigw.routing.feature.Feature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Rules that change requests on their way to a model, and replies on their way back.
 *
 * <pre>{@code
 * Transforms transforms = Transforms.builder()
 *     .rule("house style", rule -> rule.appendSystem("Write in British English, without emoji."))
 *     .rule("free tier", rule -> rule.tier("free")
 *         .byDefault(ChatParameter.MAX_OUTPUT_TOKENS, 500)
 *         .clamp(ChatParameter.MAX_OUTPUT_TOKENS, 1, 500))
 *     .rule("reasoners take no temperature", rule -> rule.model("thinker").drop(ChatParameter.TEMPERATURE))
 *     .rule("long chats", rule -> rule.trim(ContextTrim.to(32_000).summary("assistant-small").build()))
 *     .build();
 * ModelRouter router = ModelRouter.builder().transforms(transforms) // …
 * }</pre>
 *
 * <p>Rules apply in the order in which they were added, and to the reply in reverse order. A rule without models
 * applies once in a call, before a model is chosen; one with models applies for each model that is tried, to the
 * request as the caller sent it and the first kind of rules changed it. What the router's cache answers has the changes
 * of the model's rules, and gets those of the others.
 *
 * <p>A rule that changes what the caller sent, in place of adding to it, says so in {@code reply.route().warnings()},
 * with its name and without content. Guards, limits and permissions see the changed request. Batches are changed item
 * by item; their results are delivered as they are.
 *
 * <p>Immutable and safe for use by many threads, if the functions in its rules are; one instance may serve several
 * routers.
 */
public final class Transforms {

    private final List<Rule> ofCalls;
    private final List<Rule> ofModels;

    private Transforms(List<Rule> rules) {
        this.ofCalls = rules.stream().filter(rule -> !rule.isForModels()).toList();
        this.ofModels = rules.stream().filter(Rule::isForModels).toList();
    }

    /** Starts without rules. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the feature that applies the rules. Install it before what checks requests, such as guards. */
    public static Feature feature(Transforms transforms) {
        return EngineFeature.of(transforms::install);
    }

    /** Returns the feature that makes conversations fit. Install it behind guards. */
    public static Feature trimming(Transforms transforms) {
        return EngineFeature.of(transforms::installTrimming);
    }

    private void install(EngineInstaller installer) {
        if (!ofCalls.isEmpty()) {
            installer.engineStage(Phase.TRANSFORM, Reach.CALLERS_ONLY, new RulesStage(ofCalls));
        }
        if (!ofModels.isEmpty()) {
            installer.engineStage(Phase.ROUTE, Reach.CALLERS_ONLY, new ComingChangesStage(ofModels));
            installer.engineStage(Phase.MODEL, Reach.ALL_CALLS, new RulesStage(ofModels));
        }
    }

    private void installTrimming(EngineInstaller installer) {
        Trimming trimming = new Trimming(installer.tokens(), new Summaries(installer.environment()));
        if (ofCalls.stream().anyMatch(Rule::trims)) {
            installer.engineStage(Phase.GUARD, Reach.CALLERS_ONLY, new TrimStage(ofCalls, trimming));
        }
        if (ofModels.stream().anyMatch(Rule::trims)) {
            installer.engineStage(Phase.MODEL, Reach.ALL_CALLS, new TrimStage(ofModels, trimming));
        }
    }

    /** Returns the number of rules. */
    @Override
    public String toString() {
        return "Transforms{" + (ofCalls.size() + ofModels.size()) + " rules}";
    }

    /** Builds {@link Transforms}. Not safe for use by several threads. */
    public static final class Builder {

        private final List<Rule> rules = new ArrayList<>();
        private final Set<String> names = new HashSet<>();

        private Builder() {}

        /**
         * Adds a rule.
         *
         * @param name its name, for warnings, and for the keys of cached replies: give it another name when one of its
         *     functions changes
         * @throws IllegalArgumentException if it does nothing, or there is one of that name
         */
        public Builder rule(String name, Consumer<TransformRule> rule) {
            if (!names.add(name)) {
                throw new IllegalArgumentException("there are two rules \"" + name + "\": rename one");
            }
            TransformRule made = new TransformRule(name);
            rule.accept(made);
            rules.add(made.build());
            return this;
        }

        /** Returns the rules. */
        public Transforms build() {
            return new Transforms(rules);
        }
    }
}
