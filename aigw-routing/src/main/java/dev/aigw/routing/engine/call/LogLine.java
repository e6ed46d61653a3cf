package dev.aigw.routing.engine.call;

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
        int length = Math.min(value.length(), MAXIMUM_VALUE_CHARS);
        int start = text.length();
        boolean special = false;
        for (int i = 0; i < length; ) {
            int c = value.codePointAt(i);
            i += Character.charCount(c);
            if (!isPrintable(c)) {
                text.append('?');
                special = true;
            } else {
                if (c == '"' || c == '\\') {
                    text.append('\\');
                }
                text.appendCodePoint(c);
                special |= c == '"' || c == '\\' || c == '=' || Character.isWhitespace(c);
            }
        }
        if (length < value.length()) {
            text.append('…');
        }
        if (special) {
            text.insert(start, '"').append('"');
        }
    }

    /**
     * Returns whether a character shows as itself: it is no control character, line separator, invisible format
     * character (such as those that turn the direction of text), or half of a surrogate pair.
     */
    public static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
