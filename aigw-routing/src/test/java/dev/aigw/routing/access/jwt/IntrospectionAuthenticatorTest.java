package dev.aigw.routing.access.jwt;

import static dev.aigw.routing.access.AuthenticationResult.Kind.ACCEPTED;
import static dev.aigw.routing.access.AuthenticationResult.Kind.NOT_MINE;
import static dev.aigw.routing.access.AuthenticationResult.Kind.REJECTED;
import static dev.aigw.routing.access.AuthenticationResult.Kind.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Credential;
import dev.aigw.routing.access.AuthenticationResult;
import dev.aigw.routing.access.PresentedCredential;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
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
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntrospectionAuthenticatorTest {

    private static final String TOKEN = "2YotnFZFEjr1zCsicMWpAA";

    private final MockWebServer server = new MockWebServer();
    private final Issuer.Ticking clock = new Issuer.Ticking();
    private volatile Dispatch dispatch = request -> active(Map.of());

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

    private static MockResponse active(Map<String, Object> more) {
        Map<String, Object> answer =
                new LinkedHashMap<>(Map.of("active", true, "sub", "ada", "aud", "gateway", "scope", "chat embed"));
        answer.putAll(more);
        return json(Issuer.json(answer));
    }

    private static MockResponse json(String body) {
        return new MockResponse.Builder()
                .addHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    private IntrospectionAuthenticator.Builder builder() {
        return IntrospectionAuthenticator.builder()
                .endpoint(server.url("/introspect").uri())
                .client("gate way", Credential.of("se:cret%"))
                .audience("gateway")
                .clock(clock);
    }

    private static AuthenticationResult ask(IntrospectionAuthenticator authenticator, String token) {
        return authenticator.authenticate(PresentedCredential.of(token));
    }

    @Test
    void theTokenIsSentInAFormByTheClient() throws InterruptedException {
        AuthenticationResult result = ask(builder().build(), "a+b/c~d.e_f-g=");
        assertThat(result.kind()).isEqualTo(ACCEPTED);
        assertThat(result.caller().user()).isEqualTo("ada");
        assertThat(result.caller().scopes()).containsExactlyInAnyOrder("chat", "embed");

        RecordedRequest request = server.takeRequest();
        assertThat(request.getMethod()).isEqualTo("POST");
        assertThat(request.getUrl().query()).isNull();
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(request.getBody().utf8()).isEqualTo("token=a%2Bb%2Fc%7Ed.e_f-g%3D&token_type_hint=access_token");
        String basic = request.getHeaders().get("Authorization").substring("Basic ".length());
        assertThat(new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8))
                .isEqualTo("gate+way:se%3Acret%25");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"true\"", "1", "null", "[true]", "{}", "\"yes\""})
    void activeMustBeTrueItself(String active) {
        dispatch = request -> json("{\"active\":" + active + ",\"sub\":\"ada\",\"aud\":\"gateway\"}");
        assertThat(ask(builder().build(), TOKEN).kind()).isEqualTo(UNAVAILABLE);
    }

    @Test
    void aTokenThatIsNotActiveIsRejected() {
        dispatch = request -> active(Map.of("active", false));
        assertThat(ask(builder().build(), TOKEN).kind()).isEqualTo(REJECTED);
    }

    @Test
    void anAnswerWithANameTwiceIsNoAnswer() {
        dispatch = request -> json("{\"active\":false,\"active\":true,\"sub\":\"ada\",\"aud\":\"gateway\"}");
        assertThat(ask(builder().build(), TOKEN).kind()).isEqualTo(UNAVAILABLE);
    }

    private void assertRejected(Map<String, Object> more, String reason) {
        dispatch = request -> active(more);
        AuthenticationResult result = ask(builder().issuer("https://a").build(), TOKEN);
        assertThat(result.kind()).isEqualTo(REJECTED);
        assertThat(result.reason()).contains(reason);
    }

    @Test
    void whatTheAnswerSaysIsChecked() {
        long now = Issuer.START.getEpochSecond();
        assertRejected(Map.of("exp", now - 30), "expired");
        assertRejected(Map.of("exp", "never"), "exp");
        assertRejected(Map.of("nbf", now + 31), "not valid yet");
        assertRejected(Map.of("aud", "other"), "audience");
        assertRejected(Map.of("aud", List.of()), "audience");
        assertRejected(Map.of("iss", "https://a/"), "another issuer");
        assertRejected(Map.of("token_type", "refresh_token"), "another kind");
        assertRejected(Map.of("typ", "Refresh"), "another kind");
        assertRejected(Map.of("cnf", Map.of()), "bound");
        assertRejected(Map.of("sub", "ada\n"), "sub");
        assertRejected(Map.of("sub", 1), "sub");
        dispatch = request -> active(Map.of("iss", "https://a", "exp", now + 60, "token_type", "Bearer"));
        assertThat(ask(builder().issuer("https://a").build(), TOKEN).kind()).isEqualTo(ACCEPTED);
    }

    // -------------------------------------------------------------------------------------------------------- cache

    @Test
    void anAcceptedTokenIsCachedForAMinuteAndARejectedOneForTenSeconds() {
        IntrospectionAuthenticator authenticator = builder().build();
        assertThat(ask(authenticator, TOKEN).kind()).isEqualTo(ACCEPTED);
        dispatch = request -> active(Map.of("active", false));
        clock.advance(Duration.ofSeconds(59));
        assertThat(ask(authenticator, TOKEN).kind()).isEqualTo(ACCEPTED);
        assertThat(server.getRequestCount()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(ask(authenticator, TOKEN).kind()).isEqualTo(REJECTED);
        clock.advance(Duration.ofSeconds(9));
        assertThat(ask(authenticator, TOKEN).kind()).isEqualTo(REJECTED);
        assertThat(server.getRequestCount()).isEqualTo(2);
        clock.advance(Duration.ofSeconds(1));
        assertThat(ask(authenticator, TOKEN).kind()).isEqualTo(REJECTED);
        assertThat(server.getRequestCount()).isEqualTo(3);
    }

    @Test
    void aCachedTokenExpiresWhenItDoes() {
        dispatch = request -> active(Map.of("exp", Issuer.START.plusSeconds(5).getEpochSecond()));
        IntrospectionAuthenticator authenticator =
                builder().clockSkew(Duration.ZERO).build();
        assertThat(ask(authenticator, TOKEN).kind()).isEqualTo(ACCEPTED);
        clock.advance(Duration.ofSeconds(5));
        assertThat(ask(authenticator, TOKEN).kind()).isEqualTo(REJECTED);
    }

    @Test
    void callsWithOneTokenThatComeTogetherAreOneRequest() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        dispatch = request -> {
            held.await();
            return active(Map.of());
        };
        IntrospectionAuthenticator authenticator = builder().build();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<AuthenticationResult>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(CompletableFuture.supplyAsync(() -> ask(authenticator, TOKEN), threads));
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
    void anOutageLetsNobodyInAndIsNotHammered() {
        IntrospectionAuthenticator authenticator = builder().build();
        assertThat(ask(authenticator, "known").kind()).isEqualTo(ACCEPTED);
        dispatch = request -> new MockResponse.Builder().code(503).build();
        for (int second = 0; second < 31; second++) {
            for (int i = 0; i < 10; i++) {
                assertThat(ask(authenticator, "t" + second + "-" + i).kind()).isEqualTo(UNAVAILABLE);
            }
            assertThat(ask(authenticator, "known").kind()).isEqualTo(ACCEPTED);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(server.getRequestCount()).isEqualTo(1 + 7); // three at 0 s, and at 1, 3, 7 and 15 s
        dispatch = request -> active(Map.of());
        assertThat(ask(authenticator, "new").kind()).isEqualTo(ACCEPTED);
    }

    @Test
    void aTokenThatUpsetsTheIssuerDoesNotKeepOthersOut() {
        dispatch = request -> {
            String body = request.getBody().utf8();
            return body.contains("bad") || body.contains("poison")
                    ? new MockResponse.Builder()
                            .code(body.contains("bad") ? 400 : 500)
                            .build()
                    : active(Map.of());
        };
        IntrospectionAuthenticator authenticator = builder().build();
        for (int i = 0; i < 10; i++) {
            assertThat(ask(authenticator, "bad" + i).kind()).isEqualTo(UNAVAILABLE);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(ask(authenticator, "poison" + i).kind()).isEqualTo(UNAVAILABLE);
            assertThat(ask(authenticator, "good" + i).kind()).isEqualTo(ACCEPTED);
        }
    }

    @Test
    void aConnectionThatBreaksIsTriedOnceMore() {
        List<RecordedRequest> seen = new ArrayList<>();
        dispatch = request -> {
            seen.add(request);
            return seen.size() == 1
                    ? new MockResponse.Builder()
                            .onResponseStart(new SocketEffect.CloseSocket())
                            .build()
                    : active(Map.of());
        };
        assertThat(ask(builder().build(), TOKEN).kind()).isEqualTo(ACCEPTED);
    }

    @Test
    void answersThatAreNone() {
        String padding = "\"x\":\"" + "x".repeat(64 * 1024) + "\"";
        for (MockResponse answer : List.of(
                json(""),
                json("[]"),
                json("{}"),
                json("{\"active\":true,\"sub\":\"ada\",\"aud\":\"gateway\"," + padding + "}"),
                new MockResponse.Builder().code(401).body("{\"active\":true}").build(),
                new MockResponse.Builder()
                        .code(302)
                        .addHeader("Location", server.url("/other"))
                        .body("{\"active\":true,\"sub\":\"ada\",\"aud\":\"gateway\"}")
                        .build(),
                new MockResponse.Builder()
                        .addHeader("Content-Type", "text/html")
                        .body("{\"active\":true,\"sub\":\"ada\",\"aud\":\"gateway\"}")
                        .build())) {
            int before = server.getRequestCount();
            dispatch = request -> answer;
            assertThat(ask(builder().build(), TOKEN).kind()).isEqualTo(UNAVAILABLE);
            assertThat(server.getRequestCount()).isEqualTo(before + 1);
        }
    }

    @Test
    void anAnswerThatNeverEndsTimesOut() {
        dispatch = request -> new MockResponse.Builder()
                .body("{\"active\":true,\"sub\":\"ada\",\"aud\":\"gateway\"}")
                .throttleBody(1, 200, TimeUnit.MILLISECONDS)
                .build();
        assertThat(ask(builder().timeout(Duration.ofMillis(300)).build(), TOKEN).kind())
                .isEqualTo(UNAVAILABLE);
    }

    // ------------------------------------------------------------------------------------------------ what is asked

    @Test
    void whatIsNoOpaqueTokenIsNotSent() {
        IntrospectionAuthenticator authenticator = builder().build();
        for (String credential :
                List.of(Issuer.token(Issuer.claims()), "white space", "\u00e9", "a\u0000b", "x".repeat(4_097), "a,b")) {
            assertThat(ask(authenticator, credential).kind()).isEqualTo(NOT_MINE);
        }
        IntrospectionAuthenticator chosen =
                builder().tokens(token -> token.startsWith("opq_")).build();
        assertThat(ask(chosen, "sk_live_1").kind()).isEqualTo(NOT_MINE);
        assertThat(authenticator
                        .authenticate(PresentedCredential.principal("ada"))
                        .kind())
                .isEqualTo(NOT_MINE);
        assertThat(server.getRequestCount()).isZero();
        assertThat(ask(chosen, "opq_1").kind()).isEqualTo(ACCEPTED);
    }

    @Test
    void theBuilderRefusesWhatIsMissingOrUnsafe() {
        assertThatThrownBy(() -> IntrospectionAuthenticator.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("endpoint");
        assertThatThrownBy(() -> IntrospectionAuthenticator.builder()
                        .endpoint(URI.create("https://a/i"))
                        .client("c", Credential.of("s"))
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("audience");
        assertThatThrownBy(() -> IntrospectionAuthenticator.builder()
                        .endpoint(URI.create("https://a/i"))
                        .audience("a")
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("client");
        assertThatThrownBy(() -> IntrospectionAuthenticator.builder()
                        .endpoint(URI.create("http://a.example.com/i"))
                        .client("c", Credential.of("s"))
                        .audience("a")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https");
        assertThat(builder().build().toString()).doesNotContain("cret");
    }

    @Test
    void aSecretThatCannotBeReadLetsNobodyIn() {
        IntrospectionAuthenticator authenticator = IntrospectionAuthenticator.builder()
                .endpoint(server.url("/introspect").uri())
                .client("c", Credential.of("vault", () -> {
                    throw new IllegalStateException("the vault is closed");
                }))
                .anyAudience()
                .clock(clock)
                .build();
        assertThat(ask(authenticator, TOKEN).kind()).isEqualTo(UNAVAILABLE);
    }
}
