package dev.aigw.providers.bedrock;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.eventstream.HeaderValue;
import software.amazon.awssdk.eventstream.Message;

/** Makes event stream frames from lines with the kind of a frame, a space, and its payload. */
public final class Frames {

    private Frames() {}

    /** Returns one frame per line. A line that begins with {@code !} is an exception. */
    static byte[] of(String lines) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        lines.lines().filter(line -> !line.isBlank()).forEach(line -> {
            int space = line.indexOf(' ');
            byte[] frame = frame(line.substring(0, space), line.substring(space + 1));
            frames.write(frame, 0, frame.length);
        });
        return frames.toByteArray();
    }

    /** Returns the frame of an event, or of an exception if its kind begins with {@code !}. */
    public static byte[] frame(String kind, String payload) {
        Map<String, HeaderValue> headers = new LinkedHashMap<>();
        if (kind.startsWith("!")) {
            headers.put(":exception-type", HeaderValue.fromString(kind.substring(1)));
            headers.put(":content-type", HeaderValue.fromString("application/json"));
            headers.put(":message-type", HeaderValue.fromString("exception"));
        } else {
            headers.put(":event-type", HeaderValue.fromString(kind));
            headers.put(":content-type", HeaderValue.fromString("application/json"));
            headers.put(":message-type", HeaderValue.fromString("event"));
        }
        return bytes(headers, payload);
    }

    static byte[] bytes(Map<String, HeaderValue> headers, String payload) {
        ByteBuffer buffer = new Message(headers, payload.getBytes(StandardCharsets.UTF_8)).toByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
