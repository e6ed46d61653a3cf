package dev.aigw.routing.guard.screening;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a prompt to recognise it, and others that are nearly the same: keyed hashes and numbers, no content.
 * Immutable.
 *
 * <p>Sequences of four characters are sampled by one-permutation hashing (Li, Owen and Zhang, 2012), and hashes of the
 * first and last words at growing numbers of words tell whether two prompts differ in one field only.
 */
final class PromptPrint {

    /** The memory of a print. */
    static final int BYTES = 360;

    /** As much of a text is read; its length counts, too. */
    private static final int MOST_READ = 16_384;

    /** Shorter prompts say too little: "yes", "go on". */
    private static final int LEAST_READ = 16;

    private static final int SAMPLES = 32;
    private static final int SAMPLE_SHIFT = 59;
    private static final int[] LADDER = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96};

    /** As many words at the end as the ladder may need. */
    private static final int LAST_WORDS = LADDER[LADDER.length - 1];

    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private final long exact;
    private final int words;
    private final long[] first = new long[LADDER.length];
    private final long[] last = new long[LADDER.length];
    private final char[] samples = new char[SAMPLES];

    private PromptPrint(CharSequence text, int length, KeyedHash hash) {
        exact = hash.of(text, 0, text.length()) ^ length * MULTIPLIER;
        sample(text, hash);
        int[] starts = new int[LAST_WORDS + 1]; // of the last words, in a ring
        int count = 0;
        int rung = 0;
        int end = 0;
        for (int at = 0; at < text.length(); ) {
            if (!isWord(text.charAt(at))) {
                at++;
                continue;
            }
            starts[count++ % starts.length] = at;
            at = endOfWord(text, at);
            end = at;
            if (rung < LADDER.length && count == LADDER[rung]) {
                first[rung++] = hash.of(text, 0, end);
            }
        }
        words = count;
        for (int i = 0; i < LADDER.length && LADDER[i] <= count; i++) {
            last[i] = hash.of(text, starts[(count - LADDER[i]) % starts.length], text.length());
        }
    }

    /** Returns the print of a text, or null if it is too short to say anything. */
    static @Nullable PromptPrint of(String text, KeyedHash hash) {
        StringBuilder folded = new StringBuilder(Math.min(text.length(), MOST_READ));
        FoldedText reader = FoldedText.caseless(text);
        while (folded.length() < MOST_READ && reader.next()) {
            folded.append(reader.unit());
        }
        return folded.length() < LEAST_READ
                ? null
                : new PromptPrint(folded, folded.length() < MOST_READ ? 0 : text.length(), hash);
    }

    private void sample(CharSequence text, KeyedHash hash) {
        Arrays.fill(samples, Character.MAX_VALUE);
        long key = hash.of("", 0, 0);
        long window = 0;
        for (int i = 0; i < text.length(); i++) {
            window = window << 16 | text.charAt(i);
            if (i >= 3) {
                long mixed = (window ^ key) * MULTIPLIER;
                mixed = (mixed ^ mixed >>> 32) * MULTIPLIER;
                int sample = (int) (mixed >>> SAMPLE_SHIFT);
                char value = (char) (mixed >>> 32);
                if (value < samples[sample]) {
                    samples[sample] = value;
                }
            }
        }
    }

    private static boolean isWord(char unit) {
        return Character.isLetterOrDigit(unit) || FoldTable.isMark(unit) || Character.isSurrogate(unit);
    }

    private static int endOfWord(CharSequence text, int start) {
        int end = start + 1;
        if (DenyScan.isWordPart(text.charAt(start))) {
            while (end < text.length() && DenyScan.isWordPart(text.charAt(end))) {
                end++;
            }
        }
        return end;
    }

    /** Returns a hash of the whole text, as texts compare. */
    long exact() {
        return exact;
    }

    /**
     * Returns whether the texts have at least half of their sequences of characters in common, as far as can be told.
     */
    boolean isNear(PromptPrint other) {
        int equal = 0;
        int used = 0;
        for (int i = 0; i < SAMPLES; i++) {
            if (samples[i] != Character.MAX_VALUE || other.samples[i] != Character.MAX_VALUE) {
                used++;
                equal += samples[i] == other.samples[i] ? 1 : 0;
            }
        }
        return 2 * equal >= used;
    }

    /** Returns whether the texts differ only in a few words at one place. */
    boolean differsInOneField(PromptPrint other) {
        int fewer = Math.min(words, other.words);
        int more = Math.max(words, other.words);
        int front = common(first, other.first, fewer);
        int back = common(last, other.last, fewer);
        return front + back >= 3 && more - front - back <= Math.max(3, more / 4);
    }

    private static int common(long[] ours, long[] theirs, int fewer) {
        int common = 0;
        for (int i = 0; i < LADDER.length && LADDER[i] <= fewer && ours[i] == theirs[i]; i++) {
            common = LADDER[i];
        }
        return common;
    }
}
