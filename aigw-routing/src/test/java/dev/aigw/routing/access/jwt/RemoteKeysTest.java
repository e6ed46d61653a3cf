package dev.aigw.routing.access.jwt;

import static dev.aigw.routing.access.AuthenticationResult.Kind.ACCEPTED;
import static dev.aigw.routing.access.AuthenticationResult.Kind.NOT_MINE;
import static dev.aigw.routing.access.AuthenticationResult.Kind.REJECTED;
import static dev.aigw.routing.access.AuthenticationResult.Kind.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.PresentedCredential;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys of a server: rotation, outages, floods, and servers that mean harm. Virtual time, but for timeouts. */
class RemoteKeysTest {

    private final MockWebServer server = new MockWebServer();
    private final Issuer.Ticking clock = new Issuer.Ticking();
    private volatile Dispatch dispatch = request -> jwks(Issuer.RSA);

    /** What the server answers. */
    private interface Dispatch {
        MockResponse to(RecordedRequest request) throws InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                return dispatch.to(request);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static MockResponse jwks(JWK... keys) {
        return json(Issuer.jwks(keys));
    }

    private static MockResponse json(String body) {
        return new MockResponse.Builder()
                .addHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    private static MockResponse status(int code) {
        return new MockResponse.Builder().code(code).body("{}").build();
    }

    private JwtAuthenticator.Builder builder() {
        return JwtAuthenticator.builder()
                .issuer(Issuer.NAME)
                .audience(Issuer.AUDIENCE)
                .clock(clock)
                .jwks(server.url("/keys").uri());
    }

    /** Returns a token that is valid at the clock's time. */
    private String token(RSAKey key, String id) {
        Map<String, Object> claims = Issuer.claims("iat", clock.instant().getEpochSecond());
        claims.put("exp", clock.instant().plusSeconds(7_200).getEpochSecond());
        return Issuer.signed("{\"alg\":\"RS256\",\"kid\":\"" + id + "\"}", Issuer.json(claims), key);
    }

    private static AuthenticationResult ask(JwtAuthenticator authenticator, String token) {
        return authenticator.authenticate(PresentedCredential.of(token));
    }

    // ----------------------------------------------------------------------------------------------------- rotation

    @Test
    void keysAreFetchedOnceForManyTokens() {
        JwtAuthenticator authenticator = builder().build();
        assertThat(server.getRequestCount()).isZero();
        for (int i = 0; i < 20; i++) {
            assertThat(ask(authenticator, Issuer.token(Issuer.claims("sub", "user" + i)))
                            .kind())
                    .isEqualTo(ACCEPTED);
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void aNewKeyIsFoundAtOnceIfTheLastFetchIsLongEnoughAgo() {
        JwtAuthenticator authenticator = builder().build();
        assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(ACCEPTED);
        dispatch = request -> jwks(Issuer.RSA, Issuer.OTHER_RSA);
        clock.advance(Duration.ofSeconds(30));

        assertThat(ask(authenticator, token(Issuer.OTHER_RSA, "r2")).kind()).isEqualTo(ACCEPTED);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    /** A key that is not known yet must not be remembered as one that is wrong. */
    @Test
    void aNewKeyRightAfterAFetchMustWait() {
        JwtAuthenticator authenticator = builder().build();
        assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(ACCEPTED);
        dispatch = request -> jwks(Issuer.RSA, Issuer.OTHER_RSA);
        clock.advance(Duration.ofSeconds(10));

        AuthenticationResult result = ask(authenticator, token(Issuer.OTHER_RSA, "r2"));
        assertThat(result.kind()).isEqualTo(UNAVAILABLE);
        assertThat(result.retryAfter()).isEqualTo(Duration.ofSeconds(20));
        clock.advance(result.retryAfter());
        assertThat(ask(authenticator, token(Issuer.OTHER_RSA, "r2")).kind()).isEqualTo(ACCEPTED);
    }

    @Test
    void anotherKeyUnderTheOldIdIsFoundByTheFirstTokenThatItSigns() {
        JwtAuthenticator authenticator = builder().build();
        assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(ACCEPTED);
        RSAKey sameId = new RSAKey.Builder(Issuer.OTHER_RSA).keyID("r1").build();
        dispatch = request -> jwks(sameId);
        clock.advance(Duration.ofSeconds(30));

        assertThat(ask(authenticator, token(Issuer.OTHER_RSA, "r1")).kind()).isEqualTo(ACCEPTED);
        assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(REJECTED);
    }

    @Test
    void aKeyThatIsRemovedEndsTheCachedTokensItHasSigned() {
        JwtAuthenticator authenticator = builder().build();
        String old = token(Issuer.RSA, "r1");
        assertThat(ask(authenticator, old).kind()).isEqualTo(ACCEPTED);
        assertThat(ask(authenticator, old).kind()).isEqualTo(ACCEPTED);
        dispatch = request -> jwks(Issuer.OTHER_RSA);
        clock.advance(Duration.ofSeconds(30));
        assertThat(ask(authenticator, token(Issuer.OTHER_RSA, "r2")).kind()).isEqualTo(ACCEPTED);

        assertThat(ask(authenticator, old).kind()).isNotEqualTo(ACCEPTED);
        clock.advance(Duration.ofSeconds(30));
        assertThat(ask(authenticator, old).kind()).isEqualTo(REJECTED);
    }

    /** Only cached tokens come, so only they can notice that the keys are old. */
    @Test
    void aCachedTokenAloneHasTheKeysFetchedAgain() {
        JwtAuthenticator authenticator = builder().build();
        String token = token(Issuer.RSA, "r1");
        assertThat(ask(authenticator, token).kind()).isEqualTo(ACCEPTED);
        dispatch = request -> jwks(Issuer.OTHER_RSA);
        clock.advance(Duration.ofMinutes(10)); // twice the age, so that it waits

        assertThat(ask(authenticator, token).kind()).isNotEqualTo(ACCEPTED);
    }

    @Test
    void aCachedTokenSurvivesARefreshThatKeepsItsKey() {
        JwtAuthenticator authenticator = builder().build();
        String token = token(Issuer.RSA, "r1");
        AuthenticationResult first = ask(authenticator, token);
        dispatch = request -> jwks(Issuer.OTHER_RSA, Issuer.RSA);
        clock.advance(Duration.ofMinutes(10));

        assertThat(ask(authenticator, token)).isSameAs(first);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void keysAreFetchedInTheBackgroundBeforeTheyAreTooOld() throws InterruptedException {
        JwtAuthenticator authenticator = builder().build();
        String token = token(Issuer.RSA, "r1");
        assertThat(ask(authenticator, token).kind()).isEqualTo(ACCEPTED);
        server.takeRequest();
        CountDownLatch held = new CountDownLatch(1);
        dispatch = request -> {
            held.await();
            return jwks(Issuer.RSA);
        };
        clock.advance(Duration.ofMinutes(5));

        for (int i = 0; i < 10; i++) { // nobody waits for the server
            assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(ACCEPTED);
        }
        assertThat(server.takeRequest(30, TimeUnit.SECONDS)).isNotNull();
        held.countDown();
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void anEmptySetEndsAllTrust() {
        JwtAuthenticator authenticator = builder().build();
        String token = token(Issuer.RSA, "r1");
        assertThat(ask(authenticator, token).kind()).isEqualTo(ACCEPTED);
        dispatch = request -> json("{\"keys\":[]}");
        clock.advance(Duration.ofMinutes(10));

        assertThat(ask(authenticator, token).kind()).isNotEqualTo(ACCEPTED);
    }

    // ------------------------------------------------------------------------------------------------------- floods

    @Test
    void aFloodOfUnknownKeyIdsMakesOneFetchInAnInterval() {
        JwtAuthenticator authenticator = builder().build();
        for (int second = 0; second < 120; second++) {
            for (int i = 0; i < 5; i++) {
                assertThat(ask(authenticator, token(Issuer.OTHER_RSA, "made-up-" + second + "-" + i))
                                .kind())
                        .isNotEqualTo(ACCEPTED);
            }
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(server.getRequestCount()).isEqualTo(4);
    }

    @Test
    void aFloodWhileTheServerHasNoKeysMakesNoMoreFetches() {
        dispatch = request -> json("{\"keys\":[]}");
        JwtAuthenticator authenticator = builder().build();
        for (int i = 0; i < 100; i++) {
            ask(authenticator, token(Issuer.OTHER_RSA, "made-up-" + i));
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void aFloodWhileTheServerIsDownBacksOff() {
        dispatch = request -> status(503);
        JwtAuthenticator authenticator = builder().build();
        for (int second = 0; second < 63; second++) {
            assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(UNAVAILABLE);
            clock.advance(Duration.ofSeconds(1));
        }
        // At 0, 1, 3, 7, 15, 31 and 61 s.
        assertThat(server.getRequestCount()).isEqualTo(7);
    }

    @Test
    void aBadSignatureDoesNotEvictTheKeys() {
        JwtAuthenticator authenticator = builder().build();
        assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(ACCEPTED);
        dispatch = request -> status(500);
        clock.advance(Duration.ofSeconds(30));
        assertThat(ask(authenticator, token(Issuer.OTHER_RSA, "r1")).kind()).isEqualTo(REJECTED);
        assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(ACCEPTED);
    }

    @Test
    void tokensThatAreWrongAnywayCauseNoFetch() {
        JwtAuthenticator authenticator = builder().build();
        ask(authenticator, Issuer.token(Map.of("alg", "none"), Issuer.claims()));
        ask(authenticator, Issuer.token(Issuer.claims("exp", 1)));
        ask(authenticator, Issuer.token(Issuer.claims("aud", "other")));
        ask(authenticator, Issuer.token(Issuer.claims("iss", "https://other.example.com")));
        ask(authenticator, "opaque");
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void callsThatComeTogetherShareOneFetch() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        dispatch = request -> {
            held.await();
            return jwks(Issuer.RSA);
        };
        JwtAuthenticator authenticator = builder().build();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<CompletableFuture<AuthenticationResult>> results = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String token = Issuer.token(Issuer.claims("sub", "user" + i));
                results.add(CompletableFuture.supplyAsync(() -> ask(authenticator, token), threads));
            }
            assertThat(server.takeRequest(30, TimeUnit.SECONDS)).isNotNull();
            held.countDown();
            for (CompletableFuture<AuthenticationResult> result : results) {
                assertThat(result.get(30, TimeUnit.SECONDS).kind()).isEqualTo(ACCEPTED);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    // ------------------------------------------------------------------------------------------------------ outages

    @Test
    void nobodyIsLetInBeforeTheFirstFetch() {
        dispatch = request -> status(503);
        JwtAuthenticator authenticator = builder().build();

        AuthenticationResult result = ask(authenticator, token(Issuer.RSA, "r1"));
        assertThat(result.kind()).isEqualTo(UNAVAILABLE);
        assertThat(result.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        dispatch = request -> jwks(Issuer.RSA);
        clock.advance(result.retryAfter());
        assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(ACCEPTED);
    }

    @Test
    void keysSurviveAnOutageForATime() {
        JwtAuthenticator authenticator = builder().build();
        String cached = token(Issuer.RSA, "r1");
        assertThat(ask(authenticator, cached).kind()).isEqualTo(ACCEPTED);
        dispatch = request -> status(503);
        clock.advance(Duration.ofMinutes(59));
        assertThat(ask(authenticator, cached).kind()).isEqualTo(ACCEPTED);
        assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(ACCEPTED);

        clock.advance(Duration.ofMinutes(1));
        assertThat(ask(authenticator, cached).kind()).isEqualTo(UNAVAILABLE);
        assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(UNAVAILABLE);
        dispatch = request -> jwks(Issuer.RSA);
        clock.advance(Duration.ofMinutes(1));
        assertThat(ask(authenticator, cached).kind()).isEqualTo(ACCEPTED);
    }

    @Test
    void aServerThatNeverEndsItsAnswerTimesOut() {
        dispatch = request -> new MockResponse.Builder()
                .body(Issuer.jwks(Issuer.RSA))
                .throttleBody(1, 200, TimeUnit.MILLISECONDS)
                .build();
        JwtAuthenticator authenticator =
                builder().timeout(Duration.ofMillis(300)).build();

        assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(UNAVAILABLE);
    }

    @Test
    void aServerThatNeverBeginsItsAnswerTimesOut() {
        CountDownLatch held = new CountDownLatch(1);
        dispatch = request -> {
            held.await();
            return jwks(Issuer.RSA);
        };
        JwtAuthenticator authenticator =
                builder().timeout(Duration.ofMillis(300)).build();

        assertThat(ask(authenticator, token(Issuer.RSA, "r1")).kind()).isEqualTo(UNAVAILABLE);
        held.countDown();
    }

    // ------------------------------------------------------------------------------------------------ hostile servers

    private void assertNoKeys(MockResponse answer) {
        dispatch = request -> answer;
        assertThat(ask(builder().build(), token(Issuer.RSA, "r1")).kind()).isEqualTo(UNAVAILABLE);
    }

    @Test
    void anAnswerThatIsHuge() {
        String padding = "\"x\":\"" + "x".repeat(512 * 1024) + "\",";
        assertNoKeys(json("{" + padding + Issuer.jwks(Issuer.RSA).substring(1)));
        assertNoKeys(new MockResponse.Builder()
                .chunkedBody("{" + padding + Issuer.jwks(Issuer.RSA).substring(1), 8_192)
                .build());
    }

    @Test
    void anAnswerWithTooManyKeys() {
        String one = Issuer.RSA.toPublicJWK().toJSONString();
        assertNoKeys(json("{\"keys\":[" + (one + ",").repeat(100) + one + "]}"));
    }

    @Test
    void anAnswerThatIsNoKeySet() {
        for (String body : List.of(
                "",
                "{}",
                "[]",
                "null",
                "{\"keys\":{}}",
                "{\"keys\":null}",
                Issuer.jwks(Issuer.RSA) + "x",
                "{\"a\":" + "[".repeat(500_000),
                "{\"keys\":[]," + Issuer.jwks(Issuer.RSA).substring(1))) {
            assertNoKeys(json(body));
        }
        assertNoKeys(new MockResponse.Builder()
                .addHeader("Content-Type", "text/html; charset=utf-8")
                .body(Issuer.jwks(Issuer.RSA))
                .build());
    }

    @Test
    void redirectsAreNotFollowed() throws IOException {
        try (MockWebServer attacker = new MockWebServer()) {
            attacker.start();
            for (int code : List.of(301, 302, 303, 307, 308)) {
                assertNoKeys(new MockResponse.Builder()
                        .code(code)
                        .addHeader("Location", attacker.url("/keys"))
                        .body(Issuer.jwks(Issuer.RSA))
                        .build());
            }
            assertThat(attacker.getRequestCount()).isZero();
        }
    }

    // ---------------------------------------------------------------------------------------------------- discovery

    private JwtAuthenticator discovering(String issuer) {
        return JwtAuthenticator.builder()
                .issuer(issuer)
                .audience(Issuer.AUDIENCE)
                .clock(clock)
                .build();
    }

    private MockResponse metadata(String issuer, String keys) {
        return json(Issuer.json(Map.of("issuer", issuer, "jwks_uri", keys)));
    }

    @Test
    void keysAreFoundByTheIssuersMetadata() {
        String issuer = server.url("/realms/acme").toString();
        dispatch = request -> switch (request.getUrl().encodedPath()) {
            case "/realms/acme/.well-known/openid-configuration" ->
                metadata(issuer, server.url("/keys").toString());
            case "/keys" -> jwks(Issuer.RSA);
            default -> status(404);
        };
        JwtAuthenticator authenticator = discovering(issuer);

        assertThat(ask(authenticator, Issuer.token(Issuer.claims("iss", issuer)))
                        .kind())
                .isEqualTo(ACCEPTED);
        assertThat(ask(authenticator, Issuer.token(Issuer.claims())).kind()).isEqualTo(NOT_MINE);
    }

    @Test
    void keysAreFoundByOauthMetadataIfThereIsNoOther() {
        String issuer = server.url("/realms/acme").toString();
        dispatch = request -> switch (request.getUrl().encodedPath()) {
            case "/.well-known/oauth-authorization-server/realms/acme" ->
                metadata(issuer, server.url("/keys").toString());
            case "/keys" -> jwks(Issuer.RSA);
            default -> status(404);
        };

        assertThat(ask(discovering(issuer), Issuer.token(Issuer.claims("iss", issuer)))
                        .kind())
                .isEqualTo(ACCEPTED);
    }

    @Test
    void metadataOfAnotherIssuerOrWithAnAddressThatIsNotEncrypted() {
        String issuer = server.url("/").toString();
        String keys = server.url("/keys").toString();
        for (MockResponse metadata : List.of(
                metadata(issuer + "x", keys),
                metadata("https://other.example.com", keys),
                metadata(issuer, "http://keys.example.com/keys"),
                metadata(issuer, "file:///etc/passwd"),
                metadata(issuer, "not an address"),
                json("{\"issuer\":\"" + issuer + "\",\"jwks_uri\":1}"),
                json("{\"jwks_uri\":\"" + keys + "\"}"),
                json("[]"))) {
            dispatch = request -> request.getUrl().encodedPath().equals("/keys") ? jwks(Issuer.RSA) : metadata;
            assertThat(ask(discovering(issuer), Issuer.token(Issuer.claims("iss", issuer)))
                            .kind())
                    .isEqualTo(UNAVAILABLE);
        }
    }

    @Test
    void metadataIsLookedForWhereTheSpecificationsSay() {
        assertThat(Discovery.addresses("https://a.example.com/"))
                .containsExactly(
                        URI.create("https://a.example.com/.well-known/openid-configuration"),
                        URI.create("https://a.example.com/.well-known/oauth-authorization-server"));
        assertThat(Discovery.addresses("https://a.example.com:8443/x/y"))
                .containsExactly(
                        URI.create("https://a.example.com:8443/x/y/.well-known/openid-configuration"),
                        URI.create("https://a.example.com:8443/.well-known/oauth-authorization-server/x/y"));
    }

    @Test
    void keysThatMoveAreFoundAgain() {
        String issuer = server.url("/").toString();
        dispatch = request -> request.getUrl().encodedPath().equals("/old")
                ? jwks(Issuer.RSA)
                : metadata(issuer, server.url("/old").toString());
        JwtAuthenticator authenticator = discovering(issuer);
        assertThat(ask(authenticator, Issuer.token(Issuer.claims("iss", issuer)))
                        .kind())
                .isEqualTo(ACCEPTED);
        dispatch = request -> switch (request.getUrl().encodedPath()) {
            case "/old" -> status(404);
            case "/new" -> jwks(Issuer.OTHER_RSA);
            default -> metadata(issuer, server.url("/new").toString());
        };
        String token = Issuer.signed(
                "{\"alg\":\"RS256\",\"kid\":\"r2\"}", Issuer.json(Issuer.claims("iss", issuer)), Issuer.OTHER_RSA);
        clock.advance(Duration.ofSeconds(30));
        assertThat(ask(authenticator, token).kind()).isEqualTo(UNAVAILABLE); // the old address fails
        clock.advance(Duration.ofSeconds(1));
        assertThat(ask(authenticator, token).kind()).isEqualTo(ACCEPTED);
    }

    @Test
    void anEcKeyOfTheServerVerifies() {
        JWK key = Issuer.ec(Curve.P_521, "e5");
        dispatch = request -> jwks(key);
        String token = Issuer.signed("{\"alg\":\"ES512\",\"kid\":\"e5\"}", Issuer.json(Issuer.claims()), key);

        assertThat(ask(builder().build(), token).kind()).isEqualTo(ACCEPTED);
    }
}
