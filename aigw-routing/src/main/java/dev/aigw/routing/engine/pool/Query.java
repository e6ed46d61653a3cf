package dev.aigw.routing.engine.pool;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.BoundReasoning;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.routing.engine.time.Durations;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One call's query for a deployment at one moment: what the request needs, which deployments the call has tried, and,
 * while a strategy chooses, the candidates. Not safe for use by several threads.
 */
public final class Query implements RoutingStrategy.Candidates {

    /**
     * The sets of candidates that a strategy sees, one after the other, until it chooses: deployments that the call has
     * not tried before those that it may retry; within these, deployments with rate limit left and a living model
     * before others; within these, native support before emulation.
     */
    enum Tier {
        UNTRIED_UNSPENT_NATIVE(false, true, true),
        UNTRIED_UNSPENT(false, true, false),
        UNTRIED_NATIVE(false, false, true),
        UNTRIED(false, false, false),
        TRIED_UNSPENT_NATIVE(true, true, true),
        TRIED_UNSPENT(true, true, false),
        TRIED_NATIVE(true, false, true),
        TRIED(true, false, false);

        static final Tier[] ORDER = values();

        final boolean tried;
        final boolean unspent;
        final boolean nativeOnly;

        Tier(boolean tried, boolean unspent, boolean nativeOnly) {
            this.tried = tried;
            this.unspent = unspent;
            this.nativeOnly = nativeOnly;
        }
    }

    private static final long UNKNOWN = -1;
    private static final int ANY = -1;

    private final Operation<?, ?> operation;
    private final ModelRequest request;
    private final CallOptions options;
    private final List<TriedDeployment> tried;
    private final long nowNanos;
    private final Environment environment;
    private @Nullable Requirements requirements;
    private long promptTokens = UNKNOWN;
    private @Nullable String session;

    private List<LiveDeployment> deployments = List.of();
    private @Nullable WarmPrompts prompts;
    private Tier tier = Tier.UNTRIED;
    private int only = ANY;
    private boolean skippedSpent;
    private @Nullable BitSet lost;
    private boolean probes = true;
    private boolean anywhere;
    private @Nullable BoundReasoning boundHere;
    private Grant grant = Grant.ALL;

    /**
     * Creates a query.
     *
     * @param environment date and randomness
     * @param earlier an earlier query of the same call, whose requirements are reused; null if there is none
     */
    public Query(
            Operation<?, ?> operation,
            ModelRequest request,
            CallOptions options,
            List<TriedDeployment> tried,
            long nowNanos,
            Environment environment,
            @Nullable Query earlier) {
        this.operation = operation;
        this.request = request;
        this.options = options;
        this.tried = tried;
        this.nowNanos = nowNanos;
        this.environment = environment;
        if (earlier != null && earlier.request == request) {
            this.requirements = earlier.requirements;
            this.promptTokens = earlier.promptTokens;
        }
    }

    /** Excludes deployments that need a probe: this call's result does not count, so another call is the probe. */
    public Query withoutProbes() {
        probes = false;
        return this;
    }

    /** Sets what permissions allow; everything by default. */
    public Query within(Grant allowed) {
        grant = allowed;
        return this;
    }

    @Override
    public boolean isPromptCached() {
        return session != null;
    }

    /** Gives up the preference for deployments that can read the conversation's reasoning. */
    public Query anywhere() {
        anywhere = true;
        return this;
    }

    boolean isAnywhere() {
        return anywhere;
    }

    /** Makes only the deployments candidates at which this is at home; null for all. */
    Query at(@Nullable BoundReasoning home) {
        boundHere = home;
        return this;
    }

    /**
     * Returns whether the conversation is at home at a deployment and has not failed there in this call, unless by a
     * rate limit.
     */
    boolean isHome(LiveDeployment deployment, BoundReasoning bound) {
        TriedDeployment before = tried(deployment);
        return (before == null || (before.retryAtNanos() != null && before.waits() == Decision.Reason.COOLDOWN))
                && Homes.isHome(deployment, bound);
    }

    /** Sets the hash of the call's session; null if it has none, or its prompts are not to be cached. */
    public Query inSession(@Nullable String hash) {
        session = hash;
        return this;
    }

    /** Returns the moment of the choice, as a clock reading. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Makes all deployments of a pool the candidates. */
    Query among(List<LiveDeployment> candidates, WarmPrompts warm) {
        deployments = candidates;
        prompts = warm;
        only = ANY;
        return this;
    }

    /** Makes one deployment the only candidate, as if it could serve, to see whether the strategy would choose it. */
    Query only(int index) {
        only = index;
        return this;
    }

    /** Makes all deployments that the call has not tried the candidates. */
    Query untried() {
        tier = Tier.UNTRIED;
        return this;
    }

    /** Moves to the next set of candidates; false if it has none that earlier sets did not have. */
    boolean enter(Tier next, boolean emulates) {
        if (boundHere != null && !next.unspent) {
            return false; // others have rate limit left
        }
        if ((next.nativeOnly && !emulates) || (next.tried && tried.isEmpty()) || (!next.unspent && !skippedSpent)) {
            return false;
        }
        if (next.unspent && (tier.tried != next.tried || next == Tier.UNTRIED_UNSPENT_NATIVE)) {
            skippedSpent = false;
        }
        tier = next;
        return true;
    }

    /** Removes a deployment that another call has taken since it was chosen. */
    void lose(int index) {
        if (lost == null) {
            lost = new BitSet();
        }
        lost.set(index);
    }

    @Override
    public int size() {
        return deployments.size();
    }

