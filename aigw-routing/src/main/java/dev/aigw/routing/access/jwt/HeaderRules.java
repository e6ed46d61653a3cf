package dev.aigw.routing.access.jwt;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the header of a JWT must be (RFC 7515, 7519, 8725). Keys and addresses of keys in it ({@code jwk}, {@code jku},
 * {@code x5c}, {@code x5u}) are not read. Immutable.
 */
final class HeaderRules {

    private static final int MOST_KEY_ID_CHARS = 256;

    /** Parameters that change what is signed, or how the rest is to be read. None is understood here. */
    private static final List<String> UNKNOWN = List.of("crit", "b64", "zip", "enc");

    private final Set<String> algorithms;
    private final Set<String> types;
    private final boolean needsType;

    /**
     * Creates the rules.
     *
     * @param types in lower case and without {@code application/}
     */
    HeaderRules(Set<String> algorithms, Set<String> types, boolean needsType) {
        this.algorithms = algorithms;
        this.types = types;
        this.needsType = needsType;
    }

    /**
     * Checks the header.
     *
     * @return the algorithm
     * @throws Refused if a parameter is not as it must be
     */
    String check(CompactToken token) {
        if (!(token.header("alg") instanceof String algorithm) || !algorithms.contains(algorithm)) {
            throw new Refused("the token's algorithm is not allowed");
        }
        if (token.signature().isEmpty()) {
            throw new Refused("the token is not signed");
        }
        for (String name : UNKNOWN) {
            if (token.hasHeader(name)) {
                throw new Refused("the token's header has " + name);
            }
        }
        if (token.hasHeader("cty")) {
            throw new Refused("the token holds another: it has a cty");
        }
        checkType(token);
        return algorithm;
    }

    private void checkType(CompactToken token) {
        if (!token.hasHeader("typ") && !needsType) {
            return;
        }
        String type = token.header("typ") instanceof String text ? text.toLowerCase(Locale.ROOT) : "";
        if (!types.contains(type.startsWith("application/") ? type.substring("application/".length()) : type)) {
            throw new Refused("the token is of a type that is not accepted");
        }
    }

    /**
     * Returns the id of the key, which is only ever compared; null if there is none.
     *
     * @throws Refused if it is not a string, or too long
     */
    static @Nullable String keyId(CompactToken token) {
        if (!token.hasHeader("kid")) {
            return null;
        }
        if (token.header("kid") instanceof String id && id.length() <= MOST_KEY_ID_CHARS) {
            return id;
        }
        throw new Refused("the token's kid is not a string of at most " + MOST_KEY_ID_CHARS + " characters");
    }
}
