package dev.aigw.routing.limit;

import dev.aigw.api.Cost;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What the holders of a service tier may use, declared once and referred to by name from API keys and tokens. Each key
 * of the tier has the whole of each amount; callers without a key have it each ({@link Dimension#HOLDER}).
 *
 * <pre>{@code
 * Limits limits = Limits.builder()
 *     .tier(Tier.named("free").requestsPerMinute(20).tokensPerDay(100_000))
 *     .tier(Tier.named("gold").requestsPerMinute(600).tokensPerDay(20_000_000).usdPerMonth("50").concurrency(32))
 *     .build();
 * }</pre>
 *
 * <p>A minute and an hour are rolling windows, a day and a month those of the calendar in {@link #zone UTC}. The limits
 * are named after the tier and the amount, such as {@code gold tokens per day}. Callers of no tier have no limit by
 * this: add one {@code where(Dimension.TIER, "")}. Immutable.
 */
public final class Tier {

    private record Amount(String name, Consumer<LimitBuilder> limit) {}

    private final String name;
    private final List<Amount> amounts;
    private final ZoneId zone;

    private Tier(String name, List<Amount> amounts, ZoneId zone) {
        this.name = name;
        this.amounts = List.copyOf(amounts);
        this.zone = zone;
    }

    /**
     * Returns a tier without limits.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public static Tier named(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a tier's name is blank: use that of the callers' tier()");
        }
        return new Tier(name, List.of(), ZoneId.of("UTC"));
    }

    /** Returns this tier with the time zone of its days and months; set it before them. */
    public Tier zone(ZoneId zone) {
        return new Tier(name, amounts, Objects.requireNonNull(zone, "zone"));
    }

    /** Returns this tier with a limit of requests in any minute. */
    public Tier requestsPerMinute(long requests) {
        return with("requests per minute", limit -> limit.requests(requests).per(rolling(Duration.ofMinutes(1))));
    }

    /** Returns this tier with a limit of requests in a day. */
    public Tier requestsPerDay(long requests) {
        return with("requests per day", limit -> limit.requests(requests).per(day()));
    }

    /** Returns this tier with a limit of tokens, of prompts and answers together, in any minute. */
    public Tier tokensPerMinute(long tokens) {
        return with("tokens per minute", limit -> limit.tokens(tokens).per(rolling(Duration.ofMinutes(1))));
    }

    /** Returns this tier with a limit of tokens, of prompts and answers together, in a day. */
    public Tier tokensPerDay(long tokens) {
        return with("tokens per day", limit -> limit.tokens(tokens).per(day()));
    }

    /** Returns this tier with a budget in US dollars, such as {@code "0.50"}, for any hour. */
    public Tier usdPerHour(String amount) {
        return with("USD per hour", limit -> limit.cost(usd(amount)).per(rolling(Duration.ofHours(1))));
    }

    /** Returns this tier with a budget in US dollars, such as {@code "2.50"}, for a day. */
    public Tier usdPerDay(String amount) {
        return with("USD per day", limit -> limit.cost(usd(amount)).per(day()));
    }

    /** Returns this tier with a budget in US dollars, such as {@code "50"}, for a month. */
    public Tier usdPerMonth(String amount) {
        ZoneId here = zone;
        return with(
                "USD per month",
                limit -> limit.cost(usd(amount)).per(Window.calendar(Window.Unit.MONTH, here)));
    }

    /** Returns this tier with a limit of calls at once. */
    public Tier concurrency(int calls) {
        return with("calls at once", limit -> limit.concurrency(calls));
    }

    /**
     * Returns this tier with a limit of your own, by holder unless {@code limit} names dimensions. Its name is that of
     * the tier and {@code what}.
     *
     * <pre>{@code
     * tier.limit("images per day", limit -> limit
     *     .requests(20).per(Window.calendar(Window.Unit.DAY)).where(Dimension.OPERATION, "generate-image"))
     * }</pre>
     */
    public Tier limit(String what, Consumer<LimitBuilder> limit) {
        return with(what, Objects.requireNonNull(limit, "limit"));
    }

    private Tier with(String what, Consumer<LimitBuilder> limit) {
        List<Amount> more = new ArrayList<>(amounts);
        more.add(new Amount(name + " " + what, limit));
        return new Tier(name, more, zone);
    }

    private static Window rolling(Duration period) {
        return Window.rolling(period);
    }

    private Window day() {
        return Window.calendar(Window.Unit.DAY, zone);
    }

    private static Cost usd(String amount) {
        try {
            return Cost.usd(new BigDecimal(amount));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + amount + "\" is no amount of US dollars: write it as \"2.50\"", e);
        }
    }

    void addTo(Limits.Builder limits) {
        if (amounts.isEmpty()) {
            throw new IllegalArgumentException(
                    "tier \"" + name + "\" has no limit: add one, such as requestsPerMinute(60), or leave it out");
        }
        for (Amount amount : amounts) {
            limits.limit(amount.name, limit -> {
                limit.where(Dimension.TIER, name);
                amount.limit.accept(limit);
                limit.byIfNone(Dimension.HOLDER);
            });
        }
    }

    /** Returns the name and the names of its limits. */
    @Override
    public String toString() {
        return "Tier{" + name + ", limits=" + amounts.stream().map(Amount::name).toList() + "}";
    }
}
