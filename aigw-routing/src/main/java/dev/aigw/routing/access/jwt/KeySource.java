package dev.aigw.routing.access.jwt;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where the keys of an issuer come from. Safe for use by many threads. */
interface KeySource {

    /** Returns the keys that may be used now; null if there are none. It may wait for them, for a bounded time. */
    @Nullable
    KeySet current();

    /**
     * Returns keys that were got after {@code known}, which did not verify a token; null if they cannot be got now. It
     * may wait for them, for a bounded time.
     */
    @Nullable
    KeySet after(KeySet known);

    /** Returns when to try again, if there were no keys. */
    Duration retryAfter();
}
