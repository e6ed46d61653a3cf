package dev.aigw.api.guard;

import dev.aigw.api.GatewayException;
import java.util.EnumSet;
import java.util.Set;

/**
 * Checks what goes to a model, or what comes back. Add it to a router by {@code Guards.builder()} of
 * {@code aigw-routing}, which says where it applies and what happens when it fails.
 *
 * <pre>{@code
 * Guard noPricesOfRivals = inspection -> inspection.mentions("ACME")
 *     ? GuardVerdict.block("rival")
 *     : GuardVerdict.ALLOW;
 * }</pre>
 *
 * <p>Implementations are safe for use by many threads and keep no content of calls. A guard that throws has not passed
 * the content: the router then rejects the call, unless it was told otherwise.
 */
@FunctionalInterface
public interface Guard {

    /** How long a check takes; cheap guards run first, and what they block costly ones never see. */
    enum Effort {
        /** Microseconds, in the calling thread, without a timeout. */
        MEMORY,
        /** Milliseconds of computing. */
        COMPUTE,
        /** A call of another process. Such guards run at the same time. */
        REMOTE
    }

    /**
     * Checks the parts of {@code inspection}.
     *
     * @throws GatewayException if it cannot tell, for example because its service is down
     */
    GuardVerdict check(Inspection inspection);

    /** Returns the name that routes, events and errors show; the simple name of the class by default. */
    default String name() {
        String simple = getClass().getSimpleName();
        int lambda = simple.indexOf("$$");
        return lambda < 0 ? simple.isEmpty() ? "guard" : simple : simple.substring(0, lambda);
    }

    /** Returns how long a check takes; {@link Effort#COMPUTE} by default. */
    default Effort effort() {
        return Effort.COMPUTE;
    }

    /** Returns the origins of the content that this guard wants to see; all by default. */
    default Set<ContentOrigin> origins() {
        return EnumSet.allOf(ContentOrigin.class);
    }

    /**
     * Returns whether this guard reads {@link Inspection#request()}, and so checks requests without any part as well,
     * such as a prediction from numbers alone; false by default.
     */
    default boolean readsRequest() {
        return false;
    }

    /** Returns how this guard checks streamed replies; {@link StreamChecking#whole()} by default. */
    default StreamChecking streaming() {
        return StreamChecking.whole();
    }
}
