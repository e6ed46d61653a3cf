package dev.aigw.routing.engine.call;

import dev.aigw.api.Cost;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.spi.End;
import dev.aigw.api.token.TokenCounter;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Adds up the tokens and costs of one call's attempts, as the ledger does. Safe for use by many threads. */
public final class CallCost implements AttemptWatch {

    private final TokenCounter counter;
    private final InstantSource clock;
    private TokenUsage usage = TokenUsage.NONE;
    private Cost cost = Cost.ZERO;
    private int open;
    private @Nullable Runnable whenSettled;

    /**
     * Creates an empty one, to be given to {@link Call#watchAttempts}.
     *
     * @param counter counts tokens where the provider does not report them
     * @param clock gives the time for which prices are looked up
     */
    public CallCost(TokenCounter counter, InstantSource clock) {
        this.counter = counter;
        this.clock = clock;
    }

    @Override
    public synchronized void began() {
        open++;
    }

    @Override
    public void ended(Attempt attempt, ModelRequest request, End end) {
        Settlement settled = Settlement.of(attempt, request, end, counter, clock.instant());
        Runnable waiting;
        synchronized (this) {
            usage = usage.plus(settled.usage());
            cost = sum(cost, settled.cost());
            open--;
            waiting = takeSettled();
        }
        if (waiting != null) {
            waiting.run();
        }
    }

    /**
     * Runs {@code action} once all attempts are settled: those of a stream closed early settle after the call's end.
     */
    public void whenSettled(Runnable action) {
        Runnable now;
        synchronized (this) {
            whenSettled = action;
            now = takeSettled();
        }
        if (now != null) {
            now.run();
        }
    }

    private @Nullable Runnable takeSettled() {
        Runnable action = open == 0 ? whenSettled : null;
        if (action != null) {
            whenSettled = null;
        }
        return action;
    }

    /** Returns the tokens of the attempts that are over. */
    public synchronized TokenUsage usage() {
        return usage;
    }

    /** Returns what they cost; unknown if the cost of one is. */
    public synchronized Cost cost() {
        return cost;
    }

    /** Returns the sum of both; unknown if one is unknown or their currencies differ. */
    public static Cost sum(Cost one, Cost other) {
        if (one.equals(Cost.ZERO)) {
            return other;
        }
        return other.equals(Cost.ZERO) ? one : one.currency().equals(other.currency()) ? one.plus(other) : Cost.UNKNOWN;
    }
}
