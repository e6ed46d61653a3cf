package dev.aigw.providers.http;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.aigw.api.GatewayException;
import dev.aigw.providers.http.errors.HttpErrors;
import dev.aigw.providers.http.events.EventReader;
import dev.aigw.providers.http.events.Framing;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TreeBounds;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.GzipSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of replies up to a maximum size, and explains what is wrong with bad ones. Immutable. */
final class ReplyBodies {

    private static final int ERROR_BODY_BYTES = 64 * 1024;
    private static final int ERROR_BODY_SECONDS = 5;
    private static final Pattern LINES = Pattern.compile("\\}\\r?\\n\\{");
    private static final int EXCERPT_BYTES = 8 * 1024;

    private final long maxBodyBytes;

    ReplyBodies(long maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Reads a whole body from a buffer. */
    interface BodyReader<T> {
        T read(Buffer buffer) throws IOException;
    }

    /** Returns what {@code reader} reads from the whole body. */
    <T> T read(Response response, Exchange exchange, HttpErrors errors, BodyReader<T> reader) {
        ResponseBody body = response.body();
        try {
            BufferedSource source = body.source();
            if (body.contentLength() > maxBodyBytes || source.request(maxBodyBytes + 1)) {
                throw errors.malformed(
                        response.code(),
                        response.headers(),
                        "the reply is larger than " + maxBodyBytes
                                + " bytes; raise the adapter's maxBodyBytes if that is expected",
                        null,
                        null);
            }
            return reader.read(source.getBuffer());
        } catch (EventReader.MalformedException e) {
            throw errors.malformed(response.code(), response.headers(), String.valueOf(e.getMessage()), null, null);
        } catch (ProtocolException | EOFException e) {
            GatewayException stopped = exchange.stopped(e, false);
            throw stopped != null
                    ? stopped
                    : errors.malformed(response.code(), response.headers(), "the reply was cut off", null, e);
        } catch (IOException e) {
            throw exchange.failure(e, false);
        }
    }

    /** Returns a body as JSON. */
    static JsonNode parse(Buffer buffer, Response response, HttpErrors errors, TreeBounds bounds) throws IOException {
        try {
            JsonNode json = Unread.parse(buffer, bounds);
            if (json.isMissingNode()) {
                throw errors.malformed(response.code(), response.headers(), "the reply is empty", "", null);
            }
            buffer.clear(); // a picture is held as text next, and as bytes after that
            return json;
        } catch (StreamConstraintsException e) {
            throw errors.malformed(
                    response.code(),
                    response.headers(),
                    "the reply is too large to read: " + e.getOriginalMessage(),
                    null,
                    null);
        } catch (IOException e) { // of the parser: the bytes are here
            String excerpt = buffer.copy().readUtf8(Math.min(buffer.size(), EXCERPT_BYTES));
            throw errors.malformed(
                    response.code(),
                    response.headers(),
                    "the reply is not JSON but " + describe(response) + "; a proxy or a wrong base URL may be the cause"
                            + errors.advice(),
                    excerpt,
                    null);
        }
    }

    /**
     * Returns a body as JSON; a missing node if it is a stream of events, or JSON with something behind it, which the
     * reader of a stream can tell.
     */
    static JsonNode parseOrEvents(
            Buffer buffer, Response response, HttpErrors errors, Framing framing, TreeBounds bounds)
            throws IOException {
        try {
            return parse(buffer, response, errors, bounds);
        } catch (GatewayException e) {
            if (isEvents(buffer) || describe(response).equals(framing.contentType())) {
                return MissingNode.getInstance();
            }
            throw e;
        }
    }

    /** Returns whether a body that is not JSON begins as server-sent events do, or holds their end. */
    private static boolean isEvents(Buffer buffer) throws IOException {
        String start =
                buffer.copy().readUtf8(Math.min(buffer.size(), EXCERPT_BYTES)).stripLeading();
        String whole = start.startsWith("{") ? buffer.copy().readUtf8().stripTrailing() : "";
        return start.startsWith("data:")
                || start.startsWith("event:")
                || start.startsWith("id:")
                || start.startsWith(":")
                || whole.endsWith("[DONE]")
                || LINES.matcher(whole).find();
    }

    /** Returns what it means that a stream was asked for and something else came. */
    static GatewayException noEvents(Response response, HttpErrors errors) {
        String body = errorBody(response);
        JsonNode json = Json.parseOrNull(body);
        GatewayException inside = json == null ? null : errors.inside(response.code(), response.headers(), json);
        return inside != null
                ? inside
                : errors.malformed(
                        response.code(),
                        response.headers(),
                        "the request asked for a stream of events, but the provider sent " + describe(response),
                        body,
                        null);
    }

    private static String describe(Response response) {
        MediaType type = response.body().contentType();
        return type == null ? "something without a content type" : type.type() + "/" + type.subtype();
    }

    /**
     * Returns a reply from the network whose compressed bytes are bounded, too: they can hold no data, or a header,
     * without an end, so that a bound for what they hold does not suffice.
     */
    static Response boundedCompressed(Response response, long maxBytes) {
        if (response.header("Content-Encoding") == null) {
            return response;
        }
        ResponseBody body = response.body();
        Source bounded = new ForwardingSource(body.source()) {
            private long left = maxBytes;

            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                long count = super.read(sink, byteCount);
                left -= Math.max(0, count);
                if (left < 0) {
                    throw new EventReader.MalformedException(
                            "the reply is larger than " + maxBytes + " bytes even while compressed");
                }
                return count;
            }
        };
        return response.newBuilder()
                .body(ResponseBody.create(Okio.buffer(bounded), body.contentType(), body.contentLength()))
                .build();
    }

