package dev.aigw.routing.access.keys;

import java.text.Normalizer;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What names, tenants, roles and labels of keys may be made of. They go to logs, headers and file names, and rights
 * depend on them: no control or format characters, no blanks around, one spelling only, and a bounded length.
 */
final class KeyTexts {

    static final int MOST_CHARS = 200;
    static final int MOST_WORDS = 64;
    static final int MOST_LABELS = 32;

    private KeyTexts() {}

    /**
     * Returns {@code text} if it is fit for people to read.
     *
     * @throws IllegalArgumentException if not; the message does not repeat it
     */
    static String text(String text, String what) {
        return checked(text, what, Normalizer.Form.NFC);
    }

    /**
     * Returns {@code text} if rights may depend on it: it must also have no look-alike by Unicode's compatibility
     * forms, such as full-width letters.
     *
     * @throws IllegalArgumentException if not; the message does not repeat it
     */
    static String word(String text, String what) {
        return checked(text, what, Normalizer.Form.NFKC);
    }

    static Set<String> words(Set<String> words, String what) {
        if (words.size() > MOST_WORDS) {
            throw new IllegalArgumentException(
                    "the key has " + words.size() + " " + what + "s: use at most " + MOST_WORDS);
        }
        words.forEach(word -> word(word, what));
        return Set.copyOf(words);
    }

    static Map<String, String> labels(Map<String, String> labels) {
        if (labels.size() > MOST_LABELS) {
            throw new IllegalArgumentException("the key has " + labels.size() + " labels: use at most " + MOST_LABELS);
        }
        labels.forEach((name, value) -> {
            word(name, "name of a label");
            text(value, "value of a label");
        });
        return Map.copyOf(labels);
    }

    private static String checked(String text, String what, Normalizer.Form form) {
        Objects.requireNonNull(text, what);
        if (text.isEmpty() || text.length() > MOST_CHARS) {
            throw new IllegalArgumentException(
                    "the " + what + " has " + text.length() + " characters: use 1 to " + MOST_CHARS);
        }
        if (!text.equals(text.strip())) {
            throw new IllegalArgumentException("the " + what + " begins or ends with a blank: remove it");
        }
        if (!text.codePoints().allMatch(KeyTexts::isHarmless)) {
            throw new IllegalArgumentException(
                    "the " + what + " has a control, format or unassigned character: remove it");
        }
        if (!Normalizer.isNormalized(text, form)) {
            throw new IllegalArgumentException("the " + what + " can be written in another way that looks the same:"
                    + " normalize it by java.text.Normalizer to " + form);
        }
        return text;
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
