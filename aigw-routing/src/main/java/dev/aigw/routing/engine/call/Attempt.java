package dev.aigw.routing.engine.call;

import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Outcome;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.Route;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RateLimit;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.routing.deployment.Charging;
import dev.aigw.routing.engine.pool.Lease;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One send to one deployment. Its lease is settled at the end of its scope, with a verdict on what the end says of the
 * deployment, whatever the stages in between do.
 */
public final class Attempt extends Scope implements AttemptContext {

    private final Call call;
    private final @Nullable Cancellation rival;
    private int number;
    private volatile boolean sent;
    private volatile boolean charged; // to the house
    private volatile boolean reached;
    private volatile boolean unreached;
    private volatile @Nullable Lease lease;
    private volatile @Nullable Timeouts timeouts;
    private volatile @Nullable ModelRequest request;
    private volatile boolean committed;
    private volatile long awaitsSinceNanos;

    /** This attempt's entry in the call's route, or null before it has one; guarded by the call's log. */
    Route.@Nullable Attempt entry;

    Attempt(Call call, @Nullable Cancellation rival) {
        super(call.environment());
        this.call = call;
        this.rival = rival;
    }

    /** Returns the call. */
    public Call call() {
        return call;
    }

    /** Takes over a lease, to be settled at the end of the scope, and starts the attempt's clock. */
    void leased(Lease taken, ModelRequest asked) {
        request = asked;
        lease = taken;
        number = call.log().begin();
        charged = isHousePaid();
        begin();
        timeouts = AttemptTimeouts.of(call, taken.deployment(), asked);
    }

    private boolean isHousePaid() {
        Charging charging = call.charging();
        if (call.isHedge(rival)) {
            return charging.hedges() == Charging.Payer.HOUSE;
        }
        if (call.isAtFallback()) {
            return charging.fallbacks() == Charging.Payer.HOUSE;
        }
        return call.log().sentCount() > 0 && charging.retries() == Charging.Payer.HOUSE;
    }

    /** Returns whether the house pays for it, and no limit of the caller counts it. */
    public boolean isChargedToHouse() {
        return charged;
    }

    /** Returns the account that it is charged to. */
    public Caller payer() {
        return charged ? call.charging().house() : call.account();
    }

    @Override
    void first(End end) {
        if (sent && call.events().hasListeners()) {
            call.events().publish(new RouterEvent.AttemptEnded(call, this, end));
        }
    }

    @Override
    void last(End end) {
        Lease taken = lease;
        if (taken != null) {
            learn(taken, end);
            remember(taken, end);
            taken.settle(
                    sent ? end : unsent(end), verdict(end), call.environment().nanoTime());
        }
    }

    /** Learns from a whole answer how long the deployment's answers are. */
    private void learn(Lease taken, End end) {
        if (sent && end.outcome() == Outcome.SUCCESS) {
            long tokens = end.usage().outputTokens();
            long known = tokens > 0 ? tokens : Settlement.tokens(end.outputChars());
            if (known > 0) {
                taken.deployment().answers().add(known, end.durationNanos());
            }
        }
    }

    /** Remembers what the deployment's prompt cache has now, if the call has a session. */
    private void remember(Lease taken, End end) {
        ModelRequest asked = request;
        if (asked == null || !sent || end.outcome() != Outcome.SUCCESS) {
            return;
        }
        String session = call.session();
        if (session != null) {
            taken.served(session, asked, end.usage(), call.environment().nanoTime());
        }
    }

    /** Returns the end as it counts for the deployment: an attempt never sent counts neither for nor against it. */
    private static End unsent(End end) {
        return End.builder(Outcome.ABANDONED)
                .failure(end.failure())
                .durationNanos(end.durationNanos())
                .build();
    }

    private Verdict verdict(End end) {
        GatewayException failure = end.failure();
        if (failure == null && end.outcome() == Outcome.SUCCESS && sent && !call.isSideCall()) {
            return Verdict.SERVES;
        }
        boolean timed =
                failure != null && (failure.kind() == ErrorKind.TIMEOUT || failure.kind() == ErrorKind.DEADLINE);
        return Verdict.of(
                end.outcome(),
                failure,
                new Verdict.Circumstances(
                        sent,
                        failure != null && timed && isImpatient(failure),
                        timed && waitedLong(),
                        call.isSideCall()));
    }

    /** Returns whether a timeout was shorter than the model's own, because of the caller or its deadline. */
    boolean isImpatient(GatewayException failure) {
        Timeouts used = timeouts;
        return failure.kind() == ErrorKind.DEADLINE || (used != null && AttemptTimeouts.isImpatient(call, used));
    }

    /**
     * Returns whether the attempt has waited long, by the model's timeouts or the usual latency of its deployments: for
     * its reply or first content, later for the next event.
     */
    boolean waitedLong() {
        Lease taken = lease;
        return taken != null && sent && waitedNanos() >= AttemptTimeouts.longNanos(call, taken.deployment(), request);
    }

