package dev.aigw.routing.guard.screening;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.GuardFinding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Compares one text with a table: one pass for all phrases, and one for patterns if there are any. Not safe for use by
 * several threads.
 */
final class DenyScan {

    /** As many spans are replaced one by one; what is behind them is replaced as a whole. */
    private static final int MOST_SPANS = 10_000;

    private final DenyTable table;
    private final String text;
    private final boolean open;
    private final int patternReach;

    private final PhraseAutomaton phrases;
    private final int mask;
    private final int[] starts;
    private final char[] units;
    private int read;

    /** Spans to be replaced, and their entries. */
    private int[] froms = new int[4];

    private int[] ends = new int[4];
    private int[] entries = new int[4];
    private int spans;

    /** The first match of each other entry: start, end, entry. */
    private final List<int[]> others = new ArrayList<>(0);

    private final BitSet reported = new BitSet(0);

    /** Matches of which the next unit decides whether a word ends there: start, end, entry. */
    private int[] touching = new int[12];

    private int touchingSize;
    private int undecidedFrom;

    /**
     * Compares a text.
     *
     * @param open whether the text may go on
     * @param patternReach how long matches of patterns may be in texts that go on
     */
    DenyScan(DenyTable table, String text, boolean open, int patternReach) {
        this.table = table;
        this.text = text;
        this.open = open;
        this.patternReach = patternReach;
        this.phrases = table.phrases();
        int ring = Integer.highestOneBit(Math.max(1, phrases.maxLength())) * 2;
        this.mask = ring - 1;
        this.starts = new int[ring];
        this.units = new char[ring];
        this.undecidedFrom = text.length();
        if (phrases.maxLength() > 0) {
            findPhrases();
        }
        if (table.patterns() != null) {
            findPatterns(table.patterns());
        }
        if (!open && table.hasHashes()) {
            int entry = table.wholeText(text);
            if (entry >= 0) {
                add(0, text.length(), entry);
            }
        }
    }

    private void findPhrases() {
        FoldedText folded = open ? FoldedText.unfinished(text) : FoldedText.caseless(text);
        int state = 0;
        while (folded.next()) {
            char unit = folded.unit();
            if (touchingSize > 0) {
                decide(unit);
            }
            int place = read & mask;
            starts[place] = folded.start();
            units[place] = unit;
            read++;
            state = phrases.next(state, unit);
            int phrase = phrases.longest(state);
            if (phrase >= 0) {
                found(phrase, folded.end());
            }
        }
        if (touchingSize > 0) {
            decide(folded.peek());
        }
        if (open) {
            undecidedFrom = folded.position();
            int depth = phrases.depth(state);
            if (depth > 0) {
                undecidedFrom = starts[(read - depth) & mask];
            }
        }
    }

    private void found(int longest, int end) {
        for (int phrase = longest; phrase >= 0; phrase = phrases.longestWithin(phrase)) {
            int length = phrases.length(phrase);
            int start = starts[(read - length) & mask];
            boolean insideWord = read > length
                    && isWordPart(units[(read - length) & mask])
                    && isWordPart(units[(read - length - 1) & mask]);
            for (int entry = table.firstEntry(phrase); entry >= 0; entry = table.nextEntry(entry)) {
                if (!table.isWholeWord(entry) || (!insideWord && !isWordPart(units[(read - 1) & mask]))) {
                    add(start, end, entry);
                } else if (!insideWord) {
                    touch(start, end, entry);
                }
            }
        }
    }

    /** Letters, digits and marks of scripts that put spaces between words. */
    static boolean isWordPart(char unit) {
        if (unit < 0x80) {
            return (unit >= 'a' && unit <= 'z') || (unit >= '0' && unit <= '9');
        }
        return (Character.isLetterOrDigit(unit) || FoldTable.isMark(unit)) && !isWithoutSpaces(unit);
    }

    private static boolean isWithoutSpaces(char unit) {
        return (unit >= 0x0E00 && unit <= 0x0FFF) // Thai, Lao, Tibetan
                || (unit >= 0x1000 && unit <= 0x109F) // Myanmar
                || (unit >= 0x1780 && unit <= 0x17FF) // Khmer
                || (unit >= 0x3040 && unit <= 0x30FF) // Kana
                || (unit >= 0x3400 && unit <= 0x9FFF); // Han
    }

    private void touch(int start, int end, int entry) {
        if (touchingSize + 3 > touching.length) {
            touching = Arrays.copyOf(touching, 2 * touching.length);
        }
        touching[touchingSize++] = start;
        touching[touchingSize++] = end;
        touching[touchingSize++] = entry;
    }

    /** Keeps the matches that end in front of {@code unit} if it is not part of their last word. */
    private void decide(char unit) {
        if (!isWordPart(unit)) {
            for (int i = 0; i < touchingSize; i += 3) {
                add(touching[i], touching[i + 1], touching[i + 2]);
            }
        }
        touchingSize = 0;
    }

