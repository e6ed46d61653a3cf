package dev.aigw.routing.limit;

import java.math.BigDecimal;
import java.util.Map;

/**
 * How one limit stands for one key. Immutable.
 *
 * @param limit the limit's name
 * @param measure what it counts
 * @param key whose allowance it is, values by dimension
 * @param used what is used in the present window; of a rolling one, what has not refilled
 * @param reserved what attempts under way have taken and not settled
 * @param remaining what remains, at least zero
 * @param maximum what a window allows
 */
public record LimitUsage(
        String limit,
        Measure measure,
        Map<String, String> key,
        BigDecimal used,
        BigDecimal reserved,
        BigDecimal remaining,
        BigDecimal maximum) {}
