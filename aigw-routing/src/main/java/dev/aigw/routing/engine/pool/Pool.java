package dev.aigw.routing.engine.pool;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.BoundReasoning;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.api.spi.RoutingStrategy.WarmPrompt;
import dev.aigw.routing.engine.limiter.QueuedCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The deployments of one model and the strategy that chooses among them. Safe for use by many threads. */
public final class Pool {

    private final List<LiveDeployment> deployments;
    private final RoutingStrategy strategy;
    private final RoutingStrategy.Picker picker;
    private final DeploymentRegistry registry;
    private final boolean emulates;
    private final boolean keepsReasoning;
    private final List<String> accounts;

    /**
     * Creates a pool; {@code strategy} is bound to {@code deployments} here.
     *
     * @param keepsReasoning whether a conversation stays at the deployments that can read its reasoning
     */
    public Pool(
            List<LiveDeployment> deployments,
            RoutingStrategy strategy,
            DeploymentRegistry registry,
            boolean keepsReasoning) {
        this(deployments, strategy, registry, keepsReasoning, List.of());
    }

    private Pool(
            List<LiveDeployment> deployments,
            RoutingStrategy strategy,
            DeploymentRegistry registry,
            boolean keepsReasoning,
            List<String> accounts) {
        this.accounts = List.copyOf(accounts);
        this.keepsReasoning = keepsReasoning;
        this.deployments = List.copyOf(deployments);
        this.strategy = strategy;
        this.picker = strategy.bind(this.deployments);
        this.registry = registry;
        this.emulates =
                this.deployments.stream().anyMatch(each -> !each.emulated().isEmpty());
    }

    /**
     * Returns a pool of other deployments with the same strategy.
     *
     * @param accounts what tells the accounts of a caller from others'
     */
    Pool of(List<LiveDeployment> others, List<String> accounts) {
        return new Pool(others, strategy, registry, keepsReasoning, accounts);
    }

    /** Returns what tells the accounts of a caller from others'; empty if they are the application's. */
    public List<String> accounts() {
        return accounts;
    }

    /** Returns the deployments. */
    public List<LiveDeployment> deployments() {
        return deployments;
    }

    /** Returns whether {@code candidate} may be ejected in addition to those that already are. */
    public boolean mayEject(LiveDeployment candidate, long nowNanos) {
        int open = 0;
        for (LiveDeployment each : deployments) {
            if (each != candidate
                    && (each.breaker().remainingNanos(nowNanos) > 0
                            || each.health().isEjected())) {
                open++;
            }
        }
        return open + 1 <= Math.max(1, Math.floor(registry.maxEjectedShare() * deployments.size()));
    }

    /**
     * Answers a call that needs a deployment: with a lease, with how long to wait and for what, or with none.
     *
     * @throws GatewayException of kind INTERNAL if the strategy throws or chooses what it may not
     */
    public Decision lease(Query query) {
        query.among(deployments, registry.prompts());
        BoundReasoning bound = homeOf(query);
        if (bound != null) {
            Decision home = leaseAtHome(query, bound);
            if (home != null) {
                return home;
            }
        }
        Lease lease = leaseNow(query);
        return lease == null ? unavailable(query) : lease;
    }

    private @Nullable Lease leaseNow(Query query) {
        int index;
        while ((index = choose(query)) >= 0) {
            Lease lease = deployments.get(index).tryLease(this, index, query.nowNanos());
            if (lease != null) {
                lease.begin();
                return lease;
            }
            query.lose(index);
        }
        return null;
    }

    /** Returns whether a conversation stays at the deployments that can read its reasoning. */
    public boolean keepsReasoning() {
        return keepsReasoning;
    }

    /**
     * Returns the reasoning that makes some deployments preferable, or null: most conversations have none, and then
     * this reads its messages once for each request.
     */
    private @Nullable BoundReasoning homeOf(Query query) {
        return keepsReasoning && deployments.size() > 1 && !query.isAnywhere() ? Homes.boundIn(query.request()) : null;
    }

