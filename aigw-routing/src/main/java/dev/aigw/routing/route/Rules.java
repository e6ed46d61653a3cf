package dev.aigw.routing.route;

import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.engine.pool.Query;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses the model of the first rule whose condition matches. Immutable. */
final class Rules implements ModelSelector {

    private record Rule(Condition condition, String model) {}

    private final List<Rule> rules;
    private final @Nullable String otherwise;

    private Rules(Builder builder, @Nullable String otherwise) {
        this.rules = List.copyOf(builder.rules);
        this.otherwise = otherwise;
    }

    @Override
    public @Nullable Selection select(Query query) {
        for (Rule rule : rules) {
            if (rule.condition.matches(query)) {
                return new Selection(rule.model, rule.condition.toString());
            }
        }
        return otherwise == null ? null : new Selection(otherwise, "no rule matches");
    }

    @Override
    public Set<String> models() {
        Set<String> models = new LinkedHashSet<>();
        rules.forEach(rule -> models.add(rule.model));
        if (otherwise != null) {
            models.add(otherwise);
        }
        return models;
    }

    /** Builds rules. */
    static final class Builder implements Routes.RulesBuilder {

        private final List<Rule> rules = new ArrayList<>();

        @Override
        public Routes.RulesBuilder when(Condition condition, String model) {
            rules.add(new Rule(Objects.requireNonNull(condition, "condition"), Objects.requireNonNull(model, "model")));
            return this;
        }

        @Override
        public ModelSelector otherwise(String model) {
            return new Rules(this, Objects.requireNonNull(model, "model"));
        }

        @Override
        public ModelSelector build() {
            if (rules.isEmpty()) {
                throw new IllegalArgumentException("there is no rule: add one with when(condition, model)");
            }
            return new Rules(this, null);
        }
    }
}
