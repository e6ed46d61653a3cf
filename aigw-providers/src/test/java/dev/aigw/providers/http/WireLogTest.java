package dev.aigw.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.kit.WireLog;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WireLogTest {

    private static final String SECRET = "MARKa7b/c\"d=MARKe9f";
    private static final String ESCAPED = SECRET.replace("\"", "\\\"");

    private final MockWebServer server = new MockWebServer();
    private final Lines log = new Lines();
    private final RecordingAttempt attempt = new RecordingAttempt("m");

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpTransport transport(int bodyChars) {
        return HttpTransport.builder("acme", (status, body) -> null)
                .wireLog(new WireLogger(log, bodyChars))
                .build();
    }

    private HttpCall call(String body) {
        return HttpCall.post(server.url("/v1/chat?api-version=3&sig=" + "MARKsignature")
                        .toString())
                .header("X-Feature", "on")
                .header("X-Amz-Security-Token", "MARKsession")
                .credential("Authorization", "Bearer ", SECRET)
                .body(out -> out.write(body.getBytes(StandardCharsets.UTF_8)));
    }

    private void exchange(int bodyChars, boolean streamed, String body) {
        try (HttpTransport transport = transport(bodyChars)) {
            if (!streamed) {
                transport.fetch(call(body), attempt);
                return;
            }
            try (HttpStream stream = transport.open(call(body), attempt)) {
                while (stream.next()) {
                    stream.contentSeen();
                }
            }
        }
    }

    private static MockResponse.Builder answer(boolean streamed, String body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", streamed ? "text/event-stream" : "application/json")
                .setHeader("x-request-id", "req-1")
                .body(body);
    }

    @Test
    void aRequestAndItsReplyAreTwoEntries() {
        server.enqueue(answer(false, "{\"a\":1}").build());
        exchange(100, false, "{\"q\":\"why\"}");

        assertThat(log.lines).hasSize(2);
        assertThat(log.lines.get(0))
                .startsWith("call c7 attempt 1 at test/m: POST http://")
                .contains("/v1/chat?api-version=3&sig=***, 11 bytes of application/json {")
                .contains("x-feature: on", "authorization: ***", "x-amz-security-token: ***")
                .endsWith("}\n  {\"q\":\"why\"}");
        assertThat(log.lines.get(1))
                .matches(
                        "(?s)call c7 attempt 1 at test/m: 200 OK in \\d+ ms \\{.*}, whole after \\d+ ms, 7 bytes\n  \\{\"a\":1}")
                .contains("x-request-id: req-1");
    }

    @Test
    void aStreamsHeadIsLoggedWhenItArrivesAndItsEventsAtItsEnd() {
        server.enqueue(answer(true, "data: 1\n\ndata: 2\n\n").build());
        exchange(100, true, "{}");

        assertThat(log.lines).hasSize(3);
        assertThat(log.lines.get(1)).contains(": 200 OK in ").endsWith("}, streaming");
        assertThat(log.lines.get(2))
                .matches(
                        "call c7 attempt 1 at test/m: the stream, whole after \\d+ ms, 18 bytes\n  data: 1\n  \n  data: 2");
    }

    @Test
    void aStreamThatBreaksOrIsClosedIsSaidToBe() {
        server.enqueue(answer(true, "data: 1\n\n".repeat(20))
                .removeHeader("Content-Length")
                .setHeader("Content-Length", 1000)
                .onResponseEnd(new SocketEffect.CloseSocket())
                .build());
        assertThat(catchThrowableOfType(GatewayException.class, () -> exchange(20, true, "{}")))
                .isNotNull();
        assertThat(log.lines.get(2))
                .contains("the stream, broken after ", "180 bytes: java.net.ProtocolException", "… [180 bytes in all]");

        log.lines.clear();
        server.enqueue(answer(true, "data: 1\n\n".repeat(20))
                .throttleBody(9, 1, TimeUnit.MINUTES)
                .build());
        try (HttpTransport transport = transport(0);
                HttpStream stream = transport.open(call("{}"), attempt)) {
            assertThat(stream.next()).isTrue();
        }
        assertThat(log.lines.get(2)).contains("the stream, closed after ", " 9 bytes");
    }

    @Test
    void aFailureWithoutAnAnswerIsLogged() {
        server.enqueue(new MockResponse.Builder()
                .onRequestStart(new SocketEffect.CloseSocket())
                .build());
        assertThat(catchThrowableOfType(GatewayException.class, () -> exchange(20, false, "{}")))
                .returns(ErrorKind.CONNECTION, GatewayException::kind);
        assertThat(log.lines).hasSize(2);
        assertThat(log.lines.get(1)).matches("call c7 attempt 1 at test/m: failed after \\d+ ms: CONNECTION .*");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void headsShowNoBody(boolean streamed) {
        server.enqueue(answer(streamed, "data: the answer\n\n").build());
        exchange(0, streamed, "{\"q\":\"the question\"}");
        assertThat(log.all()).doesNotContain("question", "the answer").contains(", 20 bytes of", ", 18 bytes");
    }

    @Test
    void bodiesAreCutAndBinaryOnesOnlyNamed() {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "audio/mpeg")
                .body(new Buffer().write(new byte[5000]))
                .build());
        server.enqueue(new MockResponse.Builder()
                .body(new Buffer().write(new byte[] {1, 2, 0, 7}))
                .build());
        server.enqueue(answer(false, "{\"b64\":\"" + "QUJD".repeat(400) + "\",\"x\":1}")
                .build());
        exchange(10, false, "abcdefghijklmnopqrstuvwxyz");
        exchange(10, false, "{}");
        exchange(2000, false, "{}");
        assertThat(log.lines.get(0)).endsWith("\n  abcdefghij… [26 bytes in all]");
        assertThat(log.lines.get(1)).endsWith("\n  [5000 bytes of audio/mpeg]");
        assertThat(log.lines.get(3)).endsWith("\n  [4 bytes of binary data]");
        assertThat(log.lines.get(5)).endsWith("\n  {\"b64\":\"[1600 characters of base64]\",\"x\":1}");
    }

    @Test
    void noLineOfABodyPassesForOneOfTheLog() {
        server.enqueue(answer(false, "{}\n2026-01-01 ERROR forged\r\n\u001b[31m\u2028x")
                .build());
        exchange(500, false, "{}");
        assertThat(log.lines.get(1))
                .contains("\n  2026-01-01 ERROR forged\n  \ufffd[31m\ufffdx")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":\"bad key #\"}",
                "{\"a\":[\"#\",\"#\"]}",
                "data: {\"content\":\"#\"}\n\ndata: {\"content\":\"#\"}\n\n",
                "event: #\ndata: #\n\n",
                "# # #",
            })
    void noBodyHeaderOrUrlShowsASecretWhereverItIsCut(String template) throws IOException {
        String text = template.replace("#", ESCAPED);
        for (int status : new int[] {200, 401}) {
            for (boolean streamed : new boolean[] {false, true}) {
                for (int chars = 1; chars < 120; chars += chars < 60 ? 1 : 7) {
                    server.enqueue(answer(streamed, text)
                            .code(status)
                            .setHeader("x-echo", SECRET)
                            .setHeader("Set-Cookie", "a=MARKcookie")
                            .build());
                    try {
                        exchange(chars, streamed, text);
                    } catch (GatewayException e) {
                        assertThat(log.lines).isNotEmpty();
                    }
                }
            }
        }
        assertThat(log.lines).hasSizeGreaterThan(400);
        assertThat(log.all()).doesNotContain("MARKa7", "MARKe9", "MARKs", "MARKcookie");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void aSecretThatAModelSpreadsOverEventsIsMasked(int size) {
        StringBuilder json = new StringBuilder();
        StringBuilder lines = new StringBuilder();
        for (int at = 0; at < SECRET.length(); at += size) {
            String piece = SECRET.substring(at, Math.min(SECRET.length(), at + size));
            json.append("data: {\"id\":\"x1\",\"delta\":{\"content\":\"")
                    .append(piece.replace("\"", "\\\""))
                    .append("\"}}\n\n");
            lines.append("data: ").append(piece).append("\n\n");
        }
        server.enqueue(answer(true, json.toString()).build());
        server.enqueue(answer(true, lines.toString()).build());
        exchange(10_000, true, "{}");
        exchange(10_000, true, "{}");
        String shown = log.all().replaceAll("\\s|data:|\\{\"id\":\"x1\",\"delta\":\\{\"content\":\"|\"}}", "");
        assertThat(log.all()).contains("\"id\":\"x1\"");
        assertThat(shown).doesNotContain("MARKa7b", "a7b/c", "MARKe9f");
    }

    @Test
    void aSecretThatStraddlesPiecesOfTheNetworkIsMasked() {
        server.enqueue(answer(true, "data: {\"content\":\"" + ESCAPED + "\"}\n\n")
                .chunkedBody("data: {\"content\":\"" + ESCAPED + "\"}\n\n", 3)
                .build());
        exchange(1000, true, "{}");
        assertThat(log.all()).contains("{\"content\":\"***\"}").doesNotContain("MARKa7");
    }

    @Test
    void whileTheLevelIsOffNothingIsPrepared() {
        log.on = false;
        server.enqueue(answer(false, "{}").build());
        exchange(100, false, "{}");
        assertThat(log.lines).isEmpty();
        assertThat(attempt.callIds).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoggerThatThrowsHurtsNoCall(boolean whenAsked) {
        log.throwsWhenAsked = whenAsked;
        log.throwsWhenLogging = !whenAsked;
        server.enqueue(answer(false, "{}").build());
        server.enqueue(answer(true, "data: 1\n\n").build());
        server.enqueue(answer(false, "{}").code(500).build());
        exchange(100, false, "{}");
        exchange(100, true, "{}");
        assertThat(catchThrowableOfType(GatewayException.class, () -> exchange(100, false, "{}")))
                .returns(500, GatewayException::status);
    }

    @Test
    void anAdapterLogsUnderItsName() {
        System.setProperty("org.slf4j.simpleLogger.log.dev.aigw.wire.wired", "debug");
        for (String name : new String[] {"wired", "silent"}) {
            RecordingAttempt recording = new RecordingAttempt("m");
            server.enqueue(
                    answer(false, "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}")
                            .build());
            try (OpenAiAdapter adapter = OpenAiAdapter.builder()
                    .name(name)
                    .baseUrl(server.url("/v1").toString())
                    .wireLog(WireLog.bodies())
                    .build()) {
                assertThat(adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "hello"), recording)
                                .text())
                        .isEqualTo("Hi");
            }
            assertThat(recording.callIds > 0).as(name).isEqualTo(name.equals("wired"));
        }
        System.clearProperty("org.slf4j.simpleLogger.log.dev.aigw.wire.wired");
    }

    @Test
    void outsideARouterACallHasNoId() {
        server.enqueue(answer(false, "{}").build());
        try (HttpTransport transport = transport(0)) {
            transport.fetch(call("{}"), AttemptContext.builder("m").build());
        }
        assertThat(log.lines.get(0)).startsWith("attempt 1 at m: POST ");
    }

    @Test
    void aCutMustBePositive() {
        assertThat(WireLog.bodies()).isEqualTo(WireLog.heads().maxChars(4096)).isNotEqualTo(WireLog.heads());
        assertThatThrownBy(() -> WireLog.bodies().maxChars(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("WireLog.heads()");
    }

    /** Keeps what is logged. */
    private static final class Lines extends LegacyAbstractLogger {

        private static final long serialVersionUID = 1L;

        private final transient List<String> lines = new CopyOnWriteArrayList<>();
        private boolean on = true;
        private boolean throwsWhenAsked;
        private boolean throwsWhenLogging;

        String all() {
            return String.join("\n", lines);
        }

        @Override
        public boolean isDebugEnabled() {
            if (throwsWhenAsked) {
                throw new IllegalStateException("no level");
            }
            return on;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            if (throwsWhenLogging) {
                throw new IllegalStateException("disk full");
            }
            lines.add(MessageFormatter.basicArrayFormat(message, arguments));
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
