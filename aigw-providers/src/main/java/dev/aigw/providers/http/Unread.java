package dev.aigw.providers.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TreeBounds;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a buffer without consuming its bytes. Okio's {@code peek()} does so too, but it shares the segments, and a
 * shared segment cannot be pooled again: that costs 8 KiB of garbage per reply.
 */
final class Unread extends InputStream {

    private final Buffer.UnsafeCursor cursor;
    private int next;

    private Unread(Buffer.UnsafeCursor cursor) {
        this.cursor = cursor;
        this.next = cursor.start;
    }

    /**
     * Parses the whole buffer as one JSON value; an empty buffer gives a missing node.
     *
     * @throws IOException if it is not JSON
     */
    static JsonNode parse(Buffer buffer, TreeBounds bounds) throws IOException {
        try (Buffer.UnsafeCursor cursor = buffer.readUnsafe()) {
            if (cursor.next() == -1) {
                return Json.parse(InputStream.nullInputStream(), bounds);
            }
            byte[] data = Objects.requireNonNull(cursor.data);
            int length = cursor.end - cursor.start;
            return length == buffer.size()
                    ? Json.parse(data, cursor.start, length, bounds)
                    : Json.parse(new Unread(cursor), bounds);
        }
    }

    /** Reads from a buffer of one segment without making a tree; null if there are more, or it is not JSON. */
    static <T> @Nullable T read(Buffer buffer, Json.Reading<T> reading) {
        try (Buffer.UnsafeCursor cursor = buffer.readUnsafe()) {
            if (cursor.next() == -1 || cursor.end - cursor.start != buffer.size()) {
                return null;
            }
            return Json.read(Objects.requireNonNull(cursor.data), cursor.start, cursor.end - cursor.start, reading);
        } catch (IOException e) {
            return null; // reading it as a tree reports what is wrong
        }
    }

    @Override
    public int read() {
        if (next == cursor.end && !advance()) {
            return -1;
        }
        return cursor.data[next++] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (next == cursor.end && !advance()) {
            return -1;
        }
        int count = Math.min(length, cursor.end - next);
        System.arraycopy(cursor.data, next, into, offset, count);
        next += count;
        return count;
    }

    private boolean advance() {
        if (cursor.next() == -1) {
            return false;
        }
        next = cursor.start;
        return true;
    }
}
