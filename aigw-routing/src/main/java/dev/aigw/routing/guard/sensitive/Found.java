package dev.aigw.routing.guard.sensitive;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Collects what the scanners find, of the types that were asked for. For one thread. */
final class Found {

    private final Set<EntityType> types;
    private final List<Entity> entities = new ArrayList<>();

    Found(Set<EntityType> types) {
        this.types = types;
    }

    /** Returns whether this type was asked for. */
    boolean wants(EntityType type) {
        return types.contains(type);
    }

    /** Adds an entity, if its type was asked for. */
    void add(EntityType type, int start, int end, double score) {
        if (types.contains(type)) {
            entities.add(new Entity(type, start, end, Math.min(1, score)));
        }
    }

    /** Returns what was found. */
    List<Entity> entities() {
        return entities;
    }
}
