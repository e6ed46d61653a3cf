package dev.aigw.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.http.errors.HttpErrors;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpTransportTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final AttemptContext ATTEMPT = AttemptContext.builder("m").build();

    private final MockWebServer server = new MockWebServer();
    private final HttpTransport transport = builder().build();

    private static HttpTransport.Builder builder() {
        return HttpTransport.builder(
                        "acme", (status, body) -> body.has("error") ? new VendorError(null, null, "no") : null)
                .clock(Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
    }

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    @Test
    void theBodyGoesOutWholeWithItsLength() throws InterruptedException {
        server.enqueue(new MockResponse.Builder().body("{\"a\":1}").build());
        String text = "\"" + "ü".repeat(50_000) + "\"";
        HttpReply reply = transport.send(
                HttpCall.post(url())
                        .header("x-a", "b")
                        .credential("Authorization", "Bearer ", "secret-value")
                        .body(out -> out.write(text.getBytes(StandardCharsets.UTF_8))),
                ATTEMPT);
        assertThat(reply.json().path("a").asInt()).isEqualTo(1);
        var request = server.takeRequest();
        assertThat(request.getBody().utf8()).isEqualTo(text);
        assertThat(request.getHeaders().get("Content-Length")).isEqualTo("100002");
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer secret-value");
    }

    @Test
    void whatAReplySaysOfTheRateLimitReachesTheRouterAlsoWhenItRefuses() {
        for (int status : new int[] {200, 429}) {
            RecordingAttempt attempt = new RecordingAttempt("m");
            server.enqueue(new MockResponse.Builder()
                    .code(status)
                    .addHeader("X-RateLimit-Limit-Requests", "60")
                    .addHeader("X-RateLimit-Remaining-Requests", "15")
                    .addHeader("X-RateLimit-Reset-Requests", "30s")
                    .body("{}")
                    .build());
            try {
                transport.send(HttpCall.post(url()), attempt);
            } catch (GatewayException e) {
                assertThat(status).isEqualTo(429);
            }
            assertThat(attempt.headrooms).containsExactly("0.25/PT30S");
        }
        RecordingAttempt silent = new RecordingAttempt("m");
        server.enqueue(new MockResponse.Builder().body("{}").build());
        transport.send(HttpCall.post(url()), silent);
        assertThat(silent.headrooms).isEmpty();
    }

    @Test
    void aConnectionIsGivenBackThoughTheListenerOfTheRateLimitThrows() {
        ConnectionPool pool = new ConnectionPool();
        OkHttpClient client = new OkHttpClient.Builder().connectionPool(pool).build();
        RecordingAttempt attempt = new RecordingAttempt("m");
        attempt.refusal = new IllegalStateException("not now");
        server.enqueue(new MockResponse.Builder()
                .addHeader("X-RateLimit-Limit-Requests", "60")
                .addHeader("X-RateLimit-Remaining-Requests", "15")
                .body("{}")
                .build());
        try (HttpTransport supplied = builder().client(client).build()) {
            assertThatThrownBy(() -> supplied.send(HttpCall.post(url()), attempt))
                    .isSameAs(attempt.refusal);
        }
        assertThat(pool.connectionCount()).isEqualTo(pool.idleConnectionCount());
    }

    @Test
    void aHeaderWinsOverADefaultOfItsNameWhicheverComesFirst() throws InterruptedException {
        server.enqueue(new MockResponse.Builder().body("{}").build());
        transport.send(
                HttpCall.post(url())
                        .header("X-Version", "2")
                        .defaultHeader("x-version", "1")
                        .defaultHeader("x-other", "1"),
                ATTEMPT);
        var headers = server.takeRequest().getHeaders();
        assertThat(headers.values("x-version")).containsExactly("2");
        assertThat(headers.values("x-other")).containsExactly("1");
    }

    @Test
    void whatALookupTookCountsAgainstTheAttemptTimeoutThoughTheDeadlineIsAsNear() {
        AttemptContext attempt =
                limits(Timeouts.builder().attempt(Duration.ofMinutes(1)).total(Duration.ofMinutes(1)));
        HttpErrors errors =
                new CallErrors("acme", attempt, HttpCall.post(url()), null, (status, body) -> null, Clock.systemUTC());
        Call call = new OkHttpClient().newCall(new Request.Builder().url(url()).build());
        Exchange exchange = new Exchange(
                call,
                attempt,
                errors,
                false,
                System.nanoTime() - Duration.ofSeconds(40).toNanos());
        exchange.release();

        assertThat(call.timeout().timeoutNanos())
                .isLessThanOrEqualTo(Duration.ofSeconds(20).toNanos());
        exchange.connected(false, Proxy.NO_PROXY);
        assertThat(exchange.failure(new InterruptedIOException("timeout"), false))
                .returns(ErrorKind.TIMEOUT, GatewayException::kind)
                .hasMessageContaining("the attempt timed out after 1 min");
    }

    @Test
    void nothingIsSentTwice() {
        server.enqueue(new MockResponse.Builder()
                .code(503)
                .setHeader("Retry-After", "0")
                .build());
        server.enqueue(new MockResponse.Builder().code(408).build());
        assertThat(failure(ATTEMPT).kind()).isEqualTo(ErrorKind.OVERLOADED);
        assertThat(failure(ATTEMPT).kind()).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void aRedirectIsNotFollowed() {
        server.enqueue(new MockResponse.Builder()
                .code(302)
                .setHeader("Location", url() + "/other")
                .build());
        GatewayException e = failure(ATTEMPT);
        assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(e).hasMessageContaining("base URL");
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void aFailureReportsAllThatIsKnown() {
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .setHeader("x-request-id", "req_1")
                .setHeader("x-ratelimit-remaining-tokens", "0")
                .setHeader("x-ratelimit-reset-tokens", "6m0s")
                .setHeader("Set-Cookie", "a=b")
                .body("{\"error\":1,\"x\":\"" + "y".repeat(5000) + "\"}")
                .build());
        GatewayException e = failure(ATTEMPT);
        assertThat(e.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(e.provider()).isEqualTo("acme");
        assertThat(e.deployment()).isEqualTo("m");
        assertThat(e.requestId()).isEqualTo("req_1");
        assertThat(e.retryAfter()).isEqualTo(Duration.ofMinutes(6));
        assertThat(e.headers()).containsKey("x-request-id").doesNotContainKey("set-cookie");
        assertThat(e.body()).hasSizeLessThan(2100);
    }

    @Test
    void aCredentialIsNotSentOverPlainHttpToAnotherMachine() {
        HttpCall call = HttpCall.post("http://models.example.org/v1").credential("k", "", "secret-value");
        GatewayException e = catchThrowableOfType(GatewayException.class, () -> transport.send(call, ATTEMPT));
        assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(e).hasMessageContaining("allowInsecure");
        assertThat(HttpTransport.isLoopback("127.0.0.1")).isTrue();
        assertThat(HttpTransport.isLoopback("127.example.org")).isFalse();
    }

    @Test
    void aCredentialThatHttpForbidsIsRefusedWithoutItsValue() {
        HttpCall call = HttpCall.post(url()).credential("k", "", "secret\nvalue");
        GatewayException e = catchThrowableOfType(GatewayException.class, () -> transport.send(call, ATTEMPT));
        assertThat(e.kind()).isEqualTo(ErrorKind.AUTHENTICATION);
        assertThat(e.toString()).doesNotContain("secret");
    }

    @Test
    void nobodyListeningAndAnUnknownHostAreConnectionFailures() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        for (String url : new String[] {"http://localhost:" + port, "http://no-such-host.invalid/"}) {
            RecordingAttempt attempt = new RecordingAttempt("m");
            GatewayException e =
                    catchThrowableOfType(GatewayException.class, () -> transport.send(HttpCall.post(url), attempt));
            assertThat(e.kind()).isEqualTo(ErrorKind.CONNECTION);
            assertThat(attempt.reached)
                    .as("nothing was sent, so nothing is paid for")
                    .containsOnly(false);
        }
    }

    @Test
    void aConnectionThatBreaksBeforeTheAnswerMayHaveReachedTheProvider() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(new mockwebserver3.SocketEffect.CloseSocket())
                .build());
        RecordingAttempt attempt = new RecordingAttempt("m");
        GatewayException e =
                catchThrowableOfType(GatewayException.class, () -> transport.send(HttpCall.post(url()), attempt));
        assertThat(e.kind()).isEqualTo(ErrorKind.CONNECTION);
        assertThat(attempt.reached).containsOnly(true);
    }

    @Test
    void aReplyThatIsCutOrTooLargeIsMalformed() {
        server.enqueue(new MockResponse.Builder()
                .body("{\"a\":1}")
                .setHeader("Content-Length", "20")
                .onResponseEnd(new mockwebserver3.SocketEffect.CloseSocket())
                .build());
        assertThat(failure(ATTEMPT).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        try (HttpTransport small = builder().maxBodyBytes(1000).build()) {
            server.enqueue(new MockResponse.Builder()
                    .chunkedBody("[" + "1,".repeat(1000) + "1]", 100)
                    .build());
            GatewayException e =
                    catchThrowableOfType(GatewayException.class, () -> small.send(HttpCall.post(url()), ATTEMPT));
            assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
            assertThat(e).hasMessageContaining("maxBodyBytes");
        }
    }

    @Test
    void aReplyThatTricklesCannotOutlastTheAttemptTimeout() {
        server.enqueue(new MockResponse.Builder()
                .body("[" + "1,".repeat(1000) + "1]")
                .throttleBody(1, 20, TimeUnit.MILLISECONDS)
                .build());
        GatewayException e = failure(limits(Timeouts.builder().attempt(SHORT)));
        assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(e).hasMessageContaining("attempt");
    }

    @Test
    void theDeadlineBeatsAllTimeouts() {
        server.enqueue(
                new MockResponse.Builder().headersDelay(1, TimeUnit.MINUTES).build());
        AttemptContext attempt = limits(Timeouts.builder().total(SHORT).attempt(SHORT.multipliedBy(2)));
        assertThat(failure(attempt).kind()).isEqualTo(ErrorKind.DEADLINE);
        assertThat(failure(attempt).kind()).isEqualTo(ErrorKind.DEADLINE);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void commentsThatKeepAStreamAliveDoNotExtendTheFirstEventTimeout() {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(": hold\n\n".repeat(1000))
                .throttleBody(9, 20, TimeUnit.MILLISECONDS)
                .build());
        AttemptContext attempt = limits(Timeouts.builder().firstEvent(SHORT).idle(Duration.ofSeconds(20)));
        GatewayException e = catchThrowableOfType(GatewayException.class, () -> {
            try (HttpStream stream = transport.open(HttpCall.post(url()), attempt)) {
                stream.next();
            }
        });
        assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(e).hasMessageContaining("first event");
    }

    @Test
    void theFirstEventTimeoutEndsWithTheFirstContent() {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body("data: 1\n\n".repeat(20))
                .throttleBody(9, 30, TimeUnit.MILLISECONDS)
                .build());
        AttemptContext attempt = limits(Timeouts.builder().firstEvent(SHORT));
        try (HttpStream stream = transport.open(HttpCall.post(url()), attempt)) {
            int events = 0;
            while (stream.next()) {
                stream.contentSeen();
                events++;
            }
            assertThat(events).isEqualTo(20);
        }
    }

    @Test
    void anEventOrStreamThatIsTooLargeIsMalformed() {
        try (HttpTransport small =
                builder().maxEventBytes(100).maxStreamBytes(1000).build()) {
            server.enqueue(events("data: " + "x".repeat(200) + "\n\n"));
            server.enqueue(events("data: 1\n\n".repeat(200)));
            for (int i = 0; i < 2; i++) {
                GatewayException e = catchThrowableOfType(GatewayException.class, () -> {
                    try (HttpStream stream = small.open(HttpCall.post(url()), ATTEMPT)) {
                        while (stream.next()) {
                            assertThat(stream.length()).isEqualTo(1);
                        }
                    }
                });
                assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
            }
        }
    }

    @Test
    void anInterruptedThreadIsCancelledAndStaysInterrupted() {
        server.enqueue(
                new MockResponse.Builder().headersDelay(1, TimeUnit.MINUTES).build());
        Thread.currentThread().interrupt();
        GatewayException e = failure(limits(Timeouts.builder().attempt(Duration.ofSeconds(2))));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED);
    }

    @Test
    void aSuppliedClientOutlivesTheTransportAndItsTimeoutsDoNotApply() throws Exception {
        OkHttpClient client = new OkHttpClient.Builder()
                .readTimeout(Duration.ofMillis(1))
                .callTimeout(Duration.ofMillis(1))
                .build();
        try (HttpTransport shared = builder().client(client).build()) {
            server.enqueue(new MockResponse.Builder()
                    .body("{}")
                    .headersDelay(50, TimeUnit.MILLISECONDS)
                    .build());
            assertThat(shared.send(HttpCall.post(url()), ATTEMPT).status()).isEqualTo(200);
        }
        assertThat(client.connectionPool().connectionCount()).isEqualTo(1);
        assertThat(client.dispatcher().executorService().isShutdown()).isFalse();
        client.connectionPool().evictAll();
    }

    @Test
    void aClosedTransportRefuses() {
        transport.close();
        assertThatThrownBy(() -> transport.send(HttpCall.post(url()), ATTEMPT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("acme");
    }

    @Test
    void whatIsNoJsonInARequestIsAnInvalidRequest() {
        GatewayException e = catchThrowableOfType(
                GatewayException.class,
                () -> HttpCall.post(url()).body(out -> {
                    try (var json = Json.generator(out)) {
                        json.writeStartObject();
                        json.writeString("a value where a name must be");
                    }
                }));
        assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
    }

    private String url() {
        return server.url("/v1/x").toString();
    }

    private static AttemptContext limits(Timeouts.Builder limits) {
        return AttemptContext.builder("m").timeouts(limits.build()).build();
    }

    private static MockResponse events(String body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(body)
                .build();
    }

    private GatewayException failure(AttemptContext attempt) {
        return catchThrowableOfType(GatewayException.class, () -> transport.send(HttpCall.post(url()), attempt));
    }
}
