package dev.aigw.routing.engine.pool;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import org.jspecify.annotations.Nullable;

/**
 * A cooldown of a credential, shared by all deployments that use it. It ends early when the secret changes. The secret
 * is read only while the cooldown runs, at most once a second, by callers that check for the cooldown, including calls
 * that wait for its end. Safe for use by many threads.
 */
final class CredentialCooldown {

    private static final long LOOK_NANOS = 1_000_000_000L;

    private final Cooldown cooldown = new Cooldown();
    private volatile int cooledSecret;
    private volatile long lookedNanos;

    /** Begins, unless a longer one runs; see {@link Cooldown#extend}. */
    void extend(long nowNanos, long nanos, long boundNanos, ErrorKind kind, @Nullable Credential credential) {
        if (credential != null) {
            cooledSecret = hash(credential, 0);
        }
        lookedNanos = nowNanos;
        cooldown.extend(nowNanos, nanos, boundNanos, kind);
    }

    /** Returns the nanoseconds left; 0 when the credential may be used. */
    long remainingNanos(long nowNanos, @Nullable Credential credential) {
        long remaining = cooldown.remainingNanos(nowNanos);
        if (remaining > 0 && credential != null && nowNanos - lookedNanos >= LOOK_NANOS) {
            lookedNanos = nowNanos;
            if (hash(credential, cooledSecret) != cooledSecret) {
                cooldown.lift();
                return 0;
            }
        }
        return remaining;
    }

    Cooldown.Permit tryAcquire(long nowNanos, @Nullable Credential credential) {
        return remainingNanos(nowNanos, credential) > 0 ? Cooldown.Permit.NONE : cooldown.tryAcquire(nowNanos);
    }

    void probeEnded(boolean succeeded) {
        cooldown.probeEnded(succeeded);
    }

    void lift() {
        cooldown.lift();
    }

    /** Returns the nanoseconds until the secret may be looked at again. */
    long nextLookNanos(long nowNanos) {
        return Math.max(1, LOOK_NANOS - (nowNanos - lookedNanos));
    }

    @Nullable
    ErrorKind kind() {
        return cooldown.kind();
    }

    /** Returns a hash of the secret, or {@code otherwise} if it cannot be read. */
    private static int hash(Credential credential, int otherwise) {
        try {
            return credential.secret().hashCode();
        } catch (GatewayException none) {
            return otherwise; // the next call with this credential gets the reason
        }
    }
}
