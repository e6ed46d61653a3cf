package dev.aigw.routing.guard.sensitive;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Chooses among entities that overlap: the higher score first, then the longer span. Stateless. */
final class EntityMerge {

    private static final Comparator<Entity> BEST_FIRST = Comparator.comparingDouble(Entity::score)
            .reversed()
            .thenComparing(entity -> entity.start() - entity.end())
            .thenComparing(Entity::start)
            .thenComparing(entity -> entity.type().name());

    private EntityMerge() {}

    /** Returns those with at least this score that do not overlap a better one, in the order of the text. */
    static List<Entity> best(List<Entity> entities, double minimumScore) {
        if (entities.isEmpty()) {
            return List.of();
        }
        List<Entity> sorted = new ArrayList<>(entities);
        sorted.removeIf(entity -> entity.score() < minimumScore);
        if (sorted.size() < 2) {
            return sorted;
        }
        sorted.sort(BEST_FIRST);
        TreeMap<Integer, Entity> kept = new TreeMap<>();
        for (Entity entity : sorted) {
            Map.Entry<Integer, Entity> before = kept.lowerEntry(entity.end());
            if (before == null || before.getValue().end() <= entity.start()) {
                kept.put(entity.start(), entity);
            }
        }
        return List.copyOf(kept.values());
    }
}
