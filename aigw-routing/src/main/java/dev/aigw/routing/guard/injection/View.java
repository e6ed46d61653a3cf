package dev.aigw.routing.guard.injection;

import org.jspecify.annotations.Nullable;

/**
 * One way to read a text: the text itself in normal form, or something decoded from it. Knows which characters of the
 * original each of its characters comes from.
 */
final class View {

    /** How a view was made. */
    enum Kind {
        /** The text itself. */
        PLAIN,
        /** The text with its disguise removed: leetspeak, spaced letters, markup within words, reversed letters. */
        UNDISGUISED,
        /** What an encoded run of the text says: base64, hexadecimal, percent encoding, ROT13. */
        DECODED,
        /** What is written in characters that are not shown. */
        INVISIBLE
    }

    final Kind kind;
    final char[] chars;
    final int length;
    /** Whether the view has no spaces between its words. */
    final boolean dense;

    private final int @Nullable [] map;
    private final int start;
    private final int end;

    private View(Kind kind, char[] chars, int length, boolean dense, int @Nullable [] map, int start, int end) {
        this.kind = kind;
        this.chars = chars;
        this.length = length;
        this.dense = dense;
        this.map = map;
        this.start = start;
        this.end = end;
    }

    /** Returns a view whose characters stand where those of the original stand. */
    static View same(char[] chars) {
        return new View(Kind.PLAIN, chars, chars.length, false, null, 0, -1);
    }

    /** Returns a view whose character {@code i} comes from the original's character {@code map[i]}. */
    static View mapped(Kind kind, char[] chars, int length, int[] map, boolean dense) {
        return new View(kind, chars, length, dense, map, 0, -1);
    }

    /** Returns a view that comes from one span of the original as a whole. */
    static View of(Kind kind, char[] chars, int start, int end) {
        return new View(kind, chars, chars.length, false, null, start, end);
    }

    /** Returns the index in the original at which a span that begins at {@code index} begins. */
    int originalStart(int index) {
        return end >= 0 ? start : map == null ? index : map[index];
    }

    /** Returns the index in the original at which a span that ends before {@code index} ends. */
    int originalEnd(int index) {
        return end >= 0 ? end : map == null ? index : index == 0 ? 0 : map[index - 1] + 1;
    }
}
