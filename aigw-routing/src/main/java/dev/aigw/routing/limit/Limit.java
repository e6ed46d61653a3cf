package dev.aigw.routing.limit;

import dev.aigw.api.CallOptions;
import dev.aigw.api.spi.CallContext;
import dev.aigw.routing.engine.call.Attempt;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The definition of one limit. Immutable.
 *
 * @param maximum how much a window allows
 * @param currency the currency of {@link Measure#COST}, otherwise empty
 * @param window null for {@link Measure#CONCURRENCY}
 * @param burst how much at once; the maximum, unless a rolling window has another
 * @param by the dimensions; there is one allowance for each combination of their values
 * @param conditions the conditions on the calls to which it applies
 * @param warnAt the used share from which calls are warned, or null
 * @param shares the share of it that calls of a priority may use; all of it if absent
 * @param strict whether attempts always reserve the most they can use
 * @param maximumKeys how many keys have an allowance of their own
 */
record Limit(
        String name,
        Measure measure,
        BigDecimal maximum,
        String currency,
        @Nullable Window window,
        BigDecimal burst,
        List<Dimension> by,
        List<Condition> conditions,
        @Nullable BigDecimal warnAt,
        Map<CallOptions.Priority, BigDecimal> shares,
        OnExceed onExceed,
        boolean allowUnpriced,
        boolean strict,
        int maximumKeys) {

    /** Matches calls whose value is among these, or is not. */
    record Condition(Dimension dimension, Set<String> values, boolean among) {

        /** Returns the condition with these values as configured; the empty one matches calls without a value. */
        static Condition of(Dimension dimension, String[] configured, boolean among) {
            Set<String> texts =
                    Set.of(configured).stream().map(dimension::textOf).collect(Collectors.toSet());
            if (texts.contains(DimensionValue.NONE)) {
                texts.add(DimensionValue.EMPTY);
            }
            return new Condition(dimension, Set.copyOf(texts), among);
        }

        boolean matches(CallContext call, @Nullable Attempt attempt) {
            return values.contains(dimension.value(call, attempt)) == among;
        }
    }

    /** Returns the level at which it is applied: where all its values are known. */
    Dimension.Level level() {
        Dimension.Level level = measure.isSettledLater() ? Dimension.Level.ATTEMPT : Dimension.Level.CALL;
        for (Dimension dimension : by) {
            level = later(level, dimension.level());
        }
        for (Condition condition : conditions) {
            level = later(level, condition.dimension().level());
        }
        return level;
    }

    private static Dimension.Level later(Dimension.Level one, Dimension.Level other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** Returns whether it limits a deployment regardless of the caller, so that another may serve instead. */
    boolean isOfDeployment() {
        return by.stream().anyMatch(Dimension::isOfDeployment)
                && by.stream().noneMatch(dimension -> dimension.level() == Dimension.Level.CALL)
                && conditions.stream()
                        .noneMatch(condition -> condition.dimension().level() == Dimension.Level.CALL);
    }

    /** Returns whether it may refuse one deployment and admit another. */
    boolean dependsOnDeployment() {
        return by.stream().anyMatch(Dimension::isOfDeployment)
                || conditions.stream()
                        .anyMatch(condition -> condition.dimension().isOfDeployment());
    }

    /** Returns whether all its values are known when a call begins, before its model is chosen. */
    boolean isOfCaller() {
        return by.stream().allMatch(dimension -> dimension.level() == Dimension.Level.CALL)
                && conditions.stream()
                        .allMatch(condition -> condition.dimension().level() == Dimension.Level.CALL);
    }

    /** Returns whether all its values are known of a caller, before there is a call. */
    boolean isKnownOfCaller() {
        return by.stream().allMatch(Dimension::isKnownOfCaller)
                && conditions.stream()
                        .allMatch(condition -> condition.dimension().isKnownOfCaller());
    }

    /** Returns whether it applies to a call. */
    boolean isFor(CallContext call, @Nullable Attempt attempt) {
        for (Condition condition : conditions) {
            if (!condition.matches(call, attempt)) {
                return false;
            }
        }
        return true;
    }

    BigDecimal share(CallOptions.Priority priority) {
        return shares.getOrDefault(priority, BigDecimal.ONE);
    }
}
