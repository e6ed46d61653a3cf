package dev.aigw.routing.resilience;

import dev.aigw.api.spi.CallContext;

/**
 * An answer that broke off and is to be continued.
 *
 * @param text the text delivered so far
 * @param part the number of the part that its last piece belonged to
 * @param nextPart the first number that no part has had
 * @param mayRestart whether an answer that differs may begin again
 */
record Continuation(String text, int part, int nextPart, boolean mayRestart) {

    /** The continuation the call is in. */
    static final CallContext.Key<Continuation> KEY = CallContext.Key.of("continuation of a broken stream");
}
