package dev.aigw.providers.fake;

import dev.aigw.api.chat.ChatResponse;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a {@link FaultServer}: reads its requests one after the other, and has the methods by which a
 * {@link Fault} answers them. Used by one thread; any thread may {@link #close()} it.
 */
final class FaultConnection {

    private static final int MAX_HEAD_BYTES = 64 * 1024;
    private static final String STREAM_TYPE = "text/event-stream";
    private static final byte[] LINE_END = ChatWire.bytes("\r\n");
    private static final byte[] LAST_CHUNK = ChatWire.bytes("0\r\n\r\n");

    private final FaultServer server;
    private final Socket socket;
    private final int number;
    private final BufferedInputStream in;
    private final OutputStream out;
    private @Nullable SeenRequest request;
    private Map<String, String> extraHeaders = Map.of();
    private volatile boolean closedByUs;

    FaultConnection(FaultServer server, Socket socket, int number) throws IOException {
        this.server = server;
        this.socket = socket;
        this.number = number;
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** Serves requests until either side closes the connection. */
    void serve() {
        try {
            while (!closedByUs && readRequest()) {
                Fault fault = server.faultFor(request());
                request().fault(fault.toString());
                extraHeaders = fault.headers();
                fault.strike(this);
            }
            noteEnd();
        } catch (IOException e) {
            noteEnd(); // the connection has ended
        } finally {
            close();
        }
    }

    private void noteEnd() {
        SeenRequest last = request;
        if (!closedByUs && last != null) {
            last.clientClosed();
        }
    }

    SeenRequest request() {
        SeenRequest current = request;
        if (current == null) {
            throw new IllegalStateException("no request was read yet");
        }
        return current;
    }

    ChatWire wire() {
        ChatResponse answer = server.answerTo(request());
        return new ChatWire(request(), answer);
    }

    // ------------------------------------------------------------------------------------------------------- reading

    private boolean readRequest() throws IOException {
        String head = readHead();
        if (head == null) {
            return false;
        }
        String[] lines = head.split("\r\n", -1);
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.put(
                        lines[i].substring(0, colon).trim().toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).trim());
            }
        }
        String length = headers.getOrDefault("content-length", "0");
        byte[] body = in.readNBytes(Integer.parseInt(length));
        String[] words = lines[0].split(" ", -1);
        request = server.seen(
                number, words.length > 1 ? words[1] : "", headers, new String(body, StandardCharsets.UTF_8));
        return true;
    }

    private @Nullable String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream(512);
        int endSeen = 0;
        while (endSeen < 4) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.write(next);
            endSeen = next == (endSeen % 2 == 0 ? '\r' : '\n') ? endSeen + 1 : next == '\r' ? 1 : 0;
            if (head.size() > MAX_HEAD_BYTES) {
                throw new IOException("the head of the request is larger than " + MAX_HEAD_BYTES + " bytes");
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1).strip();
    }

    // ------------------------------------------------------------------------------------------------------- waiting

    /**
     * Waits, and fails if the client disconnects meanwhile.
     *
     * @throws IOException if it does
     */
    void pause(Duration duration) throws IOException {
        if (duration.isZero()) {
            return;
        }
        long end = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
            socket.setSoTimeout((int) Math.min(60_000, (left + 999_999) / 1_000_000));
            try {
                throw new IOException(in.read() < 0 ? "the client left" : "the client did not wait for its answer");
            } catch (SocketTimeoutException e) {
                // the read timeout is the wait
            }
        }
        socket.setSoTimeout(0);
    }

    /** Stays silent until the client or the server is closed, which is when it throws. */
    void silence() throws IOException {
        while (true) {
            pause(Duration.ofDays(1));
        }
    }

    // ------------------------------------------------------------------------------------------------------- writing

    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    private void head(int status, String contentType, String framing) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(" Scripted\r\nContent-Type: ")
                .append(contentType)
                .append("\r\n")
                .append(framing)
                .append("\r\n");
        extraHeaders.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        out.write(ChatWire.bytes(head.append("\r\n").toString()));
    }

    /** Sends a reply in one piece. */
    void reply(int status, String contentType, byte[] body) throws IOException {
        head(status, contentType, "Content-Length: " + body.length);
        out.write(body);
    }

    /** Sends a head that promises {@code length} bytes. */
    void promise(String contentType, int length) throws IOException {
        head(200, contentType, "Content-Length: " + length);
    }

    void beginStream() throws IOException {
        beginStream(STREAM_TYPE);
    }

    void beginStream(String contentType) throws IOException {
        head(200, contentType, "Transfer-Encoding: chunked");
    }

    void chunk(byte[] event) throws IOException {
        chunk(event, event.length);
        out.write(LINE_END);
    }

    /** Sends the beginning of a chunk that promises more. */
    void chunk(byte[] event, int length) throws IOException {
        byte[] size = ChatWire.bytes(Integer.toHexString(event.length) + "\r\n");
        byte[] framed = new byte[size.length + length];
        System.arraycopy(size, 0, framed, 0, size.length);
        System.arraycopy(event, 0, framed, size.length, length);
        out.write(framed);
    }

    void endStream() throws IOException {
        out.write(LAST_CHUNK);
    }

    /** Returns the events of a complete stream. */
    static List<byte[]> events(ChatWire wire) {
        List<byte[]> events = new ArrayList<>(wire.content());
        events.add(wire.finish());
        byte[] usage = wire.usageEvent();
        if (usage != null) {
            events.add(usage);
        }
        events.add(ChatWire.DONE);
        return events;
    }

    // ------------------------------------------------------------------------------------------------------- closing

    /** Closes the connection cleanly, even if the reply is incomplete. */
    void close() {
        closedByUs = true;
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed already
        }
        server.closed(this);
    }

    /** Resets the connection, so that the client loses even what was sent but not read. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        close();
    }
}
