package dev.aigw.routing.guard.output;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds many phrases in one pass over a text, in time proportional to its length. Immutable.
 *
 * @see <a href="https://doi.org/10.1145/360825.360855">Aho and Corasick, "Efficient string matching", 1975</a>
 */
final class Phrases {

    private static final int MOST_CELLS = 8_000_000;

    private final short[] ascii = new short[128];
    private final Map<Character, Short> others = new HashMap<>();
    private final int classes;
    private final int[] next;
    private final int[] depths;
    private final int[] phrases;
    private final int[] shorter;
    private final int[] lengths;

    /** Takes a match. */
    @FunctionalInterface
    interface Matches {
        /** Takes the phrase of this index, which ends in front of {@code end}. */
        void found(int phrase, int start, int end);
    }

    /**
     * Compiles phrases, which are in the form that texts have.
     *
     * @throws IllegalArgumentException if one is empty, or there are too many
     */
    Phrases(List<String> list) {
        short count = 1;
        int states = 1;
        for (String phrase : list) {
            if (phrase.isEmpty()) {
                throw new IllegalArgumentException("a phrase has no letters or digits: remove it");
            }
            states += phrase.length();
            for (int i = 0; i < phrase.length(); i++) {
                count = classify(phrase.charAt(i), count);
            }
        }
        this.classes = count;
        if ((long) states * classes > MOST_CELLS) {
            throw new IllegalArgumentException(list.size() + " phrases are too many or too long: use fewer than "
                    + MOST_CELLS / classes + " characters in all");
        }
        int[] table = new int[states * classes];
        this.depths = new int[states];
        this.phrases = new int[states];
        this.shorter = new int[states];
        this.lengths = list.stream().mapToInt(String::length).toArray();
        Arrays.fill(phrases, -1);
        this.next = table;
        link(trie(list));
    }

    private short classify(char c, short count) {
        if (classOf(c) != 0) {
            return count;
        }
        if (c < ascii.length) {
            ascii[c] = count;
        } else {
            others.put(c, count);
        }
        return (short) (count + 1);
    }

    private int classOf(char c) {
        return c < ascii.length ? ascii[c] : others.isEmpty() ? 0 : others.getOrDefault(c, (short) 0);
    }

    private int trie(List<String> list) {
        int states = 1;
        for (int id = 0; id < list.size(); id++) {
            String phrase = list.get(id);
            int state = 0;
            for (int i = 0; i < phrase.length(); i++) {
                int cell = state * classes + classOf(phrase.charAt(i));
                if (next[cell] == 0) {
                    next[cell] = states;
                    depths[states++] = i + 1;
                }
                state = next[cell];
            }
            phrases[state] = id;
        }
        return states;
    }

    /** Completes the transitions, so that each character is one step. */
    private void link(int states) {
        int[] fails = new int[states];
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        for (int c = 0; c < classes; c++) {
            if (next[c] != 0) {
                queue.add(next[c]);
            }
        }
        while (!queue.isEmpty()) {
            int state = queue.remove();
            int fail = fails[state];
            shorter[state] = phrases[fail] >= 0 ? fail : shorter[fail];
            for (int c = 0; c < classes; c++) {
                int cell = state * classes + c;
                int target = next[cell];
                if (target == 0) {
                    next[cell] = next[fail * classes + c];
                } else {
                    fails[target] = next[fail * classes + c];
                    queue.add(target);
                }
            }
        }
    }

    /**
     * Reports all matches.
     *
     * @return how many of the last characters are the beginning of a phrase
     */
    int find(Letters letters, Matches matches) {
        int state = 0;
        for (int i = 0; i < letters.length(); i++) {
            state = next[state * classes + classOf(letters.at(i))];
            for (int at = phrases[state] >= 0 ? state : shorter[state]; at != 0; at = shorter[at]) {
                int phrase = phrases[at];
                matches.found(phrase, i + 1 - lengths[phrase], i + 1);
            }
        }
        return depths[state];
    }

    /** Returns the phrases that {@code letters} holds, each once, in the order of their first match. */
    List<Integer> in(Letters letters) {
        List<Integer> found = new ArrayList<>();
        find(letters, (phrase, start, end) -> {
            if (!found.contains(phrase)) {
                found.add(phrase);
            }
        });
        return found;
    }
}
