package dev.aigw.api.chat;

import dev.aigw.api.ModelCard;
import dev.aigw.api.WireFacts;
import dev.aigw.api.WireFacts.Parameter;
import dev.aigw.api.chat.ReasoningEffort.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A chat request as one model takes it, by the {@linkplain ModelCard#wire() facts} of its card: what the model does not
 * take is left out or translated. Immutable.
 *
 * <pre>{@code
 * ModelFit fit = ModelFit.of(request, card);
 * fit.changes().forEach(attempt::warn);
 * }</pre>
 *
 * <p>A reasoning level that the model does not know becomes the nearest one that it knows, the lower of two; a budget
 * becomes a level, and a level a budget, where the model takes only the other; where it takes neither, it is left out.
 * Up to 2,048 tokens are {@link Level#LOW}, up to 8,192 {@link Level#MEDIUM}, more are {@link Level#HIGH}.
 */
public final class ModelFit {

    private static final Parameter[] PARAMETERS = Parameter.values();

    private final ChatRequest request;
    private final List<String> changes;
    private final Set<Parameter> refused;

    private ModelFit(ChatRequest request, List<String> changes, Set<Parameter> refused) {
        this.request = request;
        this.changes = changes;
        this.refused = refused;
    }

    /** Returns the request as the model of {@code card} takes it; of a model without facts, the request itself. */
    public static ModelFit of(ChatRequest request, ModelCard card) {
        return of(request, card.wire());
    }

    /** Returns the request as a model with these facts takes it. */
    public static ModelFit of(ChatRequest request, WireFacts facts) {
        if (facts.equals(WireFacts.UNKNOWN)) {
            return new ModelFit(request, List.of(), Set.of());
        }
        return new Fitting(request, facts).fit();
    }

    /** Returns the request; what is {@linkplain #refused() refused} is still in it. */
    public ChatRequest request() {
        return request;
    }

    /** Returns what was left out or translated, for people: each follows the name of the model or its adapter. */
    public List<String> changes() {
        return changes;
    }

    /** Returns what the model does not take and cannot be left out without changing the meaning of the request. */
    public Set<Parameter> refused() {
        return refused;
    }

    /** Returns the changes, and what is refused, as sentences about the model. */
    public List<String> explain() {
        List<String> all = new ArrayList<>(changes);
        for (Parameter parameter : refused) {
            all.add("refuses " + parameter.id() + ", unless its adapter may drop it");
        }
        return all;
    }

    /** Returns a request without a part. */
    static ChatRequest without(ChatRequest request, Parameter parameter) {
        ChatRequest.Builder rest = request.toBuilder();
        switch (parameter) {
            case TEMPERATURE -> rest.temperature(null);
            case TOP_P -> rest.topP(null);
            case TOP_K -> rest.topK(null);
            case SEED -> rest.seed((Long) null);
            case FREQUENCY_PENALTY -> rest.frequencyPenalty(null);
            case PRESENCE_PENALTY -> rest.presencePenalty(null);
            case PARALLEL_TOOL_CALLS -> rest.parallelToolCalls(null);
            case STOP -> rest.stop(List.of());
            case TOP_LOGPROBS -> rest.topLogprobs(null);
            case FORCED_TOOLS -> rest.toolChoice(ToolChoice.AUTO);
            case PREFILL -> rest.messages(withoutPrefill(request.messages()));
            case REASONING_BUDGET, REASONING_LEVEL -> rest.reasoning(null);
        }
        return rest.build();
    }

    /** Returns whether the last message is the beginning of an answer; one that calls tools is not. */
    private static boolean hasPrefill(List<Message> messages) {
        if (messages.size() < 2) {
            return false;
        }
        Message last = messages.get(messages.size() - 1);
        return last.role() == Message.Role.ASSISTANT
                && last.parts().stream()
                        .allMatch(part -> part instanceof ContentPart.Text
                                || part instanceof ContentPart.Reasoning
                                || part instanceof ContentPart.CacheHint);
    }

    private static List<Message> withoutPrefill(List<Message> messages) {
        List<Message> rest = messages;
        while (hasPrefill(rest)) {
            rest = rest.subList(0, rest.size() - 1);
        }
        return rest;
    }

    /** Returns this fit with one refused part left out after all. */
    public ModelFit without(Parameter parameter) {
        Set<Parameter> rest = EnumSet.noneOf(Parameter.class);
        rest.addAll(refused);
        rest.remove(parameter);
        return new ModelFit(without(request, parameter), changes, Collections.unmodifiableSet(rest));
    }

    /** Returns the level nearest to a budget in tokens. */
    public static Level level(int budgetTokens) {
        if (budgetTokens == 0) {
            return Level.NONE;
        }
        return budgetTokens <= 2048 ? Level.LOW : budgetTokens <= 8192 ? Level.MEDIUM : Level.HIGH;
    }

    /** Returns the budget in tokens of a level, for models that take no levels. */
    public static int budget(Level level) {
        return switch (level) {
            case NONE -> 0;
            case MINIMAL -> 1024;
            case LOW -> 2048;
            case MEDIUM -> 8192;
            case HIGH -> 16384;
            case XHIGH, MAX -> 32768;
        };
    }

    /** One request on its way. */
    private static final class Fitting {

        private final WireFacts facts;
        private List<String> changes = List.of();
        private Set<Parameter> refused = Set.of();
        private ChatRequest request;

        Fitting(ChatRequest request, WireFacts facts) {
            this.request = request;
            this.facts = facts;
        }

        ModelFit fit() {
            fitReasoning();
            boolean reasons = reasons();
            for (Parameter parameter : PARAMETERS) {
                if (facts.refuses(parameter, reasons) && isSet(parameter)) {
                    if (parameter.isEssential()) {
                        refuse(parameter);
                    } else {
                        change("does not take " + parameter.id()
                                + (facts.refuses(parameter, false) ? "" : " while it reasons") + ": it was left out");
                        request = without(request, parameter);
                    }
                }
            }
            return new ModelFit(
                    request,
                    changes.isEmpty() ? List.of() : Collections.unmodifiableList(changes),
                    refused.isEmpty() ? Set.of() : Collections.unmodifiableSet(refused));
        }

        private void change(String what) {
            if (changes.isEmpty()) {
                changes = new ArrayList<>(2);
            }
            changes.add(what);
        }

        private void refuse(Parameter parameter) {
            if (refused.isEmpty()) {
                refused = EnumSet.noneOf(Parameter.class);
            }
            refused.add(parameter);
        }

        private boolean reasons() {
            ReasoningEffort effort = request.reasoning();
            return effort == null
                    ? !Boolean.FALSE.equals(facts.reasonsByDefault())
                    : effort.level() != Level.NONE && (effort.budgetTokens() == null || effort.budgetTokens() > 0);
        }

        private boolean isSet(Parameter parameter) {
            Sampling sampling = request.sampling();
            ToolChoice choice = request.toolChoice();
            return switch (parameter) {
                case TEMPERATURE -> sampling.temperature() != null;
                case TOP_P -> sampling.topP() != null;
                case TOP_K -> sampling.topK() != null;
                case SEED -> sampling.seed() != null;
                case FREQUENCY_PENALTY -> sampling.frequencyPenalty() != null;
                case PRESENCE_PENALTY -> sampling.presencePenalty() != null;
                case PARALLEL_TOOL_CALLS -> request.parallelToolCalls() != null;
                case STOP -> !request.stop().isEmpty();
                case TOP_LOGPROBS -> request.topLogprobs() != null;
                case FORCED_TOOLS ->
                    choice != null
                            && (choice.mode() == ToolChoice.Mode.REQUIRED || choice.mode() == ToolChoice.Mode.TOOL);
                case PREFILL -> hasPrefill(request.messages());
                case REASONING_BUDGET, REASONING_LEVEL -> false; // translated before
            };
        }

        private void fitReasoning() {
            ReasoningEffort asked = request.reasoning();
            if (asked == null) {
                return;
            }
            ReasoningEffort effort = asked;
            Integer budget = asked.budgetTokens();
            if (facts.refuses(Parameter.REASONING_BUDGET, true) && facts.refuses(Parameter.REASONING_LEVEL, true)) {
                change("takes no setting of reasoning: it was left out");
                request = request.toBuilder().reasoning(null).build();
                return;
            }
            if (budget != null && facts.refuses(Parameter.REASONING_BUDGET, true)) {
                effort = ReasoningEffort.of(known(level(budget)));
                change("takes no reasoning budget: it was sent the level " + effort.level());
            } else if (asked.level() != null && facts.refuses(Parameter.REASONING_LEVEL, true)) {
                effort = ReasoningEffort.budget(budget(asked.level()));
            } else if (asked.level() != null) {
                Level level = known(asked.level());
                if (level != asked.level()) {
                    change(
                            asked.level() == Level.NONE
                                    ? "cannot turn reasoning off: it was asked for the level " + level
                                    : "has no reasoning level " + asked.level() + ": it was asked for " + level);
                    effort = ReasoningEffort.of(level);
                }
            }
            if (!effort.equals(asked)) {
                request = request.toBuilder().reasoning(effort).build();
            }
        }

        /** Returns the level, or the nearest one that the model knows: a lower one if there is any. */
        private Level known(Level asked) {
            if (facts.efforts().isEmpty() || isKnown(asked) || (asked == Level.NONE && facts.reasoningOff() != null)) {
                return asked;
            }
            Level lower = nearest(asked, -1);
            Level nearest = lower == null || lower == Level.NONE ? nearest(asked, 1) : lower;
            return nearest == null ? asked : nearest;
        }

        @SuppressWarnings("EnumOrdinal") // the levels are in increasing order
        private @Nullable Level nearest(Level asked, int step) {
            Level[] levels = Level.values();
            for (int i = asked.ordinal() + step; i >= 0 && i < levels.length; i += step) {
                if (isKnown(levels[i])) {
                    return levels[i];
                }
            }
            return null;
        }

        private boolean isKnown(Level level) {
            return facts.efforts().contains(level.name().toLowerCase(Locale.ROOT));
        }
    }
}
