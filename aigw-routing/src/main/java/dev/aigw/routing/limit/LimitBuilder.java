package dev.aigw.routing.limit;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cost;
import dev.aigw.api.internal.SetOnce;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Configures one limit: what it counts, over which time, and for which calls. Each property may be set once. Not safe
 * for use by several threads.
 *
 * <pre>{@code
 * limits.limit("tenant-budget", limit -> limit
 *     .cost(Cost.usd(new BigDecimal("50")))
 *     .per(Window.calendar(Window.Unit.MONTH, ZoneId.of("Europe/Berlin")))
 *     .by(Dimension.TENANT)
 *     .unless(Dimension.TENANT, "internal")
 *     .warnAt(0.8));
 * }</pre>
 */
public final class LimitBuilder {

    private final String name;
    private final SetOnce once;
    private @Nullable Measure measure;
    private BigDecimal maximum = BigDecimal.ZERO;
    private String currency = "";
    private @Nullable Window window;
    private @Nullable Long burst;
    private final List<Dimension> by = new ArrayList<>();
    private final List<Limit.Condition> conditions = new ArrayList<>();
    private @Nullable BigDecimal warnAt;
    private final Map<CallOptions.Priority, BigDecimal> shares = new EnumMap<>(CallOptions.Priority.class);
    private @Nullable OnExceed onExceed;
    private boolean allowUnpriced;
    private boolean strict;
    private int maximumKeys = 100_000;

    LimitBuilder(String name) {
        this.name = name;
        this.once = new SetOnce("limit \"" + name + "\": ");
    }

    /**
     * Limits requests. A call counts once when it begins, even if the cache answers it; by {@link Dimension#MODEL} it
     * counts once for each model it tries, by {@link Dimension#DEPLOYMENT} once for each attempt.
     */
    public LimitBuilder requests(long maximum) {
        return measure(Measure.REQUESTS, BigDecimal.valueOf(maximum));
    }

    /** Limits tokens of prompts and answers together. */
    public LimitBuilder tokens(long maximum) {
        return measure(Measure.TOKENS, BigDecimal.valueOf(maximum));
    }

    /** Limits tokens of prompts. */
    public LimitBuilder inputTokens(long maximum) {
        return measure(Measure.INPUT_TOKENS, BigDecimal.valueOf(maximum));
    }

    /** Limits tokens of answers. */
    public LimitBuilder outputTokens(long maximum) {
        return measure(Measure.OUTPUT_TOKENS, BigDecimal.valueOf(maximum));
    }

    /**
     * Limits money: a budget. A deployment without a price in this currency is refused, unless {@link #allowUnpriced}.
     */
    public LimitBuilder cost(Cost maximum) {
        BigDecimal amount = maximum.amount();
        if (amount == null) {
            throw new IllegalArgumentException(
                    "limit \"" + name + "\": the budget is unknown; use an amount, such as Cost.usd(...)");
        }
        currency = maximum.currency();
        return measure(Measure.COST, amount);
    }

    /** Limits calls under way at once, including streams until their end. It has no window. */
    public LimitBuilder concurrency(int maximum) {
        return measure(Measure.CONCURRENCY, BigDecimal.valueOf(maximum));
    }

    private LimitBuilder measure(Measure measure, BigDecimal maximum) {
        if (this.measure != null) {
            throw new IllegalStateException(
                    "limit \"" + name + "\" counts " + this.measure + " and " + measure + ": make two limits of it");
        }
        if (maximum.signum() <= 0) {
            throw new IllegalArgumentException("limit \"" + name + "\": the maximum is " + maximum
                    + "; use a positive amount, or deny the caller the model");
        }
        this.measure = measure;
        this.maximum = maximum;
        return this;
    }

    /** Sets the window over which it counts; required except for concurrency. */
    public LimitBuilder per(Window window) {
        once.check(0, "per");
        this.window = Objects.requireNonNull(window, "window");
        return this;
    }

    /**
     * Sets how much of a rolling window's amount may be used at once; the whole amount by default. A smaller burst
     * spreads calls out; a larger one allows unused allowance to be spent later. Not for money.
     */
    public LimitBuilder burst(long amount) {
        once.check(1, "burst");
        if (amount <= 0) {
            throw new IllegalArgumentException(
                    "limit \"" + name + "\": burst is " + amount + "; use a positive amount");
        }
        burst = amount;
        return this;
    }

    /**
     * Adds dimensions: there is one allowance for each combination of their values. Without any, all calls share one.
     *
     * @throws IllegalArgumentException if two dimensions have the same name, which reports could not tell apart
     */
    public LimitBuilder by(Dimension... dimensions) {
        for (Dimension dimension : dimensions) {
            if (by.stream().anyMatch(known -> known.toString().equals(dimension.toString()))) {
                throw new IllegalArgumentException("limit \"" + name + "\" has two dimensions \"" + dimension
                        + "\": remove one, or give it another name");
            }
            by.add(dimension);
        }
        return this;
    }

    /** Adds the dimension unless there are some. */
    void byIfNone(Dimension dimension) {
        if (by.isEmpty()) {
            by.add(dimension);
        }
    }

