package dev.aigw.routing.limit;

import dev.aigw.routing.feature.Environment;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an allowance is of: one limit, for one key.
 *
 * @param limit the limit's name
 * @param key the values of the limit's dimensions, in their order
 * @param measure what it counts
 * @param maximum how much a window allows
 * @param burst how much at once; the maximum, unless a rolling window has another
 * @param window over which time it counts; null for calls under way
 */
public record AllowanceSpec(
        String limit,
        List<String> key,
        Measure measure,
        BigDecimal maximum,
        BigDecimal burst,
        @Nullable Window window) {

    /** Creates one. */
    public AllowanceSpec {
        key = List.copyOf(key);
    }

    static AllowanceSpec of(Limit limit, List<String> key) {
        return new AllowanceSpec(limit.name(), key, limit.measure(), limit.maximum(), limit.burst(), limit.window());
    }

    /** Returns the same for a part of the limit, above 0 and up to 1; calls under way are rounded up. */
    public AllowanceSpec share(BigDecimal share) {
        BigDecimal part = maximum.multiply(share);
        return new AllowanceSpec(
                limit,
                key,
                measure,
                window == null ? part.setScale(0, RoundingMode.CEILING) : part,
                burst.multiply(share),
                window);
    }

    /** Returns an allowance that this JVM keeps for itself. */
    public Allowance local(Environment environment) {
        if (window == null) {
            return new ConcurrencyAllowance(maximum.intValueExact());
        }
        Duration period = window.period();
        return period == null
                ? new CalendarAllowance(maximum, window, environment)
                : new BucketAllowance(maximum, period, burst, measure == Measure.COST, environment);
    }
}
