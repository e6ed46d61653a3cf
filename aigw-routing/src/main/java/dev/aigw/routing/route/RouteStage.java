package dev.aigw.routing.route;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.Stage;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallCost;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Selections;
import org.jspecify.annotations.Nullable;

/**
 * Asks the model's selector, and that of the model it names, until one stays. Stands before the cache, so that a reply
 * is kept for the model that gave it, and again behind it, for calls that begin there.
 *
 * <p>Safe for use by many threads.
 */
final class RouteStage implements Stage {

    private final TokenCounter counter;

    RouteStage(TokenCounter counter) {
        this.counter = counter;
    }

    @Override
    public ModelReply apply(Chain chain) {
        Call call = (Call) chain.call();
        if (call.get(Selections.KEY) != null) {
            return chain.proceed(chain.request()); // chosen before
        }
        Model model = call.currentModel();
        if (model.selector() != null) {
            ModelSelector.Query query = Selections.query(
                    call.id(),
                    call.operation(),
                    chain.request(),
                    call.options(),
                    call.environment().now(),
                    call.remainingNanos(),
                    call.environment().random());
            Selections selections = Selections.follow(model, call.models(), query);
            call.put(Selections.KEY, selections);
            call.switchTo(selections.last());
            Cascade cascade = cascade(selections);
            if (call.sideCall() == null) {
                tellTheEnd(chain, call, query, new RouteEnd(call, selections, cascade != null));
            }
            if (cascade != null) {
                return cascade.run(chain, call);
            }
        }
        if (call.currentModel().pool().deployments().isEmpty()) {
            throw GatewayException.of(
                    ErrorKind.NO_ROUTE,
                    "model \"" + call.model() + "\" has no deployment of its own and its route chose no other model:"
                            + " add a deployment, or end the route with otherwise(model)");
        }
        return chain.proceed(chain.request());
    }

    private void tellTheEnd(Chain chain, Call call, ModelSelector.Query query, RouteEnd route) {
        CallCost bill = new CallCost(counter, call.environment()::now);
        call.watchAttempts(bill);
        chain.onEnd(end -> bill.whenSettled(() -> route.tell(query, end, bill.cost())));
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