    /**
     * Sets how many keys, combinations of the dimensions' values, have an allowance of their own at a time in this JVM;
     * 100,000 by default, which take some 40 MB. All further keys share one allowance, and a warning is logged once. A
     * key is forgotten, and frees its place, when nothing of it is used or reserved.
     *
     * <pre>{@code
     * limits.limit("requests", limit -> limit
     *     .requests(100).per(Window.rolling(Duration.ofMinutes(1)))
     *     .by(Dimension.TENANT).maximumKeys(1_000_000));
     * }</pre>
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public LimitBuilder maximumKeys(int keys) {
        once.check(5, "maximumKeys");
        if (keys <= 0) {
            throw new IllegalArgumentException(
                    "limit \"" + name + "\": maximumKeys is " + keys + "; use a positive number");
        }
        maximumKeys = keys;
        return this;
    }

    /** Applies it only to calls that have one of these values; "" is none. All conditions must match. */
    public LimitBuilder where(Dimension dimension, String... values) {
        conditions.add(Limit.Condition.of(dimension, values, true));
        return this;
    }

    /** Applies it only to calls that have none of these values; "" is none. */
    public LimitBuilder unless(Dimension dimension, String... values) {
        conditions.add(Limit.Condition.of(dimension, values, false));
        return this;
    }

    /**
     * Warns calls, and notifies the listener once, when this share of it is used, such as 0.8; no warning by default.
     */
    public LimitBuilder warnAt(double share) {
        once.check(2, "warnAt");
        warnAt = share("warnAt", share);
        return this;
    }

    /**
     * Restricts calls of {@code priority} to a share of the limit, so that the rest is reserved for others; all of it
     * by default.
     */
    public LimitBuilder share(CallOptions.Priority priority, double share) {
        if (shares.containsKey(priority)) {
            throw new IllegalStateException(
                    "limit \"" + name + "\": share of " + priority + " is set twice: remove one of the two");
        }
        shares.put(priority, share("share", share));
        return this;
    }

    private BigDecimal share(String property, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "limit \"" + name + "\": " + property + " is " + share + "; use one above 0 and up to 1");
        }
        return BigDecimal.valueOf(share);
    }

    /** Sets what happens to a call that would exceed it; {@link OnExceed#REFUSE} by default. */
    public LimitBuilder onExceed(OnExceed onExceed) {
        once.check(3, "onExceed");
        this.onExceed = Objects.requireNonNull(onExceed, "onExceed");
        return this;
    }

    /** Admits deployments without a known price, without counting them. */
    public LimitBuilder allowUnpriced() {
        once.check(4, "allowUnpriced");
        allowUnpriced = true;
        return this;
    }

    /**
     * Reserves for each attempt the most that it can use, always. By default, a reservation that does not fit is tried
     * again with the model's usual answer (the 95th percentile of the deployment's recent ones), which admits more
     * calls at once, but a long answer may then exceed the limit by the difference. Only for tokens and money.
     *
     * <pre>{@code
     * limits.limit("budget", limit -> limit
     *     .cost(Cost.usd(new BigDecimal("50"))).per(Window.calendar(Window.Unit.DAY)).strict());
     * }</pre>
     */
    public LimitBuilder strict() {
        once.check(6, "strict");
        strict = true;
        return this;
    }

    Limit build() {
        if (measure == null) {
            throw new IllegalArgumentException(
                    "limit \"" + name + "\" counts nothing: add requests, tokens, cost or concurrency");
        }
        if ((measure == Measure.CONCURRENCY) != (window == null)) {
            throw new IllegalArgumentException(
                    window == null
                            ? "limit \"" + name + "\" has no window: add .per(Window.rolling(...)), or"
                                    + " .per(Window.calendar(...))"
                            : "limit \"" + name + "\" counts calls at once, which have no window: remove .per(...)");
        }
        if (burst != null && (window == null || window.period() == null || measure == Measure.COST)) {
            throw new IllegalArgumentException("limit \"" + name
                    + "\": burst applies only to a rolling window of requests or tokens; remove .burst(...)");
        }
        if (strict && !measure.isSettledLater()) {
            throw new IllegalArgumentException("limit \"" + name + "\" counts " + measure.unit()
                    + ", which are not reserved by an estimate: remove .strict()");
        }
        if (window != null && window.period() != null) {
            checkRate(window);
        }
        return new Limit(
                name,
                measure,
                maximum,
                currency,
                window,
                burst == null ? maximum : BigDecimal.valueOf(burst),
                List.copyOf(by),
                List.copyOf(conditions),
                warnAt,
                Map.copyOf(shares),
                onExceed == null ? OnExceed.REFUSE : onExceed,
                allowUnpriced,
                strict,
                maximumKeys);
    }

    private void checkRate(Window window) {
        long nanos = Objects.requireNonNull(window.period()).toNanos();
        if (maximum.compareTo(BigDecimal.valueOf(nanos)) > 0) {
            throw new IllegalArgumentException("limit \"" + name + "\": " + maximum + " in " + window
                    + " is more than one per nanosecond; use a longer window or a smaller amount");
        }
    }
}
