package dev.aigw.api;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What something cost: a decimal amount in a currency, or <em>unknown</em>, which is not zero.
 *
 * <p>Immutable.
 */
public final class Cost {

    /** Unknown: there is no price for what was used. */
    public static final Cost UNKNOWN = new Cost(null, "USD");

    /** Zero US dollars. */
    public static final Cost ZERO = new Cost(BigDecimal.ZERO, "USD");

    private final @Nullable BigDecimal amount;
    private final String currency;

    private Cost(@Nullable BigDecimal amount, String currency) {
        this.amount = amount;
        this.currency = currency;
    }

    /** Returns a cost in US dollars. */
    public static Cost usd(BigDecimal amount) {
        return of(amount, "USD");
    }

    /**
     * Returns a cost in an ISO 4217 currency.
     *
     * @throws IllegalArgumentException if {@code amount} is negative
     */
    public static Cost of(BigDecimal amount, String currency) {
        if (amount.signum() < 0) {
            throw new IllegalArgumentException("cost is negative: " + amount + "; use zero or a positive amount");
        }
        return new Cost(amount, Objects.requireNonNull(currency, "currency"));
    }

    /** Returns whether the amount is known. */
    public boolean isKnown() {
        return amount != null;
    }

    /** Returns the amount, or null when unknown. */
    public @Nullable BigDecimal amount() {
        return amount;
    }

    /** Returns the ISO 4217 code of the currency. */
    public String currency() {
        return currency;
    }

    /**
     * Returns the sum; unknown if either side is.
     *
     * @throws IllegalArgumentException if the currencies differ
     */
    public Cost plus(Cost other) {
        if (amount == null || other.amount == null) {
            return UNKNOWN;
        }
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException(
                    "cannot add " + other.currency + " to " + currency + ": price all models in one currency");
        }
        return new Cost(amount.add(other.amount), currency);
    }

    /** Compares by value: {@code 1.0} equals {@code 1.00}. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Cost that)) {
            return false;
        }
        if (amount == null || that.amount == null) {
            return amount == null && that.amount == null;
        }
        return amount.compareTo(that.amount) == 0 && currency.equals(that.currency);
    }

    @Override
    public int hashCode() {
        return amount == null ? 0 : Objects.hash(amount.stripTrailingZeros(), currency);
    }

    @Override
    public String toString() {
        return amount == null ? "unknown" : amount.stripTrailingZeros().toPlainString() + " " + currency;
    }
}
