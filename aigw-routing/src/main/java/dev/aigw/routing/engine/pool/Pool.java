package dev.aigw.routing.engine.pool;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.routing.engine.limiter.QueuedCall;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The deployments of one model and the strategy that chooses among them. Safe for use by many threads. */
public final class Pool {

    static final int ANY = -1;

    private final List<LiveDeployment> targets;
    private final RoutingStrategy strategy;
    private final RoutingStrategy.Picker picker;
    private final DeploymentRegistry registry;
    private final boolean emulates;

    /** Creates a pool; {@code strategy} is bound to {@code targets} here. */
    public Pool(List<LiveDeployment> targets, RoutingStrategy strategy, DeploymentRegistry registry) {
        this.targets = List.copyOf(targets);
        this.strategy = strategy;
        this.picker = strategy.bind(this.targets);
        this.registry = registry;
        this.emulates =
                this.targets.stream().anyMatch(target -> !target.emulated().isEmpty());
    }

    /** Returns the deployments. */
    public List<LiveDeployment> targets() {
        return targets;
    }

    /** Returns whether {@code candidate} may be ejected by its breaker beside those of the others that are. */
    public boolean mayEject(LiveDeployment candidate, long nowNanos) {
        int open = 0;
        for (LiveDeployment target : targets) {
            if (target != candidate
                    && (target.breaker().remainingNanos(nowNanos) > 0
                            || target.health().isEjected())) {
                open++;
            }
        }
        return open + 1 <= Math.max(1, Math.floor(registry.maxEjectedShare() * targets.size()));
    }

    /**
     * Chooses a deployment for one attempt: one that the call has not tried, else one it may ask again. Of these, one
     * whose provider says that a rate limit is used up is gone past while another can serve, for it would refuse; then
     * one whose model can do all that is needed goes before one whose adapter makes up for what it lacks.
     *
     * @return its index among {@link #targets()}, or -1 when there is none right now
     * @throws GatewayException if the strategy throws
     * @throws IllegalStateException if the strategy answers with a deployment that is not eligible
     */
    public int pick(Query query) {
        int index = pick(query, false);
        return index < 0 && !query.visits.isEmpty() ? pick(query, true) : index;
    }

    private int pick(Query query, boolean again) {
        query.wentPast = false;
        int index = pick(query, again, true);
        return index < 0 && query.wentPast ? pick(query, again, false) : index;
    }

    private int pick(Query query, boolean again, boolean unspent) {
        int index = emulates ? pick(new Choice(this, query, again, true, unspent, ANY)) : -1;
        return index < 0 ? pick(new Choice(this, query, again, false, unspent, ANY)) : index;
    }

    private int pick(Choice choice) {
        int index;
        try {
            index = picker.pick(choice);
        } catch (RuntimeException e) {
            throw thrown(e);
        }
        if (index >= targets.size() || (index >= 0 && !choice.isEligible(index))) {
            throw new IllegalStateException("the routing strategy " + strategy + " chose deployment " + index + " of "
                    + targets.size() + ", which is not eligible: return an index for which isEligible is true, or -1");
        }
        return Math.max(-1, index);
    }

    private GatewayException thrown(RuntimeException e) {
        return GatewayException.builder(
                        ErrorKind.SERVER_ERROR, "the routing strategy " + strategy + " threw " + e + ": mend it")
                .cause(e)
                .build();
    }

    /**
     * Tells the strategy that an attempt on a deployment it chose begins.
     *
     * @throws GatewayException if the strategy throws
     */
    public void began(int index) {
        try {
            picker.began(index);
        } catch (RuntimeException e) {
            throw thrown(e);
        }
    }

    /** Tells the strategy how an attempt ended that it was told of before. */
    public void ended(int index, End end, long nanoTime) {
        picker.ended(index, end, nanoTime);
    }

    /** Returns why a deployment that could serve is gone past at present, or null when it is not. */
    public @Nullable String passReason(Query query, LiveDeployment target) {
        if (!query.admits(target, false) || !target.isExhausted(query)) {
            return null;
        }
        for (LiveDeployment other : targets) {
            if (query.admits(other, false) && !other.isExhausted(query)) {
                return "its provider says that a rate limit is used up, and another can serve";
            }
        }
        return null;
    }

    /**
     * Returns how much the strategy favours a deployment at present.
     *
     * @throws GatewayException if the strategy throws
     */
    public double score(Query query, int index) {
        try {
            return picker.score(new Choice(this, query, false, false, false, ANY), index);
        } catch (RuntimeException e) {
            throw thrown(e);
        }
    }

