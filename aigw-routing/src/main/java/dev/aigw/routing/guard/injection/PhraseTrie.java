package dev.aigw.routing.guard.injection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds phrases of many languages in one pass. A walk begins at each word, and in texts without spaces at each
 * character; it ends with the longest phrase, so the time is bounded by the number of words times that length.
 *
 * <p>A space in a phrase stands for one to four characters that belong to no word. A {@code *} stands for the rest of a
 * word. Immutable once built.
 */
final class PhraseTrie {

    private static final int MAXIMUM_SPACES = 4;
    private static final int MAXIMUM_ENDING = 12;

    private final long[] keys;
    private final int[] targets;
    private final int mask;
    /** The concepts of the phrases that end at a node; a negative one, as its complement, only at the end of a word. */
    private final int[][] accepts;

    private final boolean[] punctuationStarts = new boolean[0x80];

    /** Gets each phrase that is found. */
    @FunctionalInterface
    interface Sink {
        /** A phrase of the concept stands from {@code start} to {@code end}. */
        void found(int concept, int start, int end);
    }

    /** A phrase of a concept. */
    record Phrase(String text, int concept) {}

    PhraseTrie(List<Phrase> phrases) {
        int characters = 1;
        for (Phrase phrase : phrases) {
            characters += phrase.text().length();
        }
        int size = Integer.highestOneBit(characters * 2) * 2;
        keys = new long[size];
        targets = new int[size];
        mask = size - 1;
        Arrays.fill(keys, -1);
        List<int[]> ends = new ArrayList<>();
        ends.add(new int[0]);
        for (Phrase phrase : phrases) {
            boolean stem = phrase.text().endsWith("*");
            char[] folded = TextNormalizer.plain(
                    stem ? phrase.text().substring(0, phrase.text().length() - 1) : phrase.text());
            int node = 0;
            for (char c : folded) {
                int slot = slot(node, c);
                if (keys[slot] < 0) {
                    keys[slot] = key(node, c);
                    targets[slot] = ends.size();
                    ends.add(new int[0]);
                }
                node = targets[slot];
            }
            char last = folded[folded.length - 1];
            boolean anywhere = stem || Letters.isIdeograph(last) || !Letters.isWord(last);
            int[] old = ends.get(node);
            int[] more = Arrays.copyOf(old, old.length + 1);
            more[old.length] = anywhere ? phrase.concept() : ~phrase.concept();
            ends.set(node, more);
            if (folded[0] < 0x80 && !Letters.isWord(folded[0])) {
                punctuationStarts[folded[0]] = true;
            }
        }
        accepts = ends.toArray(int[][]::new);
    }

    /** Finds the phrases in {@code view}, in the order of their beginnings. */
    void find(View view, Sink sink) {
        char[] chars = view.chars;
        int length = view.length;
        boolean inWord = false;
        for (int i = 0; i < length; i++) {
            char c = chars[i];
            boolean word = Letters.isWord(c);
            if (word
                    ? !inWord || view.dense || (c >= 0x3040 && Letters.isIdeograph(c))
                    : c < 0x80 && punctuationStarts[c]) {
                walk(view, i, sink);
            }
            inWord = word && !Letters.isIdeograph(c);
        }
    }

    private void walk(View view, int start, Sink sink) {
        char[] chars = view.chars;
        int length = view.length;
        int node = 0;
        int i = start;
        while (true) {
            int[] accepted = accepts[node];
            for (int concept : accepted) {
                if (concept >= 0) {
                    sink.found(concept, start, i);
                } else if (view.dense || i == length || !Letters.isWord(chars[i])) {
                    sink.found(~concept, start, i);
                }
            }
            int next = i < length ? target(node, chars[i]) : -1;
            if (next >= 0 && chars[i] != ' ') {
                node = next;
                i++;
                continue;
            }
            int rest = i > start && Letters.isWord(chars[i - 1]) ? target(node, '*') : -1;
            if (rest >= 0) {
                int end = i;
                while (end < length && end - i < MAXIMUM_ENDING && Letters.isWord(chars[end])) {
                    end++;
                }
                node = rest;
                i = end;
                continue;
            }
            int spaced = target(node, ' ');
            if (spaced < 0) {
                return;
            }
            int end = i;
            while (end < length && end - i < MAXIMUM_SPACES && !Letters.isWord(chars[end])) {
                end++;
                if (target(spaced, end < length ? chars[end] : 0) >= 0) {
                    break;
                }
            }
            if ((end == i && !view.dense) || end == length) {
                return;
            }
            node = spaced;
            i = end;
        }
    }

    private int target(int node, char c) {
        int slot = slot(node, c);
        return keys[slot] < 0 ? -1 : targets[slot];
    }

    private int slot(int node, char c) {
        long key = key(node, c);
        int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 40) & mask;
        while (keys[slot] >= 0 && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private static long key(int node, char c) {
        return (long) node << 16 | c;
    }
}
