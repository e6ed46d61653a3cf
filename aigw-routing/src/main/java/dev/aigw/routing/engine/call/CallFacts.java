package dev.aigw.routing.engine.call;

import dev.aigw.api.Route;
import dev.aigw.api.spi.CallContext;

/** Facts about a call that the pipeline itself reads. */
public final class CallFacts {

    /** Where the reply came from, set by a stage that answers in place of a deployment; absent means a deployment. */
    public static final CallContext.Key<Route.Source> SOURCE = CallContext.Key.of("source");

    /** Present while a cascade has another model to try after this one: then no stale reply answers yet. */
    public static final CallContext.Key<Boolean> MORE_STEPS = CallContext.Key.of("more steps");

    /** Present once an attempt was sent less than the call asks for, such as without another vendor's extra fields. */
    public static final CallContext.Key<Boolean> LESS_SENT = CallContext.Key.of("less sent");

    /**
     * Present while the model that is tried has guards of its own, so that it must not be sent what another model has
     * written: nobody has checked that for it.
     */
    public static final CallContext.Key<Boolean> GUARDED_APART = CallContext.Key.of("guarded apart");

    private CallFacts() {}
}
