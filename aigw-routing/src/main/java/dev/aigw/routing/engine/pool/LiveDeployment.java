package dev.aigw.routing.engine.pool;

import dev.aigw.api.Capability;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelCard;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RateLimit;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.routing.deployment.CooldownScope;
import dev.aigw.routing.engine.limiter.Limiter;
import dev.aigw.routing.engine.limiter.QueuedCall;
import dev.aigw.routing.feature.CooldownListener;
import dev.aigw.routing.feature.CoolingDeployment;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as it lives: its definition, its statistics, its holds and its breaker. Safe for use by many threads.
 */
public final class LiveDeployment implements RoutingStrategy.Deployment, CoolingDeployment {

    private final DeploymentDefinition definition;
    private final boolean hasConditions;
    private final Set<Capability> emulated;
    private final DeploymentStats stats;
    private final CredentialCooldown credentialCooldown;
    private final CooldownListener cooldownListener;

    LiveDeployment(
            DeploymentDefinition definition,
            DeploymentStats stats,
            CredentialCooldown credentialCooldown,
            CooldownListener cooldownListener) {
        this.definition = definition;
        ModelCard card = definition.card();
        Set<Capability> lacking = new HashSet<>(card.lacking());
        Set<Capability> helped = new HashSet<>(lacking);
        helped.retainAll(definition.adapter().emulated());
        lacking.removeAll(helped);
        this.emulated = Set.copyOf(helped);
        this.hasConditions = !lacking.isEmpty() || card.contextWindow() != null || card.maxOutputTokens() != null;
        this.stats = stats;
        this.credentialCooldown = credentialCooldown;
        this.cooldownListener = cooldownListener;
    }

    /** Returns whether something is known of the model that may rule a request out. */
    boolean hasConditions() {
        return hasConditions;
    }

    /** Returns what its model lacks and its adapter makes up for. */
    Set<Capability> emulated() {
        return emulated;
    }

    /** Returns the definition. */
    public DeploymentDefinition definition() {
        return definition;
    }

    @Override
    public String id() {
        return definition.id();
    }

    @Override
    public String provider() {
        return definition.adapter().name();
    }

    @Override
    public String upstreamModel() {
        return definition.upstreamModel();
    }

    @Override
    public double weight() {
        return definition.weight();
    }

    @Override
    public int tier() {
        return definition.tier();
    }

    @Override
    public @Nullable String region() {
        return definition.region();
    }

    @Override
    public Set<String> tags() {
        return definition.tags();
    }

    @Override
    public ModelCard card() {
        return definition.card();
    }

    @Override
    public int inFlight() {
        return stats.limiter.inFlight();
    }

    @Override
    public double latencyNanos() {
        return stats.latencyNanos();
    }

    /** Returns its recent latencies: of streams to the first content, else of whole answers. */
    public RecentLatencies latencies(boolean streamed) {
        return streamed ? stats.firstContents : stats.wholes;
    }

    @Override
    public double headroom(long nanoTime) {
        Headroom said = stats.headroom;
        return said == null ? 1 : said.at(nanoTime);
    }

    /** Notes what the provider says of its rate limit: how much is left, and when all of it is there again. */
    public void headroom(double share, Duration reset, long nowNanos) {
        stats.headroom = Headroom.of(share, reset, nowNanos);
    }

    /** Notes what the provider says of each of its rate limits. */
    public void rateLimits(List<RateLimit> limits, long nowNanos) {
        stats.headroom = Headroom.of(limits, nowNanos);
    }

    /** Counts a request that is about to be sent against what the provider said last. */
    public void sends(ModelRequest request) {
        Headroom said = stats.headroom;
        if (said != null) {
            said.sent(request);
        }
    }

    /** Returns whether too little is left of some rate limit for the request, by what its provider said last. */
    boolean isExhausted(Pool.Query query) {
        Headroom said = stats.headroom;
        return said != null && said.isExhausted(query);
    }

    /** Returns who translates. */
    public ProviderAdapter adapter() {
        return definition.adapter();
    }

    @Override
    public @Nullable Credential credential() {
        return definition.credential();
    }

    @Override
    public @Nullable String baseUrl() {
        return definition.baseUrl();
    }

    /** Returns what it charges, or null. */
    public @Nullable Price price() {
        return definition.price();
    }

    /** Returns the attempts that succeeded. */
    public long succeeded() {
        return stats.succeeded.sum();
    }

    /** Returns the attempts that failed. */
    public long failed() {
        return stats.failed.sum();
    }

    /** Returns the attempts nobody waited for. */
    public long abandoned() {
        return stats.abandoned.sum();
    }

    /** Returns its breaker. */
    public Breaker breaker() {
        return stats.breaker;
    }

    /** Returns what health checks have found out about it. */
    public Health health() {
        return stats.health;
    }

    /**
     * Holds the deployment for so long, or its credential, and with it all deployments that use it, for so long or
     * until its secret changes; unless held longer already. Whoever listens to holds is told.
     */
    public void hold(CooldownScope scope, long nowNanos, long nanos, ErrorKind kind) {
        extend(scope, nowNanos, nanos, kind);
        cooldownListener.cooldownBegan(this, scope, nanos, kind);
    }

