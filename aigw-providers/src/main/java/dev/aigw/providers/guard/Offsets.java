package dev.aigw.providers.guard;

import org.jspecify.annotations.Nullable;

/** Turns a service's indices into a text into UTF-16 units. Not safe for use by several threads. */
final class Offsets {

    private final int length;
    private final int @Nullable [] starts;

    private Offsets(int length, int @Nullable [] starts) {
        this.length = length;
        this.starts = starts;
    }

    /** Returns those of a service that counts UTF-16 units, as Java and JavaScript do. */
    static Offsets utf16(String text) {
        return new Offsets(text.length(), null);
    }

    /** Returns those of a service that counts code points, as Python does. */
    static Offsets codePoints(String text) {
        int points = text.codePointCount(0, text.length());
        if (points == text.length()) {
            return utf16(text);
        }
        int[] starts = new int[points + 1];
        int at = 0;
        for (int i = 0; i < points; i++) {
            starts[i] = at;
            at += Character.charCount(text.codePointAt(at));
        }
        starts[points] = at;
        return new Offsets(points, starts);
    }

    /** Returns the index in UTF-16 units; -1 if there is no such index. */
    int of(long index) {
        if (index < 0 || index > length) {
            return -1;
        }
        return starts == null ? (int) index : starts[(int) index];
    }
}
