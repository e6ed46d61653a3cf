package dev.aigw.providers.http.events;

import java.io.IOException;
import java.util.Arrays;

/**
 * Splits a byte stream into lines, each an event without a name, as in newline-delimited JSON. Blank lines are skipped.
 *
 * <p>An event is returned as a range of the reader's buffer, valid until the next call of {@link #next()}. A last line
 * without a line feed is returned too, but is not {@linkplain #isComplete() complete}. Not safe for use by several
 * threads.
 */
final class LineReader implements EventReader {

    private static final int FIRST_SIZE = 8 * 1024;

    private final Input input;
    private final int maxEventBytes;
    private byte[] buffer;
    private int lineStart;
    private int scanned;
    private int end;
    private int offset;
    private int length;
    private boolean ended;
    private boolean complete = true;

    LineReader(Input input, int maxEventBytes) {
        this.input = input;
        this.maxEventBytes = maxEventBytes;
        this.buffer = new byte[Math.min(FIRST_SIZE, maxEventBytes)];
    }

    @Override
    public boolean next() throws IOException {
        while (true) {
            int lineEnd = findLineEnd();
            int to = lineEnd < 0 ? end : lineEnd;
            complete = lineEnd >= 0;
            take(lineStart, to);
            lineStart = complete ? to + 1 : to;
            scanned = lineStart;
            if (length > 0 || !complete) {
                return length > 0;
            }
        }
    }

    /** Returns the index of the line feed that ends the current line, reading on as needed; -1 at the end of input. */
    private int findLineEnd() throws IOException {
        while (true) {
            for (int i = scanned; i < end; i++) {
                if (buffer[i] == '\n') {
                    return i;
                }
            }
            scanned = end;
            if (ended || !refill()) {
                return -1;
            }
        }
    }

    private boolean refill() throws IOException {
        int held = end - lineStart;
        if (held >= maxEventBytes) {
            throw new MalformedException("an event is larger than " + maxEventBytes
                    + " bytes; raise the adapter's maxEventBytes if that is expected");
        }
        if (lineStart > 0) {
            System.arraycopy(buffer, lineStart, buffer, 0, held);
            lineStart = 0;
            end = held;
            scanned = held;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(maxEventBytes, 2L * buffer.length));
        }
        int count = input.read(buffer, end, buffer.length - end);
        if (count < 0) {
            ended = true;
            return false;
        }
        end += count;
        return true;
    }

    /** Sets the event to a line without the white space around it. */
    private void take(int from, int to) {
        int first = from;
        int last = to;
        while (first < last && isSpace(buffer[first])) {
            first++;
        }
        while (last > first && isSpace(buffer[last - 1])) {
            last--;
        }
        offset = first;
        length = last - first;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
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
        return offset;
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
