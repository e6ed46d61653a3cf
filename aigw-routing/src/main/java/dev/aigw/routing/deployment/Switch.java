package dev.aigw.routing.deployment;

import java.util.Set;

/**
 * Points an alias at one of several models, and can be turned to another at any moment. A call that uses the alias
 * enters once and keeps its model to its end. {@code dev.aigw.routing.rollout.BlueGreen} is one. Implementations are
 * safe for use by many threads and return quickly.
 */
public interface Switch {

    /** Returns all models it may point to; always the same ones. */
    Set<String> models();

    /** Returns the model it points to now, for dry runs. */
    String current();

    /** Admits a call and returns the model that the call keeps; {@link #leave} reports the end of the call. */
    String enter();

    /**
     * Admits a call that follows an earlier one to the same model, such as the refresh of a stored reply.
     *
     * @param model the model of the earlier call
     * @return whether it is admitted, in which case {@link #leave} follows; false for a model that was switched away
     *     from and has drained
     */
    boolean enterAgain(String model);

    /** Reports the end of a call that was admitted to {@code model}; called once for each. */
    void leave(String model);
}
