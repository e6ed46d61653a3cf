package dev.aigw.routing.access.jwt;

import static dev.aigw.routing.access.AuthenticationResult.Kind.ACCEPTED;
import static dev.aigw.routing.access.AuthenticationResult.Kind.NOT_MINE;
import static dev.aigw.routing.access.AuthenticationResult.Kind.REJECTED;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.PresentedCredential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test is an attack on tokens, and fails if the check against it is removed. */
class TokenAttacksTest {

    private static final String CLAIMS = Issuer.json(Issuer.claims());

    private final JwtAuthenticator authenticator =
            Issuer.trusting(Issuer.RSA, Issuer.EC).build();

    private AuthenticationResult ask(String token) {
        return authenticator.authenticate(PresentedCredential.of(token));
    }

    private void assertRejected(String token, String reason) {
        AuthenticationResult result = ask(token);
        assertThat(result.kind()).isEqualTo(REJECTED);
        assertThat(result.reason()).contains(reason);
    }

    private void assertRejected(Map<String, Object> claims, String reason) {
        assertRejected(Issuer.token(claims), reason);
    }

    private void assertAccepted(Map<String, Object> claims) {
        assertThat(ask(Issuer.token(claims)).kind()).isEqualTo(ACCEPTED);
    }

    @Test
    void aRightTokenIsAcceptedSoThatTheOthersAreRejectedForTheirFault() {
        assertAccepted(Issuer.claims());
        assertThat(ask(Issuer.token(Issuer.claims())).caller().user()).isEqualTo("ada");
    }

