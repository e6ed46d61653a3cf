package dev.aigw.routing.deployment;

/** What gets copies of a model's calls: a {@code dev.aigw.routing.rollout.Shadow}. */
public interface ModelShadow {

    /** Returns the name of the model that answers the copies. */
    String model();
}
