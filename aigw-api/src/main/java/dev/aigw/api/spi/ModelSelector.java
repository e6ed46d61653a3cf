package dev.aigw.api.spi;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which model answers a call: the router asks it before fallback, retry and the choice of a deployment. It is
 * asked for dry runs too, so it must not do anything but choose. Safe for use by many threads.
 *
 * <pre>{@code
 * ModelSelector byLength = query -> query.promptTokens() > 20_000
 *     ? new ModelSelector.Selection("long-context", "a long prompt")
 *     : null; // the model's own deployments
 * }</pre>
 */
@FunctionalInterface
public interface ModelSelector {

    /**
     * Returns the model that shall answer, or null for the one that was asked for, by its own deployments. A selector
     * that throws, or names a model there is none of, fails the call with an error that says so.
     */
    @Nullable
    Selection select(Query query);

    /**
     * Learns how a call that it chose for has ended; of a stream, at its end. Runs in the thread that ended it, so it
     * must be quick. A call that a fallback model or the last resort had to answer has failed, as far as the choice
     * goes. Calls answered from the cache or with an identical call are not told, nor are dry runs.
     *
     * @param query what it chose by
     * @param selection what it chose, or null when it left the call to the model that was asked for
     * @param end how the call ended
     */
    default void ended(Query query, @Nullable Selection selection, End end) {}

    /**
     * Learns how good a reply was.
     *
     * @param callId the id of a call, of whatever model
     * @param score from 0 to 1
     */
    default void feedback(String callId, double score) {}

    /**
     * Returns labels under which a call that it chose for is accounted for, beside the caller's tags and before them,
     * such as the arm of an experiment; none by default.
     *
     * @param query what it chose by
     * @param selection what it chose, or null when it left the call to the model that was asked for
     */
    default Map<String, String> labels(Query query, @Nullable Selection selection) {
        return Map.of();
    }

    /** Returns the models it may name, which are checked when the router is built; empty when it cannot tell. */
    default Set<String> models() {
        return Set.of();
    }

    /**
     * A choice.
     *
     * @param model the name of a model, an alias, or {@code adapter/upstream-model}
     * @param reason why, for people
     */
    record Selection(String model, String reason) {
        /** Requires both. */
        public Selection {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * What a choice is made by. Immutable.
     *
     * @param callId the id of the call, empty in a dry run
     * @param operation the kind of call
     * @param request the request as it would be sent
     * @param options what the caller said beside it
     * @param promptTokens about how long the prompt is, four characters to a token; 0 for requests without a text
     * @param now the date and time
     * @param remainingNanos how long the call may still take; {@link Long#MAX_VALUE} without a deadline, and in a dry
     *     run
     * @param random the source of chance to use, seeded in tests
     */
    record Query(
            String callId,
            Operation<?, ?> operation,
            ModelRequest request,
            CallOptions options,
            long promptTokens,
            Instant now,
            long remainingNanos,
            RandomGenerator random) {

        /** Creates what a plain chat without a deadline is chosen by, for tests of a selector. */
        public Query(
                String callId,
                ModelRequest request,
                CallOptions options,
                long promptTokens,
                Instant now,
                RandomGenerator random) {
            this(callId, ChatRequest.CHAT, request, options, promptTokens, now, Long.MAX_VALUE, random);
        }
    }
}
