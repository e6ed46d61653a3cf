package dev.aigw.api;

import dev.aigw.api.TokenUsage.Bucket;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment charges, per bucket of tokens. Immutable.
 *
 * <pre>{@code
 * Price price = Price.usdPerMillion("1.25", "10.00")
 *     .with(Bucket.CACHE_READ, "0.125")
 *     .tier("batch", "0.5")
 *     .above(200_000, Price.usdPerMillion("2.50", "15.00"))
 *     .from(Instant.parse("2027-01-01T00:00:00Z"), Price.usdPerMillion("1.00", "8.00"));
 * }</pre>
 *
 * <p>A cost is computed in this order: the price that is valid at the time, its variant for prompts of that length, the
 * sum over buckets, times the factor of the service tier. Anything unknown makes the whole cost unknown: a bucket
 * {@linkplain #unknown without a price} that was used, or a service tier without a factor.
 */
public final class Price {

    /** The vendors' names for the tier with the listed price. */
    private static final Set<String> STANDARD = Set.of("", "auto", "default", "standard", "standard_only", "on_demand");

    private static final Bucket[] BUCKETS = Bucket.values();

    /** Enough for any currency. */
    private static final int MOST_BEFORE_POINT = 12;

    private static final int MOST_DIGITS = 100;

    private final String currency;
    private final Map<Bucket, BigDecimal> perMillion;
    private final Map<String, BigDecimal> tiers;
    private final NavigableMap<Long, Price> above;
    private final NavigableMap<Instant, Price> from;

    private Price(
            String currency,
            Map<Bucket, BigDecimal> perMillion,
            Map<String, BigDecimal> tiers,
            NavigableMap<Long, Price> above,
            NavigableMap<Instant, Price> from) {
        this.currency = currency;
        this.perMillion = perMillion;
        this.tiers = tiers;
        this.above = above;
        this.from = from;
    }

    /**
     * Returns a price in US dollars per million tokens. All prompt tokens cost {@code input} and all answer tokens cost
     * {@code output}, except buckets set by {@link #with}.
     *
     * @throws IllegalArgumentException if a price is negative, not a decimal number, or 1e12 or more
     */
    public static Price usdPerMillion(String input, String output) {
        return perMillion("USD", input, output);
    }

    /**
     * Returns a price per million tokens in an ISO 4217 currency.
     *
     * @throws IllegalArgumentException if a price is negative, not a decimal number, or 1e12 or more
     */
    public static Price perMillion(String currency, String input, String output) {
        Map<Bucket, BigDecimal> prices = new EnumMap<>(Bucket.class);
        for (Bucket bucket : Bucket.values()) {
            prices.put(bucket, amount(bucket.isInput() ? input : output));
        }
        return new Price(
                Objects.requireNonNull(currency, "currency"), prices, Map.of(), new TreeMap<>(), new TreeMap<>());
    }

    /** Returns this price with another price per million tokens of {@code bucket}. */
    public Price with(Bucket bucket, String perMillion) {
        Map<Bucket, BigDecimal> prices = new EnumMap<>(this.perMillion);
        prices.put(bucket, amount(perMillion));
        return new Price(currency, prices, tiers, above, from);
    }

    /** Returns this price without one for {@code bucket}: the cost of a call that uses the bucket is unknown. */
    public Price unknown(Bucket bucket) {
        Map<Bucket, BigDecimal> prices = new EnumMap<>(this.perMillion);
        prices.remove(bucket);
        return new Price(currency, prices, tiers, above, from);
    }

    /**
     * Returns this price with a factor for a service tier, such as {@code batch}, {@code flex} or {@code priority}. No
     * tier and the vendors' names for the usual one ({@code auto}, {@code default}, {@code standard},
     * {@code standard_only}, {@code on_demand}) have the factor 1 by default; the factor of any other is unknown.
     */
    public Price tier(String serviceTier, String factor) {
        Map<String, BigDecimal> factors = new LinkedHashMap<>(tiers);
        factors.put(Objects.requireNonNull(serviceTier, "serviceTier"), amount(factor));
        return new Price(currency, perMillion, factors, above, from);
    }

    /**
     * Returns this price with another one for calls whose prompt, cached tokens included, is longer than
     * {@code promptTokens}; it applies to the whole call. Of several thresholds the highest one exceeded counts. Tiers
     * are those of {@code price} if it has any, otherwise these.
     *
     * @throws IllegalArgumentException if {@code price} is in another currency, or has thresholds or dates itself
     */
    public Price above(long promptTokens, Price price) {
        if (!price.above.isEmpty() || !price.from.isEmpty()) {
            throw new IllegalArgumentException("the price above " + promptTokens
                    + " tokens has thresholds or dates itself: add them all to the outer price");
        }
        NavigableMap<Long, Price> thresholds = new TreeMap<>(above);
        thresholds.put(promptTokens, inThisCurrency(price));
        return new Price(currency, perMillion, tiers, thresholds, from);
    }

    /**
     * Returns this price until {@code start}, and {@code price} from then on.
     *
     * @throws IllegalArgumentException if {@code price} is in another currency, or has dates itself
     */
    public Price from(Instant start, Price price) {
        if (!price.from.isEmpty()) {
            throw new IllegalArgumentException(
                    "the price from " + start + " has dates itself: add them all to the outer price");
        }
        NavigableMap<Instant, Price> dates = new TreeMap<>(from);
        dates.put(start, inThisCurrency(price));
        return new Price(currency, perMillion, tiers, above, dates);
    }

    private Price inThisCurrency(Price price) {
        if (!price.currency.equals(currency)) {
            throw new IllegalArgumentException(
                    "one price is in " + currency + " and the other in " + price.currency + ": use one currency");
        }
        return price;
    }

    /** Returns the ISO 4217 code of the currency. */
    public String currency() {
        return currency;
    }

    /** Returns the price of a million tokens of {@code bucket}, without tier, threshold or date; null when unknown. */
    public @Nullable BigDecimal perMillion(Bucket bucket) {
        return perMillion.get(bucket);
    }

    /** Returns this price as it is valid at {@code time}. */
    public Price at(Instant time) {
        Map.Entry<Instant, Price> latest = from.isEmpty() ? null : from.floorEntry(time);
        return latest == null ? this : latest.getValue();
    }

    /**
     * Returns what {@code usage} costs at the usual tier, by the price that is valid before any later one; unknown when
     * the usage is empty.
     */
    public Cost cost(TokenUsage usage) {
        return price(usage, null);
    }

    /**
     * Returns what {@code usage} costs; unknown when the usage is empty.
     *
     * @param usage the tokens used
     * @param serviceTier the vendor's word for the tier that served, or null for the usual one
     * @param time the time of the call
     */
    public Cost cost(TokenUsage usage, @Nullable String serviceTier, Instant time) {
        return at(time).price(usage, serviceTier);
    }

    private Cost price(TokenUsage usage, @Nullable String serviceTier) {
        if (usage.isEmpty()) {
            return Cost.UNKNOWN;
        }
        Map.Entry<Long, Price> border = above.isEmpty() ? null : above.lowerEntry(usage.inputTokens());
        Price valid = border == null ? this : border.getValue();
        BigDecimal factor = (valid.tiers.isEmpty() ? this : valid).factor(serviceTier);
        BigDecimal sum = valid.sum(usage);
        return factor == null || sum == null
                ? Cost.UNKNOWN
                : Cost.of(sum.multiply(factor).movePointLeft(6), currency);
    }

    private @Nullable BigDecimal factor(@Nullable String serviceTier) {
        if (serviceTier == null) {
            return BigDecimal.ONE;
        }
        BigDecimal factor = tiers.get(serviceTier);
        return factor != null || !STANDARD.contains(serviceTier) ? factor : BigDecimal.ONE;
    }

    private @Nullable BigDecimal sum(TokenUsage usage) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Bucket bucket : BUCKETS) {
            long tokens = usage.getOrZero(bucket);
            if (tokens > 0) {
                BigDecimal price = perMillion.get(bucket);
                if (price == null) {
                    return null;
                }
                sum = sum.add(price.multiply(BigDecimal.valueOf(tokens)));
            }
        }
        return sum;
    }

    private static BigDecimal amount(String text) {
        if (text.length() > MOST_DIGITS) { // a long number takes long to read
            throw new IllegalArgumentException("a price of " + text.length() + " characters is not plausible");
        }
        BigDecimal amount;
        try {
            amount = new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("price \"" + text + "\" is not a decimal number such as \"0.25\"", e);
        }
        if (amount.signum() < 0) {
            throw new IllegalArgumentException("price " + text + " is negative");
        }
        if (amount.signum() == 0) {
            return BigDecimal.ZERO;
        }
        // sums of numbers with large exponents would fill the heap with zeros
        if ((long) amount.precision() - amount.scale() > MOST_BEFORE_POINT || amount.scale() > MOST_DIGITS) {
            throw new IllegalArgumentException(
                    "price " + text + " is not plausible: use an amount below 1e" + MOST_BEFORE_POINT);
        }
        return amount;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Price that
                && currency.equals(that.currency)
                && perMillion.equals(that.perMillion)
                && tiers.equals(that.tiers)
                && above.equals(that.above)
                && from.equals(that.from);
    }

    @Override
    public int hashCode() {
        return Objects.hash(currency, perMillion, tiers, above, from);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Price{")
                .append(perMillion)
                .append(' ')
                .append(currency)
                .append(" per million tokens");
        if (!tiers.isEmpty()) {
            text.append(", tiers ").append(tiers);
        }
        if (!above.isEmpty()) {
            text.append(", above ").append(above);
        }
        if (!from.isEmpty()) {
            text.append(", from ").append(from);
        }
        return text.append('}').toString();
    }
}
