package dev.aigw.routing.guard.injection;

/**
 * Reads the features of a text for the classifier: hashed n-grams of one to three words and of three to five
 * characters, sentence by sentence. Equal for training and for use. Allocates nothing for a character.
 *
 * <p>A segment is a sentence, or a part of one: attacks are hidden in long texts, so the classifier looks at each.
 */
final class Segments {

    /** How many weights each head of the classifier has. */
    static final int BUCKETS = 1 << 17;

    private static final int MINIMUM_LENGTH = 24;
    private static final int MAXIMUM_LENGTH = 220;
    private static final int MAXIMUM_GRAMS_OF_A_WORD = 24;
    private static final int SHIFT = 64 - 17;
    private static final long SEED = 0x9E3779B97F4A7C15L;

    private static final float WORD = 1;
    private static final float PAIR = 1;
    private static final float GRAM = 0.5f;

    private Segments() {}

    /** Gets the features. */
    interface Sink {
        /** A feature of the current segment. */
        void feature(int bucket, float value);

        /** The current segment stands from {@code start} to {@code end}, and the next one begins. */
        void segment(int start, int end);
    }

    /** Reads the segments of {@code view}. */
    static void read(View view, Sink sink) {
        char[] chars = view.chars;
        int length = view.length;
        long before = 0;
        long beforeThat = 0;
        int start = 0;
        int i = 0;
        while (i < length) {
            char c = chars[i];
            if (Letters.isWord(c)) {
                long word;
                if (Letters.isIdeograph(c)) {
                    word = mix(c + 7);
                    i++;
                } else {
                    int from = i;
                    word = 1;
                    while (i < length && Letters.isWord(chars[i]) && !Letters.isIdeograph(chars[i])) {
                        word = word * 31 + shape(chars[i++]);
                    }
                    word = mix(word);
                    grams(chars, from, i, sink);
                }
                sink.feature(bucket(word), WORD);
                sink.feature(bucket(word + before * 3), PAIR);
                if (beforeThat != 0) {
                    sink.feature(bucket(word + before * 3 + beforeThat * 5), PAIR);
                    sink.feature(bucket(word + beforeThat * 7), GRAM);
                }
                beforeThat = before;
                before = word;
                if (i - start >= MAXIMUM_LENGTH) {
                    sink.segment(start, i);
                    start = i;
                }
                continue;
            }
            if (c != ' ' && c != ',' && c != '.' && c != '\'' && c != '-') {
                sink.feature(bucket(mix(c) * 11), GRAM);
            }
            i++;
            if (isEnd(c) && (i == length || c >= 0x80 || c == '\n' || chars[i] == ' ' || chars[i] == '\n')) {
                before = 1;
                beforeThat = 0;
                if (i - start >= MINIMUM_LENGTH) {
                    sink.segment(start, i);
                    start = i;
                }
            }
        }
        if (start < length) {
            sink.segment(start, length);
        }
    }

    private static boolean isEnd(char c) {
        return c == '.' || c == '!' || c == '?' || c == '\n' || c == '。' || c == '|' || c == '।';
    }

    private static char shape(char c) {
        return c >= '0' && c <= '9' ? '0' : c;
    }

    private static void grams(char[] chars, int from, int to, Sink sink) {
        long packed = ' ';
        int end = Math.min(to, from + MAXIMUM_GRAMS_OF_A_WORD);
        for (int i = from; i <= end; i++) {
            packed = packed << 12 | ((i < to ? shape(chars[i]) : ' ') & 0xFFF);
            int size = i - from + 2;
            if (size >= 3) {
                sink.feature(bucket((packed & (1L << 36) - 1) * 13), GRAM);
            }
            if (size >= 4) {
                sink.feature(bucket((packed & (1L << 48) - 1) * 17), GRAM);
            }
            if (size >= 5) {
                sink.feature(bucket((packed & (1L << 60) - 1) * 19), GRAM);
            }
        }
    }

    private static long mix(long value) {
        long mixed = value * SEED;
        return mixed ^ mixed >>> 29;
    }

    private static int bucket(long hash) {
        return (int) ((hash * SEED) >>> SHIFT);
    }
}
