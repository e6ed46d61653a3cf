package dev.aigw.routing.resilience;

import dev.aigw.api.spi.CallContext;

/**
 * A broken answer that is being recovered.
 *
 * @param text the text to continue; empty if the answer restarts
 * @param part the number of the part that its last piece belonged to
 * @param nextPart the first unused part number
 * @param mayRestart whether an answer that differs may restart
 */
record Continuation(String text, int part, int nextPart, boolean mayRestart) {

    /** The answer restarts. */
    static final Continuation RESTART = new Continuation("", 0, 0, true);

    /** The recovery that the call is in. */
    static final CallContext.Key<Continuation> KEY = CallContext.Key.of("recovery of a broken stream");
}
