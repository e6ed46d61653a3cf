package dev.aigw.routing;

import dev.aigw.api.Capability;
import dev.aigw.api.spi.ModelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dry run: who could serve a request, who could not, and why. Nothing is sent. Immutable.
 *
 * @param requestedModel the name asked for
 * @param selections what the routes of the model chose, and why; empty when it answers itself
 * @param steps the chosen model, then its fallbacks, in the order in which they would be tried
 * @param stages the stages that a call passes, in order, each as its phase and its name
 */
public record RoutePlan(
        String requestedModel, List<ModelSelector.Selection> selections, List<Step> steps, List<String> stages) {

    /** Copies the list. */
    public RoutePlan {
        selections = List.copyOf(selections);
        steps = List.copyOf(steps);
        stages = List.copyOf(stages);
    }

    /** Returns the plan as a few lines for a person to read. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("plan for ").append(requestedModel);
        for (ModelSelector.Selection selection : selections) {
            text.append("\n  goes to ").append(selection.model()).append(": ").append(selection.reason());
        }
        for (Step step : steps) {
            text.append("\n  ").append(step.model());
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
            }
        }
        return text.append("\n  stages: ").append(String.join(", ", stages)).toString();
    }

    /**
     * One model of the plan.
     *
     * @param model its name
     * @param candidates its deployments, in their order of listing
     */
    public record Step(String model, List<Candidate> candidates) {
        /** Copies the list. */
        public Step {
            candidates = List.copyOf(candidates);
        }
    }

    /**
     * One deployment considered.
     *
     * @param deployment its id
     * @param score how much the model's strategy favours it at present; larger is more
     * @param dropReason why it could not be chosen now, or null when it could
     * @param emulated what the request needs and its model lacks, but its adapter makes up for, so that it is asked
     *     after those whose models have it; null for nothing
     */
    public record Candidate(
            String deployment,
            double score,
            @Nullable String dropReason,
            @Nullable Capability emulated) {}
}
