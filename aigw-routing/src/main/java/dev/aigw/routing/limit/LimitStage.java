package dev.aigw.routing.limit;

import dev.aigw.api.ModelReply;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;

/** Counts requests and calls under way, once per call or once per model. Safe for use by many threads. */
final class LimitStage implements EngineStage {

    private final Gate gate;

    LimitStage(Gate gate) {
        this.gate = gate;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Reservation reservation = gate.enter(hop.call());
        if (reservation.isEmpty()) {
            return hop.proceed(hop.request());
        }
        ModelReply reply;
        try {
            reply = hop.proceed(hop.request());
        } catch (RuntimeException | Error e) {
            reservation.release(); // the call may continue with another model
            throw e;
        }
        hop.onEnd(end -> reservation.release());
        return reply;
    }
}
