package dev.aigw.routing.engine.pool;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.Capability;
import dev.aigw.api.CooldownScope;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ReasoningOrigin;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RateLimit;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.routing.engine.limiter.Limiter;
import dev.aigw.routing.feature.CoolingDeployment;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A deployment at run time: its definition, statistics, cooldowns and breaker. Safe for use by many threads. */
public final class LiveDeployment implements RoutingStrategy.Deployment, CoolingDeployment {

    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final int OWN = 1;
    private static final int OF_CREDENTIAL_MODEL = 2;
    private static final int OF_CREDENTIAL = 4;

    /** How many replies it takes to know the usual latency. */
    private static final int ENOUGH_REPLIES = 5;

    private final DeploymentDefinition definition;
    private final boolean hasConditions;
    private final Set<Capability> emulated;
    private final DeploymentStats stats;
    private final CredentialCooldown credentialModelCooldown;
    private final CredentialCooldown credentialCooldown;
    private final long boundNanos;
    private final DeploymentEvents events;
    private final AllowedHosts allowedHosts;
    private final @Nullable Instant shutdown;
    private final ReasoningOrigin reads;
    private volatile boolean refusesPrefill;

    LiveDeployment(
            DeploymentDefinition definition,
            DeploymentStats stats,
            CredentialCooldown credentialModelCooldown,
            CredentialCooldown credentialCooldown,
            long boundNanos,
            DeploymentEvents events,
            AllowedHosts allowedHosts) {
        this.definition = definition;
        ModelCard card = definition.card();
        Set<Capability> lacking = new HashSet<>(card.lacking());
        Set<Capability> helped = new HashSet<>(lacking);
        helped.retainAll(definition.adapter().emulated());
        lacking.removeAll(helped);
        this.emulated = Set.copyOf(helped);
        this.hasConditions = !lacking.isEmpty() || card.contextWindow() != null || card.maxOutputTokens() != null;
        this.shutdown = card.shutdown() == null
                ? null
                : card.shutdown().atStartOfDay(ZoneOffset.UTC).toInstant();
        this.reads = new ReasoningOrigin(
                definition.adapter().reasoningReader(definition.upstreamModel()),
                definition.upstreamModel(),
                definition.account(),
                null);
        this.stats = stats;
        this.credentialModelCooldown = credentialModelCooldown;
        this.credentialCooldown = credentialCooldown;
        this.boundNanos = boundNanos;
        this.events = events;
        this.allowedHosts = allowedHosts;
    }

    /** Returns whether anything known about the model may rule out a request. */
    boolean hasConditions() {
        return hasConditions;
    }

    /** Returns the capabilities that its model lacks and its adapter emulates. */
    Set<Capability> emulated() {
        return emulated;
    }

    /** Returns adapter, model and account, to compare with where a conversation's reasoning comes from. */
    ReasoningOrigin reads() {
        return reads;
    }

