package dev.aigw.routing.target;

import dev.aigw.api.ErrorKind;

/** Hears of holds that this router found to be due, so that others may be told. Safe for use by many threads. */
@FunctionalInterface
public interface HoldListener {

    /**
     * A deployment, or its credential, is left alone from now on. Runs in the thread of the call that found out, so it
     * neither blocks nor throws.
     *
     * @param target the deployment that failed
     * @param scope whether it alone is held, or its credential
     * @param nanos for how long
     * @param kind what failed
     */
    void held(Target target, HoldScope scope, long nanos, ErrorKind kind);
}
