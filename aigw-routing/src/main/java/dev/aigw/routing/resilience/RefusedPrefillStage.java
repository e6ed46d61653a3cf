package dev.aigw.routing.resilience;

import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.CallContext;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;

/**
 * Repeats the request without a prefill if a deployment refuses one, which is remembered. The prefill was the router's
 * addition, so the refused attempt does not count among those the call may make.
 */
final class RefusedPrefillStage implements EngineStage {

    /** The last refusal of the call. */
    static final CallContext.Key<GatewayException> REFUSAL = CallContext.Key.of("refused prefill");

    @Override
    public boolean concerns(Call call) {
        return call.get(Continuation.KEY) != null;
    }

    @Override
    public ModelReply apply(Hop hop) {
        while (true) {
            try {
                return hop.proceed(hop.request());
            } catch (GatewayException e) {
                if (hop.call().get(REFUSAL) == null) {
                    throw e;
                }
                hop.call().remove(REFUSAL);
                hop.call().log().discount();
            }
        }
    }
}
