package dev.aigw.providers.http.events;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Splits a byte stream into server-sent events, after the event stream format of the HTML standard.
 *
 * <p>An event's data is returned as a range of the reader's buffer: no copy, no string, no object per event. The range
 * is valid until the next call of {@link #next()}. Lines end in LF, CR or CRLF; a byte order mark at the start,
 * comments and unknown fields are skipped; the lines of one event's data are joined by LF; events without data are
 * skipped. In two points it is more lenient than the standard: an event that the end of input ends is handed out, and a
 * line that is no field but has a brace is data, since servers write errors and even answers without a field's name.
 * Such a line that begins with {@code error:} is the data of an event of that name.
 *
 * <p>Bytes are not decoded, so invalid UTF-8 passes. An event or line above the maximum size is an error. Not safe for
 * use by several threads.
 */
final class SseReader implements EventReader {

    static final int FIRST_SIZE = 8 * 1024;
    private static final int KNOWN_NAMES = 8;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
    private static final byte[] ERROR = {'e', 'r', 'r', 'o', 'r'};
    private static final String NO_NAME = "";

    private final Input input;
    private final int maxEventBytes;
    private final byte[][] knownNameBytes = new byte[KNOWN_NAMES][];
    private final String[] knownNames = new String[KNOWN_NAMES];
    private int knownNameCount;

    private byte[] buffer;
    private int lineStart;
    private int scanned;
    private int end;
    private int dataStart = -1;
    private int dataEnd;
    private String name = NO_NAME;
    private boolean skipLf;
    private boolean begun;
    private boolean ended;
    private boolean complete = true;

    SseReader(Input input, int maxEventBytes) {
        this(input, maxEventBytes, new byte[Math.min(FIRST_SIZE, maxEventBytes)], 0);
    }

    /** Creates a reader whose first bytes were read before; it takes over the buffer that holds them. */
    SseReader(Input input, int maxEventBytes, byte[] buffer, int held) {
        this.input = input;
        this.maxEventBytes = maxEventBytes;
        this.buffer = buffer;
        this.end = held;
        if (held > 0) {
            begin();
        }
    }

    @Override
    public boolean next() throws IOException {
        dataStart = -1;
        dataEnd = 0;
        name = NO_NAME;
        while (true) {
            int lineEnd = findLineEnd();
            if (lineEnd < 0) {
                return lastEvent();
            }
            int from = lineStart;
            skipLf = buffer[lineEnd] == '\r';
            lineStart = lineEnd + 1;
            scanned = lineStart;
            if (lineEnd > from) {
                takeLine(from, lineEnd);
            } else if (dataStart >= 0) {
                return true;
            } else {
                name = NO_NAME;
            }
        }
    }

    @Override
    public String event() {
        return name;
    }

    @Override
    public byte[] buffer() {
        return buffer;
    }

    @Override
    public int offset() {
        return dataStart;
    }

    @Override
    public int length() {
        return dataEnd - dataStart;
    }

    @Override
    public boolean isComplete() {
        return complete;
    }

    private boolean lastEvent() throws IOException {
        if (end > lineStart) {
            int from = lineStart;
            lineStart = end;
            scanned = end;
            takeLine(from, end);
        }
        complete = false;
        return dataStart >= 0;
    }

    /** Returns the index of the character that ends the current line, reading on as needed; -1 at the end of input. */
    private int findLineEnd() throws IOException {
        while (true) {
            if (skipLf && lineStart < end) {
                skipLf = false;
                if (buffer[lineStart] == '\n') {
                    lineStart++;
                    scanned = lineStart;
                }
            }
            byte[] bytes = buffer;
            int limit = end;
            for (int i = scanned; i < limit; i++) {
                byte b = bytes[i];
                if (b <= '\r' && (b == '\n' || b == '\r')) {
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
        int held = (dataStart >= 0 ? dataEnd - dataStart + 1 : 0) + (end - lineStart);
        if (held >= maxEventBytes) {
            throw new MalformedException("an event is larger than " + maxEventBytes
                    + " bytes; raise the adapter's maxEventBytes if that is expected");
        }
        if (end == buffer.length || (held == 0 && end > 0)) {
            compact();
            // a quarter stays free, so that long data before many short lines is not moved for each of them
            if (buffer.length - end < buffer.length / 4) {
                long longest = maxEventBytes + (maxEventBytes / 3L) + 1;
                buffer = Arrays.copyOf(buffer, (int) Math.min(Math.min(longest, MAX_ARRAY), 2L * buffer.length));
            }
        }
        int count = input.read(buffer, end, buffer.length - end);
        if (count < 0) {
            ended = true;
            return false;
        }
        end += count;
        if (!begun) {
            begin();
        }
        return true;
    }

    /** Skips a byte order mark, unless what has come may be the beginning of one. */
    private void begin() {
        boolean mark = end > 0 && buffer[0] == (byte) 0xEF;
        if (mark && end < 3 && (end < 2 || buffer[1] == (byte) 0xBB)) {
            return;
        }
        begun = true;
        if (mark && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
            lineStart = 3;
            scanned = 3;
        }
    }

    /** Moves the data taken so far, then the current line, to the front. */
    private void compact() {
        int kept = 0;
        if (dataStart >= 0) {
            kept = dataEnd - dataStart;
            System.arraycopy(buffer, dataStart, buffer, 0, kept);
            dataStart = 0;
            dataEnd = kept;
            kept++; // for the line feed before a line without a field's name
        }
        int line = end - lineStart;
        System.arraycopy(buffer, lineStart, buffer, kept, line);
        lineStart = kept;
        end = kept + line;
        scanned = end;
    }

    private void takeLine(int from, int to) {
        byte first = buffer[from];
        if (first == 'd') {
            int value = valueOf(DATA, from, to);
            if (value >= 0) {
                takeData(value, to);
            } else {
                takeUnframed(from, to);
            }
        } else if (first == 'e') {
            int value = valueOf(EVENT, from, to);
            if (value >= 0) {
                name = name(value, to);
                return;
            }
            value = valueOf(ERROR, from, to);
            if (value >= 0) {
                name = "error";
                takeData(value, to);
                return;
            }
            takeUnframed(from, to);
        } else if (first != ':' && first != 'i' && first != 'r') {
            takeUnframed(from, to);
        }
    }

    /** Takes a line that is no field of the standard, if it may hold JSON. */
    private void takeUnframed(int from, int to) {
        for (int i = from; i < to; i++) {
            if (buffer[i] == '{') {
                takeData(from, to);
                return;
            }
        }
    }

    private void takeData(int from, int to) {
        if (dataStart < 0) {
            dataStart = from;
            dataEnd = to;
            return;
        }
        buffer[dataEnd] = '\n';
        System.arraycopy(buffer, from, buffer, dataEnd + 1, to - from);
        dataEnd += 1 + to - from;
    }

    /** Returns where the value of the line's field begins if the field is {@code field}; otherwise -1. */
    private int valueOf(byte[] field, int from, int to) {
        int colon = from + field.length;
        if (colon > to || !Arrays.equals(buffer, from, colon, field, 0, field.length)) {
            return -1;
        }
        if (colon == to) {
            return to;
        }
        if (buffer[colon] != ':') {
            return -1;
        }
        return colon + 1 < to && buffer[colon + 1] == ' ' ? colon + 2 : colon + 1;
    }

    private String name(int from, int to) {
        for (int i = 0; i < knownNameCount; i++) {
            if (Arrays.equals(buffer, from, to, knownNameBytes[i], 0, knownNameBytes[i].length)) {
                return knownNames[i];
            }
        }
        String text = new String(buffer, from, to - from, StandardCharsets.UTF_8);
        if (knownNameCount < KNOWN_NAMES && to - from < 64) {
            knownNameBytes[knownNameCount] = Arrays.copyOfRange(buffer, from, to);
            knownNames[knownNameCount++] = text;
        }
        return text;
    }
}
