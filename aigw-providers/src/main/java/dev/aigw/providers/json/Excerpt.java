package dev.aigw.providers.json;

import java.io.IOException;
import java.io.Writer;

/** Keeps the beginning of a text, and fails when it is full, so that the rest is not written. */
final class Excerpt extends Writer {

    private final StringBuilder text = new StringBuilder();
    private final int maxChars;
    private boolean full;

    Excerpt(int maxChars) {
        this.maxChars = maxChars;
    }

    boolean isFull() {
        return full;
    }

    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
        int kept = Math.min(length, maxChars - text.length());
        text.append(chars, offset, kept);
        if (kept < length) {
            full = true;
            throw new IOException("the excerpt is full");
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
        return text.toString();
    }
}
