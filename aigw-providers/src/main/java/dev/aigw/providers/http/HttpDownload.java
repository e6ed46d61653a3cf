package dev.aigw.providers.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.errors.HttpErrors;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TreeBounds;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import okhttp3.Headers;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * A successful reply that is read while it arrives, such as a file of many answers: as JSON lines, or as bytes. Only
 * what is being read is in memory. For one thread; close it.
 */
public final class HttpDownload implements AutoCloseable {

    /** Reports who waits for bytes, and each piece that is large enough not to be a trickle. */
    private static final class Watched extends ForwardingSource {

        private static final int PIECE = 1024;

        private final Exchange exchange;
        private long piece;

        Watched(Source bytes, Exchange exchange) {
            super(bytes);
            this.exchange = exchange;
        }

        @Override
        public long read(Buffer sink, long most) throws IOException {
            exchange.worker(Thread.currentThread());
            try {
                long count = super.read(sink, most);
                piece += count;
                if (piece >= PIECE) {
                    piece = 0;
                    exchange.gained();
                }
                return count;
            } finally {
                exchange.worker(null);
            }
        }
    }

    private final Exchange exchange;
    private final Response response;
    private final HttpErrors errors;
    private final AttemptContext attempt;
    private final BufferedSource source;
    private final long maxLineBytes;
    private final TreeBounds bounds;

    HttpDownload(
            Exchange exchange,
            Response response,
            HttpErrors errors,
            AttemptContext attempt,
            long maxLineBytes,
            TreeBounds bounds) {
        this.exchange = exchange;
        this.response = response;
        this.errors = errors;
        this.attempt = attempt;
        this.source = Okio.buffer(new Watched(response.body().source(), exchange));
        exchange.worker(null);
        this.maxLineBytes = maxLineBytes;
        this.bounds = bounds;
        Duration idle = attempt.timeouts().idle();
        source.timeout().timeout(idle == null ? 0 : Math.max(1, idle.toNanos()), TimeUnit.NANOSECONDS);
    }

    /**
     * Returns the JSON of the next line that is not blank; a missing node for a line that is not JSON, and null at the
     * end.
     *
     * @throws GatewayException if reading fails, or a line is too large
     */
    public @Nullable JsonNode nextLine() {
        try {
            while (true) {
                exchange.check();
                byte[] line = line();
                if (line == null) {
                    return null;
                }
                JsonNode json = parsed(line);
                if (json != null) {
                    return json;
                }
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private byte @Nullable [] line() throws IOException {
        long end = source.indexOf((byte) '\n', 0, maxLineBytes);
        if (end >= 0) {
            byte[] line = source.readByteArray(end);
            source.skip(1);
            return line;
        }
        if (source.request(maxLineBytes)) {
            throw errors.malformed(
                    response.code(),
                    response.headers(),
                    "a line is larger than " + maxLineBytes
                            + " bytes; raise the adapter's maxEventBytes if that is expected",
                    null,
                    null);
        }
        return source.exhausted() ? null : source.readByteArray();
    }

    /** Returns a line's JSON; a missing node if it is not JSON, and null if it is blank. */
    private @Nullable JsonNode parsed(byte[] line) throws StreamConstraintsException {
        try {
            JsonNode json = Json.parse(line, 0, line.length, bounds);
            return json.isMissingNode() ? null : json;
        } catch (StreamConstraintsException e) {
            throw e;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    /** Returns the bytes; give an {@link IOException} that comes while they are read to {@link #failure}. */
    public InputStream input() {
        return new FilterInputStream(source.inputStream()) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                exchange.check();
                return super.read(buffer, offset, length);
            }
        };
    }

    /** Returns the bounds of a JSON value. */
    public TreeBounds bounds() {
        return bounds;
    }

    /** Returns why reading has failed. */
    public GatewayException failure(IOException e) {
        if (e instanceof JsonProcessingException json) {
            return errors.malformed(
                    response.code(),
                    response.headers(),
                    "the reply cannot be read: " + json.getOriginalMessage(),
                    null,
                    e);
        }
        GatewayException stopped = exchange.stopped(e, true);
        return stopped != null
                ? stopped
                : errors.of(ErrorKind.CONNECTION, "the connection broke in the middle of the reply", e);
    }

    /**
     * Returns the answer within this reply.
     *
     * @param body what the vendor would answer to a plain call
     * @throws GatewayException if it is not an answer
     */
    public ChatResponse chat(JsonNode body, Function<HttpReply, ChatResponse> decoder) {
        return reply(body).whole(decoder);
    }

    /**
     * Returns a body within this reply as a reply of its own.
     *
     * @throws GatewayException if it is an error object
     */
    public HttpReply reply(JsonNode body) {
        GatewayException inside = errors.inside(200, Headers.of(), body);
        if (inside != null) {
            throw inside;
        }
        return new HttpReply(200, Headers.of(), body, errors, attempt);
    }

    /**
     * Returns the failure that an error within this reply describes.
     *
     * @param status the status that it has or would have as a reply of its own
     * @param error the vendor's usual body of an error
     */
    public GatewayException failure(int status, JsonNode error) {
        return HttpBytes.failure(errors, status, error);
    }

    /** Returns a failure that the vendor describes by a code of its own. */
    public GatewayException failure(ErrorKind kind, String code, String message) {
        return errors.of(kind, message, null).toBuilder().vendorCode(code).build();
    }

    @Override
    public void close() {
        exchange.release();
        exchange.call().cancel(); // what is left need not arrive
        response.close();
    }
}