    @Override
    public boolean isEligible(int index) {
        if (only != ANY) {
            return index == only;
        }
        LiveDeployment deployment = deployments.get(index);
        if (!admits(deployment, tier.tried)
                || (tier.nativeOnly && emulatedBy(deployment) != null)
                || (lost != null && lost.get(index))) {
            return false;
        }
        if (boundHere != null && !isHome(deployment, boundHere)) {
            return false;
        }
        if (tier.unspent && deployment.isLast(this)) {
            skippedSpent = true;
            return false;
        }
        return true;
    }

    @Override
    public RoutingStrategy.Deployment get(int index) {
        return deployments.get(index);
    }

    @Override
    public Operation<?, ?> operation() {
        return operation;
    }

    @Override
    public ModelRequest request() {
        return request;
    }

    @Override
    public CallOptions options() {
        return options;
    }

    @Override
    public long promptTokens() {
        if (promptTokens == UNKNOWN) {
            promptTokens = PromptSize.tokens(request);
        }
        return promptTokens;
    }

    @Override
    public List<RoutingStrategy.WarmPrompt> warmPrompts() {
        return session == null || prompts == null ? List.of() : prompts.of(session, nowNanos);
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public RandomGenerator random() {
        return environment.random();
    }

    @Override
    public Instant time() {
        return environment.now();
    }

    /** Returns whether the deployment could take an attempt now. */
    boolean admits(LiveDeployment deployment, boolean again) {
        if (tried.isEmpty()) {
            return !again
                    && deployment.unavailableNanos(nowNanos) == 0
                    && deployment.hasPermit()
                    && (probes || deployment.breaker().state() == BreakerState.CLOSED)
                    && deployment.adapter().supports(operation)
                    && unmetBy(deployment) == null;
        }
        return (tried(deployment) != null) == again && deployment.hasPermit() && waitNanos(deployment) == 0;
    }

    /**
     * Returns the nanoseconds until the deployment could take an attempt, not counting a wait for a permit; negative
     * for never.
     */
    long waitNanos(LiveDeployment deployment) {
        if (dropReason(deployment) != null) {
            return -1;
        }
        long wait = deployment.unavailableNanos(nowNanos);
        TriedDeployment before = tried(deployment);
        return before == null || before.retryAtNanos() == null
                ? wait
                : Math.max(wait, before.retryAtNanos() - nowNanos);
    }

    /** Returns what a wait for the deployment is for. */
    Decision.Reason waitReason(LiveDeployment deployment) {
        TriedDeployment before = tried(deployment);
        long retry = before == null || before.retryAtNanos() == null ? 0 : before.retryAtNanos() - nowNanos;
        return retry > deployment.unavailableNanos(nowNanos) && before != null
                ? before.waits()
                : deployment.unavailableReason(nowNanos);
    }

    private @Nullable TriedDeployment tried(LiveDeployment deployment) {
        for (TriedDeployment each : tried) {
            if (each.deployment().equals(deployment.id())) {
                return each;
            }
        }
        return null;
    }

    Requirements.@Nullable Unmet unmetBy(LiveDeployment deployment) {
        if (!deployment.hasConditions() && DeploymentConditions.areNone(options) && grant.isUnconditional()) {
            return null;
        }
        return requirements().unmetBy(deployment.definition(), grant, this);
    }

    private Requirements requirements() {
        Requirements known = requirements;
        if (known == null) {
            known = new Requirements(operation, request, options);
            requirements = known;
        }
        return known;
    }

    /** Returns the capability that the request needs and the adapter emulates; null if none. */
    public @Nullable Capability emulatedBy(LiveDeployment deployment) {
        for (Capability capability : deployment.emulated()) {
            if (Requirements.mayInclude(capability, request) && requirements().include(capability)) {
                return capability;
            }
        }
        return null;
    }

    /** Returns why the deployment can never take the attempt; null if it can. */
    @Nullable
    String dropReason(LiveDeployment deployment) {
        if (!deployment.adapter().supports(operation)) {
            return "its adapter does not support " + operation;
        }
        Requirements.Unmet unmet = unmetBy(deployment);
        if (unmet != null) {
            return unmet.reason();
        }
        for (TriedDeployment each : tried) {
            if (!each.deployment().equals(deployment.id())) {
                String reason = each.rulesOut(deployment);
                if (reason != null) {
                    return reason;
                }
            } else if (each.retryAtNanos() == null) {
                return each.kind() == ErrorKind.CANCELLED
                        ? "this call already has an attempt on it"
                        : "it was tried and failed with " + each.kind();
            }
        }
        return null;
    }

    /** Returns why the deployment cannot take the attempt now, or null when it can. */
    public @Nullable String dropReasonNow(LiveDeployment deployment) {
        String reason = dropReason(deployment);
        if (reason != null) {
            return reason;
        }
        long nanos = deployment.unavailableNanos(nowNanos);
        if (nanos > 0) {
            // rounded up, so that a message never says 0
            String time = Durations.text(Duration.ofMillis((nanos + 999_999) / 1_000_000));
            ErrorKind kind = deployment.unavailableKind(nowNanos);
            return switch (deployment.unavailableReason(nowNanos)) {
                case HEALTH -> "its health checks fail with " + kind + ", and the next is due in " + time;
                case BREAKER ->
                    "its breaker is " + deployment.breaker().state() + " for another " + time + " because of " + kind;
                default -> "it cools down for another " + time + " because of " + kind;
            };
        }
        return deployment.hasPermit()
                ? null
                : "it is at its concurrency limit of " + deployment.concurrencyLimit() + ", and " + deployment.queued()
                        + " calls wait for it";
    }
}
