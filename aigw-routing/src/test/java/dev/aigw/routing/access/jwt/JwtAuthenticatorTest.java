package dev.aigw.routing.access.jwt;

import static dev.aigw.routing.access.AuthenticationResult.Kind.ACCEPTED;
import static dev.aigw.routing.access.AuthenticationResult.Kind.NOT_MINE;
import static dev.aigw.routing.access.AuthenticationResult.Kind.REJECTED;
import static dev.aigw.routing.access.AuthenticationResult.Kind.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import dev.aigw.api.Caller;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.routing.access.Access;
import dev.aigw.routing.access.AuditEvent;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.PresentedCredential;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtAuthenticatorTest {

    private static final String CLAIMS = Issuer.json(Issuer.claims());
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static AuthenticationResult ask(JwtAuthenticator authenticator, String token) {
        return authenticator.authenticate(PresentedCredential.of(token));
    }

    // --------------------------------------------------------------------------------------------------- algorithms

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
    void everyAlgorithmOfRsaVerifies(String algorithm) {
        String token = Issuer.signed("{\"alg\":\"" + algorithm + "\",\"kid\":\"r1\"}", CLAIMS, Issuer.RSA);
        assertThat(ask(Issuer.trusting(Issuer.RSA).build(), token).kind()).isEqualTo(ACCEPTED);
    }

    @Test
    void everyCurveVerifies() {
        for (Curve curve : List.of(Curve.P_256, Curve.P_384, Curve.P_521)) {
            JWK key = Issuer.ec(curve, "e");
            String algorithm = Map.of(Curve.P_256, "ES256", Curve.P_384, "ES384", Curve.P_521, "ES512")
                    .get(curve);
            String token = Issuer.signed("{\"alg\":\"" + algorithm + "\"}", CLAIMS, key);
            assertThat(ask(Issuer.trusting(key).build(), token).kind()).isEqualTo(ACCEPTED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EdDSA", "Ed25519"})
    void ed25519VerifiesByItsTwoNames(String algorithm) throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        String x = Issuer.base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        JwtAuthenticator authenticator = JwtAuthenticator.builder()
                .issuer(Issuer.NAME)
                .audience(Issuer.AUDIENCE)
                .clock(new Issuer.Ticking())
                .jwks("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"d1\",\"x\":\"" + x + "\"}]}")
                .build();
        String signed = Issuer.base64("{\"alg\":\"" + algorithm + "\",\"kid\":\"d1\"}") + "." + Issuer.base64(CLAIMS);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        byte[] right = signature.sign();

        assertThat(ask(authenticator, signed + "." + Issuer.base64(right)).kind())
                .isEqualTo(ACCEPTED);
        right[10] ^= 1;
        assertThat(ask(authenticator, signed + "." + Issuer.base64(right)).kind())
                .isEqualTo(REJECTED);
        assertThat(ask(authenticator, signed + "." + Issuer.base64(new byte[64]))
                        .kind())
                .isEqualTo(REJECTED);
        assertThat(ask(authenticator, signed + "." + Issuer.base64(new byte[3])).kind())
                .isEqualTo(REJECTED);
    }

    private static JwtAuthenticator.Builder shared(Credential secret) {
        return JwtAuthenticator.builder()
                .issuer(Issuer.NAME)
                .audience(Issuer.AUDIENCE)
                .clock(new Issuer.Ticking())
                .hmacSecret(secret);
    }

    @Test
    void aSharedSecretVerifiesOnlyHmac() {
        JwtAuthenticator authenticator = shared(Credential.of(SECRET)).build();

        assertThat(ask(
                                authenticator,
                                Issuer.hmac("{\"alg\":\"HS256\"}", CLAIMS, SECRET.getBytes(StandardCharsets.UTF_8)))
                        .kind())
                .isEqualTo(ACCEPTED);
        assertThat(ask(authenticator, Issuer.hmac("{\"alg\":\"HS256\"}", CLAIMS, new byte[32]))
                        .kind())
                .isEqualTo(REJECTED);
        assertThat(ask(authenticator, Issuer.token(Issuer.claims())).reason()).contains("algorithm");
        assertThat(ask(authenticator, Issuer.base64("{\"alg\":\"none\"}") + "." + Issuer.base64(CLAIMS) + ".")
                        .kind())
                .isEqualTo(REJECTED);
    }

    @Test
    void aSharedSecretThatRotatesEndsTheTokensOfTheOldOne() {
        AtomicReference<String> secret = new AtomicReference<>(SECRET);
        JwtAuthenticator authenticator =
                shared(Credential.of("vault", secret::get)).build();
        String token = Issuer.hmac("{\"alg\":\"HS256\"}", CLAIMS, SECRET.getBytes(StandardCharsets.UTF_8));
        assertThat(ask(authenticator, token).kind()).isEqualTo(ACCEPTED);
        secret.set("another-secret-of-32-bytes-or-so");

        assertThat(ask(authenticator, token).kind()).isEqualTo(REJECTED);
    }

    @Test
    void aShortSecretAndMixedAlgorithmsAreRefused() {
        assertThatThrownBy(() -> shared(Credential.of("short")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too short");
        assertThatThrownBy(
                        () -> shared(Credential.of(SECRET)).algorithms("HS512").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too short");
        assertThatThrownBy(() -> shared(Credential.of(SECRET))
                        .algorithms("HS256", "RS256")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("algorithms");
        assertThatThrownBy(() ->
                        Issuer.trusting(Issuer.RSA).algorithms("RS256", "HS256").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("never be taken for a secret");
        assertThatThrownBy(() -> Issuer.trusting(Issuer.RSA).algorithms().build())
                .isInstanceOf(IllegalArgumentException.class);
        for (String algorithm : List.of("none", "NONE", "rs256", "ES256K", "")) {
            assertThatThrownBy(() -> JwtAuthenticator.builder().algorithms(algorithm))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no algorithm");
        }
        assertThatThrownBy(() -> Issuer.trusting(Issuer.RSA)
                        .hmacSecret(Credential.of(SECRET))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("both jwks and hmacSecret");
    }

    // ------------------------------------------------------------------------------------------------------ builder

    @Test
    void theBuilderRefusesWhatIsMissingOrUnsafe() {
        assertThatThrownBy(() -> JwtAuthenticator.builder().audience("a").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("issuer");
        assertThatThrownBy(() -> JwtAuthenticator.builder().issuer(Issuer.NAME).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("audience");
        assertThatThrownBy(() -> JwtAuthenticator.builder()
                        .issuer(Issuer.NAME)
                        .audience()
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("audience");
        assertThatThrownBy(() -> Issuer.trusting(Issuer.RSA).audience("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> JwtAuthenticator.builder()
                        .issuer(Issuer.NAME)
                        .anyAudience()
                        .jwks("{\"keys\":[]}")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no key");
        assertThatThrownBy(() -> JwtAuthenticator.builder()
                        .httpClient(HttpClient.newBuilder()
                                .followRedirects(HttpClient.Redirect.NORMAL)
                                .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Redirect.NEVER");
        assertThatThrownBy(() -> JwtAuthenticator.builder().clockSkew(Duration.ofMinutes(6)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 min");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example.com/keys",
                "http://localhost.example.com/keys",
                "http://127.0.0.1.example.com/keys",
                "http://10.0.0.1/keys",
                "ftp://login.example.com/keys",
                "file:///etc/keys",
                "https://user:secret@login.example.com/keys",
                "https:///keys",
                "keys"
            })
    void anAddressThatIsNotEncryptedIsRefused(String address) {
        assertThatThrownBy(() -> JwtAuthenticator.builder()
                        .issuer(Issuer.NAME)
                        .audience("a")
                        .jwks(URI.create(address))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jwks is not");
    }

    @Test
    void anAddressOfThisMachineOrByChoiceMayBePlain() {
        for (String address : List.of("http://localhost:1/k", "http://127.0.0.1/k", "http://[::1]:80/k")) {
            assertThat(JwtAuthenticator.builder()
                            .issuer(Issuer.NAME)
                            .audience("a")
                            .jwks(URI.create(address))
                            .build())
                    .isNotNull();
        }
        assertThat(JwtAuthenticator.builder()
                        .issuer(Issuer.NAME)
                        .audience("a")
                        .jwks(URI.create("http://keys.internal/k"))
                        .allowHttp()
                        .build())
                .hasToString("JwtAuthenticator{" + Issuer.NAME + "}");
    }

    @Test
    void keysMayComeFromAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("keys.json"), Issuer.jwks(Issuer.RSA));
        JwtAuthenticator authenticator = JwtAuthenticator.builder()
                .issuer(Issuer.NAME)
                .audience(Issuer.AUDIENCE)
                .clock(new Issuer.Ticking())
                .jwks(file)
                .build();

        assertThat(ask(authenticator, Issuer.token(Issuer.claims())).kind()).isEqualTo(ACCEPTED);
    }

    // ------------------------------------------------------------------------------------------- callers and chains

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-live_abc_def",
                "opaque",
                "a.b.c",
                "eyJ",
                "eyJhbGciOiJub25lIn0",
                "..",
                "e..",
                "ex.a.b",
                "é.a.b",
                "e.é.b"
            })
    void whatIsNoJwtIsLeftToOthers(String credential) {
        assertThat(ask(Issuer.trusting(Issuer.RSA).build(), credential).kind()).isEqualTo(NOT_MINE);
    }

    @Test
    void aPrincipalIsLeftToOthers() {
        assertThat(Issuer.trusting(Issuer.RSA)
                        .build()
                        .authenticate(PresentedCredential.principal("ada"))
                        .kind())
                .isEqualTo(NOT_MINE);
    }

    @Test
    void twoIssuersAreToldApartAndEachSpeaksForItsOwnTenant() {
        String other = "https://login.globex.com";
        Access access = Access.builder()
                .authenticator(Issuer.trusting(Issuer.RSA)
                        .caller(ClaimMapping.builder().fixedTenant("acme").build())
                        .build())
                .authenticator(JwtAuthenticator.builder()
                        .issuer(other)
                        .audience(Issuer.AUDIENCE)
                        .jwks(Issuer.jwks(Issuer.OTHER_RSA))
                        .clock(new Issuer.Ticking())
                        .caller(ClaimMapping.builder()
                                .tenant("tenant")
                                .tenants("globex")
                                .build())
                        .build())
                .build();
        Caller ada = access.authenticate(PresentedCredential.of(Issuer.token(Issuer.claims("tenant", "globex"))));
        assertThat(ada.tenant()).isEqualTo("acme");
        assertThat(ada.isAuthenticated()).isTrue();

        Map<String, Object> claims = Issuer.claims("iss", other);
        claims.put("tenant", "globex");
        assertThat(access.authenticate(PresentedCredential.of(signedByOther(claims)))
                        .tenant())
                .isEqualTo("globex");
        for (String tenant : List.of("acme", "Globex", "globe\u0445", "globex ", "globex\u200b", "globex2")) {
            claims.put("tenant", tenant);
            assertDenied(access, signedByOther(claims));
        }
        claims.remove("tenant");
        assertDenied(access, signedByOther(claims));
        // The token of one issuer, signed by the other.
        assertDenied(access, signedByOther(Issuer.claims()));
    }

    private static String signedByOther(Map<String, Object> claims) {
        return Issuer.signed("{\"alg\":\"RS256\",\"kid\":\"r2\"}", Issuer.json(claims), Issuer.OTHER_RSA);
    }

    private static void assertDenied(Access access, String token) {
        assertThatThrownBy(() -> access.authenticate(PresentedCredential.of(token)))
                .isInstanceOf(GatewayException.class)
                .hasMessageNotContainingAny("globex", "acme", "tenant", "signature");
    }

    @Test
    void theCallerHearsNoReasonAndTheAuditDoes() {
        List<AuditEvent> events = new ArrayList<>();
        Access access = Access.builder()
                .authenticator(Issuer.trusting(Issuer.RSA).build())
                .audit(events::add)
                .build();
        String token = Issuer.token(Issuer.claims("exp", 1));

        assertThatThrownBy(() -> access.authenticate(PresentedCredential.of(token)))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED))
                .hasMessageNotContaining("expired");
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.reason()).isEqualTo("the token has expired");
            assertThat(event.toString()).doesNotContain(token);
        });
    }

    @Test
    void aMapperMayRefuseAndIsAskedOnceForATokenThatIsCached() {
        AtomicInteger calls = new AtomicInteger();
        Issuer.Ticking clock = new Issuer.Ticking();
        JwtAuthenticator authenticator = JwtAuthenticator.builder()
                .issuer(Issuer.NAME)
                .audience(Issuer.AUDIENCE)
                .jwks(Issuer.jwks(Issuer.RSA))
                .clock(clock)
                .cacheFor(Duration.ofMinutes(1))
                .caller(claims -> {
                    calls.incrementAndGet();
                    return switch (String.valueOf(claims.text("sub"))) {
                        case "nobody" -> null;
                        case "mallory" -> throw new IllegalArgumentException("mallory is not welcome");
                        default ->
                            Caller.builder().user("u-" + claims.text("sub")).build();
                    };
                })
                .build();
        String token = Issuer.token(Issuer.claims());
        for (int i = 0; i < 5; i++) {
            assertThat(ask(authenticator, token).caller().user()).isEqualTo("u-ada");
        }
        assertThat(calls).hasValue(1);
        clock.advance(Duration.ofMinutes(1));
        assertThat(ask(authenticator, token).kind()).isEqualTo(ACCEPTED);
        assertThat(calls).hasValue(2);
        assertThat(ask(authenticator, Issuer.token(Issuer.claims("sub", "nobody")))
                        .kind())
                .isEqualTo(REJECTED);
        assertThat(ask(authenticator, Issuer.token(Issuer.claims("sub", "mallory")))
                        .reason())
                .contains("not welcome");
    }

    @Test
    void tokensBeyondTheBoundOfTheCacheAreVerifiedAgain() {
        JwtAuthenticator authenticator =
                Issuer.trusting(Issuer.RSA).maximumCached(0).build();
        String token = Issuer.token(Issuer.claims());
        assertThat(ask(authenticator, token)).isNotSameAs(ask(authenticator, token));
    }

    @Test
    void onlyAccessTokensIfSo() {
        JwtAuthenticator authenticator =
                Issuer.trusting(Issuer.RSA).accessTokensOnly().build();
        assertThat(ask(authenticator, Issuer.token(Issuer.claims())).reason()).contains("type");
        assertThat(ask(authenticator, Issuer.token(Map.of("alg", "RS256"), Issuer.claims()))
                        .reason())
                .contains("type");
        assertThat(ask(authenticator, Issuer.token(Map.of("alg", "RS256", "typ", "at+jwt"), Issuer.claims()))
                        .kind())
                .isEqualTo(ACCEPTED);
    }

    @Test
    void anyAudienceIsAChoice() {
        JwtAuthenticator authenticator = JwtAuthenticator.builder()
                .issuer(Issuer.NAME)
                .anyAudience()
                .jwks(Issuer.jwks(Issuer.RSA))
                .clock(new Issuer.Ticking())
                .build();
        assertThat(ask(authenticator, Issuer.token(Issuer.claims("aud", null))).kind())
                .isEqualTo(ACCEPTED);
    }

    @Test
    void anIssuerThatCannotBeReachedIsNoReasonToLetAnyoneIn() {
        JwtAuthenticator authenticator = JwtAuthenticator.builder()
                .issuer("http://127.0.0.1:1")
                .audience(Issuer.AUDIENCE)
                .clock(new Issuer.Ticking())
                .build();
        assertThat(ask(authenticator, Issuer.token(Issuer.claims("iss", "http://127.0.0.1:1")))
                        .kind())
                .isEqualTo(UNAVAILABLE);
    }
}
