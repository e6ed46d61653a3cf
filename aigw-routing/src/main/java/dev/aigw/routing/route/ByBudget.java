package dev.aigw.routing.route;

import dev.aigw.api.spi.BudgetGauge;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.engine.pool.Query;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Chooses the model by the budget left: an expensive one while there is money. Immutable. */
final class ByBudget implements ModelSelector {

    private final BudgetGauge gauge;
    private final NavigableMap<Double, String> atLeast;
    private final String otherwise;

    private ByBudget(BudgetGauge gauge, NavigableMap<Double, String> atLeast, String otherwise) {
        this.gauge = gauge;
        this.atLeast = atLeast;
        this.otherwise = otherwise;
    }

    @Override
    public Selection select(Query query) {
        double left = gauge.left(query);
        Map.Entry<Double, String> step = atLeast.floorEntry(left);
        return new Selection(
                step == null ? otherwise : step.getValue(),
                String.format(Locale.ROOT, "%.0f percent of the budget left", left * 100));
    }

    @Override
    public Set<String> models() {
        Set<String> models = new LinkedHashSet<>(atLeast.values());
        models.add(otherwise);
        return models;
    }

    /** Returns {@code share} if it is valid. */
    static double checkShare(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "the share of the budget is " + share + ": use one above 0 and up to 1, such as 0.2");
        }
        return share;
    }

    /** Builds the steps. */
    static final class Builder implements Routes.BudgetBuilder {

        private final BudgetGauge gauge;
        private final NavigableMap<Double, String> atLeast = new TreeMap<>();

        Builder(BudgetGauge gauge) {
            this.gauge = Objects.requireNonNull(gauge, "gauge");
        }

        @Override
        public Routes.BudgetBuilder atLeast(double share, String model) {
            if (atLeast.put(checkShare(share), Objects.requireNonNull(model, "model")) != null) {
                throw new IllegalArgumentException("a budget of at least " + share + " is set twice: remove one");
            }
            return this;
        }

        @Override
        public ModelSelector otherwise(String model) {
            if (atLeast.isEmpty()) {
                throw new IllegalArgumentException("there is no step: add one with atLeast(share, model)");
            }
            return new ByBudget(gauge, new TreeMap<>(atLeast), Objects.requireNonNull(model, "model"));
        }
    }
}
