package dev.aigw.api.spi;

import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Outcome;
import dev.aigw.api.TokenUsage;
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
 */
public record End(
        Outcome outcome,
        @Nullable ModelReply reply,
        TokenUsage usage,
        @Nullable GatewayException failure,
        long outputChars,
        long durationNanos,
        long firstContentNanos) {

    /** Returns how long the answer took: of streams, to the first content. */
    public long latencyNanos() {
        return firstContentNanos > 0 ? firstContentNanos : durationNanos;
    }
}
