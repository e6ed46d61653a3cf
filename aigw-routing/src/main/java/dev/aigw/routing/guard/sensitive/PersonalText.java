package dev.aigw.routing.guard.sensitive;

import java.util.Arrays;

/**
 * A text as the scanners of personal data see it: full-width and other forms of digits, dashes and spaces folded to
 * ASCII, one character for one, with the places of all runs of digits, words, and words of context. Made in one pass.
 * For one thread.
 */
final class PersonalText {

    /** How far before something a word says what it is. */
    private static final int BEFORE = 60;

    /** How far behind it, on the same line. */
    private static final int BEHIND = 24;

    final char[] c;
    final int n;

    int[] runStart = new int[16];
    int[] runEnd = new int[16];
    int runs;

    int[] wordStart = new int[64];
    int[] wordEnd = new int[64];
    int words;

    private int[] contextStart = new int[16];
    private int[] contextEnd = new int[16];
    private long[] contextKinds = new long[16];
    private int contexts;

    PersonalText(String text) {
        c = text.toCharArray();
        n = c.length;
        fold();
        split();
    }

    private void fold() {
        for (int i = 0; i < n; i++) {
            char ch = c[i];
            if (ch >= 0x80) {
                c[i] = folded(ch);
            }
        }
    }

    private static char folded(char ch) {
        if (ch >= 0xFF01 && ch <= 0xFF5E) {
            return (char) (ch - 0xFEE0);
        }
        if (ch == 0x3000 || ch == 0xA0 || (ch >= 0x2000 && ch <= 0x200D) || ch == 0x202F || ch == 0x205F) {
            return ' ';
        }
        if (ch == 0x2060 || ch == 0xFEFF || ch == 0xAD || ch == 0x1680 || ch == 0x180E) {
            return ' ';
        }
        if ((ch >= 0x2010 && ch <= 0x2015) || ch == 0x2212 || ch == 0xFE58 || ch == 0xFE63) {
            return '-';
        }
        if (ch == 0x2018 || ch == 0x2019) {
            return '\'';
        }
        if (ch >= 0x660 && Character.isDigit(ch)) {
            return (char) ('0' + Character.digit(ch, 10));
        }
        return ch;
    }

    private void split() {
        long before = 0;
        int beforeStart = 0;
        int i = 0;
        while (i < n) {
            char ch = c[i];
            if (isDigit(ch)) {
                int start = i;
                while (i < n && isDigit(c[i])) {
                    i++;
                }
                addRun(start, i);
                before = 0;
            } else if (isUnspaced(ch)) {
                addContext(i, Math.min(n, i + 2), lookUp(i, 2));
                addContext(i, Math.min(n, i + 3), lookUp(i, 3));
                addContext(i, Math.min(n, i + 4), lookUp(i, 4));
                i++;
            } else if (isLetter(ch)) {
                int start = i;
                int part = i;
                while (i < n && isLetter(c[i]) && !isUnspaced(c[i])) {
                    if (i > part && isUpper(c[i]) && !isUpper(c[i - 1])) {
                        before = context(part, i, before, beforeStart);
                        beforeStart = part;
                        part = i;
                    }
                    i++;
                }
                before = context(part, i, before, beforeStart);
                beforeStart = part;
                addWord(start, i);
            } else {
                i++;
            }
        }
    }

    private long lookUp(int start, int length) {
        return start + length > n ? 0 : ContextWords.TABLE.get(c, start, start + length);
    }

    private long context(int start, int end, long before, int beforeStart) {
        long kinds = end - start > 24 ? 0 : ContextWords.TABLE.get(c, start, end);
        if (before < 0 && end - beforeStart < 40) { // the word before begins a phrase
            long phrase = ContextWords.TABLE.get(c, beforeStart, end);
            if (phrase != 0) {
                addContext(beforeStart, end, phrase);
                return kinds;
            }
        }
        if (kinds == 0 && end - start == 1 && isAbbreviatedBirth(start)) {
            addContext(start, end, ContextWords.BIRTH);
        }
        addContext(start, end, kinds);
        return kinds;
    }

    /** Returns whether the last letter of {@code d.o.b.} is here. */
    private boolean isAbbreviatedBirth(int b) {
        return (c[b] | 32) == 'b'
                && b >= 4
                && c[b - 1] == '.'
                && (c[b - 2] | 32) == 'o'
                && c[b - 3] == '.'
                && (c[b - 4] | 32) == 'd';
    }

    private void addContext(int start, int end, long kinds) {
        long own = kinds & ~WordTable.BEGINS_PHRASE;
        if (own == 0) {
            return;
        }
        if (contexts == contextStart.length) {
            contextStart = Arrays.copyOf(contextStart, contexts * 2);
            contextEnd = Arrays.copyOf(contextEnd, contexts * 2);
            contextKinds = Arrays.copyOf(contextKinds, contexts * 2);
        }
        contextStart[contexts] = start;
        contextEnd[contexts] = end;
        contextKinds[contexts++] = own;
    }

