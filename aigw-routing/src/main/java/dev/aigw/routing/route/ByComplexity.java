package dev.aigw.routing.route;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.engine.pool.Query;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Chooses a small model for chats that look easy. Immutable. */
final class ByComplexity implements ModelSelector {

    private final NavigableMap<Integer, String> upTo;
    private final String otherwise;

    private ByComplexity(NavigableMap<Integer, String> upTo, String otherwise) {
        this.upTo = upTo;
        this.otherwise = otherwise;
    }

    @Override
    public @Nullable Selection select(Query query) {
        if (!(query.request() instanceof ChatRequest chat)) {
            return null;
        }
        Complexity complexity = Complexity.of(chat);
        Map.Entry<Integer, String> step = upTo.ceilingEntry(complexity.points());
        return new Selection(step == null ? otherwise : step.getValue(), complexity.toString());
    }

    @Override
    public Set<String> models() {
        Set<String> models = new LinkedHashSet<>(upTo.values());
        models.add(otherwise);
        return models;
    }

    /** Builds the steps. */
    static final class Builder implements Routes.ComplexityBuilder {

        private final NavigableMap<Integer, String> upTo = new TreeMap<>();

        @Override
        public Routes.ComplexityBuilder upTo(int points, String model) {
            if (points < 0 || points > 99) {
                throw new IllegalArgumentException(
                        "complexity is up to " + points + ": use 0 to 99, and otherwise(model) above that");
            }
            if (upTo.put(points, Objects.requireNonNull(model, "model")) != null) {
                throw new IllegalArgumentException("complexity up to " + points + " is set twice: remove one");
            }
            return this;
        }

        @Override
        public ModelSelector otherwise(String model) {
            if (upTo.isEmpty()) {
                throw new IllegalArgumentException("there is no step: add one with upTo(points, model)");
            }
            return new ByComplexity(new TreeMap<>(upTo), Objects.requireNonNull(model, "model"));
        }
    }
}
