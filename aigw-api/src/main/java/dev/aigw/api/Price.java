package dev.aigw.api;

import dev.aigw.api.TokenUsage.Bucket;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment charges, by bucket of tokens. Immutable.
 *
 * <pre>{@code
 * Price price = Price.usdPerMillion("0.25", "2.00").with(Bucket.CACHE_READ, "0.025");
 * }</pre>
 */
public final class Price {

    private final String currency;
    private final Map<Bucket, BigDecimal> perMillion;

    private Price(String currency, Map<Bucket, BigDecimal> perMillion) {
        this.currency = currency;
        this.perMillion = perMillion;
    }

    /**
     * Returns a price in US dollars per million tokens. Prompt tokens of any kind cost {@code input} and answer tokens
     * of any kind {@code output} until {@link #with} says otherwise.
     *
     * @throws IllegalArgumentException if a price is negative or not a decimal number
     */
    public static Price usdPerMillion(String input, String output) {
        Map<Bucket, BigDecimal> prices = new EnumMap<>(Bucket.class);
        for (Bucket bucket : Bucket.values()) {
            prices.put(bucket, amount(bucket.isInput() ? input : output));
        }
        return new Price("USD", prices);
    }

    /** Returns this price with another one per million tokens of {@code bucket}. */
    public Price with(Bucket bucket, String perMillion) {
        Map<Bucket, BigDecimal> prices = new EnumMap<>(this.perMillion);
        prices.put(bucket, amount(perMillion));
        return new Price(currency, prices);
    }

    /** Returns the price of a million tokens of {@code bucket}, or null when it has none. */
    public @Nullable BigDecimal perMillion(Bucket bucket) {
        return perMillion.get(bucket);
    }

    /** Returns what {@code usage} costs; unknown when it is empty, for then nobody knows. */
    public Cost cost(TokenUsage usage) {
        if (usage.isEmpty()) {
            return Cost.UNKNOWN;
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<Bucket, BigDecimal> price : perMillion.entrySet()) {
            long tokens = usage.getOrZero(price.getKey());
            if (tokens > 0) {
                sum = sum.add(price.getValue().multiply(BigDecimal.valueOf(tokens)));
            }
        }
        return Cost.of(sum.movePointLeft(6), currency);
    }

    private static BigDecimal amount(String text) {
        BigDecimal amount;
        try {
            amount = new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("price \"" + text + "\" is not a decimal number such as \"0.25\"", e);
        }
        if (amount.signum() < 0) {
            throw new IllegalArgumentException("price " + text + " is negative");
        }
        return amount;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Price that && currency.equals(that.currency) && perMillion.equals(that.perMillion);
    }

    @Override
    public int hashCode() {
        return perMillion.hashCode();
    }

    @Override
    public String toString() {
        return "Price{" + perMillion + " " + currency + " per million tokens}";
    }
}