    /** Returns the mark of the account that it is in; null for the adapter's own. */
    public @Nullable String account() {
        return definition.account();
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

    /** Returns the moving average of its latency; 0 before it has replied often enough. */
    public long usualLatencyNanos() {
        return stats.succeeded.sum() < ENOUGH_REPLIES ? 0 : Math.max(1, stats.latencyNanos());
    }

    /** Returns its recent latencies: for streams to the first content, otherwise of whole answers. */
    public RecentLatencies latencies(boolean streamed) {
        return streamed ? stats.firstContents : stats.wholes;
    }

    /** Returns the lengths and speeds of its recent answers. */
    public RecentAnswers answers() {
        return stats.answers;
    }

    @Override
    public double headroom(long nanoTime) {
        Headroom said = stats.headroom;
        return said == null ? 1 : said.at(nanoTime);
    }

    /** Notes the provider's report of its rate limit: the share left, and when it is full again. */
    public void headroom(double share, Duration reset, long nowNanos) {
        stats.headroom = Headroom.of(share, reset, nowNanos);
    }

    /** Notes the provider's report of each of its rate limits. */
    public void rateLimits(List<RateLimit> limits, long nowNanos) {
        stats.headroom = Headroom.of(limits, nowNanos);
    }

    /** Counts a request that is about to be sent against the last reported rate limits. */
    public void sends(ModelRequest request) {
        Headroom said = stats.headroom;
        if (said != null) {
            said.sent(request);
        }
    }

    /**
     * Returns whether others go before it: its model has been shut down, or a rate limit has too little left for the
     * request, by the provider's last report.
     */
    boolean isLast(Query query) {
        Headroom said = stats.headroom;
        return (said != null && said.isExhausted(query)) || isShutDown(query);
    }

    /** Returns whether the day has come on which the vendor shuts its model down. */
    boolean isShutDown(Query query) {
        return shutdown != null && !query.time().isBefore(shutdown);
    }

    /** Returns the adapter. */
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

    /** Returns the hosts that its calls may go to. */
    public AllowedHosts allowedHosts() {
        return allowedHosts;
    }

    /** Returns whether it accepts the beginning of an answer to continue, as far as known. */
    public boolean takesPrefill() {
        return !refusesPrefill && definition.capabilities().contains(Capability.PREFILL);
    }

    /** Returns whether plain chats are made by way of a stream, since it stops generating only when one is closed. */
    public boolean plainByStream() {
        return definition.card().lacks(Capability.PLAIN_CANCELLATION)
                && definition.adapter().supports(ChatRequest.CHAT_STREAM);
    }

    /** Notes that it has refused a prefill. */
    public void refusesPrefill() {
        refusesPrefill = true;
    }

    /** Returns its price, or null. */
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

    /** Returns the attempts that were abandoned. */
    public long abandoned() {
        return stats.abandoned.sum();
    }

    /** Returns its breaker. */
    public Breaker breaker() {
        return stats.breaker;
    }

    /** Returns the result of its health checks. */
    public Health health() {
        return stats.health;
    }

    /**
     * Begins a cooldown, unless a longer one runs, and notifies the listeners. A credential's cooldown ends early when
     * its secret changes.
     *
     * @param asked how long the provider asks for, or the default; the router's bound caps it
     */
    void coolDown(CooldownScope scope, long nowNanos, Duration asked, ErrorKind kind) {
        long nanos = asked.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : asked.toNanos();
        extend(scope, nowNanos, nanos, kind);
        events.cooldownFound(this, scope, cooldownNanos(scope, nowNanos), kind);
    }

    @Override
    public void coolDownElsewhere(CooldownScope scope, long nowNanos, long nanos, ErrorKind kind) {
        extend(scope, nowNanos, nanos, kind);
        events.cooldownStarted(this, scope, cooldownNanos(scope, nowNanos), kind);
    }

    /** Notes that a cooldown is announced; false if it was already. */
    boolean announce(CooldownScope scope) {
        return stats.announced.add(scope);
    }

    /** Notes that the end of a cooldown is announced; false if it was already, or the cooldown never was. */
    boolean withdraw(CooldownScope scope) {
        return stats.announced.remove(scope);
    }

    private void extend(CooldownScope scope, long nowNanos, long nanos, ErrorKind kind) {
        switch (scope) {
            case DEPLOYMENT -> stats.cooldown.extend(nowNanos, nanos, boundNanos, kind);
            case CREDENTIAL_MODEL ->
                credentialModelCooldown.extend(nowNanos, nanos, boundNanos, kind, definition.credential());
            case CREDENTIAL -> credentialCooldown.extend(nowNanos, nanos, boundNanos, kind, definition.credential());
        }
    }

    @Override
    public long cooldownNanos(CooldownScope scope, long nowNanos) {
        return switch (scope) {
            case DEPLOYMENT -> stats.cooldown.remainingNanos(nowNanos);
            case CREDENTIAL_MODEL -> credentialModelCooldown.remainingNanos(nowNanos, definition.credential());
            case CREDENTIAL -> credentialCooldown.remainingNanos(nowNanos, definition.credential());
        };
    }

    @Override
    public @Nullable ErrorKind cooldownKind(CooldownScope scope) {
        return switch (scope) {
            case DEPLOYMENT -> stats.cooldown.kind();
            case CREDENTIAL_MODEL -> credentialModelCooldown.kind();
            case CREDENTIAL -> credentialCooldown.kind();
        };
    }

    /** Ends its own cooldown and closes its breaker; cooldowns of its credential stay. */
    public void lift() {
        stats.cooldown.lift();
        stats.breaker.reset();
        events.cooldownEnded(this, CooldownScope.DEPLOYMENT);
    }

    /** Ends all its cooldowns, its credential's too, and closes its breaker. */
    public void liftAll() {
        lift();
        credentialModelCooldown.lift();
        credentialCooldown.lift();
        events.cooldownEnded(this, CooldownScope.CREDENTIAL_MODEL);
        events.cooldownEnded(this, CooldownScope.CREDENTIAL);
    }

    /** Returns the nanoseconds until cooldowns, breaker and health checks allow an attempt; 0 if they do now. */
    public long unavailableNanos(long nowNanos) {
        Credential credential = definition.credential();
        return Math.max(
                Math.max(
                        stats.cooldown.remainingNanos(nowNanos),
                        Math.max(
                                credentialModelCooldown.remainingNanos(nowNanos, credential),
                                credentialCooldown.remainingNanos(nowNanos, credential))),
                Math.max(stats.breaker.remainingNanos(nowNanos), stats.health.remainingNanos(nowNanos)));
    }

    /** Returns the reason that keeps it unavailable the longest. */
    public Decision.Reason unavailableReason(long nowNanos) {
        long longest = unavailableNanos(nowNanos);
        if (longest > 0 && longest == stats.health.remainingNanos(nowNanos)) {
            return Decision.Reason.HEALTH;
        }
        return longest > 0 && longest == stats.breaker.remainingNanos(nowNanos)
                ? Decision.Reason.BREAKER
                : Decision.Reason.COOLDOWN;
    }

    /** Returns the kind of failure that makes it unavailable, or null if it is available. */
    public @Nullable ErrorKind unavailableKind(long nowNanos) {
        long longest = unavailableNanos(nowNanos);
        if (longest == 0) {
            return null;
        }
        ErrorKind kind = switch (unavailableReason(nowNanos)) {
            case HEALTH -> stats.health.kind();
            case BREAKER -> stats.breaker.openedBy();
            default -> {
                for (CooldownScope scope : CooldownScope.values()) {
                    if (cooldownNanos(scope, nowNanos) == longest) {
                        yield cooldownKind(scope);
                    }
                }
                yield null;
            }
        };
        return kind == null ? ErrorKind.OVERLOADED : kind;
    }

    /** Returns the failure that makes it unavailable, or null if it is available or the failure was not its own. */
    @Nullable
    GatewayException unavailableCause(long nowNanos) {
        GatewayException blamed = stats.blamed;
        return blamed != null && blamed.kind() == unavailableKind(nowNanos) ? blamed : null;
    }

    /**
     * Notes a failure that may make it unavailable, to be the cause of what other callers get. They get neither the
     * reply nor a partial answer, which may contain the first caller's texts.
     */
    void blame(ErrorKind kind, GatewayException failure) {
        GatewayException known = GatewayException.builder(kind, String.valueOf(failure.getMessage()))
                .cause(failure.getCause())
                .provider(failure.provider())
                .deployment(failure.deployment())
                .subject(failure.subject())
                .status(failure.status())
                .vendorCode(failure.vendorCode())
                .requestId(failure.requestId())
                .build();
        known.setStackTrace(failure.getStackTrace());
        stats.blamed = known;
    }

    /**
     * Returns the nanoseconds until it may have become available early: until the next look at the secret of a
     * credential that cools down; {@link Long#MAX_VALUE} if it cannot.
     */
    long nextLookNanos(long nowNanos) {
        Credential credential = definition.credential();
        long look = Long.MAX_VALUE;
        if (credential != null && credentialCooldown.remainingNanos(nowNanos, credential) > 0) {
            look = credentialCooldown.nextLookNanos(nowNanos);
        }
        if (credential != null && credentialModelCooldown.remainingNanos(nowNanos, credential) > 0) {
            look = Math.min(look, credentialModelCooldown.nextLookNanos(nowNanos));
        }
        return look;
    }

    /** Returns its present concurrency limit, or null without one. */
    public @Nullable Integer concurrencyLimit() {
        return stats.limiter.limit();
    }

    /** Returns the calls in its queue. */
    public int queued() {
        return stats.limiter.queued();
    }

    /** Returns whether its concurrency limit, if it has one, permits another attempt. */
    public boolean hasPermit() {
        return stats.limiter.hasPermit();
    }

    /** Returns its concurrency limiter. */
    public Limiter limiter() {
        return stats.limiter;
    }

    /** Takes it for one attempt, or returns null if it has become unavailable. */
    @Nullable
    Lease tryLease(Pool pool, int index, long nowNanos) {
        return stats.limiter.tryAcquire() ? leaseOfPermit(pool, index, nowNanos) : null;
    }

    /** Takes it with a permit already taken; returns the permit if it has become unavailable. */
    @Nullable
    Lease leaseOfPermit(Pool pool, int index, long nowNanos) {
        if (stats.health.remainingNanos(nowNanos) > 0) {
            stats.limiter.release();
            return null;
        }
        Credential credential = definition.credential();
        Cooldown.Permit own = stats.cooldown.tryAcquire(nowNanos);
        Cooldown.Permit model = own == Cooldown.Permit.NONE
                ? Cooldown.Permit.NONE
                : credentialModelCooldown.tryAcquire(nowNanos, credential);
        Cooldown.Permit key = model == Cooldown.Permit.NONE
                ? Cooldown.Permit.NONE
                : credentialCooldown.tryAcquire(nowNanos, credential);
        int probes = (own == Cooldown.Permit.PROBE ? OWN : 0)
                | (model == Cooldown.Permit.PROBE ? OF_CREDENTIAL_MODEL : 0)
                | (key == Cooldown.Permit.PROBE ? OF_CREDENTIAL : 0);
        long ticket = key == Cooldown.Permit.NONE ? Breaker.NO_TICKET : stats.breaker.tryAcquire(nowNanos);
        if (ticket == Breaker.NO_TICKET) {
            probesEnded(probes, false);
            stats.limiter.release();
            return null;
        }
        return new Lease(pool, index, this, ticket, probes, nowNanos);
    }

    /** Returns the probes of cooldowns that a lease had taken. */
    void probesEnded(int probes, boolean succeeded) {
        if (probes == 0) {
            return;
        }
        if ((probes & OWN) != 0) {
            stats.cooldown.probeEnded(succeeded);
        }
        if ((probes & OF_CREDENTIAL_MODEL) != 0) {
            credentialModelCooldown.probeEnded(succeeded);
        }
        if ((probes & OF_CREDENTIAL) != 0) {
            credentialCooldown.probeEnded(succeeded);
        }
    }

    /**
     * Returns a lease.
     *
     * @param startNanos when the attempt began, as a clock reading
     * @param latencyNanos how long its reply took, or how long until it failed
     * @param dropped whether it failed because the deployment could not keep up with its load
     */
    void release(Outcome outcome, long startNanos, long latencyNanos, boolean dropped) {
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
