package dev.aigw.routing.engine.call;

import dev.aigw.api.TokenUsage;
import org.jspecify.annotations.Nullable;

/**
 * What has come of a stream, so that an early end knows it, too. Written by the reader, read at the stream's end, maybe
 * by a thread that closes it: there, exactness is not needed.
 */
final class StreamProgress {

    private volatile TokenUsage usage = TokenUsage.NONE;
    private volatile @Nullable String serviceTier;
    private long outputChars;
    private long firstContentNanos;

    /** Notes what the stream reported. */
    void usage(TokenUsage reported) {
        usage = reported;
    }

    TokenUsage usage() {
        return usage;
    }

    /** Notes the tier that the stream says it is served by. */
    void serviceTier(String tier) {
        serviceTier = tier;
    }

    @Nullable
    String serviceTier() {
        return serviceTier;
    }

    /** Counts characters of content. */
    void delivered(int chars) {
        outputChars += chars;
    }

    long outputChars() {
        return outputChars;
    }

    /** Notes that the first content is there, so long after the start. */
    void firstContent(long nanos) {
        if (firstContentNanos == 0) {
            firstContentNanos = Math.max(1, nanos);
        }
    }

    /** Returns the time from the start to the first content; 0 as long as there is none. */
    long firstContentNanos() {
        return firstContentNanos;
    }
}
