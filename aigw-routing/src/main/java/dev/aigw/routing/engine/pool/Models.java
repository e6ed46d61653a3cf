package dev.aigw.routing.engine.pool;

import dev.aigw.routing.deployment.Switch;
import org.jspecify.annotations.Nullable;

/** A routing table: finds the model a name stands for. Immutable and safe for use by many threads. */
@FunctionalInterface
public interface Models {

    /** Returns the model that {@code name} stands for (itself, an alias, {@code provider/upstream}), or null. */
    @Nullable
    Model find(String name);

    /** Returns the switch that {@code name} stands for, or null when it stands for a model or for nothing. */
    default @Nullable Switch switchOf(String name) {
        return null;
    }
}
