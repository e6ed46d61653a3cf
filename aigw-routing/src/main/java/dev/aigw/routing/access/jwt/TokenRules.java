package dev.aigw.routing.access.jwt;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the claims of a token must be, apart from its issuer. Immutable. */
final class TokenRules {

    /** 9999-12-31: what lies after it is no date in seconds, but perhaps one in milliseconds. */
    private static final double LAST_SECOND = 253_402_300_799.0;

    /** Claims that only ID tokens have (OpenID Connect Core, 3.1.3.6 and 3.3.2.11). */
    private static final List<String> OF_ID_TOKENS = List.of("at_hash", "c_hash");

    /** What Keycloak and Cognito call the kinds of tokens that are no access tokens. */
    private static final Set<String> OTHER_KINDS = Set.of("ID", "id", "Refresh", "Offline", "Logout", "refresh_token");

    private final @Nullable Set<String> audiences;
    private final long skewMillis;
    private final long maxLifetimeMillis;
    private final boolean expires;
    private final boolean idTokens;
    private final boolean boundTokens;
    private final Map<String, Set<String>> required;

    private TokenRules(
            @Nullable Set<String> audiences,
            Duration skew,
            @Nullable Duration maxLifetime,
            boolean idTokens,
            boolean boundTokens,
            Map<String, Set<String>> required) {
        this.audiences = audiences;
        this.skewMillis = skew.toMillis();
        this.maxLifetimeMillis = maxLifetime == null ? 0 : maxLifetime.toMillis();
        this.expires = maxLifetime != null;
        this.idTokens = idTokens;
        this.boundTokens = boundTokens;
        this.required = new LinkedHashMap<>(required);
    }

    /**
     * Returns the rules for a JWT, which must expire.
     *
     * @param audiences of which the token must name one; null for any
     */
    static TokenRules jwt(
            @Nullable Set<String> audiences,
            Duration skew,
            Duration maxLifetime,
            boolean idTokens,
            boolean boundTokens,
            Map<String, Set<String>> required) {
        return new TokenRules(audiences, skew, maxLifetime, idTokens, boundTokens, required);
    }

    /** Returns the rules for what an issuer has answered, which need not say when the token expires. */
    static TokenRules introspected(
            @Nullable Set<String> audiences, Duration skew, boolean boundTokens, Map<String, Set<String>> required) {
        return new TokenRules(audiences, skew, null, false, boundTokens, required);
    }

    /**
     * Checks the claims.
     *
     * @return until when they hold, in milliseconds; {@code Long.MAX_VALUE} if they don't say
     * @throws Refused if they don't hold now
     */
    long check(TokenClaims claims, long nowMillis) {
        long until = checkTimes(claims, nowMillis);
        if (audiences != null) {
            checkAudience(claims.value("aud"), audiences);
        }
        checkKind(claims);
        required.forEach((name, values) -> {
            Object value = claims.value(name);
            if (value == null || (!values.isEmpty() && !(value instanceof String text && values.contains(text)))) {
                throw new Refused("the claim " + name + " is missing or not one that is required");
            }
        });
        return until;
    }

    private long checkTimes(TokenClaims claims, long nowMillis) {
        Long expiry = millis(claims, "exp");
        Long notBefore = millis(claims, "nbf");
        Long issuedAt = millis(claims, "iat");
        if (expiry == null && expires) {
            throw new Refused("the token does not expire: it has no exp");
        }
        if (expiry != null && nowMillis >= expiry + skewMillis) {
            throw new Refused("the token has expired");
        }
        if (notBefore != null && nowMillis + skewMillis < notBefore) {
            throw new Refused("the token is not valid yet");
        }
        if (issuedAt != null && nowMillis + skewMillis < issuedAt) {
            throw new Refused("the token was issued in the future");
        }
        if (expires && expiry != null) {
            long from = issuedAt == null ? nowMillis : Math.min(issuedAt, nowMillis);
            if (expiry - from > maxLifetimeMillis + skewMillis) {
                throw new Refused("the token lives longer than maxLifetime");
            }
        }
        return expiry == null ? Long.MAX_VALUE : expiry + skewMillis;
    }

    /** Returns a date in milliseconds; null if there is none. */
    private static @Nullable Long millis(TokenClaims claims, String name) {
        Object value = claims.asMap().get(name);
        if (value == null) {
            if (claims.asMap().containsKey(name)) {
                throw new Refused(name + " is null");
            }
            return null;
        }
        double seconds = value instanceof Number number ? number.doubleValue() : Double.NaN;
        if (!(seconds >= 0 && seconds <= LAST_SECOND)) {
            throw new Refused(name + " is not a date in seconds");
        }
        return (long) (seconds * 1_000);
    }

    private static void checkAudience(@Nullable Object named, Set<String> ours) {
        List<?> all = named instanceof List<?> list ? list : named == null ? List.of() : List.of(named);
        boolean found = false;
        for (Object each : all) {
            if (!(each instanceof String text)) {
                throw new Refused("aud is neither a string nor an array of strings");
            }
            found |= ours.contains(text);
        }
        if (!found) {
            throw new Refused("the token is for another audience");
        }
    }

    private void checkKind(TokenClaims claims) {
        if (!idTokens) {
            for (String name : OF_ID_TOKENS) {
                if (claims.asMap().containsKey(name)) {
                    throw new Refused("an ID token is no access token");
                }
            }
            for (String name : List.of("typ", "token_use", "token_type")) {
                if (claims.asMap().get(name) instanceof String kind && OTHER_KINDS.contains(kind)) {
                    throw new Refused("a token of another kind is no access token");
                }
            }
        }
        if (claims.asMap().containsKey("events")) { // RFC 8417; a logout token is one
            throw new Refused("a security event is no access token");
        }
        if (!boundTokens && claims.asMap().containsKey("cnf")) {
            throw new Refused("the token is bound to a key or a certificate, which was not checked");
        }
    }
}
