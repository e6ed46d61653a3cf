package dev.aigw.routing.engine.pool;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import org.jspecify.annotations.Nullable;

/**
 * A time until which a credential is left alone, shared by all deployments that use it. It ends early when the secret
 * changes, which is looked at once a second at the most and only while it holds: by who asks whether it does, calls
 * that wait for it among them. Safe for use by many threads.
 */
public final class CredentialCooldown {

    private static final long LOOK_NANOS = 1_000_000_000L;

    private final Cooldown hold = new Cooldown();
    private volatile int heldSecret;
    private volatile long lookedNanos;
    private volatile boolean lifted;

    CredentialCooldown() {}

    /** Holds for {@code nanos} from now on, unless held longer already. */
    void extend(long nowNanos, long nanos, ErrorKind kind, @Nullable Credential credential) {
        if (credential != null) {
            heldSecret = hash(credential, 0);
        }
        lookedNanos = nowNanos;
        lifted = false;
        hold.extend(nowNanos + nanos, kind);
    }

    /** Returns the nanoseconds still held; 0 when free. */
    long remainingNanos(long nowNanos, @Nullable Credential credential) {
        long remaining = hold.remainingNanos(nowNanos);
        if (remaining == 0 || lifted) {
            return 0;
        }
        if (credential != null && nowNanos - lookedNanos >= LOOK_NANOS) {
            lookedNanos = nowNanos;
            if (hash(credential, heldSecret) != heldSecret) {
                lifted = true;
                return 0;
            }
        }
        return remaining;
    }

    /** Returns the nanoseconds until the secret may be looked at again. */
    long nextLookNanos(long nowNanos) {
        return Math.max(1, LOOK_NANOS - (nowNanos - lookedNanos));
    }

    @Nullable
    ErrorKind kind() {
        return hold.kind();
    }

    /** Returns a hash of the secret, or {@code otherwise} when there is none to be had. */
    private static int hash(Credential credential, int otherwise) {
        try {
            return credential.secret().hashCode();
        } catch (GatewayException none) {
            return otherwise; // who asks next with this credential is told why
        }
    }
}
