package dev.aigw.routing.deployment;

import dev.aigw.api.Caller;
import dev.aigw.api.internal.SetOnce;
import java.util.Objects;

/**
 * Who pays for attempts beyond a call's first: the caller who asked, or the house, which decided to make them.
 *
 * <pre>{@code
 * ModelRouter.builder()
 *     .charging(Charging.builder().hedges(Charging.Payer.HOUSE).build())
 * }</pre>
 *
 * <p>What the house pays is recorded in the meter under its account, and is reserved from and settled to no limit of a
 * caller; limits that are about deployments or credentials count it. By default the caller pays for everything but
 * shadows, which have an account of their own. Immutable.
 */
public final class Charging {

    /** Who pays. */
    public enum Payer {
        /** The caller of the call. */
        CALLER,
        /** The application, by its own account. */
        HOUSE
    }

    private static final Charging DEFAULTS = builder().build();

    private final Payer hedges;
    private final Payer retries;
    private final Payer fallbacks;
    private final Caller house;

    private Charging(Builder builder) {
        this.hedges = builder.hedges;
        this.retries = builder.retries;
        this.fallbacks = builder.fallbacks;
        this.house = builder.house;
    }

    /** Returns that the caller pays for everything. */
    public static Charging defaults() {
        return DEFAULTS;
    }

    /** Starts with what {@link #defaults()} says. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns who pays for hedges. */
    public Payer hedges() {
        return hedges;
    }

    /** Returns who pays for retries: further attempts at the same model, after one that was sent. */
    public Payer retries() {
        return retries;
    }

    /** Returns who pays for attempts at fallback models. */
    public Payer fallbacks() {
        return fallbacks;
    }

    /** Returns the account of the house. */
    public Caller house() {
        return house;
    }

    @Override
    public String toString() {
        return "Charging{hedges=" + hedges + ", retries=" + retries + ", fallbacks=" + fallbacks + ", house=" + house
                + "}";
    }

    /**
     * Builds {@link Charging}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private Payer hedges = Payer.CALLER;
        private Payer retries = Payer.CALLER;
        private Payer fallbacks = Payer.CALLER;
        private Caller house = Caller.ofTenant("(house)");

        private Builder() {}

        /** Sets who pays for hedges, also for one that wins; the caller by default. */
        public Builder hedges(Payer payer) {
            once.check(0, "hedges");
            hedges = Objects.requireNonNull(payer, "hedges");
            return this;
        }

        /** Sets who pays for retries; the caller by default. */
        public Builder retries(Payer payer) {
            once.check(1, "retries");
            retries = Objects.requireNonNull(payer, "retries");
            return this;
        }

        /** Sets who pays for attempts at fallback models; the caller by default. */
        public Builder fallbacks(Payer payer) {
            once.check(2, "fallbacks");
            fallbacks = Objects.requireNonNull(payer, "fallbacks");
            return this;
        }

        /** Sets the account of the house; the tenant {@code (house)} by default. */
        public Builder house(Caller account) {
            once.check(3, "house");
            house = Objects.requireNonNull(account, "house");
            return this;
        }

        /** Returns who pays. */
        public Charging build() {
            return new Charging(this);
        }
    }
}
