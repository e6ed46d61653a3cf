package dev.aigw.routing.limit;

import dev.aigw.api.Caller;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.BudgetGauge;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.Phase;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;
import dev.aigw.routing.engine.call.Listeners;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.feature.Feature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Limits, quotas and budgets.
 *
 * <pre>{@code
 * Limits limits = Limits.builder()
 *     .limit("requests", limit -> limit
 *         .requests(100).per(Window.rolling(Duration.ofMinutes(1))).by(Dimension.TENANT))
 *     .limit("free-tokens", limit -> limit
 *         .tokens(1_000_000).per(Window.calendar(Window.Unit.DAY)).by(Dimension.TENANT).where(Dimension.TIER, "free"))
 *     .limit("budget", limit -> limit
 *         .cost(Cost.usd(new BigDecimal("50"))).per(Window.calendar(Window.Unit.MONTH)).by(Dimension.TENANT).warnAt(0.8))
 *     .limit("parallel", limit -> limit.concurrency(8).by(Dimension.CALLER))
 *     .build();
 * ModelRouter router = ModelRouter.builder().limits(limits) ... .build();
 * }</pre>
 *
 * <p>All limits that apply to a call must admit it. Requests and calls under way are counted when a call begins. Tokens
 * and money are reserved before each attempt, at an estimated maximum, and settled at its end to what it used: on
 * success, failure, cancellation and abandonment, exactly once, by the same account as the meter's ledger. So under any
 * concurrency, a limit is exceeded by no more than what attempts use beyond their own reservations. What an attempt
 * reserves is in {@link Builder#assumedOutputTokens}; {@link LimitBuilder#strict()} makes it the most.
 *
 * <p>An attempt that was stopped, overtaken or cut, or that timed out, and whose use was not reported, counts its
 * prompt and what has arrived, or, where nothing arrives before the whole answer, as much of a usual answer as is
 * generated in the time. What a usual answer is and how fast it comes is learnt from the deployment's recent answers;
 * at first, it has 4,096 tokens, of which 100 arrive in a second. An attempt that was refused, or that never had a
 * connection, counts nothing. Of an operation whose use cannot be estimated, what was reserved counts.
 *
 * <p>A request that the router refuses before anything is sent, by another limit or because no deployment may serve it,
 * does not count: what other limits took is given back.
 *
 * <p>A refused call fails with {@link dev.aigw.api.ErrorKind#LIMIT_EXCEEDED}, or with
 * {@link dev.aigw.api.ErrorKind#BUDGET_EXCEEDED} for a budget. {@link LimitReached#of} says which limit, what remains
 * and how long until it admits the call, which is also in {@code retryAfter}. If the model has a fallback, such as a
 * cheaper model, it is tried instead, except after limits that count whole calls, which apply to every model. If a
 * limit by deployment or credential refuses an attempt, another deployment is tried; nothing cools down.
 *
 * <p>Time is the router's clock. Safe for use by many threads; one instance may serve several routers, which then share
 * the allowances and the clock of the first.
 */
public final class Limits {

    private final List<Limit> definitions;
    private final Listeners<LimitListener> listeners;
    private final @Nullable Integer assumedOutputTokens;
    private final @Nullable AllowanceStore store;
    private final Object lock = new Object();
    private @Nullable List<LimitCounter> counters;

    private Limits(Builder builder) {
        this.definitions = List.copyOf(builder.limits.values());
        this.listeners = new Listeners<>(builder.listeners, LoggerFactory.getLogger(Limits.class), "limit listener");
        this.assumedOutputTokens = builder.assumedOutputTokens;
        this.store = builder.store;
    }

    /** Starts a set of limits. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the feature that enforces {@code limits}. */
    public static Feature feature(Limits limits) {
        return EngineFeature.of(limits::install);
    }

    private void install(EngineInstaller installer) {
        List<LimitCounter> all = start(installer.environment());
        Gate perCall = gate(all, limit -> limit.level() == Dimension.Level.CALL);
        Gate perModel = gate(all, limit -> limit.level() == Dimension.Level.MODEL);
        Gate perAttempt = gate(all, limit -> limit.level() == Dimension.Level.ATTEMPT);
        Gate ofDeployments =
                gate(all, Limit::isOfDeployment); // side calls have no caller: only these limits count them
        if (!perCall.isEmpty()) {
            installer.engineStage(Phase.LIMIT, Reach.CALLERS_ONLY, new LimitStage(perCall));
        }
        if (!perModel.isEmpty()) {
            installer.engineStage(Phase.MODEL, Reach.CALLERS_ONLY, new LimitStage(perModel));
        }
        if (!perAttempt.isEmpty()) {
            installer.engineStage(
                    Phase.RESERVE,
                    Reach.CALLERS_ONLY,
                    new ReserveStage(
                            perAttempt, ofDeployments, installer.tokens(), assumedOutputTokens, installer.batches()));
        }
        if (!ofDeployments.isEmpty()) {
            installer.engineStage(
                    Phase.RESERVE,
                    Reach.SIDE_CALLS_ONLY,
                    new ReserveStage(
                            ofDeployments,
                            ofDeployments,
                            installer.tokens(),
                            assumedOutputTokens,
                            installer.batches()));
        }
    }

    private List<LimitCounter> start(Environment environment) {
        synchronized (lock) {
            if (counters == null) {
                counters = definitions.stream()
                        .map(limit -> new LimitCounter(limit, environment, store))
                        .toList();
            }
            return counters;
        }
    }

    private Gate gate(List<LimitCounter> all, Predicate<Limit> which) {
        return new Gate(
                all.stream().filter(counter -> which.test(counter.limit())).toList(), listeners);
    }

    private List<LimitCounter> started() {
        synchronized (lock) {
            return counters == null ? List.of() : counters;
        }
    }

    /**
     * Returns a gauge of how much money a caller has left: the lowest of all limits of {@link LimitBuilder#cost} whose
     * dimensions are known before a model is chosen. Reservations of calls under way do not count as left. For limits
     * that JVMs share, each reading asks the store.
     *
     * @throws IllegalArgumentException if there is no such limit
     */
    public BudgetGauge gauge() {
        Set<String> names = new LinkedHashSet<>();
        for (Limit limit : definitions) {
            if (limit.measure() == Measure.COST && limit.isOfCaller()) {
                names.add(limit.name());
            }
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("there is no budget whose dimensions are known before a model is chosen:"
                    + " add one with .limit(name, limit -> limit.cost(...).per(...).by(Dimension.TENANT)), or name"
                    + " a limit of another kind, gauge(name)");
        }
        return new LimitGauge(names, this::started);
    }

    /**
     * Returns a gauge of how much of one limit a caller has left.
     *
     * @throws IllegalArgumentException if there is no limit of this name, or it depends on the model or the deployment,
     *     which are not known before a model is chosen
     */
    public BudgetGauge gauge(String name) {
        Limit named = definitions.stream()
                .filter(limit -> limit.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no limit \"" + name + "\"; limits are "
                        + definitions.stream().map(Limit::name).toList()));
        if (!named.isOfCaller()) {
            throw new IllegalArgumentException("limit \"" + name
                    + "\" depends on the model or the deployment, which are not known before a model is chosen:"
                    + " use one by the caller, the operation or a tag");
        }
        return new LimitGauge(Set.of(name), this::started);
    }

    /**
     * Returns the usage of every limit for every recently used key; empty before a router uses the limits. For limits
     * shared with other JVMs, it asks the store for each key.
     */
    public List<LimitUsage> usage() {
        List<LimitUsage> report = new ArrayList<>();
        started().forEach(counter -> counter.report(report));
        return report;
    }

    /**
     * Returns what a caller has used and what remains of every limit that is about callers: by or where
     * {@link Dimension#TENANT}, {@link Dimension#CALLER}, {@link Dimension#KEY}, {@link Dimension#HOLDER} or
     * {@link Dimension#TIER}, such as all of its {@linkplain Tier tier}; empty before a router uses the limits. A "my
     * usage" page shows it:
     *
     * <pre>{@code
     * for (LimitUsage usage : limits.usage(caller)) {
     *   page.row(usage.limit(), usage.used(), usage.remaining(), usage.maximum());
     * }
     * }</pre>
     *
     * <p>For limits shared with other JVMs, it asks the store for each.
     */
    public List<LimitUsage> usage(Caller caller) {
        CallContext call = new CallerOnly(caller);
        List<LimitUsage> report = new ArrayList<>();
        for (LimitCounter counter : started()) {
            if (counter.limit().isKnownOfCaller() && counter.limit().isFor(call, null)) {
                report.add(counter.usage(counter.key(call, null)));
            }
        }
        return report;
    }

    /**
     * Builds {@link Limits}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final Map<String, Limit> limits = new LinkedHashMap<>();
        private final List<LimitListener> listeners = new ArrayList<>();
        private @Nullable Integer assumedOutputTokens;
        private @Nullable AllowanceStore store;

        private Builder() {}

        /**
         * Adds a limit.
         *
         * @throws IllegalArgumentException if the name is taken, or the limit is incomplete; the message names the fix
         */
        public Builder limit(String name, Consumer<LimitBuilder> how) {
            LimitBuilder builder = new LimitBuilder(name);
            how.accept(builder);
            if (limits.putIfAbsent(name, builder.build()) != null) {
                throw new IllegalArgumentException("there are two limits \"" + name + "\": give one another name");
            }
            return this;
        }

        /**
         * Adds the limits of a tier: each key of this tier has the whole of each. The tier's name is that of
         * {@link Caller#tier()}, which an API key or a token brings.
         *
         * @throws IllegalArgumentException if the tier has no limit, or is added twice
         */
        public Builder tier(Tier tier) {
            tier.addTo(this);
            return this;
        }

        /**
         * Sets the answer tokens to reserve for a chat that sets no {@code maxOutputTokens}. By default the longest
         * answer by the model's card (128,000 for some; 4,096 if it does not say), so that no call exceeds a limit
         * unexpectedly; if that is more than the limit ever allows the call, a usual answer, and no more than fits.
         * What does not fit at the time is tried again with a usual answer, unless the limit is
         * {@linkplain LimitBuilder#strict() strict}. A smaller number admits more calls at once, but a long answer may
         * exceed the limit.
         */
        public Builder assumedOutputTokens(int tokens) {
            once.check(0, "assumedOutputTokens");
            if (tokens < 0) {
                throw new IllegalArgumentException("assumedOutputTokens is " + tokens + "; use zero or more");
            }
            assumedOutputTokens = tokens;
            return this;
        }

        /**
         * Shares the limits with other JVMs whose limits have the same names, for example by
         * {@code dev.aigw.routing.redis.SharedLimits}. By default each JVM counts for itself.
         */
        public Builder shared(AllowanceStore store) {
            once.check(1, "shared");
            this.store = Objects.requireNonNull(store, "store");
            return this;
        }

        /** Adds a listener. */
        public Builder listener(LimitListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Returns the limits.
         *
         * @throws IllegalArgumentException if there is none
         */
        public Limits build() {
            if (limits.isEmpty()) {
                throw new IllegalArgumentException("there is no limit: add one with .limit(name, ...)");
            }
            return new Limits(this);
        }
    }
}
