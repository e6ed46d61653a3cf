package dev.aigw.routing.resilience;

import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.Stage;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.pool.Model;
import java.util.List;

/** Tries the model, then its fallbacks in order, each at most once, while the kind of failure allows it. */
final class FallbackStage implements Stage {

    private final RetryPolicy policy;

    FallbackStage(RetryPolicy policy) {
        this.policy = policy;
    }

    @Override
    public ModelReply apply(Chain chain) {
        Call call = (Call) chain.call();
        Model first = call.currentModel();
        if (first.fallbacks().isEmpty() || call.sideCall() != null) {
            return chain.proceed(chain.request());
        }
        List<Model> models = Resilience.order(first, call.models());
        for (int i = 0; ; i++) {
            int left = models.size() - 1 - i;
            if (i > 0) {
                call.switchTo(models.get(i));
            }
            call.put(RetryStage.RESERVED, left);
            try {
                return chain.proceed(chain.request());
            } catch (GatewayException e) {
                if (left == 0 || !FailureRule.of(e.kind()).fallback() || call.attemptCount() >= policy.maxAttempts()) {
                    throw e;
                }
            }
        }
    }
}
