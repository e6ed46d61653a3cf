package dev.aigw.providers.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * A successful reply that is a stream of events.
 *
 * <p>One thread reads; {@link #close()} may come from any thread and aborts the read. The range of {@link #buffer()} is
 * valid until the next {@link #next()}.
 */
public final class HttpStream implements AutoCloseable {

    /** Whose turn it is to touch the response, which two threads must not do at once. */
    private enum State {
        IDLE,
        READING,
        CLOSED
    }

    private final Exchange exchange;
    private final Response response;
    private final HttpErrors errors;
    private final BufferedSource source;
    private final EventReader reader;
    private final long maxStreamBytes;
    private final long idleNanos;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private long received;
    private boolean content;

    HttpStream(
            Exchange exchange,
            Response response,
            HttpErrors errors,
            Framing framing,
            int maxEventBytes,
            long maxStreamBytes,
            @Nullable Duration idle) {
        this.exchange = exchange;
        this.response = response;
        this.errors = errors;
        this.source = response.body().source();
        this.reader = framing.reader().apply(this::refill, maxEventBytes);
        this.maxStreamBytes = maxStreamBytes;
        this.idleNanos = idle == null ? 0 : Math.max(1, idle.toNanos());
    }

    /**
     * Moves to the next event and returns whether there is one; false at a clean end of the body.
     *
     * @throws GatewayException if the stream breaks, a limit trips, or it is closed
     */
    public boolean next() {
        try {
            return reader.next();
        } catch (EventReader.MalformedException e) {
            throw incomplete(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            GatewayException limit = exchange.limit(e, true);
            throw limit != null ? limit : cut(e);
        }
    }

    private int refill(byte[] buffer, int offset, int length) throws IOException {
        exchange.check();
        if (!state.compareAndSet(State.IDLE, State.READING)) {
            throw new IOException("closed");
        }
        int count;
        try {
            source.timeout().timeout(idleNanos, TimeUnit.NANOSECONDS);
            count = source.read(buffer, offset, length);
        } finally {
            if (!state.compareAndSet(State.READING, State.IDLE)) {
                response.close(); // closed by another thread meanwhile, which left this to us
            }
        }
        if (count > 0) {
            received += count;
            if (received > maxStreamBytes) {
                throw malformed("the stream is larger than " + maxStreamBytes + " bytes", null);
            }
        }
        return count;
    }

    private GatewayException cut(IOException e) {
        if (content) {
            return errors
                    .reply(
                            ErrorKind.STREAM_INTERRUPTED,
                            response.code(),
                            response.headers(),
                            "the connection broke in the middle of the answer",
                            null)
                    .toBuilder()
                    .cause(e)
                    .build();
        }
        return errors.of(ErrorKind.CONNECTION, "the connection broke before the answer began", e);
    }

    /** Returns the event's name; empty when it has none. */
    public String event() {
        return reader.event();
    }

    /** Returns the buffer that holds the event's data from {@link #offset()} for {@link #length()} bytes. */
    public byte[] buffer() {
        return reader.buffer();
    }

    /** Returns where the event's data begins. */
    public int offset() {
        return reader.offset();
    }

    /** Returns the number of bytes of the event's data. */
    public int length() {
        return reader.length();
    }

    /** Returns whether the event came whole; false when the end of the body cut it off or may have. */
    public boolean isComplete() {
        return reader.isComplete();
    }

    /** Returns a header's last value, or null. */
    public @Nullable String header(String name) {
        return response.header(name);
    }

    /** Says that the answer has begun: the first-event limit ends, and a break is an interruption from now on. */
    public void contentSeen() {
        if (!content) {
            content = true;
            exchange.contentSeen();
        }
    }

    /** Returns the exception for an error object that came as an event; null if {@code frame} holds none. */
    public @Nullable GatewayException errorIn(JsonNode frame) {
        return errors.inside(response.code(), response.headers(), frame);
    }

    /**
     * Returns the exception for a body that ended before the answer was complete: an interruption after content,
     * otherwise a malformed response.
     */
    public GatewayException incomplete(String why) {
        return content
                ? errors.reply(ErrorKind.STREAM_INTERRUPTED, response.code(), response.headers(), why, null)
                : malformed(why, null);
    }

    private GatewayException malformed(@Nullable String why, @Nullable Throwable cause) {
        return errors.malformed(response.code(), response.headers(), String.valueOf(why), null, cause);
    }

    /** Releases the connection for reuse once the end of the answer was seen. Called by the thread that reads. */
    public void finish() {
        if (state.getAndSet(State.CLOSED) == State.IDLE) {
            exchange.release();
            response.close();
        }
    }

    /** Closes the socket. Closing again, or after the end, does nothing. */
    @Override
    public void close() {
        State before = state.getAndSet(State.CLOSED);
        if (before != State.CLOSED) {
            exchange.closedByUs();
            exchange.release();
            if (before == State.IDLE) {
                response.close();
            }
        }
    }
}
