package dev.aigw.routing.feature;

import dev.aigw.api.CooldownScope;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as seen by a feature that shares cooldowns between routers. Safe for use by many threads. Times are
 * nanoseconds of the router's {@link Environment#nanoTime()}.
 */
public interface CoolingDeployment {

    /** Returns its id. */
    String id();

    /** Returns the name of its adapter. */
    String provider();

    /** Returns the vendor's id of its model. */
    String upstreamModel();

    /** Returns the credential in place of the adapter's own, or null. */
    @Nullable
    Credential credential();

    /** Returns the base URL in place of the adapter's own, or null. */
    @Nullable
    String baseUrl();

    /** Returns the nanoseconds left of its cooldown of this scope; 0 if there is none. */
    long cooldownNanos(CooldownScope scope, long nowNanos);

    /** Returns the kind of failure behind its last cooldown of this scope, or null if there was none. */
    @Nullable
    ErrorKind cooldownKind(CooldownScope scope);

    /** Begins a cooldown that another router reported, unless a longer one runs. No listener is notified. */
    void coolDownElsewhere(CooldownScope scope, long nowNanos, long nanos, ErrorKind kind);
}
