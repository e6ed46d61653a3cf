package dev.aigw.routing;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.routing.catalog.Catalog;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Models;

/** Resolves the requested name to a model. */
final class CatalogStage implements EngineStage {

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        call.switchTo(resolve(call, (Catalog) call.table(), call.requestedModel()));
        call.checkAlive();
        return hop.proceed(hop.request());
    }

    static Model resolve(Models models, Catalog catalog, String name) {
        String refusal = catalog.refusal(name);
        Model model = refusal == null ? models.find(name) : null;
        if (model == null) {
            throw GatewayException.of(ErrorKind.UNKNOWN_MODEL, refusal == null ? catalog.missing(name) : refusal);
        }
        return model;
    }
}
