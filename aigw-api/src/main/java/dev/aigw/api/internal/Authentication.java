package dev.aigw.api.internal;

import dev.aigw.api.Caller;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Marks callers as authenticated: only the part of the router that has checked a credential does it. Safe for use by
 * many threads.
 */
public final class Authentication {

    private static volatile @Nullable BiFunction<Caller, @Nullable String, Caller> marker;

    private Authentication() {}

    /** Sets what marks a caller; {@link Caller} does it when it is loaded. */
    public static void marker(BiFunction<Caller, @Nullable String, Caller> function) {
        marker = function;
    }

    /**
     * Returns {@code caller} as one whose credential was checked.
     *
     * @param source where the credential came from, or null
     */
    public static Caller mark(Caller caller, @Nullable String source) {
        return Objects.requireNonNull(marker, "set before there is a caller").apply(caller, source);
    }
}
