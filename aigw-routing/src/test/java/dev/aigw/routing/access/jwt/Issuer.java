package dev.aigw.routing.access.jwt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An issuer of tokens, whose keys are made once for all tests, and a clock that only tests move. */
final class Issuer {

    static final String NAME = "https://login.example.com/";
    static final String AUDIENCE = "gateway";
    static final Instant START = Instant.parse("2026-11-30T12:00:00Z");
    static final RSAKey RSA = rsa("r1", 2048);
    static final RSAKey OTHER_RSA = rsa("r2", 2048);
    static final ECKey EC = ec(Curve.P_256, "e1");

    private static final JsonMapper MAPPER = new JsonMapper();

    /** A clock that tests move. */
    static final class Ticking implements InstantSource {

        private final AtomicReference<Instant> now = new AtomicReference<>(START);

        @Override
        public Instant instant() {
            return now.get();
        }

        void advance(Duration time) {
            now.updateAndGet(instant -> instant.plus(time));
        }
    }

    private Issuer() {}

    static RSAKey rsa(String id, int bits) {
        try {
            return new RSAKeyGenerator(bits, true).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey ec(Curve curve, String id) {
        try {
            return new ECKeyGenerator(curve).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the document of these public keys. */
    static String jwks(JWK... keys) {
        return "{\"keys\":["
                + Stream.of(keys).map(key -> key.toPublicJWK().toJSONString()).collect(Collectors.joining(","))
                + "]}";
    }

    /** Returns an authenticator for these keys, whose clock stands at the start. */
    static JwtAuthenticator.Builder trusting(JWK... keys) {
        return JwtAuthenticator.builder()
                .issuer(NAME)
                .audience(AUDIENCE)
                .jwks(jwks(keys))
                .clock(InstantSource.fixed(START));
    }

    /** Returns claims that are right. */
    static Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", NAME);
        claims.put("aud", AUDIENCE);
        claims.put("sub", "ada");
        claims.put("iat", START.getEpochSecond());
        claims.put("exp", START.plusSeconds(600).getEpochSecond());
        return claims;
    }

    /** Returns claims that are right but for one; null removes it. */
    static Map<String, Object> claims(String name, Object value) {
        Map<String, Object> claims = claims();
        if (value == null) {
            claims.remove(name);
        } else {
            claims.put(name, value);
        }
        return claims;
    }

    /** Returns a token of the RSA key. */
    static String token(Map<String, Object> claims) {
        return token(Map.of("alg", "RS256", "kid", "r1", "typ", "JWT"), claims);
    }

    /** Returns a token of the RSA key with this header. */
    static String token(Map<String, Object> header, Map<String, Object> claims) {
        return signed(json(header), json(claims), RSA, "PS256".equals(header.get("alg")) ? "PS256" : "RS256");
    }

    /** Returns a token of a key with a header and claims as text. */
    static String signed(String header, String claims, JWK key) {
        String algorithm = header.replaceFirst("(?s).*\"alg\"\\s*:\\s*\"([A-Za-z0-9]+)\".*", "$1");
        return signed(header, claims, key, algorithm);
    }

    /** Returns a token that is signed by an algorithm, whatever its header says. */
    static String signed(String header, String claims, JWK key, String algorithm) {
        try {
            JWSSigner signer = key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey());
            return signed(header, claims, signer, algorithm);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a token of a secret. */
    static String hmac(String header, String claims, byte[] secret) {
        try {
            return signed(header, claims, new MACSigner(secret), "HS256");
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(String header, String claims, JWSSigner signer, String algorithm)
            throws JOSEException {
        String signed = base64(header) + "." + base64(claims);
        return signed + "."
                + signer.sign(new JWSHeader(JWSAlgorithm.parse(algorithm)), signed.getBytes(StandardCharsets.US_ASCII));
    }

    static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String json(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
