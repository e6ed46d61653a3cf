package dev.aigw.routing.engine.pool;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;

/** What one caller may send to one model. Safe for use by many threads. */
@FunctionalInterface
public interface Permit {

    /** Everything: there are no permissions. */
    Permit ALL = (operation, request) -> Grant.ALL;

    /** Returns whether the request may be sent, and to which deployments. */
    Grant grant(Operation<?, ?> operation, ModelRequest request);
}
