package dev.aigw.providers.http.events;

import java.io.IOException;
import java.util.Arrays;

/**
 * Cuts a byte stream into JSON objects and arrays, whatever stands between them: one an answer, one a line, printed
 * over many lines, or one after another. Each is an event without a name. Not safe for use by several threads.
 */
final class ValueReader implements EventReader {

    private final Input input;
    private final int maxEventBytes;
    private byte[] buffer;
    private int start;
    private int scanned;
    private int end;
    private int length;
    private boolean complete = true;

    /** Creates a reader whose first bytes were read before; it takes over the buffer that holds them. */
    ValueReader(Input input, int maxEventBytes, byte[] buffer, int held) {
        this.input = input;
        this.maxEventBytes = maxEventBytes;
        this.buffer = buffer;
        this.end = held;
    }

    @Override
    public boolean next() throws IOException {
        start += length;
        scanned = start;
        length = 0;
        int depth = 0;
        boolean inString = false;
        boolean escaped = false;
        while (true) {
            if (scanned == end && !refill()) {
                length = depth == 0 ? 0 : end - start;
                complete = false;
                return length > 0;
            }
            byte b = buffer[scanned++];
            if (depth > 0 && inString) {
                inString = escaped || b != '"';
                escaped = !escaped && b == '\\';
            } else if (b == '{' || b == '[') {
                if (depth++ == 0) {
                    start = scanned - 1;
                }
            } else if (b == '}' || b == ']') {
                if (depth > 0 && --depth == 0) {
                    length = scanned - start;
                    return true;
                }
            } else if (depth > 0) {
                inString = b == '"';
            } else {
                start = scanned;
            }
        }
    }

    private boolean refill() throws IOException {
        int held = end - start;
        if (held >= maxEventBytes) {
            throw new MalformedException("an event is larger than " + maxEventBytes
                    + " bytes; raise the adapter's maxEventBytes if that is expected");
        }
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, held);
            scanned -= start;
            start = 0;
            end = held;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(maxEventBytes, 2L * buffer.length));
        }
        int count = input.read(buffer, end, buffer.length - end);
        if (count < 0) {
            return false;
        }
        end += count;
        return true;
    }

    @Override
    public String event() {
        return "";
    }

    @Override
    public byte[] buffer() {
        return buffer;
    }

    @Override
    public int offset() {
        return start;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public boolean isComplete() {
        return complete;
    }
}