    /**
     * Returns a reply without its content encoding, where the client has not taken it away: it does so only for gzip
     * that it has asked for, and some proxies compress all the same.
     */
    static Response decoded(Response response) {
        String encoding = response.header("Content-Encoding");
        BufferedSource source = response.body().source();
        Source plain;
        if ("gzip".equalsIgnoreCase(encoding)) {
            plain = new GzipSource(source);
        } else if ("deflate".equalsIgnoreCase(encoding)) {
            plain = new DeflateSource(source);
        } else {
            return response;
        }
        return response.newBuilder()
                .removeHeader("Content-Encoding")
                .removeHeader("Content-Length")
                .body(ResponseBody.create(Okio.buffer(plain), response.body().contentType(), -1))
                .build();
    }

    /** Returns whether a body of this type may be a stream; some servers are careless with it. */
    static boolean mayBeEvents(@Nullable MediaType type, Framing framing) {
        if (type == null) {
            return true;
        }
        String name = (type.type() + "/" + type.subtype()).toLowerCase(Locale.ROOT);
        if (!framing.isText()) {
            return name.equals(framing.contentType())
                    || name.equals("application/json")
                    || name.equals("application/octet-stream");
        }
        return name.equals("text/event-stream")
                || name.equals("application/json")
                || name.equals("application/x-ndjson")
                || name.equals("application/ndjson")
                || name.equals("application/jsonl")
                || name.equals("text/plain")
                || name.equals("application/octet-stream");
    }

    /** Returns as much of an error's body as arrives quickly: the status already says that the attempt failed. */
    static String errorBody(Response response) {
        try {
            BufferedSource source = response.body().source();
            source.timeout().deadline(ERROR_BODY_SECONDS, TimeUnit.SECONDS);
            try {
                source.request(ERROR_BODY_BYTES);
            } catch (IOException e) {
                // use what arrived before the cut
            } finally {
                source.timeout().clearDeadline();
            }
            Buffer buffer = source.getBuffer();
            return buffer.readUtf8(Math.min(buffer.size(), ERROR_BODY_BYTES));
        } catch (IOException e) {
            return "";
        }
    }
}
