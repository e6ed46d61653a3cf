package dev.aigw.routing.resilience;

import dev.aigw.api.spi.CallContext;

/**
 * A broken answer that is being recovered.
 *
 * @param text the text to continue; empty if the answer restarts
 * @param part the number of the part that its last piece belonged to
 * @param nextPart the first unused part number
 * @param mayRestart whether an answer that differs may restart
 * @param tokens how many tokens the text has cost
 */
record Continuation(String text, int part, int nextPart, boolean mayRestart, long tokens) {

    /** The answer restarts. */
    static final Continuation RESTART = new Continuation("", 0, 0, true, 0);

    /** The recovery that the call is in. */
    static final CallContext.Key<Continuation> KEY = CallContext.Key.of("recovery of a broken stream");

    /** The text that the last attempt was given to continue; absent if it began from the start. */
    static final CallContext.Key<Continuation> PREFILLED = CallContext.Key.of("prefill of the last attempt");
}
