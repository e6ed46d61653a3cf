package dev.aigw.routing.pipeline;

import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.routing.target.Target;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One send to one deployment. The balance stage gives it its target. */
public final class Attempt implements AttemptContext {

    private final Call call;
    private final Scope scope;
    private int number;
    private long ticket;
    private @Nullable Target target;

    Attempt(Call call, Scope scope) {
        this.call = call;
        this.scope = scope;
    }

    Scope scope() {
        return scope;
    }

    Call call() {
        return call;
    }

    /** Sends this attempt to {@code target}, leased with {@code ticket}; called once, by the stage that balances. */
    public void assign(Target target, long ticket) {
        this.target = target;
        this.ticket = ticket;
        this.number = call.nextAttemptNumber();
    }

    /** Returns the deployment chosen, or null when balancing has not chosen yet. */
    public @Nullable Target assigned() {
        return target;
    }

    /**
     * Returns the deployment chosen.
     *
     * @throws IllegalStateException before one is chosen
     */
    public Target target() {
        if (target == null) {
            throw new IllegalStateException("no deployment is chosen yet: stages after Phase.BALANCE know it");
        }
        return target;
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
        return call.cancellation();
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
    public void warn(String message) {
        call.warn(message);
    }
}
