package dev.aigw.api.internal;

/**
 * Makes text from outside safe to show in a message or a log: bounded, and without characters that break a line, forge
 * another one, or change how the rest is displayed. Those are control characters (line breaks, the escape of terminal
 * colors, NUL), marks of direction, invisible format characters and half surrogates.
 *
 * <p>White space of any kind becomes a space; any other such character is shown as {@code \}{@code u202e}.
 */
public final class PlainWords {

    private static final String ELLIPSIS = "…";
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C; // both are part of words and of emoji
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private PlainWords() {}

    /** Returns one line of at most {@code mostChars} and an ellipsis; the text itself if nothing is to be changed. */
    public static String line(String text, int mostChars) {
        return of(text, mostChars, false);
    }

    /** Does the same to a text that may have several lines: LF and tab stay as they are. */
    public static String lines(String text, int mostChars) {
        return of(text, mostChars, true);
    }

    private static String of(String text, int mostChars, boolean lines) {
        int length = Math.min(text.length(), mostChars);
        int safe = 0;
        while (safe < length && isPlain(text.charAt(safe), lines)) {
            safe++;
        }
        if (safe == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder(length + 16).append(text, 0, safe);
        int at = safe;
        while (at < length && shown.length() < mostChars) {
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            append(shown, point, lines);
        }
        boolean cut = at < text.length() || shown.length() > mostChars;
        if (shown.length() > mostChars) {
            shown.setLength(Character.isHighSurrogate(shown.charAt(mostChars - 1)) ? mostChars - 1 : mostChars);
        }
        return (cut ? shown.append(ELLIPSIS) : shown).toString();
    }

    private static void append(StringBuilder shown, int point, boolean lines) {
        if (point < Character.MIN_SUPPLEMENTARY_CODE_POINT && isPlain((char) point, lines)) {
            shown.append((char) point);
        } else if (point <= ' ' && Character.isWhitespace(point)) {
            shown.append(' ');
        } else if (isHarmful(point)) {
            for (char c : Character.toChars(point)) {
                shown.append(String.format("\\u%04x", (int) c));
            }
        } else {
            shown.appendCodePoint(point);
        }
    }

    /** Returns whether a character is harmless by itself; most are found so. */
    private static boolean isPlain(char c, boolean lines) {
        return (c >= ' ' && c < 0x7f) || (lines && (c == '\n' || c == '\t')) || (c >= 0xa0 && c < 0x600 && c != 0xad);
    }

    /** Returns whether a character may change what is around it, or cannot be seen. */
    public static boolean isHarmful(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            case Character.FORMAT -> point != ZERO_WIDTH_JOINER && point != ZERO_WIDTH_NON_JOINER;
            default -> false;
        };
    }
}
