package dev.aigw.routing.access;

import dev.aigw.api.internal.PlainWords;

/** Text from outside, made fit for a log: printable characters only, a bounded length. */
final class AuditText {

    private AuditText() {}

    /**
     * Returns the text with a space for each control or format character and each half of a surrogate pair, cut after
     * {@code most} characters.
     */
    static String clean(String text, int most) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), most));
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            int shown = PlainWords.isHarmful(c) ? ' ' : c;
            if (clean.length() + Character.charCount(shown) > most) {
                break;
            }
            clean.appendCodePoint(shown);
        }
        return clean.toString();
    }
}
