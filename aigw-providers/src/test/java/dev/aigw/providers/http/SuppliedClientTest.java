package dev.aigw.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.Credentials;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application has set on its own client works in calls, too. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SuppliedClientTest {

    private static final AttemptContext ATTEMPT = AttemptContext.builder("m").build();
    private static final String BODY = "\"" + "x".repeat(100_000) + "\"";
    private static final String LOGIN = Credentials.basic("me", "hunter22");

    private final MockWebServer server = new MockWebServer();
    private final OkHttpClient.Builder client = new OkHttpClient.Builder();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String call(String url, boolean streamed) {
        HttpCall call = HttpCall.post(url).body(out -> out.write(BODY.getBytes(StandardCharsets.UTF_8)));
        try (HttpTransport transport = HttpTransport.builder("acme", (status, body) -> null)
                .client(client.build())
                .build()) {
            if (!streamed) {
                return transport.send(call, ATTEMPT).json().toString();
            }
            try (HttpStream stream = transport.open(call, ATTEMPT)) {
                assertThat(stream.next()).isTrue();
                return new String(stream.buffer(), stream.offset(), stream.length(), StandardCharsets.UTF_8);
            }
        }
    }

    private String call(boolean streamed) {
        return call(server.url("/v1").toString(), streamed);
    }

    private GatewayException failure(String url, boolean streamed) {
        return catchThrowableOfType(GatewayException.class, () -> call(url, streamed));
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(server.getHostName(), server.getPort());
    }

    private static Authenticator login(String header) {
        return (route, response) -> response.request().header(header) != null
                ? null
                : response.request().newBuilder().header(header, LOGIN).build();
    }

    private static MockResponse answer(boolean streamed) {
        return streamed
                ? new MockResponse.Builder()
                        .setHeader("Content-Type", "text/event-stream")
                        .body("data: 1\n\n")
                        .build()
                : new MockResponse.Builder().body("1").build();
    }

    private static MockResponse status(int code, String name, String value) {
        return new MockResponse.Builder().code(code).setHeader(name, value).build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsAuthenticatorAnswersTheServer(boolean streamed) throws InterruptedException {
        client.authenticator(login("Authorization"));
        server.enqueue(status(401, "WWW-Authenticate", "Basic realm=\"a\""));
        server.enqueue(answer(streamed));

        assertThat(call(streamed)).isEqualTo("1");

        assertThat(server.takeRequest().getHeaders().get("Authorization")).isNull();
        RecordedRequest second = server.takeRequest();
        assertThat(second.getHeaders().get("Authorization")).isEqualTo(LOGIN);
        assertThat(second.getBody().utf8()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsProxyAuthenticatorAnswersTheProxy(boolean streamed) throws InterruptedException {
        client.proxy(new Proxy(Proxy.Type.HTTP, address())).proxyAuthenticator(login("Proxy-Authorization"));
        server.enqueue(status(407, "Proxy-Authenticate", "Basic realm=\"a\""));
        server.enqueue(answer(streamed));

        assertThat(call("http://a.example/v1", streamed)).isEqualTo("1");

        server.takeRequest();
        RecordedRequest second = server.takeRequest();
        assertThat(second.getHeaders().get("Proxy-Authorization")).isEqualTo(LOGIN);
        assertThat(second.getBody().utf8()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRefusedLoginIsTheAnswerAndNothingElseIsSentTwice(boolean streamed) {
        client.authenticator(login("Authorization"));
        server.enqueue(status(401, "WWW-Authenticate", "Basic realm=\"a\""));
        server.enqueue(status(401, "WWW-Authenticate", "Basic realm=\"a\""));
        assertThat(failure(server.url("/v1").toString(), streamed))
                .returns(ErrorKind.AUTHENTICATION, GatewayException::kind);
        assertThat(server.getRequestCount()).isEqualTo(2);

        server.enqueue(status(503, "Retry-After", "0"));
        assertThat(failure(server.url("/v1").toString(), streamed))
                .returns(ErrorKind.OVERLOADED, GatewayException::kind);
        assertThat(server.getRequestCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a.example/v1", "https://a.example/v1"})
    void aProxyThatAsksForALoginIsNamed(String url) {
        client.proxy(new Proxy(Proxy.Type.HTTP, address()));
        server.enqueue(status(407, "Proxy-Authenticate", "Basic realm=\"a\""));
        assertThat(failure(url, false))
                .returns(ErrorKind.CONNECTION, GatewayException::kind)
                .message()
                .contains("the proxy ", ":" + server.getPort() + " asks for a user name and password")
                .contains("proxyAuthenticator");
    }

    @Test
    void aProxyThatIsNotThereIsNamed() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        client.proxy(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
        assertThat(failure("https://a.example/v1", false))
                .returns(ErrorKind.CONNECTION, GatewayException::kind)
                .message()
                .contains("through the proxy ", ":" + port);
    }

    @Test
    void aServerThatAnswersLikeAProxyIsSaidToDoSo() {
        server.enqueue(status(407, "Proxy-Authenticate", "Basic realm=\"a\""));
        assertThat(failure(server.url("/v1").toString(), false))
                .returns(ErrorKind.CONNECTION, GatewayException::kind)
                .hasMessageContaining("the server answered 407, as only a proxy may");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterceptorThatLogsSeesBothBodiesWhole(boolean streamed) {
        List<String> seen = new CopyOnWriteArrayList<>();
        Interceptor logging = chain -> {
            Request request = chain.request();
            if (!request.body().isOneShot()) {
                Buffer body = new Buffer();
                request.body().writeTo(body);
                seen.add(body.readUtf8());
            }
            Response response = chain.proceed(request);
            seen.add(response.peekBody(1000).string());
            return response;
        };
        client.addInterceptor(logging).addNetworkInterceptor(logging);
        server.enqueue(answer(streamed));
        String answer = streamed ? "data: 1\n\n" : "1";

        assertThat(call(streamed)).isEqualTo("1");

        assertThat(seen).containsExactly(BODY, BODY, answer, answer);
    }

    @Test
    void anInterceptorMayAnswerByItself() {
        client.addInterceptor(chain -> new Response.Builder()
                .request(chain.request())
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .body(ResponseBody.create("7", null))
                .build());
        assertThat(call(false)).isEqualTo("7");
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void itsDnsSocketFactoryAndEventListenerAreUsed() {
        AtomicInteger lookups = new AtomicInteger();
        AtomicInteger sockets = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        client.dns(host -> {
                    lookups.incrementAndGet();
                    return List.of(InetAddress.getLoopbackAddress());
                })
                .socketFactory(new CountingFactory(sockets))
                .eventListener(new EventListener() {
                    @Override
                    public void callStart(Call call) {
                        calls.incrementAndGet();
                    }
                });
        server.enqueue(answer(false));
        assertThat(call("http://a.example:" + server.getPort() + "/v1", false)).isEqualTo("1");
        assertThat(lookups).hasValue(1);
        assertThat(sockets).hasValue(1);
        assertThat(calls).hasValue(1);
    }

    private static final class CountingFactory extends SocketFactory {

        private final AtomicInteger sockets;

        CountingFactory(AtomicInteger sockets) {
            this.sockets = sockets;
        }

        @Override
        public Socket createSocket() {
            sockets.incrementAndGet();
            return new Socket();
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
