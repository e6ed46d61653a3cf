package dev.aigw.routing.engine.call;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.RateLimit;
import dev.aigw.routing.engine.pool.LiveDeployment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One send to one deployment. The balance stage gives it its target. */
public final class Attempt implements AttemptContext {

    private final Call call;
    private final Scope scope;
    private final @Nullable Cancellation rival;
    private int number;
    private long ticket;
    private volatile boolean sent;
    private volatile @Nullable LiveDeployment target;

    /** What the call's route says of this attempt, or null as long as it says nothing; guarded by the call's lock. */
    Route.@Nullable Attempt entry;

    Attempt(Call call, Scope scope, @Nullable Cancellation rival) {
        this.call = call;
        this.scope = scope;
        this.rival = rival;
    }

    Scope scope() {
        return scope;
    }

    Call call() {
        return call;
    }

    /** Returns the failure with the name of the deployment, if it has none. */
    GatewayException named(GatewayException failure) {
        LiveDeployment chosen = target;
        if (chosen == null || (failure.deployment() != null && failure.provider() != null)) {
            return failure;
        }
        GatewayException named = failure.toBuilder()
                .provider(chosen.provider())
                .deployment(chosen.id())
                .build();
        named.setStackTrace(failure.getStackTrace());
        return named;
    }

    /** Notes at once that nobody waits for this attempt any more, however long it takes to stop. */
    void withdrawn() {
        if (target != null) {
            call.attemptEnded(this, Outcome.ABANDONED, null);
        }
    }

    /** Sends this attempt to {@code target}, leased with {@code ticket}; called once, by the stage that balances. */
    public void assign(LiveDeployment target, long ticket) {
        this.ticket = ticket;
        this.number = call.nextAttemptNumber();
        this.target = target;
    }

    /** Lets the attempt's time begin now: until now it waited for a deployment. */
    public void begin() {
        scope.begin();
    }

    /** Returns the deployment chosen, or null when balancing has not chosen yet. */
    public @Nullable LiveDeployment assigned() {
        return target;
    }

    /**
     * Returns the deployment chosen.
     *
     * @throws IllegalStateException before one is chosen
     */
    public LiveDeployment target() {
        LiveDeployment chosen = target;
        if (chosen == null) {
            throw new IllegalStateException("no deployment is chosen yet: stages after Phase.BALANCE know it");
        }
        return chosen;
    }

    /** Notes that the adapter is about to be called. */
    void send() {
        sent = true;
    }

    /** Returns whether the adapter was called: an attempt may be over before, as when its hedge is no longer needed. */
    public boolean isSent() {
        return sent;
    }

    /** Returns the ticket of the deployment's breaker, to be handed back with the result. */
    public long ticket() {
        return ticket;
    }

    @Override
    public String model() {
        return target().upstreamModel();
    }

    @Override
    public String deployment() {
        return target().id();
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public @Nullable Credential credential() {
        return target().credential();
    }

    @Override
    public @Nullable String baseUrl() {
        return target().baseUrl();
    }

    @Override
    public Timeouts timeouts() {
        return call.timeouts();
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
    public Map<String, String> tags() {
        return call.options().tags();
    }

    @Override
    public void headroom(double share, Duration reset) {
        target().headroom(share, reset, call.environment().nanoTime());
    }

    @Override
    public void rateLimits(List<RateLimit> limits) {
        target().rateLimits(limits, call.environment().nanoTime());
    }

    @Override
    public void warn(String message) {
        call.warn(message);
    }
}
