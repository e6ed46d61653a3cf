package dev.aigw.routing.limit;

import dev.aigw.api.internal.SetOnce;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The usage of one limit for one key. Immutable. */
public final class LimitUsage {

    private final String limit;
    private final Measure measure;
    private final Map<String, String> key;
    private final BigDecimal used;
    private final BigDecimal reserved;
    private final BigDecimal remaining;
    private final BigDecimal maximum;

    private LimitUsage(Builder builder, String limit, Measure measure, BigDecimal remaining, BigDecimal maximum) {
        this.limit = limit;
        this.measure = measure;
        this.key = Collections.unmodifiableMap(new LinkedHashMap<>(builder.key));
        this.used = builder.used;
        this.reserved = builder.reserved;
        this.remaining = remaining;
        this.maximum = maximum;
    }

    /** Starts the usage of a limit. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the limit's name. */
    public String limit() {
        return limit;
    }

    /** Returns what it counts. */
    public Measure measure() {
        return measure;
    }

    /** Returns the key of the allowance: values by dimension. */
    public Map<String, String> key() {
        return key;
    }

    /** Returns what is used in the present window; for a rolling one, what has not refilled. */
    public BigDecimal used() {
        return used;
    }

    /** Returns what attempts under way have taken and not settled. */
    public BigDecimal reserved() {
        return reserved;
    }

    /** Returns what remains, at least zero. */
    public BigDecimal remaining() {
        return remaining;
    }

    /** Returns what a window allows. */
    public BigDecimal maximum() {
        return maximum;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof LimitUsage that
                        && limit.equals(that.limit)
                        && measure == that.measure
                        && key.equals(that.key)
                        && used.equals(that.used)
                        && reserved.equals(that.reserved)
                        && remaining.equals(that.remaining)
                        && maximum.equals(that.maximum));
    }

    @Override
    public int hashCode() {
        return Objects.hash(limit, measure, key, used, reserved, remaining, maximum);
    }

    @Override
    public String toString() {
        return "LimitUsage{" + limit + key + ", used=" + used + ", reserved=" + reserved + ", remaining=" + remaining
                + " of " + maximum + " " + measure.unit() + "}";
    }

    /**
     * Builds a {@link LimitUsage}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String limit;
        private @Nullable Measure measure;
        private Map<String, String> key = Map.of();
        private BigDecimal used = BigDecimal.ZERO;
        private BigDecimal reserved = BigDecimal.ZERO;
        private @Nullable BigDecimal remaining;
        private @Nullable BigDecimal maximum;

        private Builder() {}

        /** Sets the limit's name. */
        public Builder limit(String limit) {
            once.check(0, "limit");
            this.limit = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /** Sets what it counts. */
        public Builder measure(Measure measure) {
            once.check(1, "measure");
            this.measure = Objects.requireNonNull(measure, "measure");
            return this;
        }

        /** Sets the key of the allowance: values by dimension; empty by default. */
        public Builder key(Map<String, String> key) {
            once.check(2, "key");
            this.key = Objects.requireNonNull(key, "key");
            return this;
        }

        /** Sets what is used in the present window; zero by default. */
        public Builder used(BigDecimal used) {
            once.check(3, "used");
            this.used = Objects.requireNonNull(used, "used");
            return this;
        }

        /** Sets what attempts under way have taken and not settled; zero by default. */
        public Builder reserved(BigDecimal reserved) {
            once.check(4, "reserved");
            this.reserved = Objects.requireNonNull(reserved, "reserved");
            return this;
        }

        /** Sets what remains, at least zero. */
        public Builder remaining(BigDecimal remaining) {
            once.check(5, "remaining");
            this.remaining = Objects.requireNonNull(remaining, "remaining");
            return this;
        }

        /** Sets what a window allows. */
        public Builder maximum(BigDecimal maximum) {
            once.check(6, "maximum");
            this.maximum = Objects.requireNonNull(maximum, "maximum");
            return this;
        }

        /**
         * Returns the usage.
         *
         * @throws IllegalStateException if one of these is not set: limit, measure, remaining, maximum
         */
        public LimitUsage build() {
            return new LimitUsage(
                    this,
                    SetOnce.required(limit, "limit"),
                    SetOnce.required(measure, "measure"),
                    SetOnce.required(remaining, "remaining"),
                    SetOnce.required(maximum, "maximum"));
        }
    }
}
