package dev.aigw.providers.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.providers.http.errors.HttpErrors;
import dev.aigw.providers.http.events.EventReader;
import dev.aigw.providers.http.events.EventStream;
import dev.aigw.providers.http.events.Framing;
import dev.aigw.providers.json.TreeBounds;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * A successful reply that is a stream of events.
 *
 * <p>One thread reads; {@link #close()} may be called from any thread and aborts the read. The range of
 * {@link #buffer()} is valid until the next {@link #next()}.
 */
public final class HttpStream implements EventStream {

    /** Which thread may use the response; two threads must not use it at once. */
    private enum State {
        IDLE,
        READING,
        CLOSED
    }

    /** So many bytes of one event are a sign of life, though it is not finished: it may hold a picture. */
    private static final int LARGE_FRAGMENT = 1024;

    private final Exchange exchange;
    private final Response response;
    private final HttpErrors errors;
    private final BufferedSource source;
    private final EventReader reader;
    private final long maxStreamBytes;
    private final TreeBounds bounds;
    private final long idleNanos;
    private final boolean lines;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private long received;
    private int fragment; // bytes since the last sign of life
    private boolean content;
    private boolean whole;
    private long wholeSince;
    private long wholeNanos;

    HttpStream(
            Exchange exchange,
            Response response,
            HttpErrors errors,
            Framing framing,
            int maxEventBytes,
            long maxStreamBytes,
            TreeBounds bounds,
            @Nullable Duration idle) {
        this.bounds = bounds;
        this.exchange = exchange;
        this.response = response;
        this.errors = errors;
        this.source = response.body().source();
        this.reader = framing.reader().apply(this::refill, maxEventBytes);
        this.maxStreamBytes = maxStreamBytes;
        exchange.worker(null);
        this.idleNanos = idle == null ? 0 : Math.max(1, idle.toNanos());
        this.lines = framing.isText();
        exchange.watchSilence();
    }

    @Override
    public boolean next() {
        try {
            boolean more = reader.next();
            if (more && !lines) {
                exchange.alive();
                fragment = 0;
            }
            return more;
        } catch (EventReader.MalformedException e) {
            throw incomplete(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            GatewayException stopped = exchange.stopped(e, true);
            if (whole && (stopped == null || (wholeNanos > 0 && stopped.kind() == ErrorKind.TIMEOUT))) {
                return false;
            }
            throw stopped != null ? stopped : cut(e);
        }
    }

    private int refill(byte[] buffer, int offset, int length) throws IOException {
        exchange.check();
        if (!state.compareAndSet(State.IDLE, State.READING)) {
            throw new IOException("closed");
        }
        int count;
        try {
            source.timeout().timeout(patience(), TimeUnit.NANOSECONDS);
            exchange.worker(Thread.currentThread());
            count = source.read(buffer, offset, length);
        } finally {
            exchange.worker(null);
            if (!state.compareAndSet(State.READING, State.IDLE)) {
                response.close(); // another thread closed the stream meanwhile and left this to the reader
            }
        }
        if (count > 0) {
            received += count;
            fragment += count;
            if (fragment >= LARGE_FRAGMENT || (lines && hasLineEnd(buffer, offset, count))) {
                exchange.alive();
                fragment = 0;
            }
            if (received > maxStreamBytes) {
                throw malformed(
                        "the stream is larger than " + maxStreamBytes
                                + " bytes; raise the adapter's maxStreamBytes if that is expected",
                        null);
            }
        }
        return count;
    }

    /** Returns whether a line ends here, as that of an event or a comment does. The last byte is the likeliest. */
    private static boolean hasLineEnd(byte[] buffer, int offset, int count) {
        for (int i = offset + count - 1; i >= offset; i--) {
            if (buffer[i] == '\n' || buffer[i] == '\r') {
                return true;
            }
        }
        return false;
    }

    /** Returns for how long a read may wait; 0 is for ever. */
    private long patience() throws IOException {
        if (!whole || wholeNanos == 0) {
            return idleNanos;
        }
        long left = wholeNanos - (System.nanoTime() - wholeSince);
        if (left <= 0) {
            throw new SocketTimeoutException("the answer is whole");
        }
        return idleNanos == 0 ? left : Math.min(left, idleNanos);
    }

    private GatewayException cut(IOException e) {
        if (content) {
            return errors.reply(
                    ErrorKind.STREAM_INTERRUPTED,
                    response.code(),
                    response.headers(),
                    "the connection broke in the middle of the answer",
                    null,
                    e);
        }
        return errors.of(ErrorKind.CONNECTION, "the connection broke before the answer began", e);
    }

    @Override
    public String event() {
        return reader.event();
    }

    @Override
    public byte[] buffer() {
        return reader.buffer();
    }

    @Override
    public int offset() {
        return reader.offset();
    }

    @Override
    public int length() {
        return reader.length();
    }

    @Override
    public boolean isComplete() {
        return reader.isComplete();
    }

    @Override
    public TreeBounds bounds() {
        return bounds;
    }

    /** Returns a header's last value, or null. */
    public @Nullable String header(String name) {
        return response.header(name);
    }

    @Override
    public void contentSeen() {
        if (!content) {
            content = true;
            exchange.contentSeen();
        }
    }

    @Override
    public void gained() {
        exchange.gained();
    }

    @Override
    public void answerWhole(boolean whole, long nanos) {
        this.whole = whole;
        this.wholeNanos = nanos;
        this.wholeSince = nanos == 0 ? 0 : System.nanoTime();
    }

    @Override
    public @Nullable GatewayException errorIn(JsonNode frame) {
        return errors.inside(response.code(), response.headers(), frame);
    }

    @Override
    public GatewayException error(String words) {
        return errors.worded(response.code(), response.headers(), words);
    }

    @Override
    public GatewayException incomplete(String why) {
        return content
                ? errors.reply(ErrorKind.STREAM_INTERRUPTED, response.code(), response.headers(), why, null)
                : malformed(why, null);
    }

    private GatewayException malformed(@Nullable String why, @Nullable Throwable cause) {
        return errors.malformed(response.code(), response.headers(), String.valueOf(why), null, cause);
    }

    @Override
    public void finish() {
        if (state.getAndSet(State.CLOSED) == State.IDLE) {
            exchange.release();
            response.close();
        }
    }

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
