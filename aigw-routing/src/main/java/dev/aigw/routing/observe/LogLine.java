package dev.aigw.routing.observe;

import dev.aigw.api.internal.PlainWords;
import org.jspecify.annotations.Nullable;

/** A line of {@code key=value} fields under construction. Not safe for use by several threads. */
final class LogLine {

    private static final int MAXIMUM_VALUE_CHARS = 200;

    private final StringBuilder text = new StringBuilder(160);

    LogLine(String event) {
        text.append(event);
    }

    /** Adds a field, unless its value is null or empty. */
    LogLine with(String key, @Nullable Object value) {
        String shown = value == null ? "" : value.toString();
        if (!shown.isEmpty()) {
            text.append(' ').append(key).append('=');
            append(shown);
        }
        return this;
    }

    /** Adds a number, unless it is zero. */
    LogLine withCount(String key, long value) {
        if (value != 0) {
            text.append(' ').append(key).append('=').append(value);
        }
        return this;
    }

    /** Adds a duration in milliseconds. */
    LogLine withMillis(String key, long nanos) {
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
