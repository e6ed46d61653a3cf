package dev.aigw.routing.access;

import dev.aigw.api.Caller;
import java.util.Objects;
import java.util.function.Function;

/**
 * Turns a presented credential into a caller: {@code dev.aigw.routing.access.keys.ApiKeys} by API keys that the
 * application gives to its callers, {@code dev.aigw.routing.access.jwt.JwtAuthenticator} by tokens of an identity
 * provider. Safe for use by many threads.
 *
 * <p>An authenticator may block, for a bounded time: it runs in the thread that asks {@link Access#authenticate}. What
 * it throws counts as {@link AuthenticationResult#unavailable}: nobody is let in by a failure.
 */
@FunctionalInterface
public interface Authenticator {

    /** Returns whose credential this is, or why it is nobody's. */
    AuthenticationResult authenticate(PresentedCredential credential);

    /**
     * Returns an authenticator for principals that the application has established, such as Spring Security's:
     *
     * <pre>{@code
     * Authenticator.ofPrincipal(Authentication.class, authentication -> Caller.builder()
     *     .tenant(tenantOf(authentication))
     *     .user(authentication.getName())
     *     .build())
     * }</pre>
     *
     * <p>Principals of other types are left to the next authenticator. The function must itself refuse a principal that
     * is not authenticated, by an exception.
     */
    static <P> Authenticator ofPrincipal(Class<P> type, Function<? super P, Caller> caller) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(caller, "caller");
        return credential -> type.isInstance(credential.principal())
                ? AuthenticationResult.accepted(caller.apply(type.cast(credential.principal())))
                : AuthenticationResult.notMine();
    }
}
