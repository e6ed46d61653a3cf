package dev.aigw.api;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one call wants of the result cache, in the terms of HTTP's {@code Cache-Control}. Immutable.
 *
 * <p>Without a directive a call reads and writes the router's cache, if it has one.
 */
public final class CacheDirective {

    /** Read and write as configured. */
    public static final CacheDirective DEFAULT = new CacheDirective(true, true, null);

    /** Neither read nor write. */
    public static final CacheDirective BYPASS = new CacheDirective(false, false, null);

    /** Read, but do not write what this call brings. */
    public static final CacheDirective NO_STORE = new CacheDirective(true, false, null);

    /** Do not read, but write what this call brings. */
    public static final CacheDirective REFRESH = new CacheDirective(false, true, null);

    private final boolean read;
    private final boolean store;
    private final @Nullable Duration maxAge;

    private CacheDirective(boolean read, boolean store, @Nullable Duration maxAge) {
        this.read = read;
        this.store = store;
        this.maxAge = maxAge;
    }

    /** Returns a directive that accepts only entries younger than {@code maxAge}. */
    public static CacheDirective maxAge(Duration maxAge) {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge is negative: " + maxAge);
        }
        return new CacheDirective(true, true, maxAge);
    }

    /** Returns whether a cached reply is acceptable. */
    public boolean read() {
        return read;
    }

    /** Returns whether the reply may be stored. */
    public boolean store() {
        return store;
    }

    /** Returns the greatest age of an acceptable entry, or null for any. */
    public @Nullable Duration maxAge() {
        return maxAge;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheDirective that
                && read == that.read
                && store == that.store
                && Objects.equals(maxAge, that.maxAge);
    }

    @Override
    public int hashCode() {
        return Objects.hash(read, store, maxAge);
    }

    @Override
    public String toString() {
        return "CacheDirective{read=" + read + ", store=" + store + ", maxAge=" + maxAge + "}";
    }
}
