package dev.aigw.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StaleConnectionsTest {

    private static final AttemptContext ATTEMPT = AttemptContext.builder("m").build();
    private static final int INTERNAL_ERROR = 2; // RFC 9113, 7
    private static final int REFUSED_STREAM = 7;
    private static final String LATE = "";
    private static final String BODY = "\"" + "x".repeat(100_000) + "\"";

    private final MockWebServer server = new MockWebServer();
    private final AtomicInteger acquired = new AtomicInteger();
    private final OkHttpClient.Builder client = new OkHttpClient.Builder().eventListener(new EventListener() {
        @Override
        public void connectionAcquired(Call call, Connection connection) {
            acquired.incrementAndGet();
        }
    });

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpTransport start(Protocol protocol) throws IOException {
        server.setProtocols(List.of(protocol));
        server.start();
        return HttpTransport.builder("acme", (status, body) -> null)
                .client(client.protocols(List.of(protocol)).build())
                .build();
    }

    private void call(HttpTransport transport, boolean streamed, AttemptContext attempt) {
        HttpCall call = HttpCall.post(server.url("/v1").toString())
                .body(out -> out.write(BODY.getBytes(StandardCharsets.UTF_8)));
        if (!streamed) {
            assertThat(transport.send(call, attempt).json().asInt()).isEqualTo(1);
            return;
        }
        try (HttpStream stream = transport.open(call, attempt)) {
            assertThat(stream.next()).isTrue();
        }
    }

    private GatewayException failure(HttpTransport transport, AttemptContext attempt) {
        return catchThrowableOfType(GatewayException.class, () -> call(transport, false, attempt));
    }

    private static MockResponse.Builder answer(boolean streamed) {
        return streamed
                ? new MockResponse.Builder()
                        .setHeader("Content-Type", "text/event-stream")
                        .body("data: 1\n\n")
                : new MockResponse.Builder().body("1");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_1_1, closed at the answer, false",
        "HTTP_1_1, closed at the answer, true",
        "H2_PRIOR_KNOWLEDGE, closed at the answer, false",
        "H2_PRIOR_KNOWLEDGE, closed at the answer, true",
        "H2_PRIOR_KNOWLEDGE, stream refused, false",
        "H2_PRIOR_KNOWLEDGE, stream refused, true"
    })
    void aCallOnADeadConnectionIsSentAgainOnAFreshOne(Protocol protocol, String death, boolean streamed)
            throws Exception {
        try (HttpTransport transport = start(protocol)) {
            server.enqueue(answer(streamed).build());
            server.enqueue(dying(death, new MockResponse.Builder()).build());
            server.enqueue(answer(streamed).build());
            call(transport, streamed, ATTEMPT);
            call(transport, streamed, ATTEMPT);

            server.takeRequest();
            server.takeRequest();
            var again = server.takeRequest();
            assertThat(again.getBody().utf8()).isEqualTo(BODY);
            assertThat(again.getConnectionIndex()).isEqualTo(1);
            assertThat(acquired).as("the client's own listener").hasValue(3);
        }
    }

    private static MockResponse.Builder dying(String death, MockResponse.Builder response) {
        return switch (death) {
            case "closed at the answer" -> response.onResponseStart(new SocketEffect.CloseSocket());
            case "stream refused" -> response.onResponseStart(new SocketEffect.CloseStream(REFUSED_STREAM));
            default -> throw new AssertionError(death);
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionThatTheServerLeavesWithGoawayIsNoFailure(boolean streamed) throws Exception {
        try (HttpTransport transport = start(Protocol.H2_PRIOR_KNOWLEDGE)) {
            server.enqueue(answer(streamed)
                    .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
                    .build());
            server.enqueue(answer(streamed).build());
            call(transport, streamed, ATTEMPT);
            call(transport, streamed, ATTEMPT);
            assertThat(server.getRequestCount()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatClosesEachConnectionWithoutSayingSoServesEachCall(boolean streamed) throws Exception {
        try (HttpTransport transport = start(Protocol.HTTP_1_1)) {
            for (int i = 0; i < 30; i++) {
                server.enqueue(answer(streamed)
                        .onResponseEnd(new SocketEffect.CloseSocket())
                        .build());
            }
            for (int i = 0; i < 30; i++) {
                call(transport, streamed, ATTEMPT);
            }
            assertThat(server.getRequestCount()).isEqualTo(30);
        }
    }

    @Test
    void aFreshConnectionThatDiesIsAFailure() throws IOException {
        try (HttpTransport transport = start(Protocol.HTTP_1_1)) {
            server.enqueue(
                    dying("closed at the answer", new MockResponse.Builder()).build());
            assertThat(failure(transport, ATTEMPT).kind()).isEqualTo(ErrorKind.CONNECTION);
            assertThat(server.getRequestCount()).isEqualTo(1);
        }
    }

    @Test
    void theCallIsSentAgainOnlyOnce() throws IOException {
        try (HttpTransport transport = start(Protocol.HTTP_1_1)) {
            server.enqueue(answer(false).build());
            server.enqueue(
                    dying("closed at the answer", new MockResponse.Builder()).build());
            server.enqueue(
                    dying("closed at the answer", new MockResponse.Builder()).build());
            call(transport, false, ATTEMPT);
            GatewayException e = failure(transport, ATTEMPT);
            assertThat(e.kind()).isEqualTo(ErrorKind.CONNECTION);
            assertThat(e.getCause().getSuppressed()).hasSize(1);
            assertThat(server.getRequestCount()).isEqualTo(3);
        }
    }

    @Test
    void aStreamThatTheServerGivesUpIsAFailure() throws IOException {
        try (HttpTransport transport = start(Protocol.H2_PRIOR_KNOWLEDGE)) {
            server.enqueue(answer(false).build());
            server.enqueue(new MockResponse.Builder()
                    .onResponseStart(new SocketEffect.CloseStream(INTERNAL_ERROR))
                    .build());
            call(transport, false, ATTEMPT);
            assertThat(failure(transport, ATTEMPT).kind()).isEqualTo(ErrorKind.CONNECTION);
            assertThat(server.getRequestCount()).isEqualTo(2);
        }
    }

    @Test
    void theSecondSendingHasWhatIsLeftOfTheAttemptLimit() throws IOException {
        try (HttpTransport transport = start(Protocol.HTTP_1_1)) {
            server.enqueue(answer(false).build());
            server.enqueue(
                    dying("closed at the answer", new MockResponse.Builder()).build());
            server.enqueue(answer(false).headersDelay(1, TimeUnit.MINUTES).build());
            call(transport, false, ATTEMPT);
            AttemptContext attempt = AttemptContext.builder("m")
                    .timeouts(Timeouts.builder().attempt(Duration.ofSeconds(1)).build())
                    .build();
            long begun = System.nanoTime();
            assertThat(failure(transport, attempt).kind()).isEqualTo(ErrorKind.TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LATE, "HTTP/1.1 20", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Le"})
    void aConnectionThatDiesLateOrAfterTheFirstByteOfAnAnswerIsAFailure(String beginning) throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (ServerSocket raw = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                HttpTransport transport =
                        HttpTransport.builder("acme", (status, body) -> null).build()) {
            Thread thread = new Thread(() -> serve(raw, requests, beginning));
            thread.setDaemon(true);
            thread.start();
            String url = "http://127.0.0.1:" + raw.getLocalPort() + "/v1";
            transport.fetch(HttpCall.of("GET", url), ATTEMPT);
            GatewayException e = catchThrowableOfType(
                    GatewayException.class, () -> transport.fetch(HttpCall.of("GET", url), ATTEMPT));
            assertThat(e.kind()).isEqualTo(ErrorKind.CONNECTION);
            assertThat(requests).hasValue(2);
        }
    }

    private static void serve(ServerSocket server, AtomicInteger requests, String beginning) {
        while (true) {
            try (Socket socket = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                for (String reply : new String[] {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", beginning}) {
                    String line = in.readLine();
                    while (line != null && !line.isEmpty()) {
                        line = in.readLine();
                    }
                    requests.incrementAndGet();
                    if (reply.equals(LATE)) {
                        socket.setSoTimeout(1200);
                        in.read(); // nothing comes
                    }
                    socket.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
                    socket.getOutputStream().flush();
                }
            } catch (SocketTimeoutException e) {
                // the connection ends late
            } catch (IOException e) {
                return; // the test is over
            }
        }
    }
}
