package dev.aigw.routing.limit;

import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;

/**
 * Counts requests and calls under way, once per call or once per model. What the router refuses afterwards, before
 * anything is sent, does not count. Safe for use by many threads.
 */
final class LimitStage implements EngineStage {

    private final Gate gate;

    LimitStage(Gate gate) {
        this.gate = gate;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        Reservation reservation = gate.enter(call);
        if (reservation.isEmpty()) {
            return hop.proceed(hop.request());
        }
        int sent = call.log().sentCount();
        ModelReply reply;
        try {
            reply = hop.proceed(hop.request());
        } catch (RuntimeException | Error e) { // the call may continue with another model
            if (call.log().sentCount() == sent && isRefused(call, e)) {
                reservation.cancel();
            } else {
                reservation.release();
            }
            throw e;
        }
        hop.onEnd(end -> reservation.release());
        return reply;
    }

    /** Returns whether the router itself kept the request from all deployments: a limit, or nothing that may serve. */
    private static boolean isRefused(Call call, Throwable failure) {
        return failure instanceof GatewayException refusal
                && switch (refusal.kind()) {
                    case LIMIT_EXCEEDED, BUDGET_EXCEEDED, NO_ROUTE -> true;
                    default -> call.isUnserved(refusal);
                };
    }
}
