package dev.aigw.api.internal;

import org.jspecify.annotations.Nullable;

/**
 * Which properties of a builder are set, so that setting one twice is refused: the first value would be lost without a
 * word. A builder gives each property a number of its own, from 0 to 63. Not safe for use by several threads.
 */
public final class SetOnce {

    private final String where;
    private long set;

    /** Creates a memory of nothing set. */
    public SetOnce() {
        this("");
    }

    /** Creates a memory of nothing set, whose messages begin with {@code where}, such as the builder's name. */
    public SetOnce(String where) {
        this.where = where;
    }

    /**
     * Notes that a property is set.
     *
     * @throws IllegalStateException if it was before
     */
    public void check(int property, String name) {
        if ((set & 1L << property) != 0) {
            throw new IllegalStateException(where + name + " is set twice: remove one of the two");
        }
        set |= 1L << property;
    }

    /**
     * Does what {@link #check(int, String)} does for a builder that is made in each call, and so keeps the bits itself.
     *
     * @param set the bits of the properties set so far
     * @return the bits with that of this property
     * @throws IllegalStateException if it was set before
     */
    public static long check(long set, int property, String name) {
        if ((set & 1L << property) != 0) {
            throw new IllegalStateException(name + " is set twice: remove one of the two");
        }
        return set | 1L << property;
    }

    /** Notes that a property holds something now that setting it would replace. */
    public void mark(int property) {
        set |= 1L << property;
    }

    /** Returns whether a property is set. */
    public boolean isSet(int property) {
        return (set & 1L << property) != 0;
    }

    /**
     * Returns a value that a builder cannot do without.
     *
     * @throws IllegalStateException if it is null
     */
    public static <T> T required(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalStateException(name + " is not set: set it before build()");
        }
        return value;
    }
}
