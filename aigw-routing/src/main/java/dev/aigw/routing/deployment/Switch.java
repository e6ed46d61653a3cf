package dev.aigw.routing.deployment;

import java.util.Set;

/**
 * What an alias may stand for instead of a model: one of several, at any moment another. A call that comes by it is let
 * in once and keeps its model to its end. {@code dev.aigw.routing.rollout.BlueGreen} is one. Safe for use by many
 * threads, and quick.
 */
public interface Switch {

    /** Returns all models it may be turned to; the same ones always. */
    Set<String> models();

    /** Returns the model it is turned to now, for dry runs. */
    String current();

    /** Lets a call in, and returns the model it keeps; {@link #leave} tells when the call is over. */
    String enter();

    /**
     * Lets a call in that goes on, by itself, where another was: the refresh of a stored reply, say.
     *
     * @param model the model that the other was let in to
     * @return whether it is let in, to be followed by {@link #leave}; not to a model that was left and has drained
     */
    boolean enterAgain(String model);

    /** Notes that a call is over that was let in to {@code model}; called once for each. */
    void leave(String model);
}
