package dev.aigw.routing.guard.output;

/**
 * Tells whether a text repeats another: the hashes, in 32 bits, of all pieces of one length. Immutable once made.
 *
 * @see <a href="https://doi.org/10.1147/rd.312.0249">Karp and Rabin, "Efficient randomized pattern-matching
 *     algorithms", 1987</a>
 */
final class Fingerprint {

    private static final int MULTIPLIER = 0x3504F333;

    private final int piece;
    private final int leaving;
    private final int[] table;

    /**
     * Makes an empty one.
     *
     * @param piece how many characters a piece has
     * @param most how many pieces will be added at most
     */
    Fingerprint(int piece, int most) {
        this.piece = piece;
        int power = 1;
        for (int i = 0; i < piece; i++) {
            power *= MULTIPLIER;
        }
        this.leaving = power;
        this.table = new int[Integer.highestOneBit(Math.max(32, most)) * 4];
    }

    /** Adds all pieces of a text. */
    void add(CharSequence text) {
        int hash = 0;
        for (int i = 0; i < text.length(); i++) {
            hash = hash * MULTIPLIER + text.charAt(i) + 1;
            if (i >= piece) {
                hash -= leaving * (text.charAt(i - piece) + 1);
            }
            if (i >= piece - 1) {
                add(hash);
            }
        }
    }

    private void add(int hash) {
        int value = hash == 0 ? 1 : hash;
        int at = slot(value);
        while (table[at] != 0 && table[at] != value) {
            at = (at + 1) & (table.length - 1);
        }
        table[at] = value;
    }

    private boolean contains(int hash) {
        int value = hash == 0 ? 1 : hash;
        int at = slot(value);
        while (table[at] != 0) {
            if (table[at] == value) {
                return true;
            }
            at = (at + 1) & (table.length - 1);
        }
        return false;
    }

    private int slot(int value) {
        int mixed = value * 0x9E3779B9;
        return (mixed ^ mixed >>> 15) & (table.length - 1);
    }

    /** Returns for each character of a text whether it is in a piece of the other. */
    boolean[] covered(Letters letters) {
        boolean[] covered = new boolean[letters.length()];
        int hash = 0;
        int marked = 0;
        for (int i = 0; i < letters.length(); i++) {
            hash = hash * MULTIPLIER + letters.at(i) + 1;
            if (i >= piece) {
                hash -= leaving * (letters.at(i - piece) + 1);
            }
            if (i >= piece - 1 && contains(hash)) {
                for (int at = Math.max(marked, i + 1 - piece); at <= i; at++) {
                    covered[at] = true;
                }
                marked = i + 1;
            }
        }
        return covered;
    }
}