    // ------------------------------------------------------------------------------------------- algorithms and keys

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "none ", "", "null"})
    void noAlgorithmInAnySpelling(String algorithm) {
        String unsigned = Issuer.base64(Issuer.json(Map.of("alg", algorithm))) + "." + Issuer.base64(CLAIMS) + ".";
        assertRejected(unsigned, "algorithm");
        String signature = Issuer.token(Issuer.claims()).split("\\.", -1)[2];
        assertRejected(unsigned + signature, "algorithm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ }", "{\"alg\":null}", "{\"alg\":[\"RS256\"]}", "{\"alg\":{}}", "{\"ALG\":\"RS256\"}"})
    void anAlgorithmThatIsNoString(String header) {
        assertRejected(Issuer.signed(header, CLAIMS, Issuer.RSA, "RS256"), "algorithm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rs256", "Rs256", "ES256K", "RSA-OAEP", "dir", "PBES2-HS256+A128KW"})
    void anAlgorithmThatIsNotOnTheList(String algorithm) {
        String header = Issuer.json(Map.of("alg", algorithm, "kid", "r1"));
        assertRejected(Issuer.signed(header, CLAIMS, Issuer.RSA, "RS256"), "algorithm");
    }

    @Test
    void thePublicKeyAsAnHmacSecret() throws Exception {
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(Issuer.RSA.toRSAPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        String header = "{\"alg\":\"HS256\",\"kid\":\"r1\"}";
        for (byte[] secret : List.of(
                pem.getBytes(StandardCharsets.UTF_8),
                Issuer.RSA.toRSAPublicKey().getEncoded(),
                Issuer.RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8),
                Issuer.RSA.getModulus().decode())) {
            assertRejected(Issuer.hmac(header, CLAIMS, secret), "algorithm");
        }
    }

    @Test
    void theKeyOfAnotherKindByItsId() {
        assertRejected(Issuer.signed("{\"alg\":\"ES256\",\"kid\":\"r1\"}", CLAIMS, Issuer.EC), "no key of this id");
        assertRejected(Issuer.signed("{\"alg\":\"RS256\",\"kid\":\"e1\"}", CLAIMS, Issuer.RSA), "no key of this id");
    }

    @Test
    void anotherAlgorithmThanTheKeyIsFor() {
        RSAKey forOne = new RSAKey.Builder(Issuer.RSA)
                .algorithm(com.nimbusds.jose.JWSAlgorithm.RS256)
                .build();
        JwtAuthenticator strict = Issuer.trusting(forOne).build();
        String token = Issuer.signed("{\"alg\":\"PS256\",\"kid\":\"r1\"}", CLAIMS, Issuer.RSA);

        assertThat(strict.authenticate(PresentedCredential.of(token)).reason()).contains("no key of this id");
        assertThat(ask(token).kind()).isEqualTo(ACCEPTED); // where the key does not say what it is for
    }

    @Test
    void anAllowListHoldsBackWhatTheKeyCouldDo() {
        JwtAuthenticator strict =
                Issuer.trusting(Issuer.RSA).algorithms("PS256").build();

        assertThat(strict.authenticate(PresentedCredential.of(Issuer.token(Issuer.claims())))
                        .reason())
                .contains("algorithm");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../../../../dev/null", "/etc/passwd", "r1' OR '1'='1", "http://127.0.0.1:1/key", "R1", "r1 ", ""
            })
    void aKeyIdThatIsAPathAnAddressOrAQuery(String id) {
        assertRejected(
                Issuer.token(Map.of("alg", "RS256", "kid", id), Issuer.claims()), "no key of this id and algorithm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "[\"r1\"]", "{\"r1\":1}"})
    void aKeyIdThatIsNoString(String id) {
        assertRejected(Issuer.signed("{\"alg\":\"RS256\",\"kid\":" + id + "}", CLAIMS, Issuer.RSA), "kid");
    }

    @Test
    void aKeyIdOfManyCharacters() {
        assertRejected(Issuer.token(Map.of("alg", "RS256", "kid", "k".repeat(257)), Issuer.claims()), "kid");
    }

    @Test
    void theAttackersKeyInTheHeaderOrBehindAnAddressInIt() throws IOException {
        try (MockWebServer server = new MockWebServer()) {
            server.start();
            String address = server.url("/jwks.json").toString();
            String mine = Issuer.OTHER_RSA.toPublicJWK().toJSONString();
            for (String parameter : List.of(
                    "\"jwk\":" + mine,
                    "\"jku\":\"" + address + "\"",
                    "\"x5u\":\"" + address + "\"",
                    "\"x5c\":[\"MIIB\"]")) {
                for (String id : List.of("r1", "r2")) {
                    String header = "{\"alg\":\"RS256\",\"kid\":\"" + id + "\"," + parameter + "}";
                    assertThat(ask(Issuer.signed(header, CLAIMS, Issuer.OTHER_RSA))
                                    .kind())
                            .isEqualTo(REJECTED);
                }
            }
            assertThat(server.getRequestCount()).isZero();
        }
    }

    // -------------------------------------------------------------------------------------------------- signatures

    @Test
    void theSignatureIsRemovedOrCut() {
        String[] parts = Issuer.token(Issuer.claims()).split("\\.", -1);
        assertRejected(parts[0] + "." + parts[1] + ".", "not signed");
        assertThat(ask(parts[0] + "." + parts[1]).kind()).isEqualTo(NOT_MINE);
        assertRejected(parts[0] + "." + parts[1] + "." + parts[2].substring(0, 8), "signature");
    }

    @Test
    void theClaimsOrTheHeaderAreSwapped() {
        String[] ada = Issuer.token(Issuer.claims()).split("\\.", -1);
        String[] root = Issuer.token(Issuer.claims("sub", "root")).split("\\.", -1);
        assertRejected(ada[0] + "." + root[1] + "." + ada[2], "signature");
        assertRejected(Issuer.base64("{\"alg\":\"RS256\"}") + "." + ada[1] + "." + ada[2], "signature");
    }

    @Test
    void theSignatureOfAnotherKey() {
        assertRejected(Issuer.signed("{\"alg\":\"RS256\",\"kid\":\"r1\"}", CLAIMS, Issuer.OTHER_RSA), "signature");
        assertRejected(Issuer.signed("{\"alg\":\"RS256\"}", CLAIMS, Issuer.OTHER_RSA), "signature");
    }

    /** CVE-2022-21449: zeros verified as the signature of anything. */
    @Test
    void aPsychicSignature() {
        String signed = Issuer.base64("{\"alg\":\"ES256\",\"kid\":\"e1\"}") + "." + Issuer.base64(CLAIMS) + ".";
        byte[] n = new byte[64];
        byte[] order = Curve.P_256.toECParameterSpec().getOrder().toByteArray();
        System.arraycopy(order, order.length - 32, n, 0, 32);
        System.arraycopy(order, order.length - 32, n, 32, 32);
        assertRejected(signed + Issuer.base64(new byte[64]), "signature");
        assertRejected(signed + Issuer.base64(n), "signature");
        assertRejected(signed + Issuer.base64(new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0}), "signature");
    }

    @Test
    void theSameTokenWrittenInAnotherWay() {
        String token = Issuer.token(Issuer.claims());
        char last = token.charAt(token.length() - 1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        // 256 bytes leave 4 unused bits in the last character.
        String twin = token.substring(0, token.length() - 1) + alphabet.charAt(alphabet.indexOf(last) + 1);
        assertRejected(twin, "base64url");
        assertThat(ask(token + "==").kind()).isEqualTo(NOT_MINE);
        assertThat(ask(token + "\n").kind()).isEqualTo(ACCEPTED); // white space of the header is no part of it
        assertThat(ask(token.replace(".", ".\n")).kind()).isEqualTo(NOT_MINE);
    }

    // --------------------------------------------------------------------------------------------------- the header

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"crit\":[\"exp\"],\"exp\":1",
                "\"crit\":[]",
                "\"crit\":null",
                "\"crit\":[\"b64\"],\"b64\":false",
                "\"b64\":false",
                "\"zip\":\"DEF\"",
                "\"enc\":\"A256GCM\"",
                "\"cty\":\"JWT\""
            })
    void aHeaderThatChangesWhatTheRestMeans(String parameter) {
        assertRejected(Issuer.signed("{\"alg\":\"RS256\",\"kid\":\"r1\"," + parameter + "}", CLAIMS, Issuer.RSA), "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"logout+jwt\"",
                "\"dpop+jwt\"",
                "\"secevent+jwt\"",
                "\"JOSE\"",
                "\"\"",
                "null",
                "1",
                "[\"JWT\"]"
            })
    void aTokenOfAnotherType(String type) {
        assertRejected(
                Issuer.signed("{\"alg\":\"RS256\",\"kid\":\"r1\",\"typ\":" + type + "}", CLAIMS, Issuer.RSA), "type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"})
    void anAccessTokensTypeIsAccepted(String type) {
        assertThat(ask(Issuer.token(Map.of("alg", "RS256", "kid", "r1", "typ", type), Issuer.claims()))
                        .kind())
                .isEqualTo(ACCEPTED);
    }

    @Test
    void aHeaderOrClaimsWithANameTwice() {
        assertRejected(
                Issuer.signed("{\"alg\":\"RS256\",\"kid\":\"r1\",\"alg\":\"none\"}", CLAIMS, Issuer.RSA, "RS256"),
                "twice");
        for (String second : List.of("\"sub\":\"root\"", "\"aud\":\"x\"", "\"a\":{\"b\":1,\"b\":2}")) {
            String claims = CLAIMS.substring(0, CLAIMS.length() - 1) + "," + second + ",\"sub\":\"root\"}";
            assertRejected(Issuer.signed("{\"alg\":\"RS256\",\"kid\":\"r1\"}", claims, Issuer.RSA), "twice");
        }
        String nested = CLAIMS.substring(0, CLAIMS.length() - 1) + ",\"a\":{\"b\":1,\"b\":2}}";
        assertRejected(Issuer.signed("{\"alg\":\"RS256\",\"kid\":\"r1\"}", nested, Issuer.RSA), "twice");
    }

    @Test
    void jsonThatAnotherReaderMayReadDifferently() {
        String deep = "[".repeat(20) + "]".repeat(20);
        for (String claims : List.of(
                CLAIMS + "{}",
                CLAIMS + " x",
                "\uFEFF" + CLAIMS,
                "[" + CLAIMS + "]",
                "null",
                CLAIMS.replace("\"sub\"", "sub"),
                CLAIMS.substring(0, CLAIMS.length() - 1) + ",\"a\":" + deep + "}")) {
            assertRejected(Issuer.signed("{\"alg\":\"RS256\",\"kid\":\"r1\"}", claims, Issuer.RSA), "not readable");
        }
        byte[] latin = CLAIMS.replace("ada", "ad\u00e4").getBytes(StandardCharsets.ISO_8859_1);
        byte[] wide = CLAIMS.getBytes(StandardCharsets.UTF_16BE);
        for (byte[] bytes : List.of(latin, wide)) {
            assertRejected(
                    Issuer.base64("{\"alg\":\"RS256\",\"kid\":\"r1\"}") + "." + Issuer.base64(bytes) + ".AAAA",
                    "not readable");
        }
    }

    @Test
    void anOversizeToken() {
        assertRejected(Issuer.claims("padding", "x".repeat(16_000)), "characters");
    }

    /** An encrypted token is never decrypted, so its iteration count never counts. */
    @Test
    void anEncryptedTokenWithAHugeIterationCount() {
        String header = Issuer.base64(
                "{\"alg\":\"PBES2-HS512+A256KW\",\"enc\":\"A256GCM\",\"p2c\":2147483647,\"p2s\":\"AAAA\"}");
        assertThat(ask(header + ".AAAA.AAAA.AAAA.AAAA").kind()).isEqualTo(NOT_MINE);
        assertRejected(header + "." + Issuer.base64(CLAIMS) + ".AAAA", "algorithm");
    }

    // --------------------------------------------------------------------------------------------- issuer, audience

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://login.example.com",
                "https://login.example.com/x",
                "https://login.example.com//",
                "https://login.example.com.evil.com/",
                "https://LOGIN.example.com/",
                "http://login.example.com/",
                "https://login.example.com/ ",
                "https://login.example.com:443/",
                "https://login.example.com/\u0000"
            })
    void anIssuerThatResemblesOurs(String issuer) {
        assertThat(ask(Issuer.token(Issuer.claims("iss", issuer))).kind()).isEqualTo(NOT_MINE);
    }

    @Test
    void anIssuerThatIsMissingOrNoString() {
        assertThat(ask(Issuer.token(Issuer.claims("iss", null))).kind()).isEqualTo(NOT_MINE);
        assertThat(ask(Issuer.token(Issuer.claims("iss", List.of(Issuer.NAME)))).kind())
                .isEqualTo(NOT_MINE);
    }

    @Test
    void anAudienceThatIsNotOurs() {
        for (Object audience :
                List.of("Gateway", "gateway ", "gateway2", "gate", "", List.of(), List.of("other", "another"), "*")) {
            assertRejected(Issuer.claims("aud", audience), "audience");
        }
        assertRejected(Issuer.claims("aud", null), "audience");
        assertAccepted(Issuer.claims("aud", List.of("other", "gateway")));
    }

    @Test
    void anAudienceThatIsNoText() {
        for (Object audience : List.of(1, true, Map.of("gateway", 1), Arrays.asList("gateway", 1))) {
            assertRejected(Issuer.claims("aud", audience), "aud is neither");
        }
    }

    // -------------------------------------------------------------------------------------------------------- times

    private static long at(long seconds) {
        return Issuer.START.plusSeconds(seconds).getEpochSecond();
    }

    @Test
    void anExpiredToken() {
        assertRejected(Issuer.claims("exp", at(-30)), "expired");
        assertRejected(Issuer.claims("exp", 0), "expired");
        assertAccepted(Issuer.claims("exp", at(-29)));
    }

    @Test
    void aTokenThatDoesNotExpireOrInAFarFuture() {
        assertRejected(Issuer.claims("exp", null), "no exp");
        assertRejected(Issuer.claims("exp", at(24 * 3_600 + 31)), "maxLifetime");
        assertAccepted(Issuer.claims("exp", at(24 * 3_600)));
        Map<String, Object> old = Issuer.claims("iat", at(-23 * 3_600));
        old.put("exp", at(2 * 3_600));
        assertRejected(old, "maxLifetime");
    }

    @Test
    void aTimeThatIsNoNumberOrNoDate() {
        for (String name : List.of("exp", "nbf", "iat")) {
            for (Object value : List.of(
                    "" + at(600), true, List.of(at(600)), Map.of(), -1, 1e300, Issuer.START.toEpochMilli() * 1_000)) {
                assertRejected(Issuer.claims(name, value), name + " is not a date");
            }
            String claims = Issuer.json(Issuer.claims(name, "X"));
            for (String number : List.of("null", "1e999", "1e99999999", "99999999999999999999999999")) {
                assertRejected(
                        Issuer.signed(
                                "{\"alg\":\"RS256\",\"kid\":\"r1\"}", claims.replace("\"X\"", number), Issuer.RSA),
                        name + " is");
            }
        }
        assertAccepted(Issuer.claims("exp", at(600) + 0.5));
    }

    @Test
    void aTokenOfTheFuture() {
        assertRejected(Issuer.claims("nbf", at(31)), "not valid yet");
        assertAccepted(Issuer.claims("nbf", at(30)));
        assertRejected(Issuer.claims("iat", at(31)), "in the future");
        assertAccepted(Issuer.claims("iat", at(30)));
    }

    // ------------------------------------------------------------------------------------------------ kinds, claims

    @Test
    void anIdTokenARefreshTokenOrALogoutTokenAsAnAccessToken() {
        assertRejected(Issuer.claims("at_hash", "x"), "ID token");
        assertRejected(Issuer.claims("c_hash", "x"), "ID token");
        assertRejected(
                Issuer.claims("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of())),
                "event");
        assertRejected(Issuer.claims("typ", "ID"), "another kind");
        assertRejected(Issuer.claims("typ", "Refresh"), "another kind");
        assertRejected(Issuer.claims("token_use", "id"), "another kind");
        assertAccepted(Issuer.claims("typ", "Bearer"));
        JwtAuthenticator lenient = Issuer.trusting(Issuer.RSA).allowIdTokens().build();
        assertThat(lenient.authenticate(PresentedCredential.of(Issuer.token(Issuer.claims("at_hash", "x"))))
                        .kind())
                .isEqualTo(ACCEPTED);
    }

    @Test
    void aTokenThatIsBoundToAKeyAsABearerToken() {
        assertRejected(Issuer.claims("cnf", Map.of("jkt", "x")), "bound");
        assertThat(Issuer.trusting(Issuer.RSA)
                        .allowBoundTokens()
                        .build()
                        .authenticate(PresentedCredential.of(Issuer.token(Issuer.claims("cnf", Map.of("jkt", "x")))))
                        .kind())
                .isEqualTo(ACCEPTED);
    }

    @Test
    void aClaimThatIsRequired() {
        JwtAuthenticator strict = Issuer.trusting(Issuer.RSA)
                .require("client_id", "web", "batch")
                .require("email")
                .build();
        Map<String, Object> claims = Issuer.claims("email", "a@b");
        for (Object id : List.of("Web", "", List.of("web"), true)) {
            claims.put("client_id", id);
            assertThat(strict.authenticate(PresentedCredential.of(Issuer.token(claims)))
                            .reason())
                    .contains("client_id");
        }
        claims.put("client_id", "web");
        assertThat(strict.authenticate(PresentedCredential.of(Issuer.token(claims)))
                        .kind())
                .isEqualTo(ACCEPTED);
        claims.remove("email");
        assertThat(strict.authenticate(PresentedCredential.of(Issuer.token(claims)))
                        .reason())
                .contains("email");
    }

    @Test
    void aSubjectThatIsNoPlainText() {
        for (Object subject : List.of(
                1,
                true,
                List.of("ada"),
                Map.of("a", "b"),
                "",
                " ada",
                "ada\u00a0",
                "ada\nrole: admin",
                "ada\u0000",
                "a\u200bda",
                "\u202eada",
                "x".repeat(257))) {
            assertRejected(Issuer.claims("sub", subject), "claim sub");
        }
        assertRejected(Issuer.claims("sub", null), "no user");
        String half = CLAIMS.replace("\"ada\"", "\"ada\\ud800\"");
        assertRejected(Issuer.signed("{\"alg\":\"RS256\",\"kid\":\"r1\"}", half, Issuer.RSA), "claim sub");
        assertAccepted(Issuer.claims("sub", "Ada L\u00f6velace \ud83d\ude80"));
    }

    @Test
    void anInvalidCurveOrAWeakCurve() {
        ECKey other = Issuer.ec(Curve.P_384, "e2");
        JwtAuthenticator both = Issuer.trusting(Issuer.EC, other).build();
        String confused = Issuer.signed("{\"alg\":\"ES256\",\"kid\":\"e2\"}", CLAIMS, other, "ES384");

        assertThat(both.authenticate(PresentedCredential.of(confused)).kind()).isEqualTo(REJECTED);
    }

    // -------------------------------------------------------------------------------------------------------- cache

    @Test
    void aCachedTokenExpires() {
        Issuer.Ticking clock = new Issuer.Ticking();
        JwtAuthenticator cached = JwtAuthenticator.builder()
                .issuer(Issuer.NAME)
                .audience(Issuer.AUDIENCE)
                .jwks(Issuer.jwks(Issuer.RSA))
                .clock(clock)
                .build();
        PresentedCredential credential = PresentedCredential.of(Issuer.token(Issuer.claims()));

        AuthenticationResult first = cached.authenticate(credential);
        assertThat(first.kind()).isEqualTo(ACCEPTED);
        assertThat(cached.authenticate(credential)).isSameAs(first);
        clock.advance(Duration.ofSeconds(629));
        assertThat(cached.authenticate(credential)).isSameAs(first);
        clock.advance(Duration.ofSeconds(1));
        assertThat(cached.authenticate(credential).reason()).contains("expired");
    }

    @Test
    void aTokenThatDiffersFromACachedOneInItsLastCharacter() {
        String token = Issuer.token(Issuer.claims());
        assertThat(ask(token).kind()).isEqualTo(ACCEPTED);
        assertThat(ask(token.substring(0, token.length() - 1)).kind()).isEqualTo(REJECTED);
        assertThat(ask(token + "A").kind()).isEqualTo(REJECTED);
    }

    @Test
    void noPartOfATokenShowsInAReason() {
        String token = Issuer.token(Map.of("alg", "secret-alg", "kid", "secret-kid"), Issuer.claims());
        assertThat(ask(token).toString()).doesNotContain("secret");
        assertThat(ask(Issuer.token(Map.of("alg", "RS256", "kid", "secret-kid"), Issuer.claims("x", "secret")))
                        .toString())
                .doesNotContain("secret");
    }
}
