package dev.aigw.providers.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * What a {@link FaultServer} does to one request. Immutable.
 *
 * <p>Most faults work for plain and streamed requests: a fault in the middle of a stream hits a plain reply in the
 * middle of its body. A fault that only a stream can have does not change a plain reply.
 */
public final class Fault {

    private static final String JSON = "application/json";

    /** Handles one request. */
    @FunctionalInterface
    private interface Deed {
        void on(FaultConnection connection) throws IOException;
    }

    private final String name;
    private final Map<String, String> headers;
    private final Deed deed;

    private Fault(String name, Map<String, String> headers, Deed deed) {
        this.name = name;
        this.headers = headers;
        this.deed = deed;
    }

    private static Fault of(String name, Deed deed) {
        return new Fault(name, Map.of(), deed);
    }

    void strike(FaultConnection connection) throws IOException {
        deed.on(connection);
    }

    Map<String, String> headers() {
        return headers;
    }

    /** Returns the same fault with one more header in its reply, if it sends a reply. */
    public Fault header(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Fault(name, more, deed);
    }

    /** Returns the fault's name. */
    @Override
    public String toString() {
        return name;
    }

    // ------------------------------------------------------------------------------------------------ whole replies

    /** Answers normally. */
    public static Fault none() {
        return of("none", connection -> {
            if (!isChat(connection.request())) {
                connection.reply(404, JSON, ChatWire.error("invalid_request_error", "not_found"));
            } else {
                answer(connection, Duration.ZERO);
            }
        });
    }

    private static boolean isChat(SeenRequest request) {
        return request.path().endsWith("/chat/completions");
    }

    /** Answers with this status and a matching error object. */
    public static Fault status(int status) {
        return status(
                status,
                switch (status) {
                    case 401 -> "invalid_api_key";
                    case 404 -> "model_not_found";
                    case 429 -> "rate_limit_exceeded";
                    default -> status >= 500 ? "server_error" : "invalid_request_error";
                });
    }

    /** Answers with this status and an error object of this code. */
    public static Fault status(int status, String code) {
        String type = status >= 500 ? "server_error" : "invalid_request_error";
        return of(status + " " + code, connection -> connection.reply(status, JSON, ChatWire.error(type, code)));
    }

    /** Answers with this status and body, for any request. */
    public static Fault reply(int status, String contentType, String body) {
        return of(
                status + " with " + contentType,
                connection -> connection.reply(status, contentType, ChatWire.bytes(body)));
    }

    /** Sends the normal answer with another content type. */
    public static Fault contentType(String contentType) {
        return of("content type " + contentType, connection -> {
            ChatWire wire = connection.wire();
            if (connection.request().streamed()) {
                connection.beginStream(contentType);
                for (byte[] event : FaultConnection.events(wire)) {
                    connection.chunk(event);
                }
                connection.endStream();
            } else {
                connection.reply(200, contentType, wire.whole());
            }
        });
    }

    // ------------------------------------------------------------------------------------------------ before the head

    /** Resets the connection instead of answering. */
    public static Fault reset() {
        return of("reset", FaultConnection::reset);
    }

    /** Closes the connection cleanly instead of answering. */
    public static Fault hangUp() {
        return of("hang-up", FaultConnection::close);
    }

    /** Never answers, and keeps the connection open. */
    public static Fault silence() {
        return of("silence", FaultConnection::silence);
    }

    /** Sends bytes that are not HTTP, and closes the connection. */
    public static Fault garbage() {
        return of("garbage", connection -> {
            connection.raw(new byte[] {0x16, 0x03, 0x01, 0, 5, 'h', 'e', 'l', 'l', 'o', '\r', '\n', '\r', '\n'});
            connection.close();
        });
    }

    /** Answers normally after this delay. */
    public static Fault slowHeaders(Duration delay) {
        return of("slow headers", connection -> {
            connection.pause(delay);
            answer(connection, Duration.ZERO);
        });
    }

    // ------------------------------------------------------------------------------------------------ between head and
    // end

    /** Sends the head at once, and the first content after this delay. */
    public static Fault slowFirstToken(Duration delay) {
        return of("slow first token", connection -> {
            ChatWire wire = connection.wire();
            if (!connection.request().streamed()) {
                byte[] body = wire.whole();
                connection.promise(JSON, body.length);
                connection.pause(delay);
                connection.raw(body);
                return;
            }
            connection.beginStream();
            List<byte[]> events = FaultConnection.events(wire);
            connection.chunk(events.get(0));
            connection.pause(delay);
            for (byte[] event : events.subList(1, events.size())) {
                connection.chunk(event);
            }
            connection.endStream();
        });
    }

