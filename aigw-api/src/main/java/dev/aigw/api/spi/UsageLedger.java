package dev.aigw.api.spi;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.TokenUsage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What attempts have used and cost, a row for each model, deployment and caller, and for each value of the tags that
 * the meter was told to keep apart.
 *
 * @param rows the rows, in no particular order
 */
public record UsageLedger(List<Row> rows) {

    /** Nothing recorded. */
    public static final UsageLedger EMPTY = new UsageLedger(List.of());

    /** Copies the list. */
    public UsageLedger {
        rows = List.copyOf(rows);
    }

    /** Returns sums by logical model. */
    public Map<String, Sum> byModel() {
        return by(Row::model);
    }

    /** Returns sums by deployment. */
    public Map<String, Sum> byDeployment() {
        return by(Row::deployment);
    }

    /** Returns sums by caller. */
    public Map<Caller, Sum> byCaller() {
        return by(Row::caller);
    }

    /** Returns sums by the value of a tag that the meter keeps apart; calls without it are under the empty string. */
    public Map<String, Sum> byTag(String tag) {
        return by(row -> row.tags().getOrDefault(tag, ""));
    }

    /** Returns the sum of all rows. */
    public Sum total() {
        return rows.stream().map(Row::sum).reduce(Sum.ZERO, Sum::plus);
    }

    private <K> Map<K, Sum> by(Function<Row, K> key) {
        Map<K, Sum> sums = new LinkedHashMap<>();
        for (Row row : rows) {
            sums.merge(key.apply(row), row.sum(), Sum::plus);
        }
        return sums;
    }

    /**
     * The attempts of one caller on one deployment for one model.
     *
     * @param model the logical model
     * @param deployment the deployment's id
     * @param caller who asked
     * @param tags the tags that the meter keeps apart, and their values
     * @param sum what they come to
     */
    public record Row(String model, String deployment, Caller caller, Map<String, String> tags, Sum sum) {

        /** Copies the tags. */
        public Row {
            tags = Map.copyOf(tags);
        }

        /** Creates a row of a meter that keeps no tags apart. */
        public Row(String model, String deployment, Caller caller, Sum sum) {
            this(model, deployment, caller, Map.of(), sum);
        }
    }

    /**
     * Attempts, tokens and money.
     *
     * @param attempts all attempts
     * @param failed those that failed
     * @param abandoned those that nobody waited for any more
     * @param usage their tokens; estimated if any part is
     * @param cost the cost of those with a known price
     * @param unpriced how many used tokens without a known price, and so are missing in {@code cost}
     */
    public record Sum(long attempts, long failed, long abandoned, TokenUsage usage, Cost cost, long unpriced) {

        /** Nothing. */
        public static final Sum ZERO = new Sum(0, 0, 0, TokenUsage.NONE, Cost.ZERO, 0);

        /** Returns the sum of both. */
        public Sum plus(Sum other) {
            return new Sum(
                    attempts + other.attempts,
                    failed + other.failed,
                    abandoned + other.abandoned,
                    usage.plus(other.usage),
                    cost.plus(other.cost),
                    unpriced + other.unpriced);
        }
    }
}
