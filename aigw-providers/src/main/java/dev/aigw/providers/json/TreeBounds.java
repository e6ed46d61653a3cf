package dev.aigw.providers.json;

import java.util.Set;

/**
 * How much of a JSON text becomes a tree. A compressed body of some KiB can hold millions of values, each of which
 * takes up to 200 bytes as a node. Immutable.
 *
 * @param maxValues the maximum number of objects, arrays, strings and other values; of numbers in a list, eight count
 *     as one, since they are kept in a compact form
 * @param skipped names of fields that are not read, whatever they hold, in the objects at the top, and in those of a
 *     list there
 */
public record TreeBounds(int maxValues, Set<String> skipped) {

    /** The maximum number of values where none is set. */
    public static final int DEFAULT_MAX_VALUES = 500_000;

    /** The bounds where none are set. */
    public static final TreeBounds DEFAULT = new TreeBounds(DEFAULT_MAX_VALUES, Set.of());

    /** Copies the names, and checks the number. */
    public TreeBounds {
        if (maxValues <= 0) {
            throw new IllegalArgumentException(
                    "maxJsonValues is " + maxValues + ": use a positive number of JSON values");
        }
        skipped = Set.copyOf(skipped);
    }
}
