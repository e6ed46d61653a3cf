package dev.aigw.routing.limit;

import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.feature.Environment;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Describes an allowance: one limit, for one key. Immutable. */
public final class AllowanceSpec {

    private final String limit;
    private final List<String> key;
    private final Measure measure;
    private final BigDecimal maximum;
    private final BigDecimal burst;
    private final @Nullable Window window;
    private final boolean strict;

    private AllowanceSpec(Builder builder, String limit, Measure measure, BigDecimal maximum) {
        this.limit = limit;
        this.key = List.copyOf(builder.key);
        this.measure = measure;
        this.maximum = maximum;
        this.burst = builder.burst != null ? builder.burst : maximum;
        this.window = builder.window;
        this.strict = builder.strict;
    }

    /** Starts the description of an allowance. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder with these values, each of which may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.limit = limit;
        builder.key = key;
        builder.measure = measure;
        builder.maximum = maximum;
        builder.burst = burst;
        builder.window = window;
        builder.strict = strict;
        return builder;
    }

    /** Returns the limit's name. */
    public String limit() {
        return limit;
    }

    /** Returns the values of the limit's dimensions, in their order. */
    public List<String> key() {
        return key;
    }

    /** Returns what it counts. */
    public Measure measure() {
        return measure;
    }

    /** Returns how much a window allows. */
    public BigDecimal maximum() {
        return maximum;
    }

    /** Returns how much it allows at once; the maximum, unless a rolling window has another. */
    public BigDecimal burst() {
        return burst;
    }

    /** Returns the window over which it counts; null for concurrency. */
    public @Nullable Window window() {
        return window;
    }

    /** Returns whether it is never exceeded, so that a store takes nothing ahead. */
    public boolean strict() {
        return strict;
    }

    static AllowanceSpec of(Limit limit, List<String> key) {
        return builder()
                .limit(limit.name())
                .key(key)
                .measure(limit.measure())
                .maximum(limit.maximum())
                .burst(limit.burst())
                .window(limit.window())
                .strict(limit.strict())
                .build();
    }

    /** Returns the same for a share of the limit, above 0 and up to 1; for concurrency, rounded up. */
    public AllowanceSpec share(BigDecimal share) {
        BigDecimal part = maximum.multiply(share);
        return toBuilder()
                .maximum(window == null ? part.setScale(0, RoundingMode.CEILING) : part)
                .burst(burst.multiply(share))
                .build();
    }

    /** Returns an allowance that is local to this JVM. */
    public Allowance local(Environment environment) {
        if (window == null) {
            return new ConcurrencyAllowance(maximum.intValueExact());
        }
        Duration period = window.period();
        return period == null
                ? new CalendarAllowance(maximum, window, environment)
                : new BucketAllowance(maximum, period, burst, measure == Measure.COST, environment);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof AllowanceSpec that
                        && limit.equals(that.limit)
                        && key.equals(that.key)
                        && measure == that.measure
                        && maximum.equals(that.maximum)
                        && burst.equals(that.burst)
                        && Objects.equals(window, that.window)
                        && strict == that.strict);
    }

    @Override
    public int hashCode() {
        return Objects.hash(limit, key, measure, maximum, burst, window, strict);
    }

    @Override
    public String toString() {
        return "AllowanceSpec{" + limit + key + ", " + maximum + " " + measure.unit() + ", burst=" + burst + ", "
                + window + (strict ? ", strict}" : "}");
    }

    /**
     * Builds an {@link AllowanceSpec}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String limit;
        private List<String> key = List.of();
        private @Nullable Measure measure;
        private @Nullable BigDecimal maximum;
        private @Nullable BigDecimal burst;
        private @Nullable Window window;
        private boolean strict;

        private Builder() {}

        /** Sets the limit's name. */
        public Builder limit(String limit) {
            once.check(0, "limit");
            this.limit = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /** Sets the values of the limit's dimensions, in their order; none by default. */
        public Builder key(List<String> key) {
            once.check(1, "key");
            this.key = Objects.requireNonNull(key, "key");
            return this;
        }

        /** Sets what it counts. */
        public Builder measure(Measure measure) {
            once.check(2, "measure");
            this.measure = Objects.requireNonNull(measure, "measure");
            return this;
        }

        /** Sets how much a window allows. */
        public Builder maximum(BigDecimal maximum) {
            once.check(3, "maximum");
            this.maximum = Objects.requireNonNull(maximum, "maximum");
            return this;
        }

        /** Sets how much it allows at once; the maximum by default. */
        public Builder burst(BigDecimal burst) {
            once.check(4, "burst");
            this.burst = Objects.requireNonNull(burst, "burst");
            return this;
        }

        /** Sets the window over which it counts; null, for concurrency, by default. */
        public Builder window(@Nullable Window window) {
            once.check(5, "window");
            this.window = window;
            return this;
        }

        /** Sets whether it is never exceeded, so that a store takes nothing ahead; false by default. */
        public Builder strict(boolean strict) {
            once.check(6, "strict");
            this.strict = strict;
            return this;
        }

        /**
         * Returns the description.
         *
         * @throws IllegalStateException if one of these is not set: limit, measure, maximum
         */
        public AllowanceSpec build() {
            return new AllowanceSpec(
                    this,
                    SetOnce.required(limit, "limit"),
                    SetOnce.required(measure, "measure"),
                    SetOnce.required(maximum, "maximum"));
        }
    }
}
