package dev.aigw.routing.access;

import dev.aigw.api.Caller;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an {@link Authenticator} says about a credential. Immutable. */
public final class AuthenticationResult {

    /** The kinds of results. */
    public enum Kind {
        /** The credential is valid. */
        ACCEPTED,
        /** The credential is not valid. No other authenticator is asked. */
        REJECTED,
        /** The credential is of another kind, or another issuer's: the next authenticator is asked. */
        NOT_MINE,
        /** The credential cannot be checked now: its store or issuer does not answer. */
        UNAVAILABLE
    }

    private static final AuthenticationResult NOT_MINE =
            new AuthenticationResult(Kind.NOT_MINE, null, "no authenticator knows credentials of this kind", null, null);

    private final Kind kind;
    private final @Nullable Caller caller;
    private final String reason;
    private final @Nullable String key;
    private final @Nullable Duration retryAfter;

    private AuthenticationResult(
            Kind kind, @Nullable Caller caller, String reason, @Nullable String key, @Nullable Duration retryAfter) {
        this.kind = kind;
        this.caller = caller;
        this.reason = reason;
        this.key = key;
        this.retryAfter = retryAfter;
    }

    /** Returns that the credential is valid, and is this caller's. */
    public static AuthenticationResult accepted(Caller caller) {
        return new AuthenticationResult(Kind.ACCEPTED, Objects.requireNonNull(caller, "caller"), "", null, null);
    }

    /**
     * Returns that the credential is not valid.
     *
     * @param reason why, for the audit log and never for the caller: no secret, no part of one
     */
    public static AuthenticationResult rejected(String reason) {
        return new AuthenticationResult(Kind.REJECTED, null, Objects.requireNonNull(reason, "reason"), null, null);
    }

    /**
     * Returns that the credential is not valid.
     *
     * @param reason why, for the audit log and never for the caller: no secret, no part of one
     * @param key the id of the API key that was presented, or null
     */
    public static AuthenticationResult rejected(String reason, @Nullable String key) {
        return new AuthenticationResult(Kind.REJECTED, null, Objects.requireNonNull(reason, "reason"), key, null);
    }

    /** Returns that the credential is of another kind, or of another issuer. */
    public static AuthenticationResult notMine() {
        return NOT_MINE;
    }

    /**
     * Returns that the credential cannot be checked now.
     *
     * @param reason why, for the audit log and never for the caller
     * @param retryAfter when to try again
     */
    public static AuthenticationResult unavailable(String reason, Duration retryAfter) {
        return new AuthenticationResult(
                Kind.UNAVAILABLE,
                null,
                Objects.requireNonNull(reason, "reason"),
                null,
                Objects.requireNonNull(retryAfter, "retryAfter"));
    }

    /** Returns the kind. */
    public Kind kind() {
        return kind;
    }

    /** Returns the caller; null unless the credential is accepted. */
    public @Nullable Caller caller() {
        return caller;
    }

    /** Returns why the credential is not accepted; empty if it is. */
    public String reason() {
        return reason;
    }

    /** Returns the id of the key that was rejected, or null. */
    public @Nullable String key() {
        return key;
    }

    /** Returns when to try again; null unless the credential cannot be checked now. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public String toString() {
        return kind == Kind.ACCEPTED ? "ACCEPTED " + caller : kind + ": " + reason;
    }
}
