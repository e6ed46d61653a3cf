package dev.aigw.providers.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.providers.http.events.EventReader;
import dev.aigw.providers.http.events.Framing;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.eventstream.HeaderType;
import software.amazon.awssdk.eventstream.HeaderValue;
import software.amazon.awssdk.eventstream.Message;

/**
 * Reads AWS event stream frames ({@code application/vnd.amazon.eventstream}): length, headers and payload, with
 * checksums that the AWS SDK's decoder verifies.
 *
 * <p>A body of JSON in place of frames is one event without a name. An exception frame becomes an object with its type
 * as {@code __type}, as in the vendor's other protocols, so that all errors look the same.
 */
final class FrameReader implements EventReader {

    static final Framing FRAMING = new Framing("application/vnd.amazon.eventstream", FrameReader::new);

    private static final int PRELUDE = 12;
    private static final int JSON_SIZE = 8 * 1024;
    private static final boolean AVAILABLE = isDecoderThere();

    private final Input input;
    private final int maxEventBytes;
    private boolean begun;
    private byte[] payload = {};
    private String event = "";

    FrameReader(Input input, int maxEventBytes) {
        this.input = input;
        this.maxEventBytes = maxEventBytes;
    }

    private static boolean isDecoderThere() {
        try {
            return !Message.class.getName().isEmpty();
        } catch (NoClassDefFoundError e) {
            return false;
        }
    }

    /** Returns whether the AWS SDK's decoder, an optional dependency, is available. */
    static boolean isAvailable() {
        return AVAILABLE;
    }

    @Override
    public boolean next() throws IOException {
        byte[] prelude = new byte[PRELUDE];
        int first = input.read(prelude, 0, PRELUDE);
        if (first < 0) {
            return false;
        }
        if (!begun && (prelude[0] == '{' || prelude[0] == '[' || isSpace(prelude[0]))) {
            readJson(prelude, first);
            return true;
        }
        begun = true;
        fill(prelude, first);
        int length = ByteBuffer.wrap(prelude).getInt();
        if (length < PRELUDE + Integer.BYTES) {
            throw new MalformedException("a frame of the stream has the invalid length " + length);
        }
        if (length > maxEventBytes) {
            throw tooLarge("a frame of the stream");
        }
        byte[] frame = new byte[length];
        System.arraycopy(prelude, 0, frame, 0, PRELUDE);
        fill(frame, PRELUDE);
        take(decode(frame));
        return true;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    /** Reads a body of JSON, which no frame begins like: its length would be half a gigabyte at least. */
    private void readJson(byte[] beginning, int count) throws IOException {
        byte[] body = Arrays.copyOf(beginning, Math.min(JSON_SIZE, Math.max(PRELUDE, maxEventBytes)));
        int length = count;
        int read = input.read(body, length, body.length - length);
        while (read >= 0) {
            length += read;
            if (length == body.length) {
                if (length >= maxEventBytes) {
                    throw tooLarge("the reply");
                }
                body = Arrays.copyOf(body, (int) Math.min(maxEventBytes, 2L * length));
            }
            read = input.read(body, length, body.length - length);
        }
        event = "";
        payload = Arrays.copyOf(body, length);
    }

    private MalformedException tooLarge(String what) {
        return new MalformedException(what + " is larger than " + maxEventBytes
                + " bytes; raise the adapter's maxEventBytes if that is expected");
    }

    private void fill(byte[] buffer, int from) throws IOException {
        int at = from;
        while (at < buffer.length) {
            int count = input.read(buffer, at, buffer.length - at);
            if (count < 0) {
                throw new MalformedException("the stream was cut in the middle of a frame");
            }
            at += count;
        }
    }

    private static Message decode(byte[] frame) throws MalformedException {
        try {
            return Message.decode(ByteBuffer.wrap(frame));
        } catch (RuntimeException e) {
            // the decoder throws several types for wrong checksums and headers
            MalformedException malformed = new MalformedException("a frame of the stream is damaged");
            malformed.initCause(e);
            throw malformed;
        }
    }

    private void take(Message message) {
        String type = header(message, ":message-type");
        if ("exception".equals(type)) {
            event = "exception";
            payload = error(header(message, ":exception-type"), null, message.getPayload());
        } else if ("error".equals(type)) {
            event = "exception";
            payload = error(header(message, ":error-code"), header(message, ":error-message"), message.getPayload());
        } else {
            String name = header(message, ":event-type");
            event = name == null ? "" : name;
            payload = message.getPayload();
        }
    }

    private static @Nullable String header(Message message, String name) {
        HeaderValue value = message.getHeaders().get(name);
        return value != null && value.getType() == HeaderType.STRING ? value.getString() : null;
    }

    private static byte[] error(@Nullable String type, @Nullable String words, byte[] payload) {
        String text = new String(payload, StandardCharsets.UTF_8);
        JsonNode body = Json.parseOrNull(text);
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        if (body != null && body.isObject()) {
            error.putAll(Json.map(body));
        } else {
            error.put("message", words != null ? words : text);
        }
        error.put("__type", type == null ? "exception" : type);
        return Json.text(error).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String event() {
        return event;
    }

    @Override
    public byte[] buffer() {
        return payload;
    }

    @Override
    public int offset() {
        return 0;
    }

    @Override
    public int length() {
        return payload.length;
    }

    /** Returns true: an incomplete frame is an error. */
    @Override
    public boolean isComplete() {
        return true;
    }
}
