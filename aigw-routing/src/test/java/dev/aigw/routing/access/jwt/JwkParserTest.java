package dev.aigw.routing.access.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys that must not be trusted, each beside one that may. */
class JwkParserTest {

    private static final Map<String, Object> RSA = Issuer.RSA.toPublicJWK().toJSONObject();
    private static final Map<String, Object> EC = Issuer.EC.toPublicJWK().toJSONObject();

    private static Map<String, Object> with(Map<String, Object> key, String name, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(key);
        changed.put(name, value);
        return changed;
    }

    private static JwkParser.Parsed parse(Object... keys) {
        return JwkParser.parse(Issuer.json(Map.of("keys", List.of(keys))).getBytes(StandardCharsets.UTF_8));
    }

    private static void assertIgnored(Object key, String reason) {
        JwkParser.Parsed parsed = parse(RSA, key, EC);
        assertThat(parsed.keys().size()).isEqualTo(2);
        assertThat(parsed.ignored())
                .singleElement()
                .asString()
                .startsWith("key 1: ")
                .contains(reason);
    }

    private static String base64(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return Issuer.base64(bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    @Test
    void goodKeysAreTaken() {
        assertThat(parse(
                                RSA,
                                EC,
                                with(RSA, "use", "sig"),
                                with(EC, "alg", "ES256"),
                                with(RSA, "key_ops", List.of("verify")))
                        .keys()
                        .size())
                .isEqualTo(5);
    }

    @Test
    void aPublishedSecret() {
        assertIgnored(Issuer.RSA.toJSONObject(), "a secret is published");
        assertIgnored(Issuer.EC.toJSONObject(), "a secret is published");
    }

    @Test
    void aSymmetricKey() {
        assertIgnored(
                new OctetSequenceKey.Builder(new byte[32]).keyID("o1").build().toJSONObject(), "secret");
        assertIgnored(Map.of("kty", "oct", "kid", "o1"), "another type");
    }

    @Test
    void aKeyForAnotherUse() {
        assertIgnored(with(RSA, "use", "enc"), "not for signatures");
        assertIgnored(with(RSA, "use", List.of("sig")), "not for signatures");
        assertIgnored(with(RSA, "key_ops", List.of("encrypt")), "not for verifying");
        assertIgnored(with(RSA, "key_ops", List.of()), "not for verifying");
        assertIgnored(with(RSA, "key_ops", "verify"), "not for verifying");
    }

    @Test
    void anAlgorithmThatDoesNotFitTheType() {
        for (String algorithm : List.of("RSA-OAEP", "ES256", "HS256", "none", "rs256", "")) {
            assertIgnored(with(RSA, "alg", algorithm), "algorithm");
        }
        assertIgnored(with(EC, "alg", "ES384"), "algorithm");
        assertIgnored(with(EC, "alg", 1), "alg is not a string");
    }

    @Test
    void aWeakOrHugeRsaKey() {
        BigInteger n = Issuer.RSA.getModulus().decodeToBigInteger();
        assertIgnored(with(RSA, "n", base64(n.shiftRight(1))), "2047 bits");
        assertIgnored(with(RSA, "n", base64(n.shiftRight(1024))), "1024 bits");
        assertIgnored(with(RSA, "n", base64(BigInteger.ONE.shiftLeft(16_384).add(BigInteger.ONE))), "");
        for (BigInteger exponent : List.of(
                BigInteger.ZERO,
                BigInteger.ONE,
                BigInteger.TWO,
                BigInteger.valueOf(65_536),
                BigInteger.ONE.shiftLeft(64).add(BigInteger.ONE))) {
            assertIgnored(with(RSA, "e", base64(exponent)), "");
        }
    }

    @Test
    void aPointThatIsNotOnItsCurve() {
        ECKey other = Issuer.ec(Curve.P_256, "e2");
        assertIgnored(with(EC, "y", other.getY().toString()), "not a valid key");
        assertIgnored(with(EC, "x", Issuer.base64(new byte[32])), "not a valid key");
        assertIgnored(with(EC, "x", ""), "");
        assertIgnored(with(EC, "crv", "P-384"), "");
        assertIgnored(with(EC, "crv", "secp256k1"), "curve");
        assertIgnored(with(EC, "crv", "P-192"), "curve");
    }

    @Test
    void anEdwardsKeyThatIsNone() {
        assertIgnored(Map.of("kty", "OKP", "crv", "X25519", "x", Issuer.base64(new byte[32])), "curve");
        assertIgnored(Map.of("kty", "OKP", "crv", "Ed25519", "x", Issuer.base64(new byte[31])), "not a valid key");
        assertIgnored(Map.of("kty", "OKP", "crv", "Ed25519", "x", "?"), "not a valid key");
        byte[] large = new byte[32];
        java.util.Arrays.fill(large, (byte) 0xff);
        String x = Base64.getUrlEncoder().withoutPadding().encodeToString(large);
        assertThat(parse(Map.of("kty", "OKP", "crv", "Ed25519", "x", x)).keys().size())
                .isLessThanOrEqualTo(1);
    }

    @Test
    void whatIsNoKey() {
        for (Object value :
                List.of(1, "x", List.of(), Map.of(), Map.of("kty", 1), with(RSA, "kid", 1), with(RSA, "n", 1))) {
            assertIgnored(value, "");
        }
        Map<String, Object> noModulus = new LinkedHashMap<>(RSA);
        noModulus.remove("n");
        assertIgnored(noModulus, "n is not a string");
    }

    @Test
    void twoKeysOfOneIdAreBothTried() {
        Map<String, Object> twin = with(Issuer.OTHER_RSA.toPublicJWK().toJSONObject(), "kid", "r1");
        KeySet keys = parse(twin, RSA).keys();
        CompactToken token = CompactToken.read(Issuer.token(Issuer.claims()));

        assertThat(token).isNotNull();
        assertThat(keys.signer(token, "RS256", "r1")).isNotNull();
    }

    @Test
    void aTokenIsTriedWithEightKeysAtMost() {
        Map<String, Object> other = Issuer.OTHER_RSA.toPublicJWK().toJSONObject();
        CompactToken token = CompactToken.read(Issuer.token(Issuer.claims()));

        assertThat(token).isNotNull();
        assertThat(parse(other, other, other, other, other, other, other, RSA)
                        .keys()
                        .signer(token, "RS256", null))
                .isNotNull();
        assertThat(parse(other, other, other, other, other, other, other, other, RSA)
                        .keys()
                        .signer(token, "RS256", null))
                .isNull();
    }

    @Test
    void aDocumentThatIsNone() {
        assertThatThrownBy(() -> JwkParser.parse("{\"keys\":1}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no JWK Set");
    }
}
