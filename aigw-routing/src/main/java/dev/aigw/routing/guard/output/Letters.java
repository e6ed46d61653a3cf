package dev.aigw.routing.guard.output;

import java.text.Normalizer;
import java.util.Arrays;

/**
 * The letters and digits of a text in one form, with where each stands in the text: in lower case, without accents and
 * compatibility forms, and without invisible characters and marks between them. Immutable once made.
 */
final class Letters {

    /** Stands for whatever is between two words. */
    static final char SEPARATOR = ' ';

    private static final int FOLDED = 0x250;
    private static final char[] FOLDS = folds();

    private char[] chars;
    private int[] starts;
    private int length;
    private int end;

    private Letters(int capacity) {
        this.chars = new char[capacity];
        this.starts = new int[capacity];
    }

    private static char[] folds() {
        char[] folds = new char[FOLDED];
        for (char c = 0; c < FOLDED; c++) {
            String folded = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKD);
            char first = Character.toLowerCase(folded.charAt(0));
            folds[c] = Character.isLetterOrDigit(first) ? first : 0;
        }
        return folds;
    }

    /** Returns the letters and digits alone: letters that stand apart make the same words. */
    static Letters joined(String text) {
        return of(text, false);
    }

    /** Returns the letters and digits, with one {@link #SEPARATOR} for whatever is between words. */
    static Letters words(String text) {
        return of(text, true);
    }

    private static Letters of(String text, boolean separated) {
        Letters letters = new Letters(text.length() + 8);
        boolean open = false;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            char folded = c < FOLDED ? FOLDS[c] : 0;
            int next = i + 1;
            if (folded != 0) {
                letters.add(folded, i);
                open = true;
            } else if (c >= FOLDED) {
                int point = text.codePointAt(i);
                next = i + Character.charCount(point);
                if (Character.isLetterOrDigit(point) || isCompatible(point)) {
                    letters.add(point, i);
                    open = true;
                } else if (separated && open && !isInvisible(point)) {
                    letters.add(SEPARATOR, i);
                    open = false;
                }
            } else if (separated && open && c != 0xAD) {
                letters.add(SEPARATOR, i);
                open = false;
            }
            i = next;
        }
        letters.end = text.length();
        return letters;
    }

    /** Returns whether a character is a letter or digit in another form: enclosed, raised or mathematical. */
    private static boolean isCompatible(int point) {
        return (point >= 0x2070 && point <= 0x209C)
                || (point >= 0x2460 && point <= 0x24FF)
                || (point >= 0x1F100 && point <= 0x1F189);
    }

    /** Returns whether a character is not seen between two letters: zero width, marks, direction. */
    private static boolean isInvisible(int point) {
        int type = Character.getType(point);
        return type == Character.FORMAT
                || type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.UNASSIGNED;
    }

    private void add(int point, int at) {
        boolean simple = point < 0x2000 || (point >= 0x3040 && point <= 0xD7FF);
        if (simple) {
            add((char) Character.toLowerCase(point), at);
            return;
        }
        String folded = Normalizer.normalize(Character.toString(point), Normalizer.Form.NFKC);
        for (int i = 0; i < folded.length(); i++) {
            char c = Character.toLowerCase(folded.charAt(i));
            if (Character.isLetterOrDigit(c) || Character.isSurrogate(c)) {
                add(c, at);
            }
        }
    }

    private void add(char c, int at) {
        if (length == chars.length) {
            chars = Arrays.copyOf(chars, length + length / 2);
            starts = Arrays.copyOf(starts, chars.length);
        }
        chars[length] = c;
        starts[length++] = at;
    }

    int length() {
        return length;
    }

    char at(int index) {
        return chars[index];
    }

    /** Returns for how many letters of an alphabet this one stands: a sign of a word or syllable for three. */
    int weight(int index) {
        char c = chars[index];
        return c >= 0x3040 && c <= 0xD7FF ? 3 : 1;
    }

    /** Returns for how many letters of an alphabet all stand. */
    int weight() {
        int weight = 0;
        for (int i = 0; i < length; i++) {
            weight += weight(i);
        }
        return weight;
    }

    /** Returns where the character of this index stands in the text; the text's end for the index behind the last. */
    int start(int index) {
        return index >= length ? end : starts[index];
    }

    /** Returns where the text goes on behind the character of this index. */
    int end(int index, String text) {
        int start = starts[index];
        return start + Character.charCount(text.codePointAt(start));
    }

    /** Returns them as a string. */
    String text() {
        return new String(chars, 0, length);
    }
}
