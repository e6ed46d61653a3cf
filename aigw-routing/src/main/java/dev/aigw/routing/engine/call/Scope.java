package dev.aigw.routing.engine.call;

import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Outcome;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.EndAction;
import dev.aigw.routing.feature.Environment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lifetime of one call or attempt, which extend this class. What was opened in it registers an {@link EndAction};
 * {@link #end} runs all of them, exactly once, last registered first. An action registered after the end runs at once.
 *
 * <p>Safe for use by many threads: a stream may be closed by another thread than the one that reads it.
 */
class Scope {

    private static final Logger log = LoggerFactory.getLogger(Scope.class);
    private static final String BUG = "an end action failed; the others still run";
    private static final EndAction[] NONE = new EndAction[0];

    private final Environment environment;
    private volatile long startNanos;
    private EndAction[] actions = NONE;
    private int count;
    private @Nullable End end;
    private volatile @Nullable StreamProgress stream;

    Scope(Environment environment) {
        this.environment = environment;
        this.startNanos = environment.nanoTime();
    }

    /** Restarts its clock. */
    void begin() {
        startNanos = environment.nanoTime();
    }

    long startNanos() {
        return startNanos;
    }

    long elapsedNanos() {
        return environment.nanoTime() - startNanos;
    }

    void add(EndAction action) {
        End past;
        synchronized (this) {
            past = end;
            if (past == null) {
                if (count == actions.length) {
                    actions = Arrays.copyOf(actions, Math.max(2, count * 2));
                }
                actions[count++] = action;
                return;
            }
        }
        run(action, past);
    }

    /** Sets the progress of a stream, for the end to report. */
    void streams(StreamProgress progress) {
        stream = progress;
    }

    /** Ends the scope, unless it has ended before; returns whether this call ended it. */
    boolean end(Outcome outcome, @Nullable ModelReply reply, @Nullable GatewayException failure) {
        End now = endOf(outcome, reply, failure);
        EndAction[] run;
        int size;
        synchronized (this) {
            if (end != null) {
                return false;
            }
            end = now;
            run = actions;
            size = count;
            actions = NONE;
        }
        try {
            first(now);
        } catch (RuntimeException e) {
            log.error(BUG, e);
        }
        for (int i = size - 1; i >= 0; i--) {
            run(run[i], now);
        }
        try {
            last(now);
        } catch (RuntimeException e) {
            log.error(BUG, e);
        }
        return true;
    }

    /** Runs before all registered actions. */
    void first(End ended) {}

    /** Runs after all registered actions. */
    void last(End ended) {}

    private End endOf(Outcome outcome, @Nullable ModelReply reply, @Nullable GatewayException failure) {
        End.Builder now = End.builder(outcome).failure(failure).durationNanos(elapsedNanos());
        if (reply != null) {
            now.reply(reply).usage(reply.usage());
        }
        StreamProgress progress = stream;
        if (progress != null) {
            now.outputChars(progress.outputChars()).firstContentNanos(progress.firstContentNanos());
            if (reply == null) {
                now.usage(progress.usage()).serviceTier(progress.serviceTier());
            }
        }
        return now.build();
    }

    /** Returns whether the scope has ended. */
    synchronized boolean isOver() {
        return end != null;
    }

    /** Ends the scope after {@code failure}. */
    void fail(Outcome outcome, GatewayException failure) {
        end(outcome, null, failure);
    }

    /** Returns how an end counts: one that the caller caused is abandoned. */
    Outcome outcomeOf(GatewayException failure) {
        return switch (failure.kind()) {
            case CANCELLED, DEADLINE -> Outcome.ABANDONED;
            default -> Outcome.FAILED;
        };
    }

    private static void run(EndAction action, End end) {
        try {
            action.onEnd(end);
        } catch (RuntimeException e) {
            log.error(BUG, e);
        }
    }
}
