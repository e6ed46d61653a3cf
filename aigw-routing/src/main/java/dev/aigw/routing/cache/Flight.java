package dev.aigw.routing.cache;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.feature.Environment;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call under way that identical calls wait for. Safe for use by many threads. */
final class Flight {

    /**
     * The end of a flight, or of a wait for it.
     *
     * @param reply the reply, or null
     * @param failure why there is no reply; null if the leader ended with an error that is not shared
     * @param forLackOfTime whether the leader may have failed only since it could not wait longer
     * @param model the model that answered
     */
    record Landing(
            @Nullable ModelReply reply, @Nullable GatewayException failure, boolean forLackOfTime, String model) {}

    private final CallOptions leader;
    private final CompletableFuture<Landing> landing = new CompletableFuture<>();

    /** Creates a flight led by a call with these options. */
    Flight(CallOptions leader) {
        this.leader = leader;
    }

    /** Ends the flight for all waiting calls. */
    void land(Landing end) {
        landing.complete(end);
    }

    /** Returns approximately how many calls have begun to wait. */
    int waiters() {
        return landing.getNumberOfDependents();
    }

    /** Returns whether a call with these options would have ended as the leader did. */
    boolean appliesTo(Landing end, CallOptions options, String model) {
        if (end.reply() != null) {
            // Only the leader was checked for whether its caller may use a substitute.
            return end.model().equals(model)
                    || (options.caller().equals(leader.caller()) && mayUseTheSameModels(options));
        }
        GatewayException failure = end.failure();
        if (failure == null
                || !mayUseTheSameModels(options)
                || !Objects.equals(options.maxAttempts(), leader.maxAttempts())
                || (end.forLackOfTime() && !hasTheSameTime(options))) {
            return false;
        }
        return switch (failure.kind()) {
            case CANCELLED, DEADLINE, INTERNAL -> false;
            case UNAUTHENTICATED, DENIED, LIMIT_EXCEEDED, BUDGET_EXCEEDED, GUARD_REJECTED, NO_ROUTE, UNKNOWN_MODEL ->
                options.caller().equals(leader.caller()) && options.tags().equals(leader.tags());
            default -> true;
        };
    }

    private boolean mayUseTheSameModels(CallOptions options) {
        return Objects.equals(options.fallbacks(), leader.fallbacks());
    }

    /** Returns whether a call with these options would have waited as long in a queue, and for an answer. */
    private boolean hasTheSameTime(CallOptions options) {
        return options.timeouts().equals(leader.timeouts()) && options.priority() == leader.priority();
    }

    /**
     * Waits for the end of the flight, but no longer than {@code call} itself may take.
     *
     * @throws GatewayException of kind CANCELLED or DEADLINE, if the waiting call is cancelled or reaches its deadline
     */
    Landing await(Call call, Environment environment) {
        try {
            if (environment.await(landing, Math.max(0, call.remainingNanos()), call.cancellation())) {
                return landing.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw GatewayException.builder(ErrorKind.CANCELLED, "the calling thread is interrupted")
                    .cause(e)
                    .build();
        }
        throw GatewayException.of(
                ErrorKind.DEADLINE, "the call timed out while it waited for an identical call under way");
    }
}
