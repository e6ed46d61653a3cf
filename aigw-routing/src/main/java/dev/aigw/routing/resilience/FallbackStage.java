package dev.aigw.routing.resilience;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.Homes;
import dev.aigw.routing.engine.pool.Model;
import java.util.ArrayList;
import java.util.List;

/** Tries the model, then its fallbacks in order, each at most once, while the kind of failure allows it. */
final class FallbackStage implements EngineStage {

    private final RetryPolicy policy;

    FallbackStage(RetryPolicy policy) {
        this.policy = policy;
    }

    @Override
    public boolean concerns(Call call) {
        List<String> own = call.options().fallbacks();
        return !(own == null ? call.currentModel().fallbacks() : own).isEmpty()
                || (call.isStreamed() && call.get(Continuation.KEY) != null);
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        List<Model> models = homeFirst(permitted(models(call), hop), call, hop.request());
        for (int i = 0; ; i++) {
            Model model = models.get(i);
            List<Model> left = models.subList(i + 1, models.size());
            if (!model.name().equals(call.model())) {
                call.switchTo(model);
            }
            call.fallbacks(left);
            try {
                return hop.proceed(hop.request());
            } catch (GatewayException e) {
                if (left.isEmpty()
                        || !FailureRule.of(e, model.failures()).fallback()
                        || call.log().attemptCount() >= policy.attempts(call, left.size())) {
                    throw e;
                }
                if (call.events().hasListeners()) {
                    call.events()
                            .publish(new RouterEvent.FellBack(
                                    call, model.name(), left.get(0).name(), e));
                }
            }
        }
    }

    /** Returns the models without the fallbacks that the caller may not use. The first one is checked where it is sent. */
    private static List<Model> permitted(List<Model> models, Hop hop) {
        List<Model> permitted = new ArrayList<>(models);
        permitted.subList(1, permitted.size())
                .removeIf(fallback -> !hop.call().mayUse(fallback, hop.request()));
        return permitted;
    }

    /** Returns the models to try, in order. */
    private List<Model> models(Call call) {
        Model first = call.currentModel();
        if (call.isStreamed() && call.get(Continuation.KEY) != null) {
            return left(first, call);
        }
        List<String> own = call.options().fallbacks();
        return own == null ? call.models().withFallbacks(first) : named(first, own, call);
    }

    /**
     * Returns the models with the first one at the front that can read the reasoning of an unfinished tool loop, if the
     * model itself cannot and that one can serve.
     */
    private static List<Model> homeFirst(List<Model> models, Call call, ModelRequest request) {
        if (models.size() < 2 || !Homes.isBoundLoop(request) || Homes.isAt(models.get(0), request)) {
            return models;
        }
        for (Model model : models) {
            if (Homes.isAt(model, request) && model.pool().canServe(call.query(request))) {
                List<Model> ordered = new ArrayList<>(models);
                ordered.remove(model);
                ordered.add(0, model);
                return ordered;
            }
        }
        return models;
    }

    /**
     * Returns the models that may take over a broken stream: the one that answered, unless all remaining attempts are
     * reserved for its fallbacks, and the fallbacks.
     */
    private List<Model> left(Model answered, Call call) {
        List<Model> fallbacks = call.fallbacks();
        int reserved = fallbacks.size();
        if (reserved > 0 && call.log().attemptCount() >= policy.attempts(call, reserved) - reserved) {
            return fallbacks;
        }
        List<Model> models = new ArrayList<>(List.of(answered));
        models.addAll(fallbacks);
        return models;
    }

    /** Returns the model and the fallbacks that the call's options name in place of its own, each once. */
    private static List<Model> named(Model first, List<String> names, Call call) {
        List<Model> models = new ArrayList<>(List.of(first));
        for (String name : names) {
            Model next = call.models().find(name);
            if (next == null) {
                throw GatewayException.of(
                        ErrorKind.UNKNOWN_MODEL,
                        "the call's options name the fallback \"" + name
                                + "\", and there is no such model: declare it with .model(...), or use"
                                + " adapter/upstream-model");
            }
            if (models.stream().noneMatch(known -> known.name().equals(next.name()))) {
                models.add(next);
            }
        }
        return models;
    }
}
