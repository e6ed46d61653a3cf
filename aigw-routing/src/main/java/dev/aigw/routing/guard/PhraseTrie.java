package dev.aigw.routing.guard;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the longest of some phrases at a place of a text. A phrase that begins or ends with a letter or digit is found
 * only where no other letter or digit touches it there. Not safe for use by several threads while phrases are added.
 */
final class PhraseTrie {

    private static final class Node {

        private @Nullable Map<Character, Node> next;
        private @Nullable String phrase;
        private @Nullable String value;

        @Nullable
        Node next(char c) {
            return next == null ? null : next.get(c);
        }
    }

    private final boolean ignoresCase;
    private final Node root = new Node();
    private int size;

    /** The length of the longest match at the last place, -1 for none, -2 if more text is needed to tell. */
    private int length = -1;

    private @Nullable String value;

    PhraseTrie(boolean ignoresCase) {
        this.ignoresCase = ignoresCase;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds a phrase, unless it is there already. */
    void add(String phrase, String value) {
        Node node = root;
        for (int i = 0; i < phrase.length(); i++) {
            if (node.next == null) {
                node.next = new HashMap<>(4);
            }
            node = node.next.computeIfAbsent(fold(phrase.charAt(i)), c -> new Node());
        }
        if (node.phrase == null) {
            node.phrase = phrase;
            node.value = value;
            size++;
        }
    }

    /**
     * Looks for the longest phrase that begins at {@code at}; {@link #length()} and {@link #value()} say what was
     * found.
     *
     * @param before the character before the text, or a space
     * @param complete whether the text ends where it ends; otherwise more may follow
     */
    void match(CharSequence text, int at, char before, boolean complete) {
        length = -1;
        value = null;
        Node node = root;
        char previous = at == 0 ? before : text.charAt(at - 1);
        int i = at;
        while (i < text.length()) {
            node = node.next(fold(text.charAt(i)));
            if (node == null) {
                return;
            }
            i++;
            if (node.phrase != null && isWord(text, at, i, previous)) {
                if (i < text.length() || complete || !Character.isLetterOrDigit(text.charAt(i - 1))) {
                    length = i - at;
                    value = node.value;
                }
            }
        }
        if (!complete && (node.next != null || (node.phrase != null && length != i - at))) {
            length = -2;
            value = null;
        }
    }

    private static boolean isWord(CharSequence text, int from, int to, char previous) {
        boolean begins = !Character.isLetterOrDigit(text.charAt(from)) || !Character.isLetterOrDigit(previous);
        boolean ends = to == text.length()
                || !Character.isLetterOrDigit(text.charAt(to - 1))
                || !Character.isLetterOrDigit(text.charAt(to));
        return begins && ends;
    }

    /** Returns the length of the match; -1 if there is none, -2 if more text is needed to tell. */
    int length() {
        return length;
    }

    /** Returns the value of the match, or null. */
    @Nullable
    String value() {
        return value;
    }

    private char fold(char c) {
        return ignoresCase ? Character.toLowerCase(Character.toUpperCase(c)) : c;
    }
}
