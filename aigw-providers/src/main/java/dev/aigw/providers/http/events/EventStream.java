package dev.aigw.providers.http.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GatewayException;
import dev.aigw.providers.json.TreeBounds;
import org.jspecify.annotations.Nullable;

/**
 * A stream of a vendor's events, one at a time. One thread reads; {@link #close()} may be called from any thread and
 * aborts the read. The range of {@link #buffer()} is valid until the next {@link #next()}.
 */
public interface EventStream extends AutoCloseable {

    /**
     * Moves to the next event and returns whether there is one; false at a clean end of the body.
     *
     * @throws GatewayException if the stream breaks, times out, or is closed
     */
    boolean next();

    /** Returns the event's name; empty when it has none. */
    String event();

    /** Returns the buffer with the event's data, from {@link #offset()} for {@link #length()} bytes. */
    byte[] buffer();

    /** Returns where the event's data begins. */
    int offset();

    /** Returns the number of bytes of the event's data. */
    int length();

    /** Returns whether the event is complete; false when the end of the body cut it off or may have. */
    boolean isComplete();

    /** Returns how much of an event becomes a tree. */
    TreeBounds bounds();

    /**
     * Called when the answer has begun: it ends the first-event timeout, and a break is an interruption from now on.
     */
    void contentSeen();

    /** Called with each piece of the answer. What comes between two pieces are heartbeats, for a bounded time. */
    void gained();

    /**
     * Says whether the answer is whole as far as it came. While it is, a break is the end of the stream, and so is a
     * wait of more than {@code nanos} from now; 0 is no such limit.
     */
    void answerWhole(boolean whole, long nanos);

    /**
     * Returns the exception for an error that came as an event; null if {@code frame} holds none.
     *
     * @param frame an object, or a list that may hold errors
     */
    @Nullable
    GatewayException errorIn(JsonNode frame);

    /** Returns the exception for an event that the vendor named an error, with its words. */
    GatewayException error(String words);

    /**
     * Returns the exception for a body that ended before the answer was complete: an interruption after content,
     * otherwise a malformed response.
     */
    GatewayException incomplete(String why);

    /** Releases the connection for reuse after the end of the answer. Called by the thread that reads. */
    void finish();

    /** Closes the socket. Closing again, or after the end, does nothing. */
    @Override
    void close();
}
