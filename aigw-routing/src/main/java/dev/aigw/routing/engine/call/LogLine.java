package dev.aigw.routing.engine.call;

import dev.aigw.api.internal.PlainWords;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code key=value} fields under construction. No value can break the line, fake a field or turn the
 * direction of the text. Not safe for use by several threads.
 */
public final class LogLine {

    private static final int MAXIMUM_VALUE_CHARS = 200;

    private final StringBuilder text = new StringBuilder(160);

    /** Starts a line with the name of an event. */
    public LogLine(String event) {
        text.append(event);
    }

    /** Adds a field, unless its value is null or empty. */
    public LogLine with(String key, @Nullable Object value) {
        String shown = value == null ? "" : value.toString();
        if (!shown.isEmpty()) {
            text.append(' ').append(key).append('=');
            append(shown);
        }
        return this;
    }

    /** Adds a number, unless it is zero. */
    public LogLine withCount(String key, long value) {
        if (value != 0) {
            text.append(' ').append(key).append('=').append(value);
        }
        return this;
    }

    /** Adds a duration in milliseconds. */
    public LogLine withMillis(String key, long nanos) {
        text.append(' ').append(key).append('=').append(nanos / 1_000_000);
        return this;
    }

    /** Names may come from the application's clients: they must not break the line or fake a field. */
    private void append(String value) {
        String shown = PlainWords.line(value, MAXIMUM_VALUE_CHARS);
        int start = text.length();
        boolean special = !shown.equals(value);
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
            special |= c == '"' || c == '\\' || c == '=' || Character.isWhitespace(c);
        }
        if (special) {
            text.insert(start, '"').append('"');
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
