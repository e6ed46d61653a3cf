package dev.aigw.providers.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** What every adapter of a model service must do, with any protocol: errors, timeouts, cancellation, secrecy. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ServiceContract {

    /** The secret that the adapter under test must use and must never show. */
    protected static final String CREDENTIAL = "k-4f9d2c7b1e8a6035";

    private static final Map<Integer, ErrorKind> KINDS = Map.ofEntries(
            Map.entry(301, ErrorKind.INVALID_REQUEST),
            Map.entry(400, ErrorKind.INVALID_REQUEST),
            Map.entry(401, ErrorKind.AUTHENTICATION),
            Map.entry(403, ErrorKind.PERMISSION),
            Map.entry(404, ErrorKind.NOT_FOUND),
            Map.entry(413, ErrorKind.PAYLOAD_TOO_LARGE),
            Map.entry(422, ErrorKind.INVALID_REQUEST),
            Map.entry(429, ErrorKind.RATE_LIMITED),
            Map.entry(500, ErrorKind.SERVER_ERROR),
            Map.entry(503, ErrorKind.OVERLOADED));

    protected final MockWebServer server = new MockWebServer();
    private @Nullable ProviderAdapter adapter;

    /** For subclasses. */
    protected ServiceContract() {}

    /** Returns the adapter under test, which sends to {@code baseUrl} with {@link #CREDENTIAL}. */
    protected abstract ProviderAdapter adapter(String baseUrl);

    /** Makes a call. */
    protected abstract ModelReply call(ProviderAdapter adapter, AttemptContext attempt);

    /** Returns the body of an error. */
    protected abstract String error(String words);

    @BeforeEach
    void start() throws IOException {
        server.start();
        adapter = adapter(server.url("/").toString());
    }

    @AfterEach
    void stop() {
        adapter().close();
        server.close();
    }

    protected final ProviderAdapter adapter() {
        return Objects.requireNonNull(adapter);
    }

    @TestFactory
    Stream<DynamicTest> aStatusSaysWhatKindOfFailureItIsAndTheBodyWhy() {
        return KINDS.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest("status " + entry.getKey(), () -> {
                    server.enqueue(json(entry.getKey(), error("the words of the service")));
                    GatewayException e = failure(attempt().build());
                    assertThat(e.kind()).isEqualTo(entry.getValue());
                    assertThat(e.status()).isEqualTo(entry.getKey());
                    assertThat(e.provider()).isEqualTo(adapter().name());
                    if (entry.getKey() >= 400) {
                        assertThat(e).hasMessageContaining("the words of the service");
                    }
                }));
    }

    @Test
    void theWaitThatAServiceAsksForIsReported() {
        server.enqueue(json(429, error("slow down"))
                .newBuilder()
                .setHeader("Retry-After", "7")
                .build());
        assertThat(failure(attempt().build()).retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aPageOfHtmlAnEmptyBodyAndHalfABodyAreMalformed() {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/html")
                .body("<html>Sign in</html>")
                .build());
        assertThat(failure(attempt().build()).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        server.enqueue(json(200, ""));
        assertThat(failure(attempt().build()).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        server.enqueue(json(200, "{\"outputs\":[{\"name"));
        assertThat(failure(attempt().build()).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        server.enqueue(json(200, "{}")
                .newBuilder()
                .setHeader("Content-Length", 100)
                .onResponseEnd(new SocketEffect.CloseSocket())
                .build());
        assertThat(failure(attempt().build()).kind()).isIn(ErrorKind.MALFORMED_RESPONSE, ErrorKind.CONNECTION);
    }

    @Test
    void aServiceThatHangsUpIsAConnectionFailure() {
        server.enqueue(new MockResponse.Builder()
                .onRequestStart(new SocketEffect.CloseSocket())
                .build());
        assertThat(failure(attempt().build()).kind()).isEqualTo(ErrorKind.CONNECTION);
    }

    @Test
    void theCredentialIsSentAndNeverShows() throws InterruptedException {
        for (int status : new int[] {200, 400, 401, 500}) {
            server.enqueue(json(status, error("bad key " + CREDENTIAL))
                    .newBuilder()
                    .addHeader("x-echo", CREDENTIAL)
                    .build());
            GatewayException e = catchThrowableOfType(
                    GatewayException.class, () -> call(adapter(), attempt().build()));
            RecordedRequest request = server.takeRequest();
            assertThat(request.getHeaders().toMultimap().toString()).contains(CREDENTIAL);
            if (e != null) {
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace, true));
                assertThat(trace + " " + e.body() + e.headers() + e.vendorCode())
                        .doesNotContain(CREDENTIAL);
            }
        }
        assertThat(adapter().toString()).doesNotContain(CREDENTIAL);
    }

    @Test
    void cancellingEndsACallThatWaits() {
        server.enqueue(silent());
        Cancellation cancellation = new Cancellation();
        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(cancellation::cancel);
        assertThat(failure(attempt().cancellation(cancellation).build()).kind()).isEqualTo(ErrorKind.CANCELLED);
    }

    @Test
    void theAttemptTimeoutAndTheDeadlineEndACallThatWaits() {
        server.enqueue(silent());
        Duration brief = Duration.ofMillis(200);
        assertThat(failure(attempt()
                                .timeouts(Timeouts.builder().attempt(brief).build())
                                .build())
                        .kind())
                .isEqualTo(ErrorKind.TIMEOUT);
        server.enqueue(silent());
        assertThat(failure(attempt()
                                .timeouts(Timeouts.builder().total(brief).build())
                                .build())
                        .kind())
                .isEqualTo(ErrorKind.DEADLINE);
    }

    @Test
    void anOperationItLacksIsRefusedWithoutACall() {
        assertThat(adapter().supports(ChatRequest.CHAT)).isFalse();
        GatewayException e = catchThrowableOfType(
                GatewayException.class,
                () -> adapter()
                        .call(
                                ChatRequest.CHAT,
                                ChatRequest.of("m", "x"),
                                attempt().build()));
        assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(server.getRequestCount()).isZero();
    }

    protected final GatewayException failure(AttemptContext attempt) {
        return catchThrowableOfType(GatewayException.class, () -> call(adapter(), attempt));
    }

    protected static AttemptContext.Builder attempt() {
        return AttemptContext.builder("m");
    }

    protected static MockResponse json(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    private static MockResponse silent() {
        return new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build();
    }
}
