package dev.aigw.api.spi;

import dev.aigw.api.Cost;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Outcome;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import org.jspecify.annotations.Nullable;

/**
 * How a call or an attempt ended.
 *
 * @param outcome success, failure, or nobody's interest any more
 * @param reply the reply of a successful call that is no stream; null for streams and failures
 * @param usage the tokens reported, up to where it ended; {@link TokenUsage#NONE} when nothing was
 * @param failure why it failed, or null
 * @param outputChars for streams, the characters of content delivered, for estimates where no usage was reported
 * @param durationNanos from its start
 * @param firstContentNanos for streams, from its start to the first content; 0 when there was none
 * @param serviceTier the tier that served, in the vendor's word, as far as it has said so; null when it has not
 * @param cost for {@link ModelSelector#ended}, what all attempts of the call came to, as far as known; elsewhere
 *     {@link Cost#UNKNOWN}: a {@link TokenMeter} has the cost of each attempt
 */
public record End(
        Outcome outcome,
        @Nullable ModelReply reply,
        TokenUsage usage,
        @Nullable GatewayException failure,
        long outputChars,
        long durationNanos,
        long firstContentNanos,
        @Nullable String serviceTier,
        Cost cost) {

    /** Creates an end of which the tier that served is what the reply says, if it does, and whose cost is not known. */
    public End(
            Outcome outcome,
            @Nullable ModelReply reply,
            TokenUsage usage,
            @Nullable GatewayException failure,
            long outputChars,
            long durationNanos,
            long firstContentNanos) {
        this(outcome, reply, usage, failure, outputChars, durationNanos, firstContentNanos, tierOf(reply));
    }

    /** Creates an end whose cost is not known. */
    public End(
            Outcome outcome,
            @Nullable ModelReply reply,
            TokenUsage usage,
            @Nullable GatewayException failure,
            long outputChars,
            long durationNanos,
            long firstContentNanos,
            @Nullable String serviceTier) {
        this(outcome, reply, usage, failure, outputChars, durationNanos, firstContentNanos, serviceTier, Cost.UNKNOWN);
    }

    private static @Nullable String tierOf(@Nullable ModelReply reply) {
        return reply instanceof ChatResponse chat ? chat.serviceTier() : null;
    }

    /** Returns how long the answer took: of streams, to the first content. */
    public long latencyNanos() {
        return firstContentNanos > 0 ? firstContentNanos : durationNanos;
    }
}
