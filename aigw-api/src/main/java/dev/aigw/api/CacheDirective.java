package dev.aigw.api;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one call uses the result cache, in the terms of HTTP's {@code Cache-Control}. Immutable.
 *
 * <p>Without a directive a call reads and writes the router's cache, if it has one.
 */
public final class CacheDirective {

    /** Read and write as configured. */
    public static final CacheDirective DEFAULT = new CacheDirective(true, true, null, null, null);

    /** Neither read nor write. */
    public static final CacheDirective BYPASS = new CacheDirective(false, false, null, null, null);

    /** Read, but do not write what this call brings. */
    public static final CacheDirective NO_STORE = new CacheDirective(true, false, null, null, null);

    /** Do not read, but write what this call brings. */
    public static final CacheDirective REFRESH = new CacheDirective(false, true, null, null, null);

    private final boolean read;
    private final boolean store;
    private final @Nullable Duration maxAge;
    private final @Nullable Duration staleIfError;
    private final @Nullable Duration staleWhileRevalidate;

    private CacheDirective(
            boolean read,
            boolean store,
            @Nullable Duration maxAge,
            @Nullable Duration staleIfError,
            @Nullable Duration staleWhileRevalidate) {
        this.read = read;
        this.store = store;
        this.maxAge = maxAge;
        this.staleIfError = staleIfError;
        this.staleWhileRevalidate = staleWhileRevalidate;
    }

    /** Returns a directive that accepts only entries younger than {@code maxAge}. */
    public static CacheDirective maxAge(Duration maxAge) {
        return new CacheDirective(true, true, checked(maxAge, "maxAge"), null, null);
    }

    /**
     * Returns this directive, accepting a stored reply up to {@code age} old, even past its time to live, when no model
     * can answer. The cache must keep replies that long; {@code reply.route().degraded()} says that such a reply
     * answered.
     *
     * <pre>{@code
     * CallOptions.builder().cache(CacheDirective.DEFAULT.staleIfError(Duration.ofHours(6)))
     * }</pre>
     *
     * @throws IllegalStateException on {@link #BYPASS}, which does not read
     */
    public CacheDirective staleIfError(Duration age) {
        if (!read && !store) {
            throw new IllegalStateException("BYPASS does not read the cache: begin with DEFAULT or REFRESH");
        }
        return new CacheDirective(read, store, maxAge, checked(age, "staleIfError"), staleWhileRevalidate);
    }

    /**
     * Returns this directive, accepting a stored reply up to {@code age} old, even past its time to live, at once,
     * while a call in the background brings a fresh one. The cache must keep replies that long.
     *
     * @throws IllegalStateException if it does not both read and store
     */
    public CacheDirective staleWhileRevalidate(Duration age) {
        if (!read || !store) {
            throw new IllegalStateException(
                    "only a directive that reads and stores can revalidate: begin with DEFAULT");
        }
        return new CacheDirective(true, true, maxAge, staleIfError, checked(age, "staleWhileRevalidate"));
    }

    private static Duration checked(Duration age, String name) {
        if (age.isNegative()) {
            throw new IllegalArgumentException(name + " is negative: use zero or more");
        }
        return age;
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

    /** Returns how old a reply may be that answers when no model can, or null for none. */
    public @Nullable Duration staleIfError() {
        return staleIfError;
    }

    /** Returns how old a reply may be that answers while a fresh one is fetched, or null for none. */
    public @Nullable Duration staleWhileRevalidate() {
        return staleWhileRevalidate;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheDirective that
                && read == that.read
                && store == that.store
                && Objects.equals(maxAge, that.maxAge)
                && Objects.equals(staleIfError, that.staleIfError)
                && Objects.equals(staleWhileRevalidate, that.staleWhileRevalidate);
    }

    @Override
    public int hashCode() {
        return Objects.hash(read, store, maxAge, staleIfError, staleWhileRevalidate);
    }

    @Override
    public String toString() {
        return "CacheDirective{read=" + read + ", store=" + store + ", maxAge=" + maxAge + ", staleIfError="
                + staleIfError + ", staleWhileRevalidate=" + staleWhileRevalidate + "}";
    }
}
