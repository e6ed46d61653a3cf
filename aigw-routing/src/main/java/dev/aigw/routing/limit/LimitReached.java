package dev.aigw.routing.limit;

import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.engine.time.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The limit that a call has reached, and what remains of it. Immutable.
 *
 * <pre>{@code
 * catch (GatewayException e) {
 *   LimitReached reached = LimitReached.of(e);
 *   if (reached != null) {
 *     response.header("Retry-After", reached.frees());
 *   }
 * }
 * }</pre>
 */
public final class LimitReached {

    /** Carries the facts in the failure of a call. */
    static final class Cause extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final transient LimitReached reached;

        Cause(LimitReached reached) {
            super(reached.toString(), null, false, false);
            this.reached = reached;
        }
    }

    private final String limit;
    private final Measure measure;
    private final Map<String, String> key;
    private final BigDecimal requested;
    private final BigDecimal remaining;
    private final BigDecimal maximum;
    private final @Nullable Duration frees;
    private final @Nullable String note;

    private LimitReached(
            Builder builder,
            String limit,
            Measure measure,
            BigDecimal requested,
            BigDecimal remaining,
            BigDecimal maximum) {
        this.limit = limit;
        this.measure = measure;
        this.key = Collections.unmodifiableMap(new LinkedHashMap<>(builder.key));
        this.requested = requested;
        this.remaining = remaining;
        this.maximum = maximum;
        this.frees = builder.frees;
        this.note = builder.note;
    }

    /** Starts the facts about a limit that was reached. */
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

    /** Returns what the call asks for; an estimate if the use is known only at its end. */
    public BigDecimal requested() {
        return requested;
    }

    /** Returns what remains of the allowance. */
    public BigDecimal remaining() {
        return remaining;
    }

    /** Returns what a window allows. */
    public BigDecimal maximum() {
        return maximum;
    }

    /** Returns how long until the requested amount will fit; null if it never will or the time is unknown. */
    public @Nullable Duration frees() {
        return frees;
    }

    /**
     * Returns what a refused caller should know besides, such as that the store of a shared limit does not answer and
     * this JVM uses only its part; null for nothing.
     */
    public @Nullable String note() {
        return note;
    }

    /** Returns the limit that made a call fail, or null if none did. */
    public static @Nullable LimitReached of(GatewayException failure) {
        return failure.getCause() instanceof Cause cause ? cause.reached : null;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof LimitReached that
                        && limit.equals(that.limit)
                        && measure == that.measure
                        && key.equals(that.key)
                        && requested.equals(that.requested)
                        && remaining.equals(that.remaining)
                        && maximum.equals(that.maximum)
                        && Objects.equals(frees, that.frees)
                        && Objects.equals(note, that.note));
    }

    @Override
    public int hashCode() {
        return Objects.hash(limit, measure, key, requested, remaining, maximum, frees, note);
    }

    /** Returns a sentence. */
    @Override
    public String toString() {
        String whose = key.isEmpty()
                ? ""
                : key.entrySet().stream()
                        .map(entry -> entry.getKey() + " \"" + entry.getValue() + "\"")
                        .collect(Collectors.joining(", ", " of ", ""));
        return "limit \"" + limit + "\"" + whose + ": " + plain(remaining) + " of " + plain(maximum) + " "
                + measure.unit() + " remain, the call asks for " + plain(requested)
                + (frees == null ? "" : "; enough is free in " + Durations.text(frees))
                + (note == null ? "" : "; " + note);
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }

    /**
     * Builds a {@link LimitReached}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String limit;
        private @Nullable Measure measure;
        private Map<String, String> key = Map.of();
        private @Nullable BigDecimal requested;
        private @Nullable BigDecimal remaining;
        private @Nullable BigDecimal maximum;
        private @Nullable Duration frees;
        private @Nullable String note;

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

        /** Sets what the call asks for; an estimate if the use is known only at its end. */
        public Builder requested(BigDecimal requested) {
            once.check(3, "requested");
            this.requested = Objects.requireNonNull(requested, "requested");
            return this;
        }

        /** Sets what remains of the allowance. */
        public Builder remaining(BigDecimal remaining) {
            once.check(4, "remaining");
            this.remaining = Objects.requireNonNull(remaining, "remaining");
            return this;
        }

        /** Sets what a window allows. */
        public Builder maximum(BigDecimal maximum) {
            once.check(5, "maximum");
            this.maximum = Objects.requireNonNull(maximum, "maximum");
            return this;
        }

        /** Sets how long until the requested amount will fit; unknown by default. */
        public Builder frees(@Nullable Duration frees) {
            once.check(6, "frees");
            this.frees = frees;
            return this;
        }

        /** Sets what a refused caller should know besides; nothing by default. */
        public Builder note(@Nullable String note) {
            once.check(7, "note");
            this.note = note;
            return this;
        }

        /**
         * Returns the facts.
         *
         * @throws IllegalStateException if one of these is not set: limit, measure, requested, remaining, maximum
         */
        public LimitReached build() {
            return new LimitReached(
                    this,
                    SetOnce.required(limit, "limit"),
                    SetOnce.required(measure, "measure"),
                    SetOnce.required(requested, "requested"),
                    SetOnce.required(remaining, "remaining"),
                    SetOnce.required(maximum, "maximum"));
        }
    }
}
