package dev.aigw.routing.guard.screening;

import java.text.Normalizer;

/**
 * Reads a text as texts are compared here, one UTF-16 unit at a time, and knows where each comes from: NFKC, one case,
 * white space as one space, nothing invisible, and no strokes and dots that belong to no letter. Reads no character
 * more often than a few times, and allocates only for letters with several marks.
 *
 * <p>Not safe for use by several threads.
 */
final class FoldedText {

    /** As many marks as a letter may have in text for streams (Unicode Standard Annex 15). */
    private static final int MOST_MARKS = 30;

    private final String text;
    private final FoldTable table;
    private final boolean spacesAsOne;
    private final boolean open;

    private int at;
    private boolean afterSpace;
    private String rest = "";
    private int restAt;

    private char unit;
    private int start;
    private int end;

    private FoldedText(String text, FoldTable table, boolean spacesAsOne, boolean open) {
        this.text = text;
        this.table = table;
        this.spacesAsOne = spacesAsOne;
        this.open = open;
    }

    /** Reads without case, with white space as one space. */
    static FoldedText caseless(String text) {
        return new FoldedText(text, FoldTable.CASELESS, true, false);
    }

    /** Reads without case a text that may go on: its last letter is not read, since a mark may follow. */
    static FoldedText unfinished(String text) {
        return new FoldedText(text, FoldTable.CASELESS, true, true);
    }

    /** Reads with case and white space as written. */
    static FoldedText cased(String text) {
        return new FoldedText(text, FoldTable.CASED, false, false);
    }

    /** Returns a whole text as it is compared, without spaces at its ends. */
    static String of(String text) {
        FoldedText folded = caseless(text);
        StringBuilder all = new StringBuilder(text.length());
        while (folded.next()) {
            if (folded.unit != ' ' || all.length() > 0) {
                all.append(folded.unit);
            }
        }
        if (all.length() > 0 && all.charAt(all.length() - 1) == ' ') {
            all.setLength(all.length() - 1);
        }
        return all.toString();
    }

    /** Returns the unit that {@link #next()} has read. */
    char unit() {
        return unit;
    }

    /** Returns where the letter begins in the text from which the unit comes. */
    int start() {
        return start;
    }

    /** Returns where that letter ends. */
    int end() {
        return end;
    }

    /** Returns where reading has stopped: the end, or the last letter of a text that may go on. */
    int position() {
        return at;
    }

    /** Returns the first unit of the letter at which reading has stopped; a space at the end. */
    char peek() {
        if (at == text.length()) {
            return ' ';
        }
        int value = table.value(text.codePointAt(at));
        return value < 0 ? ' ' : (char) (value & ~FoldTable.JOINS);
    }

    /** Reads the next unit, and returns false at the end. */
    boolean next() {
        if (restAt < rest.length()) {
            unit = rest.charAt(restAt++);
            return true;
        }
        while (at < text.length()) {
            int codePoint = text.charAt(at);
            int after = at + 1;
            if (codePoint >= Character.MIN_HIGH_SURROGATE && codePoint <= Character.MAX_LOW_SURROGATE) {
                codePoint = text.codePointAt(at);
                after = at + Character.charCount(codePoint);
            }
            int value = table.value(codePoint);
            if (value == FoldTable.IGNORED || isLooseDecoration(codePoint, value)) {
                at = after;
            } else if (value == FoldTable.SPACE) {
                boolean again = afterSpace && spacesAsOne;
                afterSpace = true;
                start = at;
                end = after;
                at = after;
                if (!again) {
                    unit = spacesAsOne || codePoint > 0x7F ? ' ' : (char) codePoint;
                    return true;
                }
            } else {
                afterSpace = false;
                if (after < text.length() && standsAlone(text.charAt(after))) {
                    emit(codePoint, value, after);
                    return true;
                }
                return letter(codePoint, value, after);
            }
        }
        return false;
    }

    private static boolean isLooseDecoration(int codePoint, int value) {
        return value >= FoldTable.JOINS && FoldTable.isDecoration(codePoint);
    }

    /** Returns whether what begins with this unit is sure not to join what is before it. */
    private boolean standsAlone(char following) {
        return following < 0x300 && table.value(following) != FoldTable.IGNORED;
    }

    private void emit(int codePoint, int value, int after) {
        start = at;
        end = after;
        at = after;
        if (value == FoldTable.SEVERAL) {
            begin(table.expansion(codePoint));
        } else {
            emit(value & ~FoldTable.JOINS);
        }
    }

    private void emit(int codePoint) {
        if (codePoint <= Character.MAX_VALUE) {
            unit = (char) codePoint;
        } else {
            begin(Character.toString(codePoint));
        }
    }

    /** Gives out a text of one unit or more. */
    private void begin(String units) {
        rest = units;
        unit = units.charAt(0);
        restAt = 1;
    }

    /** Reads a letter with the marks that follow it. */
    private boolean letter(int codePoint, int value, int after) {
        int marks = 0;
        int mark = 0;
        int next = after;
        int letterEnd = after;
        while (next < text.length() && marks < MOST_MARKS) {
            int following = text.codePointAt(next);
            int kind = table.value(following);
            if (kind >= 0 && (kind & FoldTable.JOINS) != 0) {
                marks++;
                mark = following;
                letterEnd = next + Character.charCount(following);
            } else if (kind != FoldTable.IGNORED) {
                break;
            }
            next += Character.charCount(following);
        }
        if (next == text.length() && open && marks < MOST_MARKS) {
            return false;
        }
        if (marks == 0) {
            emit(codePoint, value, after);
        } else if (marks == 1 && !FoldTable.composes(mark)) {
            emit(codePoint, value, letterEnd);
            if (!FoldTable.isDecoration(mark)) {
                rest = rest(mark);
                restAt = 0;
            }
        } else {
            compose(after, letterEnd);
        }
        return true;
    }

    /** Returns what is still to be given out, and the mark. */
    private String rest(int mark) {
        return rest.substring(restAt).concat(Character.toString(mark));
    }

    private void compose(int after, int letterEnd) {
        StringBuilder letter = new StringBuilder().append(text, at, after);
        for (int i = after; i < letterEnd; ) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            if (table.value(codePoint) != FoldTable.IGNORED) {
                letter.appendCodePoint(codePoint);
            }
        }
        String folded = table.folded(Normalizer.normalize(letter, Normalizer.Form.NFKC));
        start = at;
        end = letterEnd;
        at = letterEnd;
        begin(folded.isEmpty() ? " " : folded);
    }
}
