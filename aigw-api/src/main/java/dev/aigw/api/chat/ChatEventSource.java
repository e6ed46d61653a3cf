package dev.aigw.api.chat;

import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import org.jspecify.annotations.Nullable;

/**
 * Where the events of a stream come from: what an adapter implements over its socket, and what a stage wraps.
 *
 * <p>One thread reads; {@link #close()} may come from any thread.
 */
public interface ChatEventSource extends AutoCloseable {

    /**
     * Returns the next event, waiting for it; null once the answer is complete. A connection that ends before the
     * vendor said that the answer is complete is an exception, never null.
     *
     * @throws GatewayException if the stream fails
     */
    @Nullable
    ChatEvent next();

    /** Returns what has happened to the call so far, or null where nobody knows: only a router does. */
    default @Nullable Route route() {
        return null;
    }

    /**
     * Releases what the source holds and aborts a read under way, which then throws. Closing it again, or after its
     * end, does nothing.
     */
    @Override
    void close();
}
