package dev.aigw.routing.access;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a caller presented to the application to prove who it is: a secret, such as an API key or a token, or a
 * principal that another part of the application has already established.
 *
 * <pre>{@code
 * PresentedCredential presented = PresentedCredential.authorization(request.getHeader("Authorization"))
 *     .from(request.getRemoteAddr());
 * }</pre>
 *
 * <p>Immutable. The secret never shows in {@code toString}, logs or exceptions.
 */
public final class PresentedCredential {

    /** Longer ones are refused unread: no key or token is so long. */
    static final int MOST_CHARS = 16_384;

    private static final int MOST_SOURCE_CHARS = 200;
    private static final String BEARER = "Bearer";

    private final @Nullable String secret;
    private final @Nullable Object principal;
    private final @Nullable String source;

    private PresentedCredential(@Nullable String secret, @Nullable Object principal, @Nullable String source) {
        this.secret = secret;
        this.principal = principal;
        this.source = source;
    }

    /** Returns an API key or a token, as it stands alone in a header; null if the caller presented none. */
    public static PresentedCredential of(@Nullable String secret) {
        return new PresentedCredential(secret == null ? null : secret.strip(), null, null);
    }

    /**
     * Returns the credential of an {@code Authorization} header: what follows {@code Bearer}, in any case, or the whole
     * value if it has no scheme; null if there was no such header.
     */
    public static PresentedCredential authorization(@Nullable String header) {
        if (header == null) {
            return of(null);
        }
        String value = header.strip();
        boolean isBearer = value.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && (value.length() == BEARER.length() || Character.isWhitespace(value.charAt(BEARER.length())));
        return of(isBearer ? value.substring(BEARER.length()) : value);
    }

    /**
     * Returns a principal that the application has established, such as that of Spring Security. An
     * {@link Authenticator#ofPrincipal} turns it into a caller.
     */
    public static PresentedCredential principal(Object principal) {
        return new PresentedCredential(null, Objects.requireNonNull(principal, "principal"), null);
    }

    /**
     * Returns this credential with where it came from, such as an address, for the audit log. At most 200 characters
     * are kept, and control characters become spaces.
     */
    public PresentedCredential from(String source) {
        return new PresentedCredential(secret, principal, AuditText.clean(source, MOST_SOURCE_CHARS));
    }

    /** Returns the secret, or null. Compare it in constant time, and don't store or log it. */
    public @Nullable String secret() {
        return secret;
    }

    /** Returns the principal, or null. */
    public @Nullable Object principal() {
        return principal;
    }

    /** Returns where the credential came from, or null. */
    public @Nullable String source() {
        return source;
    }

    /** Returns whether nothing was presented. */
    public boolean isMissing() {
        return principal == null && (secret == null || secret.isEmpty());
    }

    @Override
    public String toString() {
        return "PresentedCredential{***}";
    }
}
