package dev.aigw.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A vendor echoes what it was sent at every place of its reply; no failure may show it. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlantedSecretsTest {

    private static final String SECRET = "MARKa+b/c\"d=MARK";
    private static final String OTHER = "MARKofTheSession";

    /** Replies in which every {@code #} is replaced by a form of a secret. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 401 Unauthorized #|x-request-id: #|x-echo: #|x-#: 1||{\"error\":{\"code\":\"#\",\"message\":\"#\"}}",
                "HTTP/1.1 429 #|request-id: #||{\"error\":{\"message\":\"FILL #\"}}",
                "HTTP/1.1 500 #||{\"error\":{\"message\":\"FILL\"},\"x\":\"FILL FILL FILL FILL #\"}",
                "HTTP/1.1 302 #|Location: https://example.org/?a=#||#",
                "HTTP/1.1 200 OK||{\"error\":{\"message\":\"#\"}}",
                "HTTP/1.1 200 OK||no JSON but #",
                "HTTP/1.1 200 OK|Content-Type: text/event-stream||event: #|data: {\"error\":{\"message\":\"#\"}}||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||#|#",
                "HTTP/1.1 # #||",
                "#|#|#",
                "HTTP/1.1 200 OK|#|||",
            })
    void noPartOfAFailureShowsIt(String reply) throws IOException {
        String json = SECRET.replace("\"", "\\\"");
        for (String form : new String[] {
            json,
            SECRET,
            json.replace("/", "\\/"),
            URLEncoder.encode(SECRET, StandardCharsets.UTF_8),
            Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8)),
            OTHER
        }) {
            String filled =
                    reply.replace("FILL", "x".repeat(590)).replace("#", form).replace("|", "\r\n");
            for (boolean streamed : new boolean[] {false, true}) {
                assertThat(everythingOf(failure(filled, streamed)))
                        .as(form)
                        .doesNotContain("MARK")
                        .doesNotContain(
                                Base64.getEncoder().encodeToString("MARKa+b/c".getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private static GatewayException failure(String reply, boolean streamed) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpTransport transport =
                        HttpTransport.builder("acme", PlantedSecretsTest::error).build()) {
            Thread thread = new Thread(() -> answer(server, reply));
            thread.setDaemon(true);
            thread.start();
            HttpCall call = HttpCall.post("http://127.0.0.1:" + server.getLocalPort() + "/v1")
                    .header("X-Amz-Security-Token", OTHER)
                    .credential("Authorization", "Bearer ", SECRET);
            AttemptContext attempt = AttemptContext.builder("m").build();
            return catchThrowableOfType(GatewayException.class, () -> {
                if (!streamed) {
                    transport.send(call, attempt);
                    return;
                }
                try (HttpStream stream = transport.open(call, attempt)) {
                    while (stream.next()) {
                        String event =
                                new String(stream.buffer(), stream.offset(), stream.length(), StandardCharsets.UTF_8);
                        JsonNode json = Json.parseOrNull(event);
                        GatewayException inside = json == null ? null : stream.errorIn(json);
                        if (inside != null) {
                            throw inside;
                        }
                    }
                    throw stream.incomplete("the stream ended");
                }
            });
        }
    }

    private static VendorError error(int status, JsonNode body) {
        var error = body.path("error");
        return error.isObject()
                ? new VendorError(
                        null,
                        error.path("code").asText(null),
                        error.path("message").asText(null))
                : null;
    }

    private static void answer(ServerSocket server, String reply) {
        try (Socket socket = server.accept()) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            socket.getOutputStream().write(reply.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            // the client has closed, as it may
        }
    }

    /** Returns all that a log or a caller can see of a failure. */
    private static String everythingOf(GatewayException failure) {
        assertThat(failure).isNotNull();
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all, true));
        return all.append(String.valueOf(failure.body()))
                .append(failure.headers().toString())
                .append(String.valueOf(failure.requestId()))
                .append(String.valueOf(failure.vendorCode()))
                .toString()
                .replaceAll("(?m)^\\s+at .*$", "");
    }
}
