package dev.aigw.routing.route;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.pipeline.Call;
import dev.aigw.routing.target.Model;
import dev.aigw.routing.target.Selections;

/** Asks the model's selector, and that of the model it names, until one stays. */
final class RouteStage implements Stage {

    @Override
    public ModelReply apply(Chain chain) {
        Call call = (Call) chain.call();
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
            if (call.sideCall() == null) {
                chain.onEnd(end -> selections.ended(query, end));
            }
            for (ModelSelector asked : selections.asked()) {
                if (asked instanceof Cascade cascade) {
                    return cascade.run(chain, call);
                }
            }
        }
        if (call.currentModel().pool().targets().isEmpty()) {
            throw GatewayException.of(
                    ErrorKind.NO_ROUTE,
                    "model \"" + call.model() + "\" has no deployment of its own and its route chose no other model:"
                            + " add a deployment, or end the route with otherwise(model)");
        }
        return chain.proceed(chain.request());
    }
}