    private void addRun(int start, int end) {
        if (runs == runStart.length) {
            runStart = Arrays.copyOf(runStart, runs * 2);
            runEnd = Arrays.copyOf(runEnd, runs * 2);
        }
        runStart[runs] = start;
        runEnd[runs++] = end;
    }

    private void addWord(int start, int end) {
        if (words == wordStart.length) {
            wordStart = Arrays.copyOf(wordStart, words * 2);
            wordEnd = Arrays.copyOf(wordEnd, words * 2);
        }
        wordStart[words] = start;
        wordEnd[words++] = end;
    }

    /** Returns the number of words of context. */
    int contexts() {
        return contexts;
    }

    long contextKinds(int index) {
        return contextKinds[index];
    }

    int contextStart(int index) {
        return contextStart[index];
    }

    int contextEnd(int index) {
        return contextEnd[index];
    }

    /**
     * Returns whether the context says that the span is one of these kinds: the nearest word of context before it that
     * is about numbers at all, or one just behind it.
     */
    boolean near(int start, int end, long kinds) {
        return before(start, kinds) || behind(end, kinds);
    }

    /** Returns whether the nearest label before a span is one of these kinds. */
    boolean before(int start, long kinds) {
        for (int i = firstContextFrom(start) - 1; i >= 0 && contextStart[i] >= start - BEFORE; i--) {
            if (contextEnd[i] > start) {
                continue;
            }
            if ((contextKinds[i] & kinds) != 0) {
                return true;
            }
            if ((contextKinds[i] & ContextWords.LABELS) != 0) {
                return false; // a nearer label says that it is something else
            }
        }
        return false;
    }

    /** Returns whether a word of these kinds stands directly behind a span: {@code (office)}, {@code -home}. */
    boolean close(int end, long kinds) {
        int i = firstContextFrom(end);
        return i < contexts
                && contextStart[i] <= end + 2
                && (contextKinds[i] & kinds) != 0
                && !hasBreak(end, contextStart[i]);
    }

    /** Returns whether a word just behind a span is one of these kinds. */
    boolean behind(int end, long kinds) {
        for (int i = firstContextFrom(end); i < contexts && contextStart[i] <= end + BEHIND; i++) {
            if (hasBreak(end, contextStart[i])) {
                return false;
            }
            if ((contextKinds[i] & kinds) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a line, a field or a part of a sentence ends in between. */
    boolean hasBreak(int from, int to) {
        for (int i = from; i < to; i++) {
            char ch = c[i];
            if (ch == '\n' || ch == '\r' || ch == ',' || ch == ';' || ch == '"' || isDigit(ch)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the index of the first word of context that begins at {@code position} or later. */
    int firstContextFrom(int position) {
        int low = 0;
        int high = contexts;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (contextStart[middle] < position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Returns whether a dash joins a number to a code of letters and digits, such as a part of a UUID.
     *
     * @param dash the index of what may be a dash
     * @param step 1 for a code behind it, -1 for one before it
     */
    boolean joinsCode(int dash, int step) {
        if (at(dash) != '-') {
            return false;
        }
        boolean letter = false;
        boolean digit = false;
        boolean hex = true;
        int size = 0;
        for (int i = dash + step; size < 13 && isWordAt(i); i += step) {
            letter |= isAsciiLetter(c[i]);
            digit |= isDigit(c[i]);
            hex &= isHex(c[i]);
            size++;
        }
        return letter && (digit || (hex && size == 4));
    }

    /** Returns the character, or a space outside of the text. */
    char at(int index) {
        return index >= 0 && index < n ? c[index] : ' ';
    }

    /** Returns whether an ASCII letter, a digit or an underscore is there. */
    boolean isWordAt(int index) {
        char ch = at(index);
        return isAsciiLetter(ch) || isDigit(ch) || ch == '_';
    }

    static boolean isDigit(char ch) {
        return ch >= '0' && ch <= '9';
    }

    static boolean isAsciiLetter(char ch) {
        return (ch | 32) >= 'a' && (ch | 32) <= 'z' && ch < 0x80;
    }

    static boolean isUpper(char ch) {
        return ch < 0x80 ? ch >= 'A' && ch <= 'Z' : Character.isUpperCase(ch);
    }

    static boolean isHex(char ch) {
        return isDigit(ch) || ((ch | 32) >= 'a' && (ch | 32) <= 'f' && ch < 0x80);
    }

    static boolean isLetter(char ch) {
        return ch < 0x80 ? isAsciiLetter(ch) : ch >= 0xAA && (Character.isLetter(ch) || isMark(ch));
    }

    private static boolean isMark(char ch) {
        int type = Character.getType(ch);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    /** Returns whether it belongs to a script that writes words without spaces, or with endings, as Korean does. */
    static boolean isUnspaced(char ch) {
        return ch >= 0x0E00
                && (ch <= 0x0E7F
                        || (ch >= 0x3041 && ch <= 0x30FF)
                        || (ch >= 0x3400 && ch <= 0x9FFF)
                        || (ch >= 0xAC00 && ch <= 0xD7A3));
    }
}
