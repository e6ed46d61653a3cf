package dev.aigw.routing.guard.sensitive;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the ends of all occurrences of many words in one pass, in any case of their letters (Aho and Corasick, 1975, as
 * a complete table of transitions). Immutable and safe for use by many threads.
 *
 * <p>States are numbered so that those in which a word ends come last: one comparison tells them.
 */
final class SecretAutomaton {

    private static final byte[] NO_CLASSES = new byte[256];

    private final byte[][] pages;
    private final char[] next;
    private final int classes;
    private final int firstEnding;
    private final int[][] endings;

    /**
     * Builds the table.
     *
     * @param words the words, whose indices {@link #endings(int)} returns; none is empty
     * @throws IllegalArgumentException if they have more than 127 different characters or 65,535 in all
     */
    SecretAutomaton(List<String> words) {
        pages = new byte[256][];
        Arrays.fill(pages, NO_CLASSES);
        classes = classify(words);
        List<int[]> trie = new ArrayList<>();
        List<List<Integer>> ends = new ArrayList<>();
        trie.add(newNode());
        ends.add(new ArrayList<>());
        for (int w = 0; w < words.size(); w++) {
            int at = 0;
            for (char c : words.get(w).toCharArray()) {
                int[] node = trie.get(at);
                int symbol = symbol(c);
                if (node[symbol] < 0) {
                    node[symbol] = trie.size();
                    trie.add(newNode());
                    ends.add(new ArrayList<>());
                }
                at = node[symbol];
            }
            ends.get(at).add(w);
        }
        if (trie.size() > Character.MAX_VALUE) {
            throw new IllegalArgumentException("the words have too many characters: " + trie.size());
        }
        complete(trie, ends);
        int[] number = new int[trie.size()];
        int quiet = 0;
        for (List<Integer> end : ends) {
            quiet += end.isEmpty() ? 1 : 0;
        }
        firstEnding = quiet;
        int nextQuiet = 0;
        int nextEnding = quiet;
        for (int i = 0; i < number.length; i++) {
            number[i] = ends.get(i).isEmpty() ? nextQuiet++ : nextEnding++;
        }
        next = new char[trie.size() * classes];
        endings = new int[trie.size() - quiet][];
        for (int i = 0; i < number.length; i++) {
            for (int s = 0; s < classes; s++) {
                next[number[i] * classes + s] = (char) number[trie.get(i)[s]];
            }
            if (!ends.get(i).isEmpty()) {
                endings[number[i] - quiet] =
                        ends.get(i).stream().mapToInt(Integer::intValue).toArray();
            }
        }
    }

    private int classify(List<String> words) {
        byte used = 0;
        for (String word : words) {
            for (int i = 0; i < word.length(); i++) {
                char c = word.charAt(i);
                if (symbol(c) == 0) {
                    if (++used < 0) {
                        throw new IllegalArgumentException("the words have more than 127 different characters");
                    }
                    put(Character.toLowerCase(c), used);
                    put(Character.toUpperCase(c), used);
                }
            }
        }
        return used + 1;
    }

    private void put(char c, byte symbol) {
        if (pages[c >> 8] == NO_CLASSES) {
            pages[c >> 8] = new byte[256];
        }
        pages[c >> 8][c & 255] = symbol;
    }

    private int[] newNode() {
        int[] node = new int[classes];
        Arrays.fill(node, -1);
        return node;
    }

    /** Adds the transitions by failure links, breadth first, and the words that end at them. */
    private void complete(List<int[]> trie, List<List<Integer>> ends) {
        int[] failure = new int[trie.size()];
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        for (int s = 0; s < classes; s++) {
            int child = trie.get(0)[s];
            if (child < 0) {
                trie.get(0)[s] = 0;
            } else {
                queue.add(child);
            }
        }
        while (!queue.isEmpty()) {
            int at = queue.remove();
            ends.get(at).addAll(ends.get(failure[at]));
            for (int s = 0; s < classes; s++) {
                int child = trie.get(at)[s];
                int fallback = trie.get(failure[at])[s];
                if (child < 0) {
                    trie.get(at)[s] = fallback;
                } else {
                    failure[child] = fallback;
                    queue.add(child);
                }
            }
        }
    }

    private int symbol(char c) {
        return pages[c >> 8][c & 255];
    }

    /** Returns the state after {@code c}. */
    int next(int state, char c) {
        return next[state * classes + pages[c >> 8][c & 255]];
    }

    /** Returns the state before the first character. */
    int start() {
        return 0;
    }

    /** Returns whether words end in this state. */
    boolean isEnding(int state) {
        return state >= firstEnding;
    }

    /** Returns the indices of the words that end in this state, the longest first. */
    int[] endings(int state) {
        return endings[state - firstEnding];
    }
}
