package dev.aigw.routing.engine.pool;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.spi.RoutingStrategy;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One call's question for a deployment, now: what the request needs, which deployments the call has tried, and, while a
 * strategy chooses, which are its candidates. One thread's own.
 */
public final class Query implements RoutingStrategy.Candidates {

    /**
     * The candidates a strategy is shown, one set after the other until it chooses: deployments that the call has not
     * tried before those that it may ask again; of these, ones with something left of their rate limits before the
     * others, which would refuse; of these, ones whose models can do all that is needed before ones whose adapters
     * emulate it.
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
    private final RandomGenerator random;
    private @Nullable Requirements requirements;
    private long promptTokens = UNKNOWN;

    private List<LiveDeployment> deployments = List.of();
    private Tier tier = Tier.UNTRIED;
    private int only = ANY;
    private boolean skippedSpent;
    private @Nullable BitSet lost;
    private boolean probes = true;

    /**
     * Creates a question.
     *
     * @param earlier a question of the same call, so that what its request needs is not found out again; null if there
     *     is none
     */
    public Query(
            Operation<?, ?> operation,
            ModelRequest request,
            CallOptions options,
            List<TriedDeployment> tried,
            long nowNanos,
            RandomGenerator random,
            @Nullable Query earlier) {
        this.operation = operation;
        this.request = request;
        this.options = options;
        this.tried = tried;
        this.nowNanos = nowNanos;
        this.random = random;
        if (earlier != null && earlier.request == request) {
            this.requirements = earlier.requirements;
            this.promptTokens = earlier.promptTokens;
        }
    }

    /** Keeps this call from being a probe: its result does not count, so the probe is for another call. */
    public Query withoutProbes() {
        probes = false;
        return this;
    }

    /** Returns the moment of the choice, as a clock reading. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Shows a strategy all deployments of a pool. */
    Query among(List<LiveDeployment> candidates) {
        deployments = candidates;
        only = ANY;
        return this;
    }

    /** Shows a strategy one deployment alone, as if it could serve, to learn whether the strategy would choose it. */
    Query only(int index) {
        only = index;
        return this;
    }

    /** Shows a strategy all that the call has not tried. */
    Query untried() {
        tier = Tier.UNTRIED;
        return this;
    }

    /** Goes on to the next candidates; false when there are none that the ones before did not have. */
    boolean enter(Tier next, boolean emulates) {
        if ((next.nativeOnly && !emulates) || (next.tried && tried.isEmpty()) || (!next.unspent && !skippedSpent)) {
            return false;
        }
        if (next.unspent && (tier.tried != next.tried || next == Tier.UNTRIED_UNSPENT_NATIVE)) {
            skippedSpent = false;
        }
        tier = next;
        return true;
    }

    /** Leaves a deployment out that another call has taken since it was chosen. */
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
        if (tier.unspent && deployment.isExhausted(this)) {
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
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    /** Returns whether the deployment could take an attempt now, of those tried or of the others. */
    boolean admits(LiveDeployment deployment, boolean again) {
        if (tried.isEmpty()) {
            return !again
                    && deployment.unavailableNanos(nowNanos) == 0
                    && deployment.hasRoom()
                    && (probes || deployment.breaker().state() == BreakerState.CLOSED)
                    && deployment.adapter().supports(operation)
                    && unmetBy(deployment) == null;
        }
        return (tried(deployment) != null) == again && deployment.hasRoom() && waitNanos(deployment) == 0;
    }

    /** Returns the nanoseconds until the deployment could take an attempt, its permit apart; negative for never. */
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
        if (!deployment.hasConditions() && Requirements.isUnconditional(options)) {
            return null;
        }
        return requirements().unmetBy(deployment.definition());
    }

    private Requirements requirements() {
        Requirements known = requirements;
        if (known == null) {
            known = new Requirements(operation, request, options);
            requirements = known;
        }
        return known;
    }

    /** Returns what the request needs and the adapter emulates, since the model lacks it; null for nothing. */
    public @Nullable Capability emulatedBy(LiveDeployment deployment) {
        for (Capability capability : deployment.emulated()) {
            if (Requirements.mayInclude(capability, request) && requirements().include(capability)) {
                return capability;
            }
        }
        return null;
    }

    /** Returns why the deployment cannot take the attempt, however long the call waits; null when it can. */
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
                        ? "this call is asking it already"
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
        long millis = (deployment.unavailableNanos(nowNanos) + 999_999) / 1_000_000;
        if (millis > 0) {
            ErrorKind kind = deployment.unavailableKind(nowNanos);
            return switch (deployment.unavailableReason(nowNanos)) {
                case HEALTH -> "its health checks fail with " + kind + ", and the next is due in " + millis + " ms";
                case BREAKER ->
                    "its breaker is " + deployment.breaker().state() + " for another " + millis + " ms because of "
                            + kind;
                default -> "it cools down for another " + millis + " ms because of " + kind;
            };
        }
        return deployment.hasRoom()
                ? null
                : "it is at its concurrency limit of " + deployment.concurrencyLimit() + ", and " + deployment.queued()
                        + " calls wait for it";
    }
}