    /**
     * Returns the nanoseconds until some deployment could take an attempt: 0 for now, null for never. One that is at
     * its concurrency limit could: calls may wait in its queue.
     *
     * <p>A deployment never tried counts when it is free; one tried before, when the call may ask it again.
     */
    public @Nullable Long waitNanos(Query query) {
        Long shortest = null;
        for (LiveDeployment target : targets) {
            Long wait = query.waitNanos(target);
            if (wait != null && wait == 0) {
                return wait;
            }
            if (wait != null && (shortest == null || wait < shortest)) {
                shortest = wait;
            }
        }
        return shortest;
    }

    /**
     * Returns in sentences why the deployments that cannot take the attempt cannot; empty when all can.
     *
     * @param forGood whether to report only what waiting does not cure
     */
    public String dropReasons(Query query, boolean forGood) {
        StringBuilder reasons = new StringBuilder();
        for (LiveDeployment target : targets) {
            String reason = query.dropReason(target, forGood);
            if (reason != null) {
                reasons.append(' ')
                        .append(target.id())
                        .append(": ")
                        .append(reason)
                        .append('.');
            }
        }
        return reasons.toString();
    }

    /** Returns whether some deployment could take an attempt now, without a wait in its queue. */
    public boolean hasRoom(Query query) {
        for (LiveDeployment target : targets) {
            Long wait = query.waitNanos(target);
            if (wait != null && wait == 0 && target.hasRoom()) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether some deployment has a concurrency limit. */
    public boolean isLimited() {
        for (LiveDeployment target : targets) {
            if (target.concurrencyLimit() != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * Lets a call join the queues of all deployments that could serve it but have no room, as far as the strategy would
     * choose them at all. Returns whether some queue was full.
     */
    public boolean join(Query query, QueuedCall<LiveDeployment> waiter) {
        boolean full = false;
        for (int i = 0; i < targets.size(); i++) {
            LiveDeployment target = targets.get(i);
            Long wait = query.waitNanos(target);
            if (wait != null
                    && wait == 0
                    && !target.hasRoom()
                    && pick(new Choice(this, query, false, false, false, i)) == i) {
                full |= !waiter.join(target.limiter(), target);
            }
        }
        return full;
    }

    /**
     * Returns the nanoseconds until one more deployment could serve the call, or might: when only its credential is
     * held, its secret is worth a look earlier. {@link Long#MAX_VALUE} for never.
     */
    public long nextChangeNanos(Query query) {
        long next = Long.MAX_VALUE;
        for (LiveDeployment target : targets) {
            Long wait = query.waitNanos(target);
            if (wait != null && wait > 0) {
                next = Math.min(next, Math.min(wait, target.nextLookNanos(query.nowNanos)));
            }
        }
        return next;
    }

    /** Returns why the deployment that frees first is held, or null when none is held. */
    public @Nullable ErrorKind cooldownKind(Query query) {
        ErrorKind kind = null;
        long shortest = Long.MAX_VALUE;
        for (LiveDeployment target : targets) {
            long remaining = target.unavailableNanos(query.nowNanos);
            if (remaining > 0 && remaining < shortest && query.dropReason(target, true) == null) {
                shortest = remaining;
                kind = target.unavailableKind(query.nowNanos);
            }
        }
        return kind;
    }

    /**
     * Returns what kind of failure it is that no deployment meets what the call needs: CONTEXT_TOO_LONG when it is the
     * room for its tokens in all of them, else UNSUPPORTED; null when some deployment was out for another reason.
     */
    public @Nullable ErrorKind unmetKind(Query query) {
        ErrorKind kind = null;
        for (LiveDeployment target : targets) {
            Requirements.Unmet unmet = query.unmetBy(target);
            if (unmet == null) {
                return null;
            }
            kind = kind == null || kind == unmet.kind() ? unmet.kind() : ErrorKind.UNSUPPORTED;
        }
        return kind;
    }

    /** What an attempt needs of a deployment. */
    public static final class Query {

        private static final long UNKNOWN = -1;

        final Operation<?, ?> operation;
        final ModelRequest request;
        final CallOptions options;
        private final List<TriedDeployment> visits;
        private final long nowNanos;
        final RandomGenerator random;
        private @Nullable Requirements needs;
        private long promptTokens = UNKNOWN;

        /** Whether a deployment that could serve was gone past because a rate limit of it is used up. */
        boolean wentPast;

        /**
         * Creates a query for one choice made now.
         *
         * @param earlier a query of the same call, so that what its request needs is not found out again; null if there
         *     is none
         */
        public Query(
                Operation<?, ?> operation,
                ModelRequest request,
                CallOptions options,
                List<TriedDeployment> visits,
                long nowNanos,
                RandomGenerator random,
                @Nullable Query earlier) {
            this.operation = operation;
            this.request = request;
            this.options = options;
            this.visits = visits;
            this.nowNanos = nowNanos;
            this.random = random;
            if (earlier != null && earlier.request == request) {
                this.needs = earlier.needs;
                this.promptTokens = earlier.promptTokens;
            }
        }

        /** Returns the moment of the choice, as a clock reading. */
        public long nowNanos() {
            return nowNanos;
        }

        /** Returns about how many tokens the prompt is. */
        long promptTokens() {
            if (promptTokens == UNKNOWN) {
                promptTokens = PromptSize.tokens(request);
            }
            return promptTokens;
        }

        @Nullable
        Long waitNanos(LiveDeployment target) {
            if (dropReason(target, true) != null) {
                return null;
            }
            long wait = target.unavailableNanos(nowNanos);
            TriedDeployment visit = visit(target);
            if (visit != null) {
                Long retryAt = visit.retryAtNanos();
                if (retryAt == null) {
                    return null;
                }
                wait = Math.max(wait, retryAt - nowNanos);
            }
            return Math.max(0, wait);
        }

        private @Nullable TriedDeployment visit(LiveDeployment target) {
            for (TriedDeployment visit : visits) {
                if (visit.deployment().equals(target.id())) {
                    return visit;
                }
            }
            return null;
        }

        private Requirements.@Nullable Unmet unmetBy(LiveDeployment target) {
            if (!target.hasConditions() && Requirements.isUnconditional(options)) {
                return null;
            }
            return needs().unmetBy(target.definition());
        }

        private Requirements needs() {
            Requirements known = needs;
            if (known == null) {
                known = new Requirements(operation, request, options);
                needs = known;
            }
            return known;
        }

        /** Returns what the request needs and the adapter makes up for, since the model lacks it; null for nothing. */
        public @Nullable Capability emulatedBy(LiveDeployment target) {
            for (Capability capability : target.emulated()) {
                if (Requirements.mayInclude(capability, request) && needs().include(capability)) {
                    return capability;
                }
            }
            return null;
        }

        boolean admits(LiveDeployment target, boolean again) {
            if (visits.isEmpty()) {
                return !again
                        && target.unavailableNanos(nowNanos) == 0
                        && target.breaker().allows(nowNanos)
                        && target.hasRoom()
                        && target.adapter().supports(operation)
                        && unmetBy(target) == null;
            }
            return (visit(target) != null) == again
                    && target.hasRoom()
                    && Long.valueOf(0).equals(waitNanos(target));
        }

        /**
         * Returns why {@code target} cannot take the attempt, or null when it can.
         *
         * @param forGood whether to report only what waiting does not cure
         */
        public @Nullable String dropReason(LiveDeployment target, boolean forGood) {
            if (!target.adapter().supports(operation)) {
                return "its adapter does not support " + operation;
            }
            Requirements.Unmet unmet = unmetBy(target);
            if (unmet != null) {
                return unmet.reason();
            }
            for (TriedDeployment visit : visits) {
                if (visit.deployment().equals(target.id())) {
                    if (visit.retryAtNanos() == null) {
                        return visit.kind() == ErrorKind.CANCELLED
                                ? "this call is asking it already"
                                : "it was tried and failed with " + visit.kind();
                    }
                } else {
                    String reason = visit.rulesOut(target);
                    if (reason != null) {
                        return reason;
                    }
                }
            }
            if (!forGood) {
                long held = target.unavailableNanos(nowNanos);
                if (held > 0 && target.health().isEjected()) {
                    return "its health checks fail with " + target.health().kind() + ", and the next is due in "
                            + target.health().remainingNanos(nowNanos) / 1_000_000 + " ms";
                }
                if (held > 0) {
                    return "it is held for another " + held / 1_000_000 + " ms because of "
                            + target.unavailableKind(nowNanos);
                }
                if (!target.hasRoom()) {
                    return "it is at its concurrency limit of " + target.concurrencyLimit() + ", and " + target.queued()
                            + " calls wait for it";
                }
            }
            return null;
        }
    }
}
