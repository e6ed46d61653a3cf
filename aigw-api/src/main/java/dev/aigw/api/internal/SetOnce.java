package dev.aigw.api.internal;

import org.jspecify.annotations.Nullable;

/**
 * Records which properties of a builder are set and refuses to set one twice, since the first value would be lost
 * silently. A builder numbers its properties, from 0 to 63. Not safe for use by several threads.
 */
public final class SetOnce {

    private final String where;
    private long set;

    /** Starts with nothing set. */
    public SetOnce() {
        this("");
    }

    /** Starts with nothing set; messages begin with {@code where}, such as the builder's name. */
    public SetOnce(String where) {
        this.where = where;
    }

    /**
     * Marks a property as set.
     *
     * @throws IllegalStateException if it is set already
     */
    public void check(int property, String name) {
        if ((set & 1L << property) != 0) {
            throw new IllegalStateException(where + name + " is set twice: remove one of the two");
        }
        set |= 1L << property;
    }

    /**
     * Does the same as {@link #check(int, String)} for a builder that is created in each call and so keeps the bits
     * itself.
     *
     * @param set the bits of the properties set so far
     * @return the bits with that of this property
     * @throws IllegalStateException if it is set already
     */
    public static long check(long set, int property, String name) {
        if ((set & 1L << property) != 0) {
            throw new IllegalStateException(name + " is set twice: remove one of the two");
        }
        return set | 1L << property;
    }

    /** Marks a property as set because it has content that setting it would replace. */
    public void mark(int property) {
        set |= 1L << property;
    }

    /** Returns whether a property is set. */
    public boolean isSet(int property) {
        return (set & 1L << property) != 0;
    }

    /**
     * Returns a required value.
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