    /** Begins a stream and sends only comments that keep the connection alive, one per {@code period}. */
    public static Fault heartbeats(Duration period) {
        return of("heartbeats", connection -> {
            connection.beginStream();
            while (true) {
                connection.chunk(ChatWire.bytes(": still there\n\n"));
                connection.pause(period);
            }
        });
    }

    /** Answers normally, but waits this long before each event of a stream. */
    public static Fault pace(Duration delay) {
        return of("pace", connection -> answer(connection, delay));
    }

    /** Falls silent in the middle of the answer, and keeps the connection open. */
    public static Fault stall() {
        return of("stall", connection -> {
            half(connection);
            connection.silence();
        });
    }

    /** Closes the connection in the middle of the answer. */
    public static Fault cut() {
        return of("cut", connection -> {
            half(connection);
            connection.close();
        });
    }

    /** Resets the connection in the middle of the answer. */
    public static Fault cutByReset() {
        return of("cut by reset", connection -> {
            half(connection);
            connection.reset();
        });
    }

    /**
     * Closes the connection in the middle of the last character that has several bytes; the answer must contain one.
     */
    public static Fault cutInsideCharacter() {
        return cutAt("cut inside a character", body -> {
            int at = body.length - 1;
            while (at >= 0 && (body[at] & 0xC0) != 0xC0) {
                at--;
            }
            return at + 1;
        });
    }

    /** Closes the connection in the middle of a tool call's arguments; the answer must contain one. */
    public static Fault cutInsideToolCall() {
        return cutAt("cut inside a tool call", body -> {
            String text = new String(body, StandardCharsets.ISO_8859_1);
            int at = text.lastIndexOf("\"arguments\":\"");
            return at < 0 ? 0 : at + "\"arguments\":\"".length() + 2;
        });
    }

    private static Fault cutAt(String name, ToIntFunction<byte[]> where) {
        return of(name, connection -> {
            ChatWire wire = connection.wire();
            if (!connection.request().streamed()) {
                byte[] body = wire.whole();
                connection.promise(JSON, body.length);
                connection.raw(Arrays.copyOf(body, found(name, where.applyAsInt(body))));
            } else {
                cutStream(connection, wire, name, where);
            }
            connection.close();
        });
    }

    private static void cutStream(FaultConnection connection, ChatWire wire, String name, ToIntFunction<byte[]> where)
            throws IOException {
        List<byte[]> events = FaultConnection.events(wire);
        int last = events.size() - 1;
        while (last > 0 && where.applyAsInt(events.get(last)) == 0) {
            last--;
        }
        int length = found(name, where.applyAsInt(events.get(last)));
        connection.beginStream();
        for (byte[] event : events.subList(0, last)) {
            connection.chunk(event);
        }
        connection.chunk(events.get(last), length);
    }

    private static int found(String name, int at) {
        if (at == 0) {
            throw new IllegalStateException(
                    "the answer has no place for \"" + name + "\": give the server one that has");
        }
        return at;
    }

    /** Ends the body cleanly in the middle of the answer: no finish reason, no sentinel. */
    public static Fault endEarly() {
        return of("early end", connection -> {
            ChatWire wire = connection.wire();
            if (connection.request().streamed()) {
                half(connection);
                connection.endStream();
            } else {
                byte[] body = wire.whole();
                connection.reply(200, JSON, Arrays.copyOf(body, body.length / 2));
            }
        });
    }

    /** Sends an error object instead of the answer, although the status is 200. */
    public static Fault errorInside(String code) {
        return of("error inside, " + code, connection -> {
            if (connection.request().streamed()) {
                connection.beginStream();
                connection.chunk(ChatWire.errorEvent("server_error", code));
                connection.endStream();
            } else {
                connection.reply(200, JSON, ChatWire.error("server_error", code));
            }
        });
    }

    /** Sends an error object in the middle of a stream; a plain request is handled as by {@link #errorInside}. */
    public static Fault errorMidway(String code) {
        Fault inside = errorInside(code);
        return of("error midway, " + code, connection -> {
            if (connection.request().streamed()) {
                half(connection);
                connection.chunk(ChatWire.errorEvent("server_error", code));
                connection.endStream();
            } else {
                inside.strike(connection);
            }
        });
    }

