package dev.aigw.routing.engine.call;

import dev.aigw.api.Caller;
import dev.aigw.routing.engine.pool.Model;

/** Gives callers that bring credentials of their own the models that use them. Safe for use by many threads. */
@FunctionalInterface
public interface CallerModels {

    /** Everyone uses the application's credentials. */
    CallerModels SAME = (caller, model) -> model;

    /** Returns the model as it serves {@code caller}. */
    Model of(Caller caller, Model model);
}
