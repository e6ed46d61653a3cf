package dev.aigw.routing.engine.pool;

import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.CallContext;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * Where the cache leaves word of how to find the replies it would no longer serve, for a call that may want one when no
 * model answers. Who wants such a reply puts one of these on the call under {@link #KEY}; a cache that finds one there
 * adds to it, for each model that a cascade asks. Safe for use by many threads.
 */
public final class StaleReplies {

    /** Where a call carries it; absent when nobody wants a stale reply. */
    public static final CallContext.Key<StaleReplies> KEY = CallContext.Key.of("stale replies");

    /** Looks for a stored reply, whatever its time to live. */
    @FunctionalInterface
    public interface Finder {

        /** Returns the reply stored for the model, in the form its operation promises, if it is younger; else null. */
        @Nullable
        ModelReply find(Duration maxAge);
    }

    /** A stored reply and the model whose it is. */
    public record Found(Model model, ModelReply reply) {}

    private record Offer(Model model, Finder finder) {}

    private final Deque<Offer> offers = new ConcurrentLinkedDeque<>();

    /** Creates an empty one. */
    public StaleReplies() {}

    /** Leaves word of how to find the reply of {@code model}. */
    public void offer(Model model, Finder finder) {
        offers.addFirst(new Offer(model, finder));
    }

    /** Forgets the reply of {@code model}: the call has seen one, and it would not do. */
    public void drop(String model) {
        offers.removeIf(offer -> offer.model.name().equals(model));
    }

    /**
     * Returns a stored reply that is younger than {@code maxAge}, of the model asked last that has one; null when there
     * is none, or no cache.
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
