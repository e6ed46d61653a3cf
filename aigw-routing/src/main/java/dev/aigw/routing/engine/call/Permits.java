package dev.aigw.routing.engine.call;

import dev.aigw.api.Caller;
import dev.aigw.routing.engine.pool.Permit;

/** Says what callers may send to models. Safe for use by many threads. */
@FunctionalInterface
public interface Permits {

    /** Everyone may send everything. */
    Permits ALL = (caller, model) -> Permit.ALL;

    /** Returns what {@code caller} may send to the model of this resolved name. */
    Permit of(Caller caller, String model);
}
