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
     * @param model the model that answered
     */
    record Landing(@Nullable ModelReply reply, @Nullable GatewayException failure, String model) {}

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
        GatewayException failure = end.failure();
        if (end.reply() != null) {
            // Only the leader was checked for whether its caller may use a substitute.
            return end.model().equals(model) || options.caller().equals(leader.caller());
        }
        if (failure == null) {
            return false;
        }
        return switch (failure.kind()) {
            case CANCELLED, DEADLINE, INTERNAL -> false;
            case TIMEOUT -> options.timeouts().equals(leader.timeouts());
            case UNKNOWN_MODEL -> Objects.equals(options.fallbacks(), leader.fallbacks());
            case UNAUTHENTICATED, DENIED, LIMIT_EXCEEDED, BUDGET_EXCEEDED, GUARD_REJECTED, NO_ROUTE ->
                options.caller().equals(leader.caller());
            default -> true;
        };
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
