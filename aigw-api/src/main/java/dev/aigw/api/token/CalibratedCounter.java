package dev.aigw.api.token;

/**
 * Counts tokens by the kinds of characters in a text, in twelfths of a token. Byte-pair encodings first split a text
 * into runs (a word with the space before it, up to three digits, punctuation, line ends) and never merge across them;
 * common words are one token, long ones more, and scripts that are rare in the training data take more tokens per
 * character.
 */
final class CalibratedCounter implements TokenCounter {

    static final CalibratedCounter INSTANCE = new CalibratedCounter();

    private static final int TOKEN = 12;

    private static final int NONE = 0;
    private static final int LOWER = 1;
    private static final int UPPER = 2;
    private static final int DIGIT = 3;
    private static final int SPACE = 4;
    private static final int LINE = 5;
    private static final int MARK = 6;
    private static final int OTHER = 7;

    private CalibratedCounter() {}

    @Override
    public long count(CharSequence text, String model) {
        long twelfths = 0;
        int run = NONE;
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int kind = kind(c);
            if (kind == run) {
                length++;
            } else if (kind == LOWER && run == UPPER && length == 1) {
                run = LOWER; // a word with a capital
                length = 2;
            } else {
                twelfths += cost(run, length, kind);
                if (kind == LINE && run == MARK) {
                    twelfths -= TOKEN; // punctuation includes the line end after it
                }
                run = kind;
                length = 1;
            }
            if (kind == OTHER) {
                twelfths += costOfOther(c);
            }
        }
        twelfths += cost(run, length, NONE);
        return (twelfths + TOKEN - 1) / TOKEN;
    }

    private static int kind(char c) {
        if (c >= 0x80) {
            return OTHER;
        }
        if (c >= 'a' && c <= 'z') {
            return LOWER;
        }
        if (c >= 'A' && c <= 'Z') {
            return UPPER;
        }
        if (c >= '0' && c <= '9') {
            return DIGIT;
        }
        return c == '\n' || c == '\r' ? LINE : c <= ' ' ? SPACE : MARK;
    }

    private static long cost(int run, int length, int next) {
        return switch (run) {
            case LOWER -> length <= 5 ? TOKEN : TOKEN + (length - 5) * 2L;
            case UPPER -> Math.max(TOKEN, length * 5L);
            case DIGIT -> (length + 2) / 3 * (long) TOKEN;
            case SPACE -> length == 1 && next != DIGIT ? 1 : TOKEN; // a single space belongs to the word after it
            case LINE -> TOKEN;
            case MARK -> length == 1 && (next == LOWER || next == UPPER) ? 8 : (length + 1) / 2 * (long) TOKEN;
            default -> 0;
        };
    }

    private static long costOfOther(char c) {
        if (c < 0x250) {
            return 11; // a Latin letter with a diacritic splits its word
        }
        if (c < 0x400) {
            return 6; // Greek
        }
        if (c < 0x530) {
            return 4; // Cyrillic
        }
        if (c < 0x700) {
            return 5; // Armenian, Hebrew, Arabic
        }
        if (c < 0x1200) {
            return 7; // the scripts of India and South-East Asia
        }
        if (c >= 0x2000 && c < 0x2070) {
            return 8; // typographic quotes and dashes
        }
        if (c >= 0x3040 && c < 0x3100) {
            return 10; // kana
        }
        if (c >= 0x3400 && c < 0xA000) {
            return 11; // Chinese characters
        }
        if (c >= 0xAC00 && c < 0xD7B0) {
            return 9; // Hangul
        }
        return 12; // half of a surrogate pair, and everything else that is rare
    }
}
