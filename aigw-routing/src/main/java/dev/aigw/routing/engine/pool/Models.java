package dev.aigw.routing.engine.pool;

import dev.aigw.routing.deployment.Switch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A routing table: finds models by name. Immutable and safe for use by many threads. */
@FunctionalInterface
public interface Models {

    /**
     * Returns the model of this name, which may be a model's own, an alias, or {@code provider/upstream}; null if there
     * is none.
     */
    @Nullable
    Model find(String name);

    /** Returns the switch behind this alias, or null if the name is a model or unknown. */
    default @Nullable Switch switchOf(String name) {
        return null;
    }

    /** Returns the deployments with health checks, by id. */
    default Map<String, CheckedDeployment> checked() {
        return Map.of();
    }

    /** Returns the model, its fallbacks, then theirs, each model once; so a cycle ends where it closes. */
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
