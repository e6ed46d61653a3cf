package dev.aigw.routing.target;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RoutingStrategy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as it lives: its definition, its statistics, its holds and its breaker. Safe for use by many threads.
 */
public final class Target implements RoutingStrategy.Deployment {

    private final Deployment definition;
    private final TargetStats stats;
    private final Hold credentialHold;

    Target(Deployment definition, TargetStats stats, Hold credentialHold) {
        this.definition = definition;
        this.stats = stats;
        this.credentialHold = credentialHold;
    }

    /** Returns the definition. */
    public Deployment definition() {
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
        return stats.inFlight.get();
    }

    @Override
    public double latencyNanos() {
        return stats.latencyNanos();
    }

    /** Returns its recent latencies: of streams to the first content, else of whole answers. */
    public RecentLatencies latencies(boolean streamed) {
        return streamed ? stats.firstContents : stats.wholes;
    }

    /** Returns who translates. */
    public ProviderAdapter adapter() {
        return definition.adapter();
    }

    /** Returns the credential in place of the adapter's own, or null. */
    public @Nullable Credential credential() {
        return definition.credential();
    }

    /** Returns the base URL in place of the adapter's own, or null. */
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

    /** Returns the hold on the deployment alone. */
    public Hold hold() {
        return stats.hold;
    }

    /** Returns the hold on the credential, shared by all deployments that use it. */
    public Hold credentialHold() {
        return credentialHold;
    }

    /** Returns the nanoseconds until it may be asked again, by hold, credential and breaker; 0 when it may now. */
    public long unavailableNanos(long nowNanos) {
        return Math.max(
                Math.max(stats.hold.remainingNanos(nowNanos), credentialHold.remainingNanos(nowNanos)),
                stats.breaker.remainingNanos(nowNanos));
    }

    /** Returns why it is left alone, or null when it is not. */
    public @Nullable ErrorKind unavailableKind(long nowNanos) {
        long own = stats.hold.remainingNanos(nowNanos);
        long credential = credentialHold.remainingNanos(nowNanos);
        long open = stats.breaker.remainingNanos(nowNanos);
        if (own == 0 && credential == 0 && open == 0) {
            return null;
        }
        if (open >= own && open >= credential) {
            return ErrorKind.OVERLOADED;
        }
        return own >= credential ? stats.hold.kind() : credentialHold.kind();
    }

    /**
     * Takes a lease for one attempt and returns its breaker's ticket, or {@link Breaker#NO_TICKET} when it has become
     * unavailable. Settle it with {@link #release}.
     */
    public long tryLease(long nowNanos) {
        if (unavailableNanos(nowNanos) > 0) {
            return Breaker.NO_TICKET;
        }
        long ticket = stats.breaker.tryAcquire(nowNanos);
        if (ticket != Breaker.NO_TICKET) {
            stats.inFlight.incrementAndGet();
        }
        return ticket;
    }

    /** Gives a lease back. */
    public void release(Outcome outcome, long latencyNanos) {
        stats.inFlight.decrementAndGet();
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
