package dev.aigw.routing.access.jwt;

import java.util.Set;

/** The signatures that are known here. Symmetric and asymmetric ones never meet in one authenticator. */
final class Algorithms {

    static final Set<String> RSA = Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

    /** Both names of Ed25519: of RFC 8037 and of RFC 9864. */
    static final Set<String> ED25519 = Set.of("EdDSA", "Ed25519");

    static final Set<String> ASYMMETRIC =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519");

    static final Set<String> SYMMETRIC = Set.of("HS256", "HS384", "HS512");

    private Algorithms() {}
}