    /** Leases a deployment that can read the conversation's reasoning, or returns a wait for one; null if none can. */
    private @Nullable Decision leaseAtHome(Query query, BoundReasoning bound) {
        Lease lease = leaseNow(query.at(bound));
        query.at(null);
        if (lease != null) {
            return lease;
        }
        LiveDeployment first = null;
        long shortest = Long.MAX_VALUE;
        for (LiveDeployment each : deployments) {
            long wait = query.isHome(each, bound) ? query.waitNanos(each) : -1;
            if (wait > 0 && wait < shortest && query.waitReason(each) == Decision.Reason.COOLDOWN) {
                shortest = wait;
                first = each;
            }
        }
        return first == null ? null : wait(query, first, shortest, first.nextLookNanos(query.nowNanos()), true);
    }

    private static Decision.Wait wait(Query query, LiveDeployment first, long nanos, long look, boolean atHome) {
        return new Decision.Wait(
                nanos,
                look,
                query.waitReason(first),
                first.unavailableKind(query.nowNanos()),
                first.unavailableCause(query.nowNanos()),
                atHome);
    }

    /**
     * Returns whether a hedge could be sent now: only to a deployment that can read the conversation's reasoning, if it
     * has any that one of them can read.
     */
    public boolean canHedge(Query query) {
        BoundReasoning bound = homeOf(query);
        if (bound == null || deployments.stream().noneMatch(each -> Homes.isHome(each, bound))) {
            return canServe(query);
        }
        for (LiveDeployment each : deployments) {
            if (each.hasPermit() && query.isHome(each, bound) && query.waitNanos(each) == 0) {
                return true;
            }
        }
        return false;
    }

    private int choose(Query query) {
        for (Query.Tier tier : Query.Tier.ORDER) {
            if (query.enter(tier, emulates)) {
                int index = pick(query);
                if (index >= 0) {
                    return index;
                }
            }
        }
        return -1;
    }

    private int pick(Query query) {
        int index;
        try {
            index = picker.pick(query);
        } catch (RuntimeException e) {
            throw bug(e);
        }
        if (index >= deployments.size() || (index >= 0 && !query.isEligible(index))) {
            throw GatewayException.of(
                    ErrorKind.INTERNAL,
                    "this is a bug in the routing strategy " + strategy + ": it chose deployment " + index + " of "
                            + deployments.size() + ", which is not eligible; return an index for which isEligible is"
                            + " true, or -1");
        }
        return Math.max(-1, index);
    }

    private GatewayException bug(RuntimeException e) {
        return GatewayException.builder(
                        ErrorKind.INTERNAL, "this is a bug in the routing strategy " + strategy + ": it threw " + e)
                .cause(e)
                .build();
    }

    /** Returns why no deployment was chosen: what to wait for, or that waiting is useless. */
    private Decision unavailable(Query query) {
        LiveDeployment first = null;
        long shortest = Long.MAX_VALUE;
        long look = Long.MAX_VALUE;
        boolean full = false;
        boolean free = false;
        for (LiveDeployment each : deployments) {
            long wait = query.waitNanos(each);
            if (wait < 0) {
                continue;
            }
            if (wait == 0) {
                full |= !each.hasPermit();
                free |= each.hasPermit();
                continue;
            }
            look = Math.min(look, each.nextLookNanos(query.nowNanos()));
            if (wait < shortest) {
                shortest = wait;
                first = each;
            }
        }
        if (full) {
            return new Decision.Wait(Long.MAX_VALUE, Long.MAX_VALUE, Decision.Reason.PERMIT, null, null, false);
        }
        if (free) {
            return new Decision.None(ErrorKind.NO_ROUTE, "its strategy " + strategy + " chose none that could serve");
        }
        if (first != null) {
            return wait(query, first, shortest, look, false);
        }
        return new Decision.None(unmetKind(query), null);
    }

    /**
     * Returns the kind of failure when no deployment qualifies: CONTEXT_TOO_LONG if the context windows of all are too
     * small, UNSUPPORTED if all lack something else, otherwise NO_ROUTE.
     */
    private ErrorKind unmetKind(Query query) {
        ErrorKind kind = null;
        for (LiveDeployment each : deployments) {
            Requirements.Unmet unmet = query.unmetBy(each);
            if (unmet == null) {
                return ErrorKind.NO_ROUTE;
            }
            kind = kind == null || kind == unmet.kind() ? unmet.kind() : ErrorKind.UNSUPPORTED;
        }
        return kind == null ? ErrorKind.NO_ROUTE : kind;
    }

