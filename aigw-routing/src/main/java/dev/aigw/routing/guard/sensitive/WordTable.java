package dev.aigw.routing.guard.sensitive;

import java.util.Map;

/**
 * A set of words and phrases of two words, each with flags, for lookups in a text without making strings. Case does not
 * matter. Immutable.
 */
final class WordTable {

    /** A flag of words that begin a phrase; it never is a word's own. */
    static final long BEGINS_PHRASE = 1L << 63;

    private final String[] keys;
    private final long[] values;
    private final int mask;

    /** Takes the words in lower case; the words of a phrase have one space between them. */
    WordTable(Map<String, Long> words) {
        int size = Integer.highestOneBit(Math.max(words.size(), 4) * 4) * 2;
        keys = new String[size];
        values = new long[size];
        mask = size - 1;
        words.forEach((word, flags) -> {
            put(word, flags);
            int space = word.indexOf(' ');
            if (space > 0) {
                put(word.substring(0, space), BEGINS_PHRASE);
            }
        });
    }

    private void put(String word, long flags) {
        int at = spread(hash(word)) & mask;
        while (keys[at] != null && !keys[at].equals(word)) {
            at = (at + 1) & mask;
        }
        keys[at] = word;
        values[at] |= flags;
    }

    private static int hash(String word) {
        int hash = 0;
        for (int i = 0; i < word.length(); i++) {
            hash = hash * 31 + word.charAt(i);
        }
        return hash;
    }

    private static int spread(int hash) {
        return hash ^ hash >>> 15;
    }

    /** Returns the flags of the word from {@code start} to before {@code end}; 0 if there is none. */
    long get(char[] text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + lower(text[i]);
        }
        for (int at = spread(hash) & mask; keys[at] != null; at = (at + 1) & mask) {
            if (matches(keys[at], text, start, end)) {
                return values[at];
            }
        }
        return 0;
    }

    private static boolean matches(String key, char[] text, int start, int end) {
        if (key.length() != end - start) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) != lower(text[start + i])) {
                return false;
            }
        }
        return true;
    }

    /** Returns the small letter; what joins words in names of fields is a space. */
    static char lower(char c) {
        if (c < 0x80) {
            return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c == '_' || c == '-' || c == '.' ? ' ' : c;
        }
        return Character.toLowerCase(c);
    }
}
