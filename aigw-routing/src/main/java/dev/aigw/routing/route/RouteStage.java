package dev.aigw.routing.route;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallCost;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Selections;
import org.jspecify.annotations.Nullable;

/**
 * Asks the model's selector, then that of the model it chose, until one chooses its own model. Runs before the cache,
 * so that a reply is stored for the model that gave it, and again after the cache for side calls, which begin there.
 *
 * <p>Safe for use by many threads.
 */
final class RouteStage implements EngineStage {

    /** Counts tokens for a call's cost; null if selectors are not notified of the ends of calls. */
    private final @Nullable TokenCounter counter;

    private RouteStage(@Nullable TokenCounter counter) {
        this.counter = counter;
    }

    /** Returns the stage for callers' calls, whose ends are reported to the selectors. */
    static RouteStage ofCallers(TokenCounter counter) {
        return new RouteStage(counter);
    }

    /** Returns the stage for side calls, whose ends are not reported. */
    static RouteStage ofSideCalls() {
        return new RouteStage(null);
    }

    @Override
    public boolean concerns(Call call) {
        Model model = call.currentModel();
        boolean chooses = model.selector() != null || model.pool().deployments().isEmpty();
        return chooses && call.get(Selections.KEY) == null; // otherwise it is chosen already
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        Model model = call.currentModel();
        if (model.selector() != null) {
            ModelSelector.Query query = Selections.query(
                    call.id(),
                    call.operation(),
                    hop.request(),
                    call.options(),
                    call.environment().now(),
                    call.remainingNanos(),
                    call.environment().random(),
                    call.propagation());
            Selections selections = Selections.follow(model, call.models(), query);
            call.put(Selections.KEY, selections);
            call.switchTo(selections.last());
            Cascade cascade = cascade(selections);
            if (counter != null) {
                CallCost cost = new CallCost(counter, call.environment()::now);
                reportEnd(hop, cost, query, new RouteEnd(call, selections, cascade != null));
            }
            if (cascade != null) {
                return cascade.run(hop);
            }
        }
        if (call.currentModel().pool().deployments().isEmpty()) {
            throw GatewayException.of(
                    ErrorKind.NO_ROUTE,
                    "model \"" + call.model() + "\" has no deployment and its route chose no other model:"
                            + " add a deployment, or end the route with otherwise(model)");
        }
        return hop.proceed(hop.request());
    }

    private static void reportEnd(Hop hop, CallCost cost, ModelSelector.Query query, RouteEnd route) {
        hop.call().watchAttempts(cost);
        hop.onEnd(end -> cost.whenSettled(() -> route.report(query, end, cost.cost())));
    }

    private static @Nullable Cascade cascade(Selections selections) {
        for (ModelSelector asked : selections.asked()) {
            if (asked instanceof Cascade cascade) {
                return cascade;
            }
        }
        return null;
    }
}
