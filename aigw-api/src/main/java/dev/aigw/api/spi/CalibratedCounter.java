package dev.aigw.api.spi;

/**
 * Counts by the shape of a text, in twelfths of a token. Byte-pair encodings first split a text into runs (a word with
 * the space before it, up to three digits, punctuation, line ends) and never merge across them; common words are one
 * token, long ones more, and scripts that are rare in the training data cost more a character.
 */
final class CalibratedCounter implements TokenCounter {

    static final CalibratedCounter INSTANCE = new CalibratedCounter();

    private static final int TOKEN = 12;

    private static final int NONE = 0;
    private static final int LETTER = 1;
    private static final int DIGIT = 2;
    private static final int SPACE = 3;
    private static final int MARK = 4;
    private static final int OTHER = 5;

    private CalibratedCounter() {}

    @Override
    public long count(CharSequence text, String model) {
        long twelfths = 0;
        int run = NONE;
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int kind = kind(c);
            if (kind == OTHER) {
                twelfths += cost(run, length) + costOfOther(c);
                run = NONE;
                length = 0;
            } else if (kind == run) {
                length++;
            } else {
                twelfths += cost(run, length);
                run = kind;
                length = 1;
            }
        }
        twelfths += cost(run, length);
        return (twelfths + TOKEN - 1) / TOKEN;
    }

    private static int kind(char c) {
        if (c >= 0x80) {
            return OTHER;
        }
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            return LETTER;
        }
        if (c >= '0' && c <= '9') {
            return DIGIT;
        }
        return c <= ' ' ? SPACE : MARK;
    }

    private static long cost(int run, int length) {
        return switch (run) {
            case LETTER -> length <= 4 ? TOKEN : TOKEN + (length - 4) * 2L;
            case DIGIT -> (length + 2) / 3 * (long) TOKEN;
            case SPACE -> length == 1 ? 1 : TOKEN; // a single space goes with the word after it
            case MARK -> (length + 1) / 2 * (long) TOKEN;
            default -> 0;
        };
    }

    private static long costOfOther(char c) {
        if (c < 0x250) {
            return 10; // a Latin letter with a mark breaks its word
        }
        if (c < 0x530) {
            return 5; // Greek, Cyrillic
        }
        if (c < 0x700) {
            return 6; // Armenian, Hebrew, Arabic
        }
        if (c < 0x1200) {
            return 9; // the scripts of India and South-East Asia
        }
        if (c >= 0x2000 && c < 0x2070) {
            return 8; // typographic quotes and dashes
        }
        if (c >= 0x3040 && c < 0x3100) {
            return 9; // kana
        }
        if (c >= 0x3400 && c < 0xA000) {
            return 12; // Chinese characters
        }
        if (c >= 0xAC00 && c < 0xD7B0) {
            return 9; // Hangul
        }
        return 18; // half a pair of surrogates, and whatever else is rare
    }
}
