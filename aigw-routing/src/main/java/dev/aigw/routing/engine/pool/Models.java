package dev.aigw.routing.engine.pool;

import dev.aigw.routing.deployment.Switch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** Returns the deployments to be checked actively, by id. */
    default Map<String, CheckedDeployment> checked() {
        return Map.of();
    }

    /** Returns the model and its fallbacks, theirs after all of its own, each once: a cycle ends where it closes. */
    default List<Model> withFallbacks(Model first) {
        List<Model> order = new ArrayList<>();
        order.add(first);
        for (int i = 0; i < order.size(); i++) {
            for (String name : order.get(i).fallbacks()) {
                Model next = find(name);
                if (next != null
                        && order.stream().noneMatch(known -> known.name().equals(next.name()))) {
                    order.add(next);
                }
            }
        }
        return order;
    }
}
