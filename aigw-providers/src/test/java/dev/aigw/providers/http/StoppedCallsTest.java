package dev.aigw.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.net.SocketFactory;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call ends when its thread is interrupted or its caller cancels, wherever it waits. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoppedCallsTest {

    private enum Place {
        DNS,
        CONNECT,
        TLS,
        HEAD,
        BODY,
        ERROR_BODY,
        STREAM_HEAD,
        STREAM
    }

    private final MockWebServer server = new MockWebServer();
    private final ConnectionPool pool = new ConnectionPool();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsTheCallWhereverItWaits(Place place) throws Exception {
        AtomicReference<GatewayException> failure = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        AttemptContext attempt = AttemptContext.builder("m").build();
        Thread thread = new Thread(() -> {
            failure.set(failure(place, attempt));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        thread.start();
        reached.await();

        thread.interrupt();
        thread.join();

        assertThat(failure.get())
                .returns(ErrorKind.CANCELLED, GatewayException::kind)
                .hasMessageContaining("the thread was interrupted");
        assertThat(interrupted).isTrue();
        assertThat(pool.connectionCount()).isEqualTo(pool.idleConnectionCount());
    }

    @ParameterizedTest
    @EnumSource
    void aCancellationEndsTheCallWhereverItWaits(Place place) throws Exception {
        AtomicReference<GatewayException> failure = new AtomicReference<>();
        Cancellation cancellation = new Cancellation();
        AttemptContext attempt =
                AttemptContext.builder("m").cancellation(cancellation).build();
        Thread thread = new Thread(() -> failure.set(failure(place, attempt)));
        thread.start();
        reached.await();

        cancellation.cancel();
        thread.join();

        assertThat(failure.get()).returns(ErrorKind.CANCELLED, GatewayException::kind);
        assertThat(pool.connectionCount()).isEqualTo(pool.idleConnectionCount());
    }

    @ParameterizedTest
    @EnumSource(names = {"DNS", "CONNECT", "TLS"})
    void theConnectTimeoutBoundsAllThatComesBeforeTheConnectionServes(Place place) {
        Timeouts timeouts = Timeouts.builder()
                .connect(Duration.ofMillis(150))
                .attempt(Duration.ofSeconds(50))
                .build();
        GatewayException e =
                failure(place, AttemptContext.builder("m").timeouts(timeouts).build());
        assertThat(e)
                .returns(ErrorKind.TIMEOUT, GatewayException::kind)
                .hasMessageContaining("connecting timed out after 150 ms");
    }

    @Test
    void aConnectTimeoutAboveTheClientsDefaultHolds() {
        HttpClients clients = new HttpClients(null, null, 1 << 20);
        assertThat(clients.get(Duration.ofSeconds(40)).connectTimeoutMillis()).isEqualTo(40_000);
        assertThat(clients.get(Duration.ofSeconds(40))).isSameAs(clients.get(Duration.ofSeconds(40)));
        assertThat(clients.get(Duration.ofSeconds(40)).connectionPool())
                .isSameAs(clients.get(null).connectionPool());
        assertThat(clients.unpooled(Duration.ofSeconds(40)).connectTimeoutMillis())
                .isEqualTo(40_000);
        assertThat(clients.get(Duration.ofDays(1000)).connectTimeoutMillis()).isEqualTo(Integer.MAX_VALUE);
        assertThat(clients.get(null).connectTimeoutMillis()).isEqualTo(10_000);
        assertThat(clients.get(Duration.ofSeconds(1)).connectTimeoutMillis()).isEqualTo(10_000);
        clients.close();
    }

    @Test
    void aTimeoutOfTheClientsOwnIsReportedWithTheTimeItTook() {
        OkHttpClient client = client(Place.HEAD)
                .socketFactory(new Sockets() {
                    @Override
                    void connect() throws IOException {
                        throw new SocketTimeoutException("failed to connect");
                    }
                })
                .build();
        Timeouts timeouts = Timeouts.builder().connect(Duration.ofSeconds(40)).build();
        assertThat(failure(
                        client,
                        server.url("/").toString(),
                        false,
                        AttemptContext.builder("m").timeouts(timeouts).build()))
                .returns(ErrorKind.TIMEOUT, GatewayException::kind)
                .message()
                .matches("connecting timed out after \\d+ (m?s|ns)")
                .doesNotContain("40 s");
    }

    @Test
    void callsThatLookUpTheSameNameShareALookup() throws Exception {
        AtomicReference<Integer> lookups = new AtomicReference<>(0);
        CountDownLatch go = new CountDownLatch(1);
        StoppableDns dns = new StoppableDns(host -> {
            lookups.updateAndGet(count -> count + 1);
            awaitQuietly(go);
            return List.of(InetAddress.getLoopbackAddress());
        });
        List<Thread> threads = IntStream.range(0, 5)
                .mapToObj(i -> new Thread(() -> {
                    try {
                        assertThat(dns.lookup("a.example")).hasSize(1);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        while (!threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
            Thread.onSpinWait();
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(lookups).hasValue(1);
        assertThat(dns.lookup("a.example")).hasSize(1);
        assertThat(lookups).hasValue(2);
    }

    private GatewayException failure(Place place, AttemptContext attempt) {
        boolean streamed = place == Place.STREAM || place == Place.STREAM_HEAD;
        OkHttpClient.Builder client = client(place);
        String url = server.url("/v1").toString();
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            switch (place) {
                case DNS -> {
                    client.dns(host -> {
                        reached.countDown();
                        awaitQuietly(end);
                        return Dns.SYSTEM.lookup(host);
                    });
                    url = "http://a.example/v1";
                }
                case CONNECT ->
                    client.socketFactory(new Sockets() {
                        @Override
                        void connect() {
                            reached.countDown();
                        }
                    });
                case TLS -> url = "https://127.0.0.1:" + silent.getLocalPort() + "/v1";
                case HEAD, STREAM_HEAD ->
                    server.enqueue(new MockResponse.Builder()
                            .headersDelay(1, TimeUnit.MINUTES)
                            .build());
                case BODY -> server.enqueue(slow(200, "application/json", "[1,2,3]"));
                case ERROR_BODY -> server.enqueue(slow(500, "application/json", "[1,2,3]"));
                case STREAM -> server.enqueue(slow(200, "text/event-stream", "data: 1\n\n"));
            }
            return failure(client.build(), url, streamed, attempt);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private GatewayException failure(OkHttpClient client, String url, boolean streamed, AttemptContext attempt) {
        try (HttpTransport transport = HttpTransport.builder("acme", (status, body) -> null)
                .client(client)
                .build()) {
            return catchThrowableOfType(GatewayException.class, () -> {
                if (!streamed) {
                    transport.send(HttpCall.post(url), attempt);
                    return;
                }
                try (HttpStream stream = transport.open(HttpCall.post(url), attempt)) {
                    while (stream.next()) {
                        stream.contentSeen();
                    }
                }
            });
        }
    }

    private OkHttpClient.Builder client(Place place) {
        return new OkHttpClient.Builder().connectionPool(pool).eventListener(new EventListener() {
            @Override
            public void secureConnectStart(Call call) {
                reached.countDown();
            }

            @Override
            public void requestHeadersEnd(Call call, Request request) {
                if (place == Place.HEAD || place == Place.STREAM_HEAD) {
                    reached.countDown();
                }
            }

            @Override
            public void responseBodyStart(Call call) {
                reached.countDown();
            }
        });
    }

    private static MockResponse slow(int status, String type, String body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", type)
                .body(body)
                .throttleBody(1, 1, TimeUnit.MINUTES)
                .build();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("a lookup is not to be interrupted", e);
        }
    }

    /** Makes sockets that connect as a test says, and otherwise hang until they are closed. */
    private abstract static class Sockets extends SocketFactory {

        abstract void connect() throws IOException;

        @Override
        public Socket createSocket() {
            return new Socket() {
                private final CountDownLatch closed = new CountDownLatch(1);

                @Override
                public void connect(SocketAddress address, int timeout) throws IOException {
                    Sockets.this.connect();
                    awaitQuietly(closed);
                    throw new SocketException("closed");
                }

                @Override
                public synchronized void close() throws IOException {
                    closed.countDown();
                    super.close();
                }
            };
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
            throw new UnsupportedOperationException();
        }
    }
}
