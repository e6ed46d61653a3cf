package dev.aigw.routing.engine.pool;

import dev.aigw.api.BreakerState;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Outcome;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.spi.End;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A deployment taken for one attempt: its permit, the breaker's ticket, the probes of cooldowns that ended early, and
 * the strategy's choice. {@link #settle} returns all of them, once, with the attempt's end and a verdict. Safe for use
 * by many threads.
 */
public final class Lease implements Decision {

    private static final VarHandle SETTLED;

    static {
        try {
            SETTLED = MethodHandles.lookup().findVarHandle(Lease.class, "settled", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Pool pool;
    private final int index;
    private final LiveDeployment deployment;
    private final long ticket;
    private final int probes;
    private final long startNanos;

    @SuppressWarnings("unused") // by SETTLED
    private volatile boolean settled;

    Lease(Pool pool, int index, LiveDeployment deployment, long ticket, int probes, long startNanos) {
        this.pool = pool;
        this.index = index;
        this.deployment = deployment;
        this.ticket = ticket;
        this.probes = probes;
        this.startNanos = startNanos;
    }

    /** Returns the deployment. */
    public LiveDeployment deployment() {
        return deployment;
    }

    /**
     * Notes that a stream's first content has arrived: a probe has succeeded by then, however long the stream goes on.
     * The permit stays taken until the stream is over.
     */
    public void firstContent() {
        deployment.breaker().succeeded(ticket);
        deployment.probesEnded(probes, true);
    }

    /**
     * Returns everything; only the first call has an effect.
     *
     * @param end how the attempt ended
     * @param verdict what that says about the deployment
     * @param nowNanos the time, as a clock reading
     */
    public void settle(End end, Verdict verdict, long nowNanos) {
        if (!SETTLED.compareAndSet(this, false, true)) {
            return;
        }
        try {
            judge(end, verdict, nowNanos);
        } finally {
            deployment.release(end.outcome(), startNanos, end.latencyNanos(), verdict.overloaded());
            pool.ended(index, end, nowNanos);
        }
    }

    /**
     * Notes that the deployment has served a request of a session.
     *
     * @param usage what it reported
     */
    public void served(String session, ModelRequest request, TokenUsage usage, long nowNanos) {
        pool.served(deployment, session, PromptSize.tokens(request), usage, nowNanos);
    }

    private void judge(End end, Verdict verdict, long nowNanos) {
        Breaker breaker = deployment.breaker();
        GatewayException failure = end.failure();
        ErrorKind kind = failure == null ? ErrorKind.SERVER_ERROR : seenByOthers(failure.kind());
        boolean blamed = verdict.scope() != null
                || (verdict.health() == Verdict.Health.BAD && breaker.state() != BreakerState.OPEN);
        if (blamed && failure != null) {
            deployment.blame(kind, failure);
        }
        switch (verdict.health()) {
            case GOOD -> breaker.succeeded(ticket);
            case BAD -> breaker.failed(ticket, nowNanos, kind, pool.mayEject(deployment, nowNanos));
            case UNKNOWN -> breaker.abandoned(ticket);
        }
        if (verdict.scope() != null) {
            deployment.coolDown(verdict.scope(), nowNanos, verdict.cooldown(), kind);
        }
        deployment.probesEnded(probes, verdict.health() == Verdict.Health.GOOD);
    }

    /** Returns what a failure is to other callers: the deadline was the one caller's, the silence the deployment's. */
    private static ErrorKind seenByOthers(ErrorKind kind) {
        return kind == ErrorKind.DEADLINE ? ErrorKind.TIMEOUT : kind;
    }

    /** Returns everything of a lease that was not used for an attempt. */
    void cancel(long nowNanos) {
        if (SETTLED.compareAndSet(this, false, true)) {
            deployment.breaker().abandoned(ticket);
            deployment.probesEnded(probes, false);
            deployment.release(Outcome.ABANDONED, startNanos, 0, false);
        }
    }

    /** Notifies the strategy that the attempt begins; returns everything if the strategy throws. */
    void begin() {
        try {
            pool.began(index);
        } catch (GatewayException bug) {
            cancel(startNanos);
            throw bug;
        }
    }
}
