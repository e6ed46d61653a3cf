package dev.aigw.routing.guard.screening;

import java.util.Arrays;
import java.util.List;

/**
 * Finds many phrases in one pass: the automaton of Aho and Corasick ("Efficient string matching", 1975), whose states
 * are numbered level by level, so that the children of a state are neighbours and need no pointers. A state takes 14
 * bytes. Immutable.
 *
 * <p>State 0 is the root. {@link #next} moves by one unit and takes constant time on average over a text, whatever the
 * phrases and the text are.
 */
final class PhraseAutomaton {

    private static final int ASCII = 128;

    /** Up to this many children are looked through one by one. */
    private static final int FEW = 8;

    private final int[] firstChild;
    private final char[] label;
    private final int[] fail;
    private final int[] ending;
    private final int[] endingWithin;
    private final char[] lengths;
    private final int[] levels;
    private final int[] ofRoot = new int[ASCII];
    private final int maxLength;

    /**
     * Makes an automaton.
     *
     * @param phrases the phrases, sorted, without empty ones and doubles
     * @param maxBytes how much memory it may take
     * @throws IllegalArgumentException if it would take more
     */
    PhraseAutomaton(List<String> phrases, long maxBytes) {
        Builder builder = new Builder(phrases, maxBytes);
        firstChild = Arrays.copyOf(builder.firstChild, builder.states + 1);
        label = Arrays.copyOf(builder.label, builder.states);
        fail = Arrays.copyOf(builder.fail, builder.states);
        ending = Arrays.copyOf(builder.ending, builder.states);
        endingWithin = builder.endingWithin;
        levels = Arrays.copyOf(builder.levels, builder.depth + 1);
        maxLength = builder.depth;
        lengths = new char[phrases.size()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = (char) phrases.get(i).length();
        }
        for (char unit = 0; unit < ASCII; unit++) {
            ofRoot[unit] = Math.max(0, child(firstChild, label, 0, unit));
        }
    }

    /** Returns the length of the longest phrase, 0 without any. */
    int maxLength() {
        return maxLength;
    }

    /** Returns the bytes that the automaton takes. */
    long bytes() {
        return 4L * (firstChild.length + fail.length + ending.length + endingWithin.length + levels.length + ASCII)
                + 2L * (label.length + lengths.length);
    }

    /** Returns the state after one more unit. */
    int next(int state, char unit) {
        int current = state;
        while (current != 0) {
            int child = child(firstChild, label, current, unit);
            if (child >= 0) {
                return child;
            }
            current = fail[current];
        }
        return unit < ASCII ? ofRoot[unit] : Math.max(0, child(firstChild, label, 0, unit));
    }

    /** Returns the number of the longest phrase that ends in this state, or -1. */
    int longest(int state) {
        int phrase = ending[state];
        return phrase >= 0 ? phrase : phrase == NONE ? -1 : ending[-2 - phrase];
    }

    /** Returns the length of a phrase. */
    int length(int phrase) {
        return lengths[phrase];
    }

    /** Returns the number of the longest phrase that is an end of this one, or -1. */
    int longestWithin(int phrase) {
        return endingWithin[phrase];
    }

    /** Returns how many units of the text this state stands for: the longest end of it with which a phrase begins. */
    int depth(int state) {
        int level = Arrays.binarySearch(levels, state);
        return level >= 0 ? level : -level - 2;
    }

    private static final int NONE = -1;

    private static int child(int[] firstChild, char[] label, int state, char unit) {
        int low = firstChild[state];
        int high = firstChild[state + 1];
        while (high - low > FEW) {
            int middle = (low + high) >>> 1;
            if (label[middle] <= unit) {
                low = middle;
            } else {
                high = middle;
            }
        }
        for (int i = low; i < high; i++) {
            if (label[i] == unit) {
                return i;
            }
        }
        return -1;
    }

    /** Goes through the sorted phrases level by level: each state is a range of phrases with the same beginning. */
    private static final class Builder {

        private static final int STATE_BYTES = 14;

        private final List<String> phrases;
        private final long maxBytes;

        private int states = 1;
        private int depth;
        private int[] firstChild = new int[64];
        private char[] label = new char[64];
        private int[] fail = new int[64];
        private int[] ending = new int[64];
        private int[] from = new int[64];
        private int[] to = new int[64];
        private int[] levels = new int[16];
        private final int[] endingWithin;

        Builder(List<String> phrases, long maxBytes) {
            this.phrases = phrases;
            this.maxBytes = maxBytes;
            endingWithin = new int[phrases.size()];
            ending[0] = NONE;
            to[0] = phrases.size();
            firstChild[0] = 1;
            int levelEnd = 1;
            for (int state = 0; state < states; state++) {
                if (state == levelEnd) {
                    depth++;
                    levels = depth == levels.length ? Arrays.copyOf(levels, 2 * depth) : levels;
                    levels[depth] = state;
                    levelEnd = states;
                }
                addChildren(state);
                firstChild[state + 1] = states;
            }
        }

        private void addChildren(int state) {
            int phrase = from[state];
            int end = to[state];
            if (phrase < end && phrases.get(phrase).length() == depth) {
                phrase++; // it ends here
            }
            while (phrase < end) {
                char unit = phrases.get(phrase).charAt(depth);
                int first = phrase;
                do {
                    phrase++;
                } while (phrase < end && phrases.get(phrase).charAt(depth) == unit);
                add(state, unit, first, phrase);
            }
        }

        private void add(int parent, char unit, int first, int last) {
            if (states + 1 >= label.length) {
                grow();
            }
            int state = states++;
            label[state] = unit;
            from[state] = first;
            to[state] = last;
            fail[state] = parent == 0 ? 0 : failure(fail[parent], unit);
            int within = ending[fail[state]];
            int inner = within >= 0 ? fail[state] : within == NONE ? 0 : -2 - within;
            if (phrases.get(first).length() == depth + 1) {
                ending[state] = first;
                endingWithin[first] = inner == 0 ? -1 : ending[inner];
            } else {
                ending[state] = inner == 0 ? NONE : -2 - inner;
            }
        }

        /** The children of shallower states are known already. */
        private int failure(int start, char unit) {
            int state = start;
            while (true) {
                int child = child(firstChild, label, state, unit);
                if (child >= 0 || state == 0) {
                    return Math.max(0, child);
                }
                state = fail[state];
            }
        }

        private void grow() {
            int length = label.length + (label.length >> 1);
            if ((long) states * STATE_BYTES > maxBytes) {
                throw new IllegalArgumentException("its " + phrases.size() + " phrases need more than " + maxBytes
                        + " bytes: raise maximumBytes, or split the list");
            }
            firstChild = Arrays.copyOf(firstChild, length + 1);
            label = Arrays.copyOf(label, length);
            fail = Arrays.copyOf(fail, length);
            ending = Arrays.copyOf(ending, length);
            from = Arrays.copyOf(from, length);
            to = Arrays.copyOf(to, length);
        }
    }
}