    /** Notes what the prompt cache of a deployment has of a session that it has served. */
    void served(LiveDeployment deployment, String session, long promptTokens, TokenUsage usage, long nowNanos) {
        registry.prompts().served(session, deployment.id(), deployment.card().wire(), promptTokens, usage, nowNanos);
    }

    /** Returns the estimated tokens of the prompt that a deployment's prompt cache has; 0 if none is known. */
    public long cachedTokens(Query query, LiveDeployment deployment) {
        for (WarmPrompt warm : query.among(deployments, registry.prompts()).warmPrompts()) {
            if (warm.deployment().equals(deployment.id())) {
                return Math.min(warm.tokens(), query.promptTokens());
            }
        }
        return 0;
    }

    /** Notifies the strategy that an attempt on a deployment it chose begins. */
    void began(int index) {
        try {
            picker.began(index);
        } catch (RuntimeException e) {
            throw bug(e);
        }
    }

    /** Notifies the strategy that an attempt has ended whose beginning it was notified of. */
    void ended(int index, End end, long nanoTime) {
        picker.ended(index, end, nanoTime);
    }

    /** Returns why a deployment that could serve is skipped now, or null if it is not. */
    public @Nullable String skipReason(Query query, LiveDeployment deployment) {
        if (!query.admits(deployment, false) || !deployment.isLast(query)) {
            return null;
        }
        for (LiveDeployment other : deployments) {
            if (query.admits(other, false) && !other.isLast(query)) {
                return (deployment.isShutDown(query)
                                ? "its model was shut down on "
                                        + deployment.card().shutdown()
                                : "its provider reports an exhausted rate limit")
                        + ", and another deployment can serve";
            }
        }
        return null;
    }

    /**
     * Returns how much the strategy favors a deployment now.
     *
     * @throws GatewayException of kind INTERNAL if the strategy throws
     */
    public double score(Query query, int index) {
        query.among(deployments, registry.prompts()).untried();
        try {
            return picker.score(query, index);
        } catch (RuntimeException e) {
            throw bug(e);
        }
    }

    /** Returns sentences that say why deployments cannot take the attempt now; empty if all can. */
    public String dropReasons(Query query) {
        StringBuilder reasons = new StringBuilder();
        for (LiveDeployment each : deployments) {
            String reason = query.dropReasonNow(each);
            if (reason != null) {
                reasons.append(' ')
                        .append(each.id())
                        .append(": ")
                        .append(reason)
                        .append('.');
            }
        }
        return reasons.toString();
    }

    /** Returns whether some deployment could take an attempt now, without a wait. */
    public boolean canServe(Query query) {
        for (LiveDeployment each : deployments) {
            if (each.hasPermit() && query.waitNanos(each) == 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether some deployment other than {@code leased} could take an attempt now, without a wait. */
    public boolean canServeBeside(LiveDeployment leased, Query query) {
        for (LiveDeployment each : deployments) {
            if (each != leased && each.hasPermit() && query.waitNanos(each) == 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds a call to the queues of all deployments that could serve it but have no free permit, if the strategy would
     * choose them at all. Returns whether some queue was full.
     */
    public boolean join(Query query, QueuedCall<LiveDeployment> call) {
        boolean full = false;
        query.among(deployments, registry.prompts());
        for (int i = 0; i < deployments.size(); i++) {
            LiveDeployment each = deployments.get(i);
            if (query.waitNanos(each) == 0 && !each.hasPermit() && pick(query.only(i)) == i) {
                full |= !call.join(each.limiter(), each);
            }
        }
        return full;
    }

    /** Returns a lease of a deployment whose permit a queued call got, or null if it has become unavailable. */
    public @Nullable Lease leaseOf(LiveDeployment served, long nowNanos) {
        Lease lease = served.leaseOfPermit(this, deployments.indexOf(served), nowNanos);
        if (lease != null) {
            lease.begin();
        }
        return lease;
    }

    /** Returns the usual latency of its deployments: the shortest of their moving averages; 0 before any reply. */
    public long usualLatencyNanos() {
        long usual = 0;
        for (LiveDeployment each : deployments) {
            long own = each.usualLatencyNanos();
            usual = usual == 0 || (own > 0 && own < usual) ? own : usual;
        }
        return usual;
    }
}