    @Override
    public void coolDownElsewhere(CooldownScope scope, long nowNanos, long nanos, ErrorKind kind) {
        extend(scope, nowNanos, nanos, kind);
    }

    private void extend(CooldownScope scope, long nowNanos, long nanos, ErrorKind kind) {
        if (scope == CooldownScope.DEPLOYMENT) {
            stats.hold.extend(nowNanos + nanos, kind);
        } else {
            credentialCooldown.extend(nowNanos, nanos, kind, definition.credential());
        }
    }

    @Override
    public long cooldownNanos(CooldownScope scope, long nowNanos) {
        return scope == CooldownScope.DEPLOYMENT
                ? stats.hold.remainingNanos(nowNanos)
                : credentialCooldown.remainingNanos(nowNanos, definition.credential());
    }

    @Override
    public @Nullable ErrorKind cooldownKind(CooldownScope scope) {
        return scope == CooldownScope.DEPLOYMENT ? stats.hold.kind() : credentialCooldown.kind();
    }

    /**
     * Returns the nanoseconds until it may be asked again, by hold, credential, breaker and health checks; 0 when it
     * may now.
     */
    public long unavailableNanos(long nowNanos) {
        return Math.max(
                Math.max(
                        stats.hold.remainingNanos(nowNanos),
                        credentialCooldown.remainingNanos(nowNanos, definition.credential())),
                Math.max(stats.breaker.remainingNanos(nowNanos), stats.health.remainingNanos(nowNanos)));
    }

    /**
     * Returns the nanoseconds after which it is worth asking whether it is still unavailable, though its time is not
     * up: those until the next look at the secret of a held credential; {@link Long#MAX_VALUE} when nothing else holds
     * it.
     */
    long nextLookNanos(long nowNanos) {
        Credential credential = definition.credential();
        return credential != null && credentialCooldown.remainingNanos(nowNanos, credential) > 0
                ? credentialCooldown.nextLookNanos(nowNanos)
                : Long.MAX_VALUE;
    }

    /** Returns why it is left alone, or null when it is not. */
    public @Nullable ErrorKind unavailableKind(long nowNanos) {
        long own = stats.hold.remainingNanos(nowNanos);
        long credential = credentialCooldown.remainingNanos(nowNanos, definition.credential());
        long open = stats.breaker.remainingNanos(nowNanos);
        long unhealthy = stats.health.remainingNanos(nowNanos);
        if (own == 0 && credential == 0 && open == 0 && unhealthy == 0) {
            return null;
        }
        if (unhealthy > own && unhealthy > credential && unhealthy > open) {
            return stats.health.kind();
        }
        if (open >= own && open >= credential) {
            return ErrorKind.OVERLOADED;
        }
        return own >= credential ? stats.hold.kind() : credentialCooldown.kind();
    }

    /** Returns how many attempts it may have under way at present, or null without a limit. */
    public @Nullable Integer concurrencyLimit() {
        return stats.limiter.limit();
    }

    /** Returns how many calls wait for it. */
    public int queued() {
        return stats.limiter.queued();
    }

    /** Returns whether its concurrency limit, if it has one, has room for one more attempt. */
    public boolean hasRoom() {
        return stats.limiter.hasRoom();
    }

    /** Returns what limits its attempts under way. */
    public Limiter limiter() {
        return stats.limiter;
    }

    /**
     * Takes a lease for one attempt and returns its breaker's ticket, or {@link Breaker#NO_TICKET} when it has become
     * unavailable. Settle it with {@link #release}.
     */
    public long tryLease(long nowNanos) {
        if (unavailableNanos(nowNanos) > 0 || !stats.limiter.tryAcquire()) {
            return Breaker.NO_TICKET;
        }
        return lease(nowNanos);
    }

    /** Makes a lease as {@link #tryLease} does, of a permit {@linkplain QueuedCall#take taken over} from its queue. */
    public long tryLeaseTaken(long nowNanos) {
        return lease(nowNanos);
    }

    private long lease(long nowNanos) {
        long ticket = unavailableNanos(nowNanos) > 0 ? Breaker.NO_TICKET : stats.breaker.tryAcquire(nowNanos);
        if (ticket == Breaker.NO_TICKET) {
            stats.limiter.release();
        }
        return ticket;
    }

    /**
     * Gives a lease back.
     *
     * @param startNanos when the attempt began, as a clock reading
     * @param latencyNanos how long its reply took, or how long until it failed
     * @param dropped whether it failed because the deployment did not cope with its load
     */
    public void release(Outcome outcome, long startNanos, long latencyNanos, boolean dropped) {
        try {
            if (outcome == Outcome.SUCCESS || dropped) {
                stats.limiter.learn(startNanos, latencyNanos, dropped);
            }
        } finally {
            stats.limiter.release();
        }
        switch (outcome) {
            case SUCCESS -> {
                stats.succeeded.increment();
                stats.latency(latencyNanos);
            }
            case FAILED -> stats.failed.increment();
            case ABANDONED -> stats.abandoned.increment();
        }
    }

    @Override
    public String toString() {
        return id();
    }
}
