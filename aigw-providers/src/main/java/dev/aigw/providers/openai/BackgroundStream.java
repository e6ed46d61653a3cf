package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.EventStream;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TreeBounds;
import dev.aigw.providers.kit.DividedAttempt;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The events of a response that runs in the background. If the connection breaks, the stream goes on after the event
 * that was read last; where the vendor streams it no more, which is so after some minutes, the whole response is asked
 * for, and comes as one event. One thread reads; close may come from any, and cancels the response at the vendor.
 */
final class BackgroundStream implements EventStream {

    private static final int MOST_BREAKS = 5;
    private static final byte[] NUMBER = "\"sequence_number\":".getBytes(StandardCharsets.UTF_8);

    private final Background background;
    private final AttemptContext attempt;
    private final DividedAttempt time;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile HttpStream stream;
    private volatile boolean closed;
    private volatile @Nullable String id;
    private long latest = -1;
    private int breaks;
    private boolean content;
    private byte @Nullable [] whole;
    private boolean wholeRead;

    BackgroundStream(Background background, HttpStream stream, AttemptContext attempt) {
        this.background = background;
        this.stream = stream;
        this.attempt = attempt;
        this.time = new DividedAttempt(attempt);
    }

    @Override
    public boolean next() {
        if (whole != null) {
            boolean first = !wholeRead;
            wholeRead = true;
            return first;
        }
        while (true) {
            GatewayException broken = null;
            try {
                if (stream.next() && !isCut()) {
                    seen();
                    return true;
                }
            } catch (GatewayException e) {
                if (e.kind() != ErrorKind.CONNECTION && e.kind() != ErrorKind.STREAM_INTERRUPTED) {
                    throw e;
                }
                broken = e;
            }
            String known = id;
            if (known == null || over.get() || closed || ++breaks > MOST_BREAKS) {
                if (broken != null) {
                    throw broken;
                }
                return false;
            }
            resume(known);
            if (whole != null) {
                return next();
            }
        }
    }

    /** Returns whether the end of the bytes cut the event off, so that it cannot be read. */
    private boolean isCut() {
        return !stream.isComplete()
                && Json.parseOrNull(
                                new String(stream.buffer(), stream.offset(), stream.length(), StandardCharsets.UTF_8))
                        == null;
    }

    /** Notes the number of the event, the response's id, and whether it is the last one. */
    private void seen() {
        byte[] buffer = stream.buffer();
        int end = stream.offset() + stream.length();
        long number = number(buffer, stream.offset(), end);
        if (number > latest) {
            latest = number;
            breaks = 0;
        }
        String name = stream.event();
        if (id == null || name.isEmpty()) {
            JsonNode event =
                    Json.parseOrNull(new String(buffer, stream.offset(), stream.length(), StandardCharsets.UTF_8));
            JsonNode response = event == null ? null : event.get("response");
            if (id == null && response != null) {
                id = Json.textOf(response, "id");
            }
            String type = event == null ? null : Json.textOf(event, "type");
            name = type == null ? name : type;
        }
        switch (name) {
            case "response.completed", "response.incomplete", "response.failed", "response.cancelled", "error" ->
                over.set(true);
            default -> {}
        }
    }

    /** Returns the last sequence number in a range of bytes; -1 without one. */
    private static long number(byte[] buffer, int from, int end) {
        for (int i = end - NUMBER.length; i >= from; i--) {
            int at = 0;
            while (at < NUMBER.length && buffer[i + at] == NUMBER[at]) {
                at++;
            }
            if (at == NUMBER.length) {
                int digit = i + at;
                while (digit < end && buffer[digit] == ' ') {
                    digit++;
                }
                long number = -1;
                while (digit < end && buffer[digit] >= '0' && buffer[digit] <= '9' && number < Integer.MAX_VALUE) {
                    number = Math.max(0, number) * 10 + buffer[digit++] - '0';
                }
                return number;
            }
        }
        return -1;
    }

    /** Opens the stream again after the latest event, or gets the whole response if it is streamed no more. */
    private void resume(String known) {
        stream.close();
        background.pause(background.interval(), time, attempt);
        try {
            HttpStream again = background.resumed(known, Math.max(0, latest), time.next());
            if (content) {
                again.contentSeen();
            }
            stream = again;
            if (closed) {
                again.close();
            }
        } catch (GatewayException e) {
            if (e.kind() == ErrorKind.CONNECTION && breaks < MOST_BREAKS) {
                return; // the next read of the closed stream fails, and leads here again
            }
            if (e.status() < 400 || e.kind() == ErrorKind.AUTHENTICATION || e.kind() == ErrorKind.PERMISSION) {
                throw e;
            }
            HttpReply reply = background.finished(known, null, time, attempt);
            over.set(true);
            whole = Json.text(reply.json()).getBytes(StandardCharsets.UTF_8);
            wholeRead = false;
        }
    }

    @Override
    public String event() {
        return whole == null ? stream.event() : "";
    }

    @Override
    public byte[] buffer() {
        byte[] all = whole;
        return all == null ? stream.buffer() : all;
    }

    @Override
    public int offset() {
        return whole == null ? stream.offset() : 0;
    }

    @Override
    public int length() {
        byte[] all = whole;
        return all == null ? stream.length() : all.length;
    }

    @Override
    public boolean isComplete() {
        return whole != null || stream.isComplete();
    }

    @Override
    public TreeBounds bounds() {
        return stream.bounds();
    }

    @Override
    public void contentSeen() {
        content = true;
        stream.contentSeen();
    }

    @Override
    public void gained() {
        stream.gained();
    }

    @Override
    public void answerWhole(boolean isWhole, long nanos) {
        stream.answerWhole(isWhole, nanos);
    }

    @Override
    public @Nullable GatewayException errorIn(JsonNode frame) {
        return stream.errorIn(frame);
    }

    @Override
    public GatewayException error(String words) {
        return stream.error(words);
    }

    @Override
    public GatewayException incomplete(String why) {
        return stream.incomplete(why);
    }

    @Override
    public void finish() {
        over.set(true);
        stream.finish();
    }

    @Override
    public void close() {
        closed = true;
        stream.close();
        String known = id;
        if (known != null && over.compareAndSet(false, true)) {
            background.cancel(known, attempt);
        }
    }
}
