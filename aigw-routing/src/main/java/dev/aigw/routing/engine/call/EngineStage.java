package dev.aigw.routing.engine.call;

import dev.aigw.api.ModelReply;

/** A stage of the router's own: it sees the hop with its own call and attempt. Safe for use by many threads. */
@FunctionalInterface
public interface EngineStage {

    /**
     * Returns whether this stage has anything to do for the call, as it stands now. Where it has not, the chain goes by
     * without it. Quick, and without side effects.
     */
    default boolean concerns(Call call) {
        return true;
    }

    /** Serves the call from here on; see {@link dev.aigw.api.spi.Stage#apply}. */
    ModelReply apply(Hop hop);
}
