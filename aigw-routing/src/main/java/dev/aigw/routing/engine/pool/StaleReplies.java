package dev.aigw.routing.engine.pool;

import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.CallContext;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * Collects finders of expired cache entries, for a call that may need one when no model answers. The stage that wants
 * such a reply puts one of these on the call under {@link #KEY}; the cache adds a finder to it, for each model that a
 * cascade tries. Safe for use by many threads.
 */
public final class StaleReplies {

    /** The key of a call's stale replies; absent if no stage wants one. */
    public static final CallContext.Key<StaleReplies> KEY = CallContext.Key.of("stale replies");

    /** Looks up a stored reply, even after its time to live. */
    @FunctionalInterface
    public interface Finder {

        /** Returns the reply stored for the model, in the form of its operation, if it is younger; otherwise null. */
        @Nullable
        ModelReply find(Duration maxAge);
    }

    /** A stored reply and its model. */
    public record Found(Model model, ModelReply reply) {}

    private record Offer(Model model, Finder finder) {}

    private final Deque<Offer> offers = new ConcurrentLinkedDeque<>();

    /** Creates an empty one. */
    public StaleReplies() {}

    /** Adds a finder for the reply of {@code model}. */
    public void offer(Model model, Finder finder) {
        offers.addFirst(new Offer(model, finder));
    }

    /** Removes the finder for {@code model}: the call has seen its reply and rejected it. */
    public void drop(String model) {
        offers.removeIf(offer -> offer.model.name().equals(model));
    }

    /**
     * Returns a stored reply younger than {@code maxAge}, of the last tried model that has one; null if there is none,
     * or no cache.
     */
    public @Nullable Found find(Duration maxAge) {
        for (Offer offer : offers) {
            ModelReply reply = offer.finder.find(maxAge);
            if (reply != null) {
                return new Found(offer.model, reply);
            }
        }
        return null;
    }
}
