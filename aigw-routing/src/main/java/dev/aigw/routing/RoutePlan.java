package dev.aigw.routing;

import dev.aigw.api.Capability;
import dev.aigw.api.Cost;
import dev.aigw.api.Route;
import dev.aigw.api.spi.ModelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dry run: who could serve a request, who could not, and why. Nothing is sent. Immutable.
 *
 * @param requestedModel the requested name
 * @param selections what the routes of the model chose, and why; empty if the model has no route
 * @param steps the chosen model, then its fallbacks, in the order in which they would be tried
 * @param stages the stages of the call in order, each as its phase and name
 */
public record RoutePlan(
        String requestedModel, List<ModelSelector.Selection> selections, List<Step> steps, List<String> stages) {

    /** Copies the list. */
    public RoutePlan {
        selections = List.copyOf(selections);
        steps = List.copyOf(steps);
        stages = List.copyOf(stages);
    }

    /** Returns the plan as a few lines of readable text. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("plan for ").append(requestedModel);
        for (ModelSelector.Selection selection : selections) {
            text.append("\n  goes to ").append(selection.model()).append(": ").append(selection.reason());
        }
        for (Step step : steps) {
            text.append("\n  ").append(step.model());
            if (step.permission() != null) {
                text.append("  ").append(step.permission());
            }
            for (Route.Verdict verdict : step.verdicts()) {
                text.append("\n    guard ")
                        .append(verdict.guard())
                        .append(": ")
                        .append(verdict.rule())
                        .append(", ")
                        .append(verdict.action())
                        .append(verdict.enforced() ? "" : " (shadow)");
            }
            for (Candidate candidate : step.candidates()) {
                text.append("\n    ").append(candidate.deployment());
                if (candidate.dropReason() == null) {
                    text.append("  kept, score ").append(candidate.score());
                    if (candidate.emulated() != null) {
                        text.append(", after the others: it lacks ")
                                .append(candidate.emulated())
                                .append(", which its adapter makes up for");
                    }
                } else {
                    text.append("  dropped: ").append(candidate.dropReason());
                }
                if (candidate.prompt().cachedTokens() > 0) {
                    text.append("\n      its prompt cache has about ")
                            .append(candidate.prompt().cachedTokens())
                            .append(" of ")
                            .append(candidate.prompt().tokens())
                            .append(" tokens: the prompt costs ")
                            .append(candidate.prompt().cost());
                }
                for (String change : candidate.changes()) {
                    text.append("\n      it ").append(change);
                }
                for (String loss : candidate.losses()) {
                    text.append("\n      it ").append(loss);
                }
            }
        }
        return text.append("\n  stages: ").append(String.join(", ", stages)).toString();
    }

    /**
     * One model of the plan.
     *
     * @param model its name
     * @param permission what the caller's permissions say; null if there are none
     * @param verdicts what guards find in the request before it goes to this model; those that ask another process are
     *     not run
     * @param candidates its deployments, in their order of listing
     */
    public record Step(
            String model, @Nullable Permission permission, List<Route.Verdict> verdicts, List<Candidate> candidates) {
        /** Copies the lists. */
        public Step {
            verdicts = List.copyOf(verdicts);
            candidates = List.copyOf(candidates);
        }
    }

    /**
     * What permissions say about a request to a model. A model that is denied is not asked: the call fails if it is the
     * requested one, or one that a route chose; a fallback is skipped.
     *
     * @param allowed whether the caller may send the request
     * @param rule the name of the rule that decided; null if no rule allows it
     * @param refusal why it may not be sent; null if it may
     */
    public record Permission(
            boolean allowed,
            @Nullable String rule,
            @Nullable String refusal) {

        @Override
        public String toString() {
            return (allowed ? "allowed" : "denied")
                    + (rule == null ? "" : " by rule \"" + rule + "\"")
                    + (refusal == null ? "" : ": " + refusal);
        }
    }

    /**
     * One deployment considered.
     *
     * @param deployment its id
     * @param score how much the model's strategy favors it now; higher is better
     * @param dropReason why it cannot be chosen now, or null if it can
     * @param emulated the capability that the request needs and that the adapter emulates because the model lacks it;
     *     such deployments are tried after those with native support; null if none
     * @param changes what its adapter leaves out of the request or translates, and what it refuses, by the wire facts
     *     of its model's card, and by what it has learnt from refusals
     * @param prompt what the prompt is expected to cost there
     * @param losses what the conversation would lose here that it has elsewhere: reasoning that this model or account
     *     cannot read, and tokens that another deployment may have cached, with what reading them again costs
     */
    public record Candidate(
            String deployment,
            double score,
            @Nullable String dropReason,
            @Nullable Capability emulated,
            List<String> changes,
            Prompt prompt,
            List<String> losses) {

        /** Copies the lists. */
        public Candidate {
            changes = List.copyOf(changes);
            losses = List.copyOf(losses);
        }
    }

    /**
     * What a prompt is expected to cost at a deployment.
     *
     * @param tokens its estimated tokens, at four characters a token; media do not count
     * @param cachedTokens how many of them the deployment's prompt cache is expected to have, by the usage it reported
     *     for earlier calls of the session in this JVM; 0 if that is not known
     * @param cost what the prompt costs, cached tokens at their price and the others at that of writing them to the
     *     cache where the call has a session; unknown if the price is
     */
    public record Prompt(long tokens, long cachedTokens, Cost cost) {}
}
