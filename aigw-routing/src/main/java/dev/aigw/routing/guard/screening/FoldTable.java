package dev.aigw.routing.guard.screening;

import java.text.Normalizer;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What each code point becomes where texts are compared: NFKC, in one case or as written. Pages of 256 code points are
 * filled when a text first has one of them. Safe for use by many threads.
 */
final class FoldTable {

    /** White space: runs of it compare as one space. */
    static final int SPACE = -1;

    /** Has no shape of its own: zero-width and bidi characters, tags, variation selectors, controls. */
    static final int IGNORED = -2;

    /** Becomes several code points: see {@link #expansion}. */
    static final int SEVERAL = -3;

    /**
     * Set on the value of what may join the code point before it: marks, and the later letters of a Hangul syllable.
     */
    static final int JOINS = 1 << 30;

    /** One case, so that letters compare without it. */
    static final FoldTable CASELESS = new FoldTable(true);

    /** Case as written. */
    static final FoldTable CASED = new FoldTable(false);

    private static final int LOW = 0x300;
    private static final int PAGE_BITS = 8;
    private static final int PAGE = 1 << PAGE_BITS;

    private final boolean caseless;
    private final int[] low = new int[LOW];
    private final AtomicReferenceArray<Page> pages =
            new AtomicReferenceArray<>((Character.MAX_CODE_POINT >> PAGE_BITS) + 1);

    private static final class Page {

        private final int[] values = new int[PAGE];
        private final String[] expansions = new String[PAGE];
    }

    private FoldTable(boolean caseless) {
        this.caseless = caseless;
        for (int i = 0; i < LOW; i++) {
            low[i] = valueOf(i);
        }
    }

    /** Returns the code point that this one becomes, with {@link #JOINS} if it may join another, or a constant. */
    int value(int codePoint) {
        return codePoint < LOW ? low[codePoint] : page(codePoint).values[codePoint & PAGE - 1];
    }

    /** Returns what a code point becomes that becomes several. */
    String expansion(int codePoint) {
        return page(codePoint).expansions[codePoint & PAGE - 1];
    }

    private Page page(int codePoint) {
        int number = codePoint >> PAGE_BITS;
        Page page = pages.getAcquire(number);
        if (page == null) {
            page = fill(number << PAGE_BITS);
            pages.setRelease(number, page);
        }
        return page;
    }

    private Page fill(int from) {
        Page page = new Page();
        for (int i = 0; i < PAGE; i++) {
            page.values[i] = valueOf(from + i);
            if (page.values[i] == SEVERAL) {
                page.expansions[i] = folded(Normalizer.normalize(Character.toString(from + i), Normalizer.Form.NFKC));
            }
        }
        return page;
    }

    private int valueOf(int codePoint) {
        if (isIgnored(codePoint)) {
            return IGNORED;
        }
        if (isSpace(codePoint)) {
            return SPACE;
        }
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            return codePoint;
        }
        String plain = Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKC);
        if (joins(codePoint)) {
            return codePoint | JOINS;
        }
        String folded = folded(plain);
        if (folded.isEmpty()) {
            return IGNORED;
        }
        return folded.codePointCount(0, folded.length()) == 1 ? folded.codePointAt(0) : SEVERAL;
    }

    /** Returns an NFKC text without what is left of loose decoration, in this table's case. */
    String folded(String plain) {
        StringBuilder folded = new StringBuilder(plain.length());
        for (int i = 0; i < plain.length(); ) {
            int codePoint = plain.codePointAt(i);
            i += Character.charCount(codePoint);
            if (!isDecoration(codePoint)) {
                folded.appendCodePoint(caseless ? Character.toLowerCase(Character.toUpperCase(codePoint)) : codePoint);
            }
        }
        return folded.toString();
    }

    /**
     * Returns whether a mark is mere decoration where it does not make a letter of the one before, such as a stroke
     * through it: marks that any script may use. A script's own marks are letters to it.
     */
    static boolean isDecoration(int codePoint) {
        return (codePoint >= 0x300 && codePoint <= 0x36F)
                || (codePoint >= 0x1AB0 && codePoint <= 0x1AFF)
                || (codePoint >= 0x1DC0 && codePoint <= 0x1DFF)
                || (codePoint >= 0x20D0 && codePoint <= 0x20FF)
                || (codePoint >= 0xFE20 && codePoint <= 0xFE2F);
    }

    private static boolean isSpace(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint) || codePoint == 0x2800;
    }

    private static boolean isIgnored(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.FORMAT -> true;
            case Character.CONTROL -> !Character.isWhitespace(codePoint) && codePoint != 0x85;
            default ->
                codePoint == 0x34F
                        || codePoint == 0x115F
                        || codePoint == 0x1160
                        || codePoint == 0x17B4
                        || codePoint == 0x17B5
                        || (codePoint >= 0x180B && codePoint <= 0x180F)
                        || codePoint == 0x3164
                        || (codePoint >= 0xFE00 && codePoint <= 0xFE0F)
                        || codePoint == 0xFFA0
                        || (codePoint >= 0xFFF0 && codePoint <= 0xFFF8)
                        || (codePoint >= 0xE0000 && codePoint <= 0xE0FFF);
        };
    }

    private static boolean joins(int codePoint) {
        return isMark(codePoint)
                || (codePoint >= 0x1161 && codePoint <= 0x11FF)
                || (codePoint >= 0xD7B0 && codePoint <= 0xD7FB)
                || codePoint == 0xFF9E
                || codePoint == 0xFF9F;
    }

    static boolean isMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    /** Returns whether this code point, behind a letter, may become one code point with it, or is itself changed. */
    static boolean composes(int codePoint) {
        return Composing.CODE_POINTS.get(codePoint);
    }

    /** Made when a text first has a mark; takes some milliseconds. */
    private static final class Composing {

        static final BitSet CODE_POINTS = find();

        private static BitSet find() {
            BitSet found = new BitSet();
            found.set(0x1161, 0x1176);
            found.set(0x11A8, 0x11C3);
            for (int codePoint = 0xC0; codePoint < 0x20000; codePoint++) {
                if (codePoint == 0xAC00) {
                    codePoint = 0xD7A4; // Hangul syllables
                }
                String one = Character.toString(codePoint);
                if (joins(codePoint) && !Normalizer.isNormalized(one, Normalizer.Form.NFKC)) {
                    found.set(codePoint);
                }
                if (!Normalizer.isNormalized(one, Normalizer.Form.NFD)) {
                    Normalizer.normalize(one, Normalizer.Form.NFD)
                            .codePoints()
                            .skip(1)
                            .forEach(found::set);
                }
            }
            return found;
        }
    }
}
