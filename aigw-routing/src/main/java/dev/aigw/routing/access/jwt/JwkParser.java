package dev.aigw.routing.access.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JWK Set (RFC 7517). A key that is weak, private, symmetric or for another use is left out; a document that is
 * no such set is refused. Certificates and their addresses are not read.
 */
final class JwkParser {

    private static final int MOST_KEYS = 100;
    private static final int LEAST_RSA_BITS = 2_048;
    private static final int MOST_RSA_BITS = 16_384;
    private static final int MOST_EXPONENT_BITS = 64;
    private static final List<String> PRIVATE = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv");

    /**
     * What was read.
     *
     * @param ignored why keys were left out
     */
    record Parsed(KeySet keys, List<String> ignored) {}

    private JwkParser() {}

    /** Fails with an error if Nimbus's classes are not there. */
    static void checkLibrary() {
        Curve.parse("P-256");
    }

    /**
     * Returns the keys of a document.
     *
     * @throws Refused if it is no JWK Set, or has more than 100 keys
     */
    static Parsed parse(byte[] document) {
        Map<String, @Nullable Object> set = StrictJson.object(document);
        if (set == null || !(set.get("keys") instanceof List<?> list)) {
            throw new Refused("the document is no JWK Set");
        }
        if (list.size() > MOST_KEYS) {
            throw new Refused("the JWK Set has " + list.size() + " keys, more than " + MOST_KEYS);
        }
        List<TrustedKey> keys = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            try {
                keys.add(key(list.get(i)));
            } catch (Refused e) {
                ignored.add("key " + i + ": " + e.getMessage());
            }
        }
        return new Parsed(new KeySet(keys), ignored);
    }

    private static TrustedKey key(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> jwk)) {
            throw new Refused("not an object");
        }
        for (String name : PRIVATE) {
            if (jwk.containsKey(name)) {
                throw new Refused("a secret is published with it: who has read it can sign");
            }
        }
        if (jwk.containsKey("use") && !"sig".equals(jwk.get("use"))) {
            throw new Refused("not for signatures");
        }
        if (jwk.containsKey("key_ops")
                && !(jwk.get("key_ops") instanceof List<?> operations && operations.contains("verify"))) {
            throw new Refused("not for verifying");
        }
        String type = text(jwk, "kty");
        String id = jwk.containsKey("kid") ? text(jwk, "kid") : null;
        try {
            return switch (type) {
                case "RSA" -> TrustedKey.rsa(id, rsa(jwk), algorithms(jwk, Algorithms.RSA));
                case "EC" -> ec(id, jwk);
                case "OKP" -> TrustedKey.ed25519(id, ed25519(jwk), algorithms(jwk, Algorithms.ED25519));
                default -> throw new Refused("of another type than RSA, EC and OKP");
            };
        } catch (Refused e) {
            throw e;
        } catch (JOSEException | GeneralSecurityException | RuntimeException e) {
            // Numbers that are no key, such as a point that is not on its curve: Nimbus and the JDK throw many kinds.
            throw new Refused("not a valid key");
        }
    }

    private static RSAPublicKey rsa(Map<?, ?> jwk) throws JOSEException {
        RSAPublicKey key =
                new RSAKey.Builder(base64(jwk, "n"), base64(jwk, "e")).build().toRSAPublicKey();
        int bits = key.getModulus().bitLength();
        if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
            throw new Refused("an RSA key of " + bits + " bits");
        }
        BigInteger exponent = key.getPublicExponent();
        if (exponent.compareTo(BigInteger.TWO) <= 0
                || !exponent.testBit(0)
                || exponent.bitLength() > MOST_EXPONENT_BITS) {
            throw new Refused("an RSA key with an exponent that nobody should use");
        }
        return key;
    }

    private static TrustedKey ec(@Nullable String id, Map<?, ?> jwk) throws JOSEException {
        String name = text(jwk, "crv");
        String algorithm = switch (name) {
            case "P-256" -> "ES256";
            case "P-384" -> "ES384";
            case "P-521" -> "ES512";
            default -> throw new Refused("of another curve than P-256, P-384 and P-521");
        };
        ECKey key = new ECKey.Builder(Curve.parse(name), base64(jwk, "x"), base64(jwk, "y")).build();
        return TrustedKey.ec(id, key.toECPublicKey(), algorithms(jwk, Set.of(algorithm)));
    }

    private static PublicKey ed25519(Map<?, ?> jwk) throws GeneralSecurityException {
        if (!"Ed25519".equals(text(jwk, "crv"))) {
            throw new Refused("of another curve than Ed25519");
        }
        byte[] x = Base64.getUrlDecoder().decode(text(jwk, "x"));
        if (x.length != 32) {
            throw new Refused("not a valid key");
        }
        boolean odd = (x[31] & 0x80) != 0;
        byte[] y = new byte[32];
        for (int i = 0; i < 32; i++) {
            y[i] = x[31 - i];
        }
        y[0] &= 0x7f;
        EdECPoint point = new EdECPoint(odd, new BigInteger(1, y));
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    }

    /** Returns what the key may be used with: all that its type can do, or the one algorithm that it names. */
    private static Set<String> algorithms(Map<?, ?> jwk, Set<String> possible) {
        if (!jwk.containsKey("alg")) {
            return possible;
        }
        String named = text(jwk, "alg");
        if (!possible.contains(named)) {
            throw new Refused("its algorithm is not one for its type");
        }
        return possible == Algorithms.ED25519 ? possible : Set.of(named);
    }

    private static Base64URL base64(Map<?, ?> jwk, String name) {
        return new Base64URL(text(jwk, name));
    }

    private static String text(Map<?, ?> jwk, String name) {
        if (jwk.get(name) instanceof String text) {
            return text;
        }
        throw new Refused("its " + name + " is not a string");
    }
}