    /** Puts an event that is not JSON into an otherwise normal stream; the body of a plain reply is not JSON. */
    public static Fault malformed() {
        return of("malformed", connection -> {
            if (!connection.request().streamed()) {
                connection.reply(200, JSON, ChatWire.bytes("{\"choices\":[{\"oops"));
                return;
            }
            stream(connection, events -> events.add(events.size() / 2, ChatWire.bytes("data: {\"oops\n\n")));
        });
    }

    // ------------------------------------------------------------------------------------------------ at the end

    /** Ends a stream cleanly after its finish reason, without the sentinel {@code [DONE]}. */
    public static Fault withoutSentinel() {
        return streamed("no sentinel", events -> events.remove(events.size() - 1));
    }

    /** Sends the sentinel {@code [DONE]} right after the content, without a finish reason. */
    public static Fault withoutFinishReason() {
        return streamed("no finish reason", events -> events.removeIf(event -> contains(event, "finish_reason")));
    }

    /** Sends the finish reason and the sentinel of a stream twice. */
    public static Fault endTwice() {
        return streamed("ended twice", events -> {
            byte[] finish = events.stream()
                    .filter(event -> contains(event, "finish_reason"))
                    .findFirst()
                    .orElseThrow();
            events.add(events.size() - 1, finish);
            events.add(ChatWire.DONE);
        });
    }

    /** Sends an event or a body larger than this many bytes. */
    public static Fault oversize(int bytes) {
        String filler = "x".repeat(bytes);
        return of("oversize", connection -> {
            if (connection.request().streamed()) {
                stream(
                        connection,
                        events -> events.add(1, ChatWire.bytes("data: {\"filler\":\"" + filler + "\"}\n\n")));
            } else {
                connection.reply(200, JSON, ChatWire.bytes("{\"filler\":\"" + filler + "\"}"));
            }
        });
    }

    /** Sends the normal answer, but declares this many bytes more than there are (fewer, if negative), and closes. */
    public static Fault wrongLength(int more) {
        return of("length off by " + more, connection -> {
            ChatWire wire = connection.wire();
            boolean streamed = connection.request().streamed();
            byte[] body = streamed ? join(FaultConnection.events(wire)) : wire.whole();
            connection.promise(streamed ? "text/event-stream" : JSON, body.length + more);
            connection.raw(body);
            connection.close();
        });
    }

    // ------------------------------------------------------------------------------------------------ shared parts

    private static void answer(FaultConnection connection, Duration pace) throws IOException {
        ChatWire wire = connection.wire();
        if (!connection.request().streamed()) {
            connection.reply(200, JSON, wire.whole());
            return;
        }
        connection.beginStream();
        for (byte[] event : FaultConnection.events(wire)) {
            connection.pause(pace);
            connection.chunk(event);
        }
        connection.endStream();
    }

    /** Changes the events of a complete stream. */
    private interface Change {
        void to(List<byte[]> events);
    }

    private static Fault streamed(String name, Change change) {
        return of(name, connection -> {
            if (connection.request().streamed()) {
                stream(connection, change);
            } else {
                connection.reply(200, JSON, connection.wire().whole());
            }
        });
    }

    private static void stream(FaultConnection connection, Change change) throws IOException {
        List<byte[]> events = FaultConnection.events(connection.wire());
        change.to(events);
        connection.beginStream();
        for (byte[] event : events) {
            connection.chunk(event);
        }
        connection.endStream();
    }

    /** Sends the first half of the answer; of a stream, at least some of its content. */
    private static void half(FaultConnection connection) throws IOException {
        ChatWire wire = connection.wire();
        if (!connection.request().streamed()) {
            byte[] body = wire.whole();
            connection.promise(JSON, body.length);
            connection.raw(Arrays.copyOf(body, body.length / 2));
            return;
        }
        List<byte[]> content = wire.content();
        connection.beginStream();
        for (byte[] event : content.subList(0, Math.min(content.size(), Math.max(2, (content.size() + 1) / 2)))) {
            connection.chunk(event);
        }
    }

    private static boolean contains(byte[] event, String word) {
        return new String(event, StandardCharsets.UTF_8).contains(word);
    }

    private static byte[] join(List<byte[]> events) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        events.forEach(joined::writeBytes);
        return joined.toByteArray();
    }
}
