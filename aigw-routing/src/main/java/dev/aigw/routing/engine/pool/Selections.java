package dev.aigw.routing.engine.pool;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ModelSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The choices that led from the requested model to the one that answers. Immutable.
 *
 * @param first the requested model
 * @param steps what each selector chose, in order; the last one may have chosen its own model and is not among them
 * @param asked the selectors that were asked, in order; the last one may have chosen nothing
 * @param last the model that answers
 * @param labels the labels that the selectors add to the call's account
 */
public record Selections(
        Model first,
        List<ModelSelector.Selection> steps,
        List<ModelSelector> asked,
        Model last,
        Map<String, String> labels) {

    /** The choices for a call. */
    public static final CallContext.Key<Selections> KEY = CallContext.Key.of("models selected");

    private static final Logger log = LoggerFactory.getLogger(Selections.class);

    private static final int MAX_STEPS = 8;

    /** Copies the list. */
    public Selections {
        steps = List.copyOf(steps);
        asked = List.copyOf(asked);
    }

    /** Returns the query for selectors. */
    public static ModelSelector.Query query(
            String callId,
            Operation<?, ?> operation,
            ModelRequest request,
            CallOptions options,
            Instant now,
            long remainingNanos,
            RandomGenerator random,
            ContextPropagation propagation) {
        return ModelSelector.Query.builder(request)
                .callId(callId)
                .operation(operation)
                .options(options)
                .promptTokens(PromptSize.tokens(request))
                .now(now)
                .remainingNanos(remainingNanos)
                .random(random)
                .contextPropagation(propagation)
                .build();
    }

    /**
     * Asks the model's selector, then that of the model it chose, until one chooses its own model.
     *
     * @throws GatewayException of kind INTERNAL if a selector throws, UNKNOWN_MODEL if one names a model that is not
     *     declared, NO_ROUTE if they form a cycle
     */
    public static Selections follow(Model first, Models models, ModelSelector.Query query) {
        List<ModelSelector.Selection> steps = new ArrayList<>(2);
        List<ModelSelector> asked = new ArrayList<>(2);
        Model model = first;
        while (model.selector() != null) {
            ModelSelector.Selection selection = ask(model, model.selector(), query);
            asked.add(model.selector());
            Model next = selection == null ? model : models.find(selection.model());
            if (next == null) {
                throw GatewayException.of(
                        ErrorKind.UNKNOWN_MODEL,
                        "the route of model \"" + model.name() + "\" chose \""
                                + Objects.requireNonNull(selection).model()
                                + "\", and there is no such model: declare it with .model(...)");
            }
            ModelSelector.Selection home = home(next, model, models, query);
            if (home != null) {
                asked.remove(asked.size() - 1); // the choice is not its own
                steps.add(home);
                model = Objects.requireNonNull(models.find(home.model()), home.model());
                break;
            }
            if (selection == null) {
                break;
            }
            steps.add(selection);
            if (next.name().equals(model.name())) {
                break;
            }
            if (steps.size() > MAX_STEPS) {
                throw GatewayException.of(
                        ErrorKind.NO_ROUTE,
                        "the routes of model \"" + first.name() + "\" do not end: " + steps
                                + "; end them at a model without a route");
            }
            model = next;
        }
        return new Selections(first, steps, asked, model, labels(steps, asked, query));
    }

    /**
     * Returns the model that can read the reasoning of an unfinished tool loop, among those that the route of
     * {@code model} may choose; null if the chosen one can, or none.
     */
    private static ModelSelector.@Nullable Selection home(
            Model chosen, Model model, Models models, ModelSelector.Query query) {
        boolean isLast = chosen.selector() == null || chosen.name().equals(model.name());
        if (!isLast || !Homes.isBoundLoop(query.request()) || Homes.isAt(chosen, query.request())) {
            return null;
        }
        List<String> others = new ArrayList<>(
                model.selector() == null ? Set.of() : model.selector().models());
        others.add(model.name());
        for (String name : others) {
            Model other = models.find(name);
            if (other != null
                    && (other.selector() == null || other.name().equals(model.name()))
                    && !other.pool().deployments().isEmpty()
                    && Homes.isAt(other, query.request())) {
                return new ModelSelector.Selection(other.name(), "it can read the reasoning of the tool loop");
            }
        }
        return null;
    }

    private static Map<String, String> labels(
            List<ModelSelector.Selection> steps, List<ModelSelector> asked, ModelSelector.Query query) {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            labels.putAll(asked.get(i).labels(query, i < steps.size() ? steps.get(i) : null));
        }
        return labels;
    }

    /** Returns the tags of an attempt's account: the caller's, and the labels of the selectors. */
    public static Map<String, String> tags(CallContext call, Map<String, String> tags) {
        Selections chosen = call.get(KEY);
        if (chosen == null || chosen.labels.isEmpty()) {
            return tags;
        }
        Map<String, String> all = new HashMap<>(tags);
        all.putAll(chosen.labels);
        return Map.copyOf(all);
    }

    /** Notifies the selectors that were asked of the call's end; if one throws, the others are still notified. */
    public void ended(ModelSelector.Query query, End end) {
        for (int i = 0; i < asked.size(); i++) {
            try {
                asked.get(i).ended(query, i < steps.size() ? steps.get(i) : null, end);
            } catch (RuntimeException e) {
                log.error("a selector asked for model \"{}\" failed at the end of a call", first.name(), e);
            }
        }
    }

    /** Returns whether a call failed because of its caller or the router, which says nothing about the model. */
    public static boolean isCallersOwn(End end) {
        if (end.failure() == null) {
            return false;
        }
        return switch (end.failure().kind()) {
            case INVALID_REQUEST,
                    CONTENT_FILTERED,
                    LIMIT_EXCEEDED,
                    BUDGET_EXCEEDED,
                    UNAUTHENTICATED,
                    DENIED,
                    GUARD_REJECTED,
                    INTERNAL,
                    UNKNOWN_MODEL,
                    CANCELLED -> true;
            case DEADLINE -> end.outcome() == Outcome.ABANDONED;
            default -> false;
        };
    }

    private static ModelSelector.@Nullable Selection ask(
            Model model, ModelSelector selector, ModelSelector.Query query) {
        try {
            return selector.select(query);
        } catch (GatewayException e) {
            throw e;
        } catch (RuntimeException e) {
            throw GatewayException.builder(
                            ErrorKind.INTERNAL,
                            "this is a bug in the route of model \"" + model.name() + "\": it threw " + e)
                    .cause(e)
                    .build();
        }
    }
}
