package dev.aigw.routing.engine.call;

import dev.aigw.api.TokenUsage;
import org.jspecify.annotations.Nullable;

/**
 * What a stream has delivered so far, for an early end to report. Written by the reader and read at the stream's end,
 * maybe by another thread that closes it; that thread may see slightly old values.
 */
final class StreamProgress {

    private volatile TokenUsage usage = TokenUsage.NONE;
    private volatile @Nullable String serviceTier;
    private long outputChars;
    private long firstContentNanos;

    /** Notes the usage that the stream reported. */
    void usage(TokenUsage reported) {
        usage = reported;
    }

    TokenUsage usage() {
        return usage;
    }

    /** Notes the service tier that the stream reported. */
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

    /** Notes that the first content arrived {@code nanos} after the start. */
    void firstContent(long nanos) {
        if (firstContentNanos == 0) {
            firstContentNanos = Math.max(1, nanos);
        }
    }

    /** Returns the time from the start to the first content; 0 before it. */
    long firstContentNanos() {
        return firstContentNanos;
    }
}
