package dev.aigw.routing.limit;

import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.Stage;

/** Counts requests and calls under way, once a call or once a model. Safe for use by many threads. */
final class LimitStage implements Stage {

    private final Gate gate;

    LimitStage(Gate gate) {
        this.gate = gate;
    }

    @Override
    public ModelReply apply(Chain chain) {
        Reservation reservation = gate.enter(chain.call());
        if (reservation.isEmpty()) {
            return chain.proceed(chain.request());
        }
        ModelReply reply;
        try {
            reply = chain.proceed(chain.request());
        } catch (RuntimeException | Error e) {
            reservation.release(); // the call may go on with another model
            throw e;
        }
        chain.onEnd(end -> reservation.release());
        return reply;
    }
}
