package dev.aigw.providers.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.jsonhttp.JsonHttpAdapter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientCredentialsTest {

    private static final String SECRET = "s3cret-4f9d2c7b1e8a";

    private final MockWebServer server = new MockWebServer();
    private final FakeClock clock = new FakeClock();
    private final Queue<Runnable> background = new ArrayDeque<>();

    /** A clock that tests advance. */
    private static final class FakeClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aTokenIsRequestedWithIdAndSecretInTheHeader() throws Exception {
        server.enqueue(token("t1", 3600));
        try (ClientCredentials login =
                builder().scope("models.predict").parameter("audience", "a b").build()) {
            assertThat(login.credential().secret()).isEqualTo("t1");
            assertThat(login.credential().secret()).isEqualTo("t1");
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).startsWith("POST /token ");
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
        String pair = new String(
                Base64.getDecoder()
                        .decode(request.getHeaders().get("Authorization").substring("Basic ".length())),
                StandardCharsets.UTF_8);
        assertThat(pair).as("both encoded, then joined").isEqualTo("my%3Aapp:" + SECRET);
        assertThat(request.getBody().utf8())
                .isEqualTo("grant_type=client_credentials&scope=models.predict&audience=a+b");
    }

    @Test
    void aTokenIsRequestedWithIdAndSecretInTheBodyIfSet() throws Exception {
        server.enqueue(token("t1", 3600));
        try (ClientCredentials login = builder().clientSecretInBody(true).build()) {
            login.credential().secret();
        }
        RecordedRequest request = server.takeRequest();
        assertThat(request.getHeaders().get("Authorization")).isNull();
        assertThat(request.getBody().utf8())
                .isEqualTo("grant_type=client_credentials&client_id=my%3Aapp&client_secret=" + SECRET);
    }

    @Test
    void aTokenIsRenewedAheadOfItsEndWhileCallsGoOnWithTheOldOne() {
        server.enqueue(token("t1", 3600));
        server.enqueue(token("t2", 3600));
        try (ClientCredentials login = inBackground(Duration.ofMinutes(5))) {
            clock.pass(Duration.ofMinutes(54));
            assertThat(login.credential().secret()).isEqualTo("t1");
            assertThat(background).isEmpty();

            clock.pass(Duration.ofMinutes(2));
            assertThat(login.credential().secret()).isEqualTo("t1");
            assertThat(login.credential().secret()).isEqualTo("t1");
            assertThat(background).as("one refresh, however many ask").hasSize(1);
            background.remove().run();
            assertThat(login.credential().secret()).isEqualTo("t2");
        }
    }

    @Test
    void aTokenOfAShortLifeIsRenewedAtItsHalf() {
        server.enqueue(token("t1", 60));
        try (ClientCredentials login = inBackground(Duration.ofMinutes(5))) {
            clock.pass(Duration.ofSeconds(29));
            login.credential().secret();
            assertThat(background).isEmpty();
            clock.pass(Duration.ofSeconds(1));
            login.credential().secret();
            assertThat(background).hasSize(1);
        }
    }

    @Test
    void aRefreshThatFailsFailsNoCallWhileTheOldTokenIsValid() {
        server.enqueue(token("t1", 3600));
        server.enqueue(new MockResponse.Builder().code(503).build());
        server.enqueue(token("t2", 3600));
        try (ClientCredentials login = inBackground(Duration.ofMinutes(5))) {
            clock.pass(Duration.ofMinutes(56));
            assertThat(login.credential().secret()).isEqualTo("t1");
            background.remove().run();
            assertThat(login.credential().secret()).isEqualTo("t1");
            assertThat(background).as("no hurry after a failure").isEmpty();
            clock.pass(Duration.ofSeconds(10));
            assertThat(login.credential().secret()).isEqualTo("t1");
            background.remove().run();
            assertThat(login.credential().secret()).isEqualTo("t2");
        }
    }

    @Test
    void withoutAValidTokenCallsFailAsTheEndpointDoesAndRecover() {
        server.enqueue(json(401, "{\"error\":\"invalid_client\",\"error_description\":\"no such client\"}"));
        server.enqueue(json(400, "{\"error\":\"invalid_scope\"}"));
        server.enqueue(json(503, "{}"));
        server.enqueue(json(200, "{\"token\":\"t0\"}"));
        server.enqueue(token("t1", 10));
        server.enqueue(json(500, "{}"));
        try (ClientCredentials login = builder().build()) {
            Credential credential = login.credential();
            assertThat(failure(credential).kind()).isEqualTo(ErrorKind.AUTHENTICATION);
            assertThat(failure(credential).kind()).isEqualTo(ErrorKind.AUTHENTICATION);
            assertThat(failure(credential).kind()).isEqualTo(ErrorKind.OVERLOADED);
            assertThat(failure(credential).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
            assertThat(credential.secret()).isEqualTo("t1");
            clock.pass(Duration.ofSeconds(10));
            assertThat(failure(credential).kind()).isEqualTo(ErrorKind.SERVER_ERROR);
        }
    }

    @Test
    void neitherSecretNorTokenEverShows() {
        for (int status : new int[] {200, 400, 401, 500}) {
            server.enqueue(json(
                            status,
                            "{\"error\":\"x" + SECRET + "\",\"error_description\":\"" + SECRET
                                    + "\",\"access_token\":[\"" + SECRET + "\"]}")
                    .newBuilder()
                    .addHeader("x-echo", SECRET)
                    .build());
        }
        server.enqueue(token(SECRET, 3600));
        try (ClientCredentials login = builder().build()) {
            for (int i = 0; i < 4; i++) {
                GatewayException e = failure(login.credential());
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace, true));
                assertThat(trace + " " + e.body() + e.headers() + e.vendorCode())
                        .doesNotContain(SECRET);
            }
            assertThat(login.credential().secret()).isEqualTo(SECRET);
            assertThat(login + " " + login.credential() + login.credential().id())
                    .doesNotContain(SECRET);
        }
        Instant time = Instant.EPOCH;
        assertThat(new TokenCache.Token(SECRET, time, time).toString()).doesNotContain(SECRET);
    }

    @Test
    void secretsDoNotTravelOverPlainHttpToAnotherMachine() {
        try (ClientCredentials login = ClientCredentials.builder()
                .tokenUrl("http://login.example.org/token")
                .clientId("app")
                .clientSecret(Credential.of(SECRET))
                .build()) {
            assertThat(failure(login.credential())).hasMessageContaining("unencrypted");
        }
    }

    @Test
    void underLoadOneTokenIsFetchedAtATimeAndNoCallFails() throws Exception {
        Issuer issuer = new Issuer();
        server.setDispatcher(issuer);
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try (ClientCredentials login =
                        builder().refreshAhead(Duration.ofSeconds(20)).build();
                JsonHttpAdapter adapter = JsonHttpAdapter.builder()
                        .baseUrl(server.url("/").toString())
                        .credential(login.credential())
                        .build()) {
            AttemptContext attempt = AttemptContext.builder("m").build();
            for (int round = 0; round < 5; round++) {
                CountDownLatch go = new CountDownLatch(1);
                List<Future<Object>> answers = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    answers.add(callers.submit(() -> {
                        go.await();
                        return adapter.call(PredictRequest.PREDICT, PredictRequest.of("m", 1), attempt)
                                .json();
                    }));
                }
                go.countDown();
                for (Future<Object> answer : answers) {
                    assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("ok");
                }
                clock.pass(Duration.ofSeconds(round % 2 == 0 ? 85 : 200)); // into the refresh time, or past the expiry
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(issuer.atOnce.get()).isZero();
        assertThat(issuer.mostAtOnce.get()).isEqualTo(1);
        assertThat(issuer.issued.get()).isBetween(3, 5);
    }

    @Test
    void aRotatedSecretIsUsedForTheNextToken() throws Exception {
        server.enqueue(token("t1", 10));
        server.enqueue(token("t2", 10));
        String[] secret = {"one-secret"};
        try (ClientCredentials login = ClientCredentials.builder()
                .tokenUrl(server.url("/token").toString())
                .clientId("app")
                .clientSecret(Credential.of("vault", () -> secret[0]))
                .clientSecretInBody(true)
                .clock(clock)
                .build()) {
            login.credential().secret();
            secret[0] = "two-secret";
            clock.pass(Duration.ofSeconds(10));
            assertThat(login.credential().secret()).isEqualTo("t2");
        }
        assertThat(server.takeRequest().getBody().utf8()).contains("one-secret");
        assertThat(server.takeRequest().getBody().utf8()).contains("two-secret");
    }

    @Test
    void theBuilderNamesTheFix() {
        assertThatThrownBy(() -> ClientCredentials.builder().build()).hasMessageContaining("tokenUrl");
        assertThatThrownBy(() -> builder().timeout(Duration.ZERO)).hasMessageContaining("positive");
        assertThatThrownBy(() -> builder().scope("a").scope("b")).hasMessageContaining("twice");
    }

    /** Issues tokens that are valid for 100 seconds, and answers calls that carry one of them. */
    private static final class Issuer extends Dispatcher {
        final AtomicInteger issued = new AtomicInteger();
        final AtomicInteger atOnce = new AtomicInteger();
        final AtomicInteger mostAtOnce = new AtomicInteger();
        final Set<String> valid = ConcurrentHashMap.newKeySet();

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            if (!request.getTarget().equals("/token")) {
                boolean known = valid.contains(request.getHeaders().get("Authorization"));
                return json(known ? 200 : 401, known ? "\"ok\"" : "{}");
            }
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            String token = "t" + issued.incrementAndGet();
            valid.add("Bearer " + token);
            atOnce.decrementAndGet();
            return token(token, 100);
        }
    }

    /** Returns credentials with the first token fetched, whose refreshes wait in {@link #background}. */
    private ClientCredentials inBackground(Duration ahead) {
        boolean[] first = {true};
        ClientCredentials login = builder()
                .refreshAhead(ahead)
                .executor(refresh -> {
                    if (first[0]) {
                        first[0] = false;
                        refresh.run();
                    } else {
                        background.add(refresh);
                    }
                })
                .build();
        assertThat(login.credential().secret()).isEqualTo("t1");
        return login;
    }

    private ClientCredentials.Builder builder() {
        return ClientCredentials.builder()
                .tokenUrl(server.url("/token").toString())
                .clientId("my:app")
                .clientSecret(Credential.of(SECRET))
                .clock(clock);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "1e999", "\"9223372036854775807\"", "1e15"})
    void aLifetimeWithoutAnEndIsALongOne(String seconds) {
        server.enqueue(json(200, "{\"access_token\":\"t1\",\"expires_in\":" + seconds + "}"));
        try (ClientCredentials login = builder().build()) {
            assertThat(login.credential().secret()).isEqualTo("t1");
            assertThat(login.credential().secret()).isEqualTo("t1");
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    private static GatewayException failure(Credential credential) {
        return catchThrowableOfType(GatewayException.class, credential::secret);
    }

    private static MockResponse token(String token, int seconds) {
        return json(
                200, "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":" + seconds + "}");
    }

    private static MockResponse json(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }
}
