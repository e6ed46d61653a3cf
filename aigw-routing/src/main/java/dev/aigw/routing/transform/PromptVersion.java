package dev.aigw.routing.transform;

import java.util.Arrays;

/** A version of a prompt: numbers with dots between them, as in {@code 3} or {@code 2026.11.30}. Immutable. */
record PromptVersion(String text) implements Comparable<PromptVersion> {

    PromptVersion {
        if (!isVersion(text)) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no version of a prompt: use numbers with dots, such as 3 or 3.1");
        }
    }

    private static boolean isVersion(String text) {
        for (String part : text.split("\\.", -1)) {
            if (part.isEmpty() || part.length() > 18 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
        }
        return true;
    }

    private long[] parts() {
        return Arrays.stream(text.split("\\.")).mapToLong(Long::parseLong).toArray();
    }

    /** Compares number by number; texts of equal numbers, such as {@code 3} and {@code 03}, by the text. */
    @Override
    public int compareTo(PromptVersion other) {
        int order = Arrays.compare(parts(), other.parts());
        return order != 0 ? order : text.compareTo(other.text);
    }
}
