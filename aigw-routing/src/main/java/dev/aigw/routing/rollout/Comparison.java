package dev.aigw.routing.rollout;

import dev.aigw.api.Cost;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call and its copy by a {@link Shadow}, both over. Immutable.
 *
 * @param operation the kind of call
 * @param request what both were asked, as it was when it reached the model
 * @param primary what came of the call
 * @param copy what came of the copy
 */
public record Comparison(Operation<?, ?> operation, ModelRequest request, Side primary, Side copy) {

    /**
     * What came of one of the two.
     *
     * @param outcome how it ended; a copy that ran out of time is abandoned
     * @param reply the answer; of a stream, the assembled {@link dev.aigw.api.chat.ChatResponse}. Null when it failed
     *     or was abandoned, and for a caller's stream that was too long to keep
     * @param failure why there is no answer; null for a success and for a stream closed early
     * @param route which model and deployments were asked; its call id is that of the ledger
     * @param usage the tokens of all attempts, estimated where nobody reported them
     * @param cost the cost of all attempts; unknown if one's is
     * @param duration from its start to its end
     * @param firstContent of streams, from its start to the first content; null when there was none
     */
    public record Side(
            Outcome outcome,
            @Nullable ModelReply reply,
            @Nullable GatewayException failure,
            Route route,
            TokenUsage usage,
            Cost cost,
            Duration duration,
            @Nullable Duration firstContent) {}
}