    private long waitedNanos() {
        if (!committed) {
            return elapsedNanos();
        }
        long since = awaitsSinceNanos;
        return since == 0 ? 0 : call.environment().nanoTime() - since;
    }

    /** Notes that the reader of a stream waits for an event after the first content. */
    void awaitsEvent() {
        if (call.hasDeadline()) {
            awaitsSinceNanos = call.environment().nanoTime();
        }
    }

    /** Notes that the event has arrived. */
    void eventArrived() {
        if (awaitsSinceNanos != 0) {
            awaitsSinceNanos = 0;
        }
    }

    /** Returns how such an end counts: a deployment that hung until the deadline has failed. */
    @Override
    Outcome outcomeOf(GatewayException failure) {
        if (failure.kind() == ErrorKind.DEADLINE && waitedLong()) {
            call.hung();
            return Outcome.FAILED;
        }
        return super.outcomeOf(failure);
    }

    /** Notes that a stream's first content has arrived: a probe has succeeded by then. */
    void firstContent() {
        committed = true;
        Lease taken = lease;
        if (taken != null && !call.isSideCall()) {
            taken.firstContent();
        }
    }

    /**
     * Returns the failure with the deployment's name, if it has none, and with the kind that the model's policy gives
     * it.
     */
    GatewayException named(GatewayException failure) {
        Lease taken = lease;
        if (taken == null) {
            return failure;
        }
        GatewayException known = call.currentModel().failures().classify(failure);
        if (known.deployment() != null && known.provider() != null) {
            return known;
        }
        GatewayException named = known.toBuilder()
                .provider(taken.deployment().provider())
                .deployment(taken.deployment().id())
                .build();
        named.setStackTrace(failure.getStackTrace());
        return named;
    }

    /** Notes that this attempt is abandoned, at once, however long it takes to stop. */
    void withdrawn() {
        if (lease != null) {
            call.attemptEnded(this, Outcome.ABANDONED, null);
        }
    }

    /** Returns the deployment, or null before there is a lease. */
    public @Nullable LiveDeployment deploymentIfLeased() {
        Lease taken = lease;
        return taken == null ? null : taken.deployment();
    }

    /**
     * Returns the deployment.
     *
     * @throws IllegalStateException before there is a lease
     */
    public LiveDeployment live() {
        Lease taken = lease;
        if (taken == null) {
            throw new IllegalStateException("no deployment is chosen yet: use a stage of Phase.BALANCE or later");
        }
        return taken.deployment();
    }

    /** Throws if this attempt was abandoned; the caller has checked that its call is alive. */
    void checkAlive() {
        if (rival != null) {
            rival.throwIfCancelled();
        }
    }

    /** Notes that the adapter is about to be called. */
    void send() {
        sent = true;
        call.log().sent();
    }

    @Override
    public void reached(boolean reached) {
        if (reached) {
            this.reached = true;
        } else {
            unreached = true;
        }
    }

    /** Returns whether anything of the request may have reached the provider. */
    boolean mayHaveReached() {
        return sent && (reached || !unreached);
    }

    /** Returns whether the adapter was called: an attempt may end earlier, such as a hedge that is no longer needed. */
    public boolean isSent() {
        return sent;
    }

    @Override
    public ModelCard card() {
        return live().card();
    }

    @Override
    public String model() {
        return live().upstreamModel();
    }

    @Override
    public String deployment() {
        return live().id();
    }

    @Override
    public String callId() {
        return call.id();
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public @Nullable String account() {
        return live().account();
    }

    @Override
    public @Nullable Credential credential() {
        return live().credential();
    }

    @Override
    public @Nullable String baseUrl() {
        return live().baseUrl();
    }

    @Override
    public Timeouts timeouts() {
        Timeouts own = timeouts;
        return own == null ? call.timeouts() : own;
    }

    @Override
    public long remainingNanos() {
        return call.remainingNanos();
    }

    @Override
    public Cancellation cancellation() {
        return rival != null ? rival : call.cancellation();
    }

    @Override
    public @Nullable String idempotencyKey() {
        return call.options().idempotencyKey();
    }

    @Override
    public PromptCaching promptCaching() {
        return call.promptCaching();
    }

    @Override
    public @Nullable String promptCacheKey() {
        return call.session();
    }

    @Override
    public Map<String, String> tags() {
        return call.options().tags();
    }

    @Override
    public void headroom(double share, Duration reset) {
        live().headroom(share, reset, call.environment().nanoTime());
    }

    @Override
    public void rateLimits(List<RateLimit> limits) {
        live().rateLimits(limits, call.environment().nanoTime());
    }

    @Override
    public void warn(String message) {
        call.warn(message);
    }
}
