package dev.aigw.routing.deployment;

/** Receives copies of a model's calls; made by {@code dev.aigw.routing.rollout.Shadow}. */
public interface ModelShadow {

    /** Returns the name of the model that answers the copies. */
    String model();
}
