package dev.aigw.api;

import dev.aigw.api.TokenUsage.Bucket;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment charges, per bucket of tokens and per use of a vendor's own tool. Immutable.
 *
 * <pre>{@code
 * Price price = Price.usdPerMillion("1.25", "10.00")
 *     .with(Bucket.CACHE_READ, "0.125")
 *     .tier("batch", "0.5")
 *     .above(200_000, Price.usdPerMillion("2.50", "15.00"))
 *     .serverTool("web_search", "0.01")
 *     .during(DailyHours.utc("01:00", "04:00"), Price.usdPerMillion("2.50", "20.00"))
 *     .from(Instant.parse("2027-01-01T00:00:00Z"), Price.usdPerMillion("1.00", "8.00"));
 * }</pre>
 *
 * <p>A cost is computed in this order: the price that is valid at the date, then at the hour, its variant for prompts
 * of that length, its price for the service tier, the sum over buckets and tools, times the factor of the service tier.
 * Anything unknown makes the whole cost unknown: a bucket {@linkplain #unknown without a price} that was used, a tool
 * without a price, or a service tier without a price or factor.
 */
public final class Price {

    /** The service tier of batches. */
    public static final String BATCH = "batch";

    /** The vendors' names for the tier with the listed price. */
    private static final Set<String> STANDARD = Set.of("", "auto", "default", "standard", "standard_only", "on_demand");

    private static final Bucket[] BUCKETS = Bucket.values();

    /** Enough for any currency. */
    private static final int MOST_BEFORE_POINT = 12;

    private static final int MOST_DIGITS = 100;

    private final String currency;
    private final Map<Bucket, BigDecimal> perMillion;
    private final Map<String, BigDecimal> serverTools;
    private final @Nullable BigDecimal perRequest;
    private final Map<String, BigDecimal> tierFactors;
    private final Map<String, Price> tierPrices;
    private final NavigableMap<Long, Price> above;
    private final List<Hourly> hourly;
    private final NavigableMap<Instant, Price> from;

    /** A price at some hours of the day. */
    private record Hourly(DailyHours hours, Price price) {}

    private Price(Parts parts) {
        this.currency = parts.currency;
        this.perMillion = parts.perMillion;
        this.serverTools = parts.serverTools;
        this.perRequest = parts.perRequest;
        this.tierFactors = parts.tierFactors;
        this.tierPrices = parts.tierPrices;
        this.above = parts.above;
        this.hourly = parts.hourly;
        this.from = parts.from;
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
        Parts parts = new Parts(Objects.requireNonNull(currency, "currency"));
        BigDecimal prompt = amount(input);
        BigDecimal answer = amount(output);
        for (Bucket bucket : BUCKETS) {
            parts.perMillion.put(bucket, bucket.isInput() ? prompt : answer);
        }
        return new Price(parts);
    }

    /** Returns this price with another price per million tokens of {@code bucket}. */
    public Price with(Bucket bucket, String perMillion) {
        Parts parts = new Parts(this);
        parts.perMillion.put(bucket, amount(perMillion));
        return new Price(parts);
    }

    /** Returns this price without one for {@code bucket}: the cost of a call that uses the bucket is unknown. */
    public Price unknown(Bucket bucket) {
        Parts parts = new Parts(this);
        parts.perMillion.remove(bucket);
        return new Price(parts);
    }

    /**
     * Returns this price with one for each use of a tool that runs at the vendor, such as {@code web_search}: the names
     * of {@link TokenUsage#serverToolUses()}. It applies at all hours, tiers and prompt lengths whose own price does
     * not have one.
     */
    public Price serverTool(String tool, String perUse) {
        Parts parts = new Parts(this);
        parts.serverTools.put(Objects.requireNonNull(tool, "tool"), amount(perUse));
        return new Price(parts);
    }

    /**
     * Returns this price with an amount that each answered request costs beside its tokens, as Perplexity's search
     * models do. None by default. It applies at all hours, tiers and prompt lengths whose own price does not have one.
     */
    public Price perRequest(String amount) {
        Parts parts = new Parts(this);
        parts.perRequest = amount(amount);
        return new Price(parts);
    }

    /**
     * Returns this price with a factor for a service tier, such as {@code batch}, {@code flex}, {@code fast} or
     * {@code priority}. No tier and the vendors' names for the usual one ({@code auto}, {@code default},
     * {@code standard}, {@code standard_only}, {@code on_demand}) have the factor 1 by default; the factor of any other
     * is unknown. Tools, and what each request costs, are not multiplied.
     */
    public Price tier(String serviceTier, String factor) {
        Parts parts = new Parts(this);
        parts.tierPrices.remove(serviceTier);
        parts.tierFactors.put(Objects.requireNonNull(serviceTier, "serviceTier"), amount(factor));
        return new Price(parts);
    }

    /**
     * Returns this price with another one for a service tier whose amounts do not share one factor. Its thresholds are
     * its own.
     *
     * @throws IllegalArgumentException if {@code price} is in another currency, or has tiers, hours or dates itself
     */
    public Price tier(String serviceTier, Price price) {
        if (!price.from.isEmpty() || !price.hourly.isEmpty() || price.hasTiers()) {
            throw new IllegalArgumentException("the price of the tier \"" + serviceTier
                    + "\" has tiers, hours or dates itself: add them to the outer price");
        }
        Parts parts = new Parts(this);
        parts.tierFactors.remove(serviceTier);
        parts.tierPrices.put(Objects.requireNonNull(serviceTier, "serviceTier"), inThisCurrency(price));
        return new Price(parts);
    }

    /**
     * Returns this price with another one for calls whose prompt, cached tokens included, is longer than
     * {@code promptTokens}; it applies to the whole call. Of several thresholds the highest one exceeded counts. Tiers
     * are those of {@code price} if it has any, otherwise these.
     *
     * @throws IllegalArgumentException if {@code price} is in another currency, or has thresholds, hours or dates
     *     itself
     */
    public Price above(long promptTokens, Price price) {
        if (!price.above.isEmpty() || !price.hourly.isEmpty() || !price.from.isEmpty()) {
            throw new IllegalArgumentException("the price above " + promptTokens
                    + " tokens has thresholds, hours or dates itself: add them all to the outer price");
        }
        Parts parts = new Parts(this);
        parts.above.put(promptTokens, inThisCurrency(price));
        return new Price(parts);
    }

    /**
     * Returns this price with another one at some hours of the day, as with vendors that charge more at peak times. Of
     * several hours that apply, those added last count. Tiers and thresholds are those of {@code price}.
     *
     * @throws IllegalArgumentException if {@code price} is in another currency, or has hours or dates itself
     */
    public Price during(DailyHours hours, Price price) {
        if (!price.hourly.isEmpty() || !price.from.isEmpty()) {
            throw new IllegalArgumentException(
                    "the price during " + hours + " has hours or dates itself: add them all to the outer price");
        }
        Parts parts = new Parts(this);
        parts.hourly.add(0, new Hourly(hours, inThisCurrency(price)));
        return new Price(parts);
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
        Parts parts = new Parts(this);
        parts.from.put(start, inThisCurrency(price));
        return new Price(parts);
    }

    /**
     * Returns {@code promotion} until {@code end}, and this price from then on.
     *
     * @throws IllegalArgumentException if {@code promotion} is in another currency, or either price has dates
     */
    public Price until(Instant end, Price promotion) {
        if (!promotion.from.isEmpty()) {
            throw new IllegalArgumentException(
                    "the price until " + end + " has dates itself: add them all to the outer price");
        }
        return promotion.from(end, this);
    }

    /**
     * Returns this price with every amount multiplied, except those per use of a tool and per request: for a surcharge,
     * such as 1.1 for processing in one region, or for a discount of your contract, such as 0.85.
     *
     * @throws IllegalArgumentException if the factor is negative or not a decimal number
     */
    public Price times(String factor) {
        BigDecimal by = amount(factor);
        return map(bucketPrice -> bucketPrice.multiply(by).stripTrailingZeros());
    }

    private Price map(UnaryOperator<BigDecimal> change) {
        Parts parts = new Parts(this);
        parts.perMillion.replaceAll((bucket, amount) -> change.apply(amount));
        parts.tierPrices.replaceAll((tier, price) -> price.map(change));
        parts.above.replaceAll((tokens, price) -> price.map(change));
        parts.hourly.replaceAll(each -> new Hourly(each.hours(), each.price().map(change)));
        parts.from.replaceAll((start, price) -> price.map(change));
        return new Price(parts);
    }

    private Price inThisCurrency(Price price) {
        if (!price.currency.equals(currency)) {
            throw new IllegalArgumentException(
                    "one price is in " + currency + " and the other in " + price.currency + ": use one currency");
        }
        return price;
    }

    private boolean hasTiers() {
        return !tierFactors.isEmpty() || !tierPrices.isEmpty();
    }

    /** Returns the ISO 4217 code of the currency. */
    public String currency() {
        return currency;
    }

    /**
     * Returns the price of a million tokens of {@code bucket}, without tier, threshold, hour or date; null when
     * unknown.
     */
    public @Nullable BigDecimal perMillion(Bucket bucket) {
        return perMillion.get(bucket);
    }

    /** Returns what each answered request costs beside its tokens; null if nothing is charged for it. */
    public @Nullable BigDecimal perRequest() {
        return perRequest;
    }

    /** Returns this price as it is valid at {@code time}: by its date and its hour. */
    public Price at(Instant time) {
        if (isConstant()) {
            return this;
        }
        Map.Entry<Instant, Price> latest = from.isEmpty() ? null : from.floorEntry(time);
        Price dated = latest == null ? this : latest.getValue();
        for (Hourly each : dated.hourly) {
            if (each.hours().include(time)) {
                return each.price().withChargesOf(dated);
            }
        }
        return dated;
    }

    private Price withChargesOf(Price other) {
        boolean request = perRequest == null && other.perRequest != null;
        if (!request && serverTools.keySet().containsAll(other.serverTools.keySet())) {
            return this;
        }
        Parts parts = new Parts(this);
        other.serverTools.forEach(parts.serverTools::putIfAbsent);
        parts.perRequest = request ? other.perRequest : perRequest;
        return new Price(parts);
    }

    /**
     * Returns the usage of a prompt of which the vendor's prompt cache has a part. What it has not is written to it if
     * that is charged more than plain input, as with vendors that charge for it.
     *
     * @param tokens the tokens of the prompt
     * @param cachedTokens how many of them are cached, at most all
     * @param written whether the rest is to be cached
     */
    public TokenUsage prompt(long tokens, long cachedTokens, boolean written) {
        BigDecimal input = perMillion.get(Bucket.INPUT);
        BigDecimal write = perMillion.get(Bucket.CACHE_WRITE);
        boolean charged = written && input != null && write != null && write.compareTo(input) > 0;
        long cached = Math.min(tokens, cachedTokens);
        TokenUsage.Builder usage =
                TokenUsage.builder().set(charged ? Bucket.CACHE_WRITE : Bucket.INPUT, tokens - cached);
        return (cached > 0 ? usage.cacheRead(cached) : usage)
                .provenance(TokenUsage.Provenance.ESTIMATED)
                .build();
    }

    /** Returns whether this price is the same at all dates and hours. */
    public boolean isConstant() {
        return from.isEmpty() && hourly.isEmpty();
    }

    /** Returns when the price after {@code time} may first be another; {@link Instant#MAX} if it stays. */
    public Instant nextChange(Instant time) {
        Instant next = Instant.MAX;
        Map.Entry<Instant, Price> latest = from.floorEntry(time);
        Map.Entry<Instant, Price> later = from.higherEntry(time);
        if (later != null) {
            next = later.getKey();
        }
        for (Hourly each : (latest == null ? this : latest.getValue()).hourly) {
            Instant change = each.hours().nextChange(time);
            next = change.isBefore(next) ? change : next;
        }
        return next;
    }

    /**
     * Returns what {@code usage} costs at the usual tier, by the price that is valid before any later one and outside
     * special hours; unknown when the usage is empty.
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
        Price usual = forPrompt(usage);
        Price tiers = usual.hasTiers() ? usual : this;
        Price listed = serviceTier == null ? null : tiers.tierPrices.get(serviceTier);
        Price valid = listed == null ? usual : listed.forPrompt(usage);
        BigDecimal factor = listed != null ? BigDecimal.ONE : tiers.factor(serviceTier);
        BigDecimal tokens = valid.sum(usage);
        BigDecimal tools = usage.serverToolUses().isEmpty() ? BigDecimal.ZERO : toolSum(usage, valid, usual);
        if (factor == null || tokens == null || tools == null) {
            return Cost.UNKNOWN;
        }
        BigDecimal sum = tokens.multiply(factor).movePointLeft(6).add(tools);
        BigDecimal request = valid.perRequest != null ? valid.perRequest : usual.perRequest;
        request = request == null ? perRequest : request;
        return Cost.of(request == null ? sum : sum.add(request), currency);
    }

    private Price forPrompt(TokenUsage usage) {
        Map.Entry<Long, Price> threshold = above.isEmpty() ? null : above.lowerEntry(usage.inputTokens());
        return threshold == null ? this : threshold.getValue();
    }

    private @Nullable BigDecimal factor(@Nullable String serviceTier) {
        if (serviceTier == null) {
            return BigDecimal.ONE;
        }
        BigDecimal factor = tierFactors.get(serviceTier);
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

    private @Nullable BigDecimal toolSum(TokenUsage usage, Price valid, Price usual) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<String, Long> used : usage.serverToolUses().entrySet()) {
            BigDecimal perUse = valid.serverTools.get(used.getKey());
            perUse = perUse == null ? usual.serverTools.get(used.getKey()) : perUse;
            perUse = perUse == null ? serverTools.get(used.getKey()) : perUse;
            if (perUse == null) {
                return null;
            }
            sum = sum.add(perUse.multiply(BigDecimal.valueOf(used.getValue())));
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

    private List<Object> facts() {
        Object request = perRequest == null ? "" : perRequest;
        return List.of(currency, perMillion, serverTools, request, tierFactors, tierPrices, above, hourly, from);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Price that && facts().equals(that.facts());
    }

    @Override
    public int hashCode() {
        return facts().hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Price{")
                .append(perMillion)
                .append(' ')
                .append(currency)
                .append(" per million tokens");
        append(text, "tools", serverTools);
        if (perRequest != null) {
            text.append(", per request ").append(perRequest.toPlainString());
        }
        append(text, "tiers", tierFactors);
        append(text, "tiers", tierPrices);
        append(text, "above", above);
        for (Hourly each : hourly) {
            text.append(", during ").append(each.hours()).append(' ').append(each.price());
        }
        append(text, "from", from);
        return text.append('}').toString();
    }

    private static void append(StringBuilder text, String what, Map<?, ?> parts) {
        if (!parts.isEmpty()) {
            text.append(", ").append(what).append(' ').append(parts);
        }
    }

    /** The parts of a price that is being made; not shared once it is. */
    private static final class Parts {

        final String currency;
        final Map<Bucket, BigDecimal> perMillion;
        final Map<String, BigDecimal> serverTools;

        @Nullable
        BigDecimal perRequest;

        final Map<String, BigDecimal> tierFactors;
        final Map<String, Price> tierPrices;
        final NavigableMap<Long, Price> above;
        final List<Hourly> hourly;
        final NavigableMap<Instant, Price> from;

        Parts(String currency) {
            this.currency = currency;
            perMillion = new EnumMap<>(Bucket.class);
            serverTools = new LinkedHashMap<>();
            tierFactors = new LinkedHashMap<>();
            tierPrices = new LinkedHashMap<>();
            above = new TreeMap<>();
            hourly = new ArrayList<>();
            from = new TreeMap<>();
        }

        Parts(Price price) {
            currency = price.currency;
            perMillion = new EnumMap<>(Bucket.class);
            perMillion.putAll(price.perMillion);
            serverTools = new LinkedHashMap<>(price.serverTools);
            perRequest = price.perRequest;
            tierFactors = new LinkedHashMap<>(price.tierFactors);
            tierPrices = new LinkedHashMap<>(price.tierPrices);
            above = new TreeMap<>(price.above);
            hourly = new ArrayList<>(price.hourly);
            from = new TreeMap<>(price.from);
        }
    }
}
