package dev.aigw.routing.engine.pool;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.internal.SecretDigest;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A cooldown of a credential, shared by all deployments that use it. It ends early when the secret changes. The secret
 * is read only while the cooldown runs, at most once a second, by callers that check for the cooldown, including calls
 * that wait for its end. Safe for use by many threads.
 */
final class CredentialCooldown {

    private static final long LOOK_NANOS = 1_000_000_000L;

    private final Cooldown cooldown = new Cooldown();
    private final AtomicLong lookedNanos = new AtomicLong();
    private volatile @Nullable String cooledSecret; // a digest of it; null until it is known

    /** Begins, unless a longer one runs; see {@link Cooldown#extend}. */
    void extend(long nowNanos, long nanos, long boundNanos, ErrorKind kind, @Nullable Credential credential) {
        if (credential != null) {
            cooledSecret = digest(credential);
        }
        lookedNanos.set(nowNanos);
        cooldown.extend(nowNanos, nanos, boundNanos, kind);
    }

    /** Returns the nanoseconds left; 0 when the credential may be used. */
    long remainingNanos(long nowNanos, @Nullable Credential credential) {
        long remaining = cooldown.remainingNanos(nowNanos);
        if (remaining > 0 && credential != null) {
            long looked = lookedNanos.get();
            if (nowNanos - looked >= LOOK_NANOS
                    && lookedNanos.compareAndSet(looked, nowNanos)
                    && hasChanged(digest(credential))) {
                cooldown.lift();
                return 0;
            }
        }
        return remaining;
    }

    /** Returns the digest of the secret; empty if it cannot be got, null if that is not known soon. */
    private static @Nullable String digest(Credential credential) {
        String secret = SecretReader.read(credential);
        return secret == null || secret.isEmpty() ? secret : SecretDigest.of(secret);
    }

    private boolean hasChanged(@Nullable String secret) {
        if (secret == null || secret.isEmpty()) {
            return false;
        }
        String cooled = cooledSecret;
        if (cooled == null) {
            cooledSecret = secret; // it could not be read when the cooldown began
            return false;
        }
        return !secret.equals(cooled);
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
        return Math.max(1, LOOK_NANOS - (nowNanos - lookedNanos.get()));
    }

    @Nullable
    ErrorKind kind() {
        return cooldown.kind();
    }
}