    private void findPatterns(LinearPatterns patterns) {
        PlainText plain = PlainText.of(text);
        patterns.find(
                plain.text(),
                (pattern, start, end) -> add(plain.start(start), plain.end(end), table.patternEntry(pattern)));
        if (open) {
            undecidedFrom = Math.min(undecidedFrom, Math.max(0, text.length() - patternReach));
        }
    }

    private void add(int start, int end, int entry) {
        if (table.action(entry) != GuardAction.REDACT) {
            if (!reported.get(entry)) {
                reported.set(entry);
                others.add(new int[] {start, end, entry});
            }
        } else if (spans > 0 && (overlapsLast(start, end) || spans == MOST_SPANS)) {
            froms[spans - 1] = Math.min(froms[spans - 1], start);
            ends[spans - 1] = spans == MOST_SPANS ? text.length() : Math.max(ends[spans - 1], end);
        } else {
            if (spans == froms.length) {
                froms = Arrays.copyOf(froms, 2 * spans);
                ends = Arrays.copyOf(ends, 2 * spans);
                entries = Arrays.copyOf(entries, 2 * spans);
            }
            froms[spans] = start;
            ends[spans] = end;
            entries[spans++] = entry;
        }
    }

    /**
     * Returns the place from which on more text may change something. If a span to be replaced reaches into what is
     * undecided, that begins with the span: call {@link #report} first.
     */
    int undecidedFrom() {
        return undecidedFrom;
    }

    private boolean overlapsLast(int start, int end) {
        return start < ends[spans - 1] && end > froms[spans - 1];
    }

    /** Adds what was found in a part of this text that begins at {@code offset}. */
    void include(DenyScan part, int offset) {
        for (int[] match : part.others) {
            add(match[0] + offset, match[1] + offset, match[2]);
        }
        for (int i = 0; i < part.spans; i++) {
            add(part.froms[i] + offset, part.ends[i] + offset, part.entries[i]);
        }
    }

    /**
     * Adds what was found to {@code findings}: one finding for each rule that blocks or annotates, and all spans to be
     * replaced, which do not overlap. A span over several parts is replaced in the first and removed from the others.
     *
     * @param firstPart the index of the part with which the text begins
     * @param lengths the lengths of the parts that it is made of
     */
    void report(int firstPart, int[] lengths, String replacement, List<GuardFinding> findings) {
        Set<String> rules = new HashSet<>();
        for (int[] match : others) {
            String rule = table.rule(match[2]);
            GuardAction action = table.action(match[2]);
            if (rules.add(action == GuardAction.BLOCK ? rule : rule + "?")) {
                int part = 0;
                int begins = 0;
                while (match[0] >= begins + lengths[part] && part < lengths.length - 1) {
                    begins += lengths[part++];
                }
                int end = Math.min(match[1] - begins, lengths[part]);
                findings.add(GuardFinding.at(firstPart + part, match[0] - begins, end, rule, 1, action));
            }
        }
        if (spans > 0) {
            merge();
            int count = open ? withoutUndecided() : spans;
            int part = 0;
            int begins = 0;
            for (int i = 0; i < count; i++) {
                while (froms[i] >= begins + lengths[part]) {
                    begins += lengths[part++];
                }
                String rule = table.rule(entries[i]);
                redact(
                        firstPart + part,
                        froms[i] - begins,
                        Math.min(ends[i] - begins, lengths[part]),
                        rule,
                        replacement,
                        findings);
                while (ends[i] > begins + lengths[part]) {
                    begins += lengths[part++];
                    redact(firstPart + part, 0, Math.min(ends[i] - begins, lengths[part]), rule, "", findings);
                }
            }
        }
    }

    private static void redact(
            int part, int start, int end, String rule, String replacement, List<GuardFinding> findings) {
        if (end > start) {
            findings.add(GuardFinding.redact(part, start, end, rule, 1, replacement));
        }
    }

    /** Sorts the spans to be replaced, and makes one of those that overlap. */
    private void merge() {
        long[] order = new long[spans];
        for (int i = 0; i < spans; i++) {
            order[i] = (long) froms[i] << Integer.SIZE | i;
        }
        Arrays.sort(order);
        int[] from = new int[spans];
        int[] to = new int[spans];
        int[] of = new int[spans];
        int merged = 0;
        for (long each : order) {
            int i = (int) each;
            if (merged > 0 && froms[i] < to[merged - 1]) {
                to[merged - 1] = Math.max(to[merged - 1], ends[i]);
            } else {
                from[merged] = froms[i];
                to[merged] = ends[i];
                of[merged++] = entries[i];
            }
        }
        froms = from;
        ends = to;
        entries = of;
        spans = merged;
    }

    /** Leaves spans for later that reach into what is undecided. Spans that go on and on are not waited for. */
    private int withoutUndecided() {
        int last = spans;
        while (last > 0 && ends[last - 1] > undecidedFrom) {
            last--;
            if (froms[last] < undecidedFrom) {
                if (text.length() - froms[last] > 4 * phrases.maxLength() + 4 * patternReach) {
                    undecidedFrom = ends[last];
                    return last + 1;
                }
                undecidedFrom = froms[last];
            }
        }
        return last;
    }
}
