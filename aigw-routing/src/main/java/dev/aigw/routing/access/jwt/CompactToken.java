package dev.aigw.routing.access.jwt;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A signed JWT in its compact form (RFC 7515), read and not yet verified. Immutable. */
final class CompactToken {

    /** No issuer's tokens are so long, nor do most servers accept such a header. */
    private static final int MOST_CHARS = 16_384;

    private final Map<String, @Nullable Object> header;
    private final TokenClaims claims;
    private final byte[] signed;
    private final String signature;

    private CompactToken(Map<String, @Nullable Object> header, TokenClaims claims, byte[] signed, String signature) {
        this.header = header;
        this.claims = claims;
        this.signed = signed;
        this.signature = signature;
    }

    /**
     * Returns whether it may be a JWT, at little cost. A brace begins so in base64url, before a quotation mark or a
     * space ({@code ey}) and before a line break ({@code ew}).
     */
    static boolean mayBe(String token) {
        return token.startsWith("ey") || token.startsWith("ew");
    }

    /**
     * Returns the token; null if it is none by its shape, which is three parts of base64url, of which the first is an
     * object. So an encrypted token, of five parts, is none.
     *
     * @throws Refused if it has this shape, and is too long or not readable
     */
    static @Nullable CompactToken read(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0 || !mayBe(token) || !hasShape(token, first, second)) {
            return null;
        }
        if (token.length() > MOST_CHARS) {
            throw new Refused("the token has " + token.length() + " characters");
        }
        String signature = token.substring(second + 1);
        decoded(signature);
        Map<String, @Nullable Object> headers = StrictJson.object(decoded(token.substring(0, first)));
        Map<String, @Nullable Object> claims = StrictJson.object(decoded(token.substring(first + 1, second)));
        if (headers == null || claims == null) {
            throw new Refused("the token is not readable, or has a name twice");
        }
        byte[] signed = token.substring(0, second).getBytes(StandardCharsets.US_ASCII);
        return new CompactToken(headers, new TokenClaims(claims), signed, signature);
    }

    private static boolean hasShape(String token, int first, int second) {
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            boolean letter = isLetterOrDigit(c) || c == '-' || c == '_';
            if (!letter && i != first && i != second) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether a character is one of the 62 that all kinds of tokens may have. */
    static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** Decodes only what encodes to the same text, so that one token has one text. */
    private static byte[] decoded(String part) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(part);
            if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new Refused("the token is not base64url");
        }
        throw new Refused("the token is not base64url in its one form");
    }

    /** Returns a header parameter, or null. */
    @Nullable
    Object header(String name) {
        return header.get(name);
    }

    /** Returns whether the header has a parameter, be it null. */
    boolean hasHeader(String name) {
        return header.containsKey(name);
    }

    TokenClaims claims() {
        return claims;
    }

    /** Returns what the signature is of. Not a copy. */
    byte[] signed() {
        return signed;
    }

    /** Returns the signature in base64url; empty if there is none. */
    String signature() {
        return signature;
    }
}
