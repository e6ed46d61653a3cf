package dev.aigw.providers.http.events;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads events whose first byte that is no white space says how they are cut: a body that begins with a brace or a
 * bracket is JSON, any other is server-sent events. Not safe for use by several threads.
 */
final class SniffingReader implements EventReader {

    private final Input input;
    private final int maxEventBytes;
    private @Nullable EventReader reader;

    SniffingReader(Input input, int maxEventBytes) {
        this.input = input;
        this.maxEventBytes = maxEventBytes;
    }

    @Override
    public boolean next() throws IOException {
        if (reader == null) {
            reader = sniff();
        }
        return reader.next();
    }

    private EventReader sniff() throws IOException {
        byte[] first = new byte[Math.min(SseReader.FIRST_SIZE, maxEventBytes)];
        int held = 0;
        while (held < first.length) {
            int count = input.read(first, held, first.length - held);
            if (count < 0) {
                break;
            }
            held += count;
            for (int i = held - count; i < held; i++) {
                if (first[i] == '{' || first[i] == '[') {
                    return new ValueReader(input, maxEventBytes, first, held);
                }
                if (first[i] > ' ') {
                    return new SseReader(input, maxEventBytes, first, held);
                }
            }
        }
        return new SseReader(input, maxEventBytes, first, held);
    }

    private EventReader reader() {
        if (reader == null) {
            throw new IllegalStateException("no event was read");
        }
        return reader;
    }

    @Override
    public String event() {
        return reader().event();
    }

    @Override
    public byte[] buffer() {
        return reader().buffer();
    }

    @Override
    public int offset() {
        return reader().offset();
    }

    @Override
    public int length() {
        return reader().length();
    }

    @Override
    public boolean isComplete() {
        return reader().isComplete();
    }
}
