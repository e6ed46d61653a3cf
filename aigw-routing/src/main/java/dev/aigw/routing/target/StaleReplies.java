package dev.aigw.routing.target;

import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.CallContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the cache leaves word of how to find a reply it would no longer serve, for a call whose last resort may want
 * it. Who wants such a reply puts one of these on the call under {@link #KEY}; a cache that finds one there fills it.
 * Safe for use by many threads.
 */
public final class StaleReplies {

    /** Where a call carries it; absent when nobody wants a stale reply. */
    public static final CallContext.Key<StaleReplies> KEY = CallContext.Key.of("stale replies");

    /** Looks for a stored reply, whatever its time to live. */
    @FunctionalInterface
    public interface Finder {

        /** Returns the reply stored for the call, in the form its operation promises, if it is younger; else null. */
        @Nullable
        ModelReply find(Duration maxAge);
    }

    private volatile @Nullable Finder finder;

    /** Creates an empty one. */
    public StaleReplies() {}

    /** Leaves word of how to find the reply. */
    public void offer(Finder finder) {
        this.finder = finder;
    }

    /** Returns the stored reply if it is younger than {@code maxAge}; null when there is none, or no cache. */
    public @Nullable ModelReply find(Duration maxAge) {
        Finder offered = finder;
        return offered == null ? null : offered.find(maxAge);
    }
}
