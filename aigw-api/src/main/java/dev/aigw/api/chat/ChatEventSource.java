package dev.aigw.api.chat;

import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import org.jspecify.annotations.Nullable;

/**
 * The source of a stream's events. An adapter implements it over its socket, and a stage may wrap it.
 *
 * <p>One thread reads; {@link #close()} may come from any thread.
 */
public interface ChatEventSource extends AutoCloseable {

    /**
     * Returns the next event, waiting for it; null once the answer is complete. A connection that ends before the
     * vendor has declared the answer complete causes an exception, never null.
     *
     * @throws GatewayException if the stream fails
     */
    @Nullable
    ChatEvent next();

    /** Returns what has happened to the call so far, or null outside a router. */
    default @Nullable Route route() {
        return null;
    }

    /**
     * Releases the connection and aborts a read under way, which then throws. Closing again, or after the end, does
     * nothing.
     */
    @Override
    void close();
}
