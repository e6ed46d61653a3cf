package dev.aigw.routing.engine.call;

import dev.aigw.api.ModelReply;

/** A built-in stage: it sees the hop with its call and attempt. Safe for use by many threads. */
@FunctionalInterface
public interface EngineStage {

    /**
     * Returns whether this stage has anything to do for the call in its present state; if not, the chain skips it.
     * Returns quickly and has no side effects.
     */
    default boolean concerns(Call call) {
        return true;
    }

    /** Serves the call from here on; see {@link dev.aigw.api.spi.Stage#apply}. */
    ModelReply apply(Hop hop);
}
