package dev.aigw.routing.resilience;

import dev.aigw.api.spi.CallContext;

/**
 * An answer that broke off and is recovered.
 *
 * @param text the text to be continued; empty when the answer begins again
 * @param part the number of the part that its last piece belonged to
 * @param nextPart the first number that no part has had
 * @param mayRestart whether an answer that differs may begin again
 */
record Continuation(String text, int part, int nextPart, boolean mayRestart) {

    /** The answer begins again. */
    static final Continuation RESTART = new Continuation("", 0, 0, true);

    /** The recovery the call is in. */
    static final CallContext.Key<Continuation> KEY = CallContext.Key.of("recovery of a broken stream");
}
