package dev.aigw.routing.guard.sensitive;

import java.util.List;

/**
 * Finds personal data or secrets in a text. Implementations are safe for use by many threads, keep no text, and take
 * time in proportion to its length.
 *
 * <pre>{@code
 * EntityDetector ourCustomers = text -> customerNumbers(text);
 * }</pre>
 */
@FunctionalInterface
public interface EntityDetector {

    /** Returns what it finds, in any order; spans may overlap. */
    List<Entity> find(String text);

    /**
     * Returns the place from which on more text could change what was found: the beginning of an unfinished number or
     * word at the end of {@code text}, say. Streams are held back from there. The default is the beginning of the last
     * run of characters that are not white space.
     */
    default int undecidedFrom(String text) {
        int from = text.length();
        while (from > 0 && !Character.isWhitespace(text.charAt(from - 1))) {
            from--;
        }
        return from;
    }
}
