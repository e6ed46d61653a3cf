package dev.aigw.api.spi;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.internal.SetOnce;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * What attempts have used and cost: a row for each model, deployment and caller, and for each value of the tags that
 * the meter groups by.
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

    /**
     * Returns sums by the value of a tag that the meter groups by; calls without the tag are under the empty string.
     */
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
     * @param caller the caller
     * @param tags the tags that the meter groups by, and their values
     * @param sum their sum
     */
    public record Row(String model, String deployment, Caller caller, Map<String, String> tags, Sum sum) {

        /** Copies the tags. */
        public Row {
            tags = Map.copyOf(tags);
        }

        /** Creates a row of a meter that groups by no tags. */
        public Row(String model, String deployment, Caller caller, Sum sum) {
            this(model, deployment, caller, Map.of(), sum);
        }
    }

    /** Attempts, tokens and money. Immutable. */
    public static final class Sum {

        /** No attempts. */
        public static final Sum ZERO = builder().build();

        private final long attempts;
        private final long failed;
        private final long abandoned;
        private final TokenUsage usage;
        private final Cost cost;
        private final long unpriced;

        private Sum(Builder builder) {
            this.attempts = builder.attempts;
            this.failed = builder.failed;
            this.abandoned = builder.abandoned;
            this.usage = builder.usage;
            this.cost = builder.cost;
            this.unpriced = builder.unpriced;
        }

        /** Starts an empty sum. */
        public static Builder builder() {
            return new Builder();
        }

        /** Starts from this sum; every property may be set once more. */
        public Builder toBuilder() {
            Builder builder = new Builder();
            builder.attempts = attempts;
            builder.failed = failed;
            builder.abandoned = abandoned;
            builder.usage = usage;
            builder.cost = cost;
            builder.unpriced = unpriced;
            return builder;
        }

        /** Returns the number of attempts. */
        public long attempts() {
            return attempts;
        }

        /** Returns the number of attempts that failed. */
        public long failed() {
            return failed;
        }

        /** Returns the number of attempts that were abandoned: cancelled, closed early, or overtaken by a hedge. */
        public long abandoned() {
            return abandoned;
        }

        /** Returns the tokens; estimated if any part is. */
        public TokenUsage usage() {
            return usage;
        }

        /** Returns the cost of the attempts with a known price. */
        public Cost cost() {
            return cost;
        }

        /** Returns how many attempts used tokens without a known price; {@link #cost()} does not include them. */
        public long unpriced() {
            return unpriced;
        }

        /** Returns the sum of both. */
        public Sum plus(Sum other) {
            return builder()
                    .attempts(attempts + other.attempts)
                    .failed(failed + other.failed)
                    .abandoned(abandoned + other.abandoned)
                    .usage(usage.plus(other.usage))
                    .cost(cost.plus(other.cost))
                    .unpriced(unpriced + other.unpriced)
                    .build();
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || (other instanceof Sum that
                            && attempts == that.attempts
                            && failed == that.failed
                            && abandoned == that.abandoned
                            && usage.equals(that.usage)
                            && cost.equals(that.cost)
                            && unpriced == that.unpriced);
        }

        @Override
        public int hashCode() {
            return Objects.hash(attempts, failed, abandoned, usage, cost, unpriced);
        }

        @Override
        public String toString() {
            return "Sum{attempts=" + attempts + ", failed=" + failed + ", abandoned=" + abandoned + ", " + usage + ", "
                    + cost + ", unpriced=" + unpriced + "}";
        }

        /**
         * Builds a {@link Sum}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
         * several threads.
         */
        public static final class Builder {

            private final SetOnce once = new SetOnce();
            private long attempts;
            private long failed;
            private long abandoned;
            private TokenUsage usage = TokenUsage.NONE;
            private Cost cost = Cost.ZERO;
            private long unpriced;

            private Builder() {}

            /** Sets the number of attempts; 0 by default. */
            public Builder attempts(long attempts) {
                once.check(0, "attempts");
                this.attempts = attempts;
                return this;
            }

            /** Sets the number of attempts that failed; 0 by default. */
            public Builder failed(long failed) {
                once.check(1, "failed");
                this.failed = failed;
                return this;
            }

            /** Sets the number of attempts that were abandoned; 0 by default. */
            public Builder abandoned(long abandoned) {
                once.check(2, "abandoned");
                this.abandoned = abandoned;
                return this;
            }

            /** Sets the tokens; {@link TokenUsage#NONE} by default. */
            public Builder usage(TokenUsage usage) {
                once.check(3, "usage");
                this.usage = Objects.requireNonNull(usage, "usage");
                return this;
            }

            /** Sets the cost of the attempts with a known price; {@link Cost#ZERO} by default. */
            public Builder cost(Cost cost) {
                once.check(4, "cost");
                this.cost = Objects.requireNonNull(cost, "cost");
                return this;
            }

            /** Sets how many attempts used tokens without a known price; 0 by default. */
            public Builder unpriced(long unpriced) {
                once.check(5, "unpriced");
                this.unpriced = unpriced;
                return this;
            }

            /** Returns the sum. */
            public Sum build() {
                return new Sum(this);
            }
        }
    }
}
