package dev.aigw.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives without an event, or without content, does not keep a stream open for ever. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SilenceTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String FIRST =
            "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n";
    private static final String CALL =
            "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
                    + "\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}}]}\n\n";
    private static final String REST = "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},"
            + "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

    private static GatewayException failure(
            HostileServer.Script script, Function<String, ProviderAdapter> adapter, Timeouts timeouts)
            throws IOException {
        try (HostileServer server = new HostileServer(script);
                ProviderAdapter used = adapter.apply(server.url())) {
            AttemptContext attempt =
                    AttemptContext.builder("m").timeouts(timeouts).build();
            return catchThrowableOfType(GatewayException.class, () -> {
                try (ChatStream stream = used.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "hi"), attempt)) {
                    stream.response();
                }
            });
        }
    }

    private static ProviderAdapter openAi(String url) {
        return OpenAiAdapter.builder().apiKey("k").baseUrl(url).build();
    }

    private static ProviderAdapter anthropic(String url) {
        return AnthropicAdapter.builder().apiKey("k").baseUrl(url).build();
    }

    private static Timeouts heartbeats() {
        return Timeouts.builder().idle(LONG).heartbeats(SHORT).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", ":", " ", "\0"})
    void singleBytesOfALineAreSilence(String bytes) throws IOException {
        GatewayException e = failure(
                reply -> {
                    reply.send(HEAD + FIRST);
                    reply.drip(bytes);
                },
                SilenceTest::openAi,
                Timeouts.builder().idle(SHORT).build());

        assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(e).hasMessageContaining("the idle stream timed out after 300 ms");
    }

    @Test
    void singleBytesBelowTheFramingOfTheBodyAreSilenceToo() throws IOException {
        String chunk = Integer.toHexString(FIRST.length()) + "\r\n" + FIRST + "\r\n";
        GatewayException e = failure(
                reply -> {
                    reply.send(CHUNKED + chunk + "1;");
                    reply.drip("e"); // an extension of a chunk that has no end
                },
                SilenceTest::openAi,
                Timeouts.builder().idle(SHORT).build());

        assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(e).hasMessageContaining("the idle stream timed out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ": keep-alive\n\n",
                "\n",
                "event: ping\ndata: {}\n\n",
                "data: {\"id\":\"1\",\"choices\":[]}\n\n",
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"}}]}\n\n",
                "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}\n\n"
            })
    void heartbeatsKeepAStreamOpenForABoundedTime(String heartbeat) throws IOException {
        GatewayException e = failure(
                reply -> {
                    reply.send(HEAD + FIRST);
                    reply.drip(heartbeat);
                },
                SilenceTest::openAi,
                heartbeats());

        assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(e).hasMessageContaining("only heartbeats").hasMessageContaining("300 ms");
    }

    @Test
    void emptyArgumentsOfAToolCallAreHeartbeats() throws IOException {
        GatewayException e = failure(
                reply -> {
                    reply.send(HEAD + CALL);
                    reply.drip("data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
                            + "\"function\":{\"arguments\":\"\"}}]}}]}\n\n");
                },
                SilenceTest::openAi,
                heartbeats());

        assertThat(e).hasMessageContaining("only heartbeats");
    }

    @Test
    void pingsOfAnthropicKeepAStreamOpenForABoundedTime() throws IOException {
        GatewayException e = failure(
                reply -> {
                    reply.send(
                            HEAD + "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"1\","
                                    + "\"role\":\"assistant\",\"content\":[],\"usage\":{\"input_tokens\":1}}}\n\n"
                                    + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                                    + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
                                    + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                                    + "\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n");
                    reply.drip("event: ping\ndata: {\"type\":\"ping\"}\n\n");
                },
                SilenceTest::anthropic,
                heartbeats());

        assertThat(e).hasMessageContaining("only heartbeats");
    }

    @Test
    void withoutATimeoutOfTheFirstEventHeartbeatsBeforeItAreBoundedToo() throws IOException {
        GatewayException e = failure(
                reply -> {
                    reply.send(HEAD);
                    reply.drip(": OPENROUTER PROCESSING\n\n");
                },
                SilenceTest::openAi,
                heartbeats());

        assertThat(e).hasMessageContaining("only heartbeats");
    }

    @Test
    void heartbeatsBeforeTheFirstContentAreBoundedByItsTimeoutAlone() throws IOException {
        GatewayException e = failure(
                reply -> {
                    reply.send(HEAD);
                    reply.drip(": OPENROUTER PROCESSING\n\n");
                },
                SilenceTest::openAi,
                Timeouts.builder()
                        .firstEvent(Duration.ofMillis(900))
                        .idle(SHORT)
                        .heartbeats(SHORT)
                        .build());

        assertThat(e).hasMessageContaining("the first event timed out after 900 ms");
    }

    @Test
    void contentAndHeartbeatsKeepAStreamOpen() throws IOException {
        GatewayException e = failure(
                reply -> {
                    reply.send(HEAD + FIRST);
                    for (int i = 0; i < 25; i++) {
                        reply.pause();
                        reply.send(i % 5 == 0 ? FIRST : ": keep-alive\n\n");
                    }
                    reply.send(REST);
                },
                SilenceTest::openAi,
                Timeouts.builder().idle(LONG).heartbeats(Duration.ofSeconds(20)).build());

        assertThat(e).isNull();
    }

    @Test
    void aLargeEventThatArrivesSlowlyIsNoSilence() throws IOException {
        String piece = "x".repeat(2_000);
        GatewayException e = failure(
                reply -> {
                    reply.send(HEAD + FIRST + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"");
                    for (int i = 0; i < 25; i++) {
                        reply.pause();
                        reply.send(piece);
                    }
                    reply.send("\"}}]}\n\n" + REST);
                },
                SilenceTest::openAi,
                Timeouts.builder().idle(Duration.ofSeconds(20)).heartbeats(LONG).build());

        assertThat(e).isNull();
    }

    @Test
    void aTrickleInAHeadOrInAPlainBodyEndsWithTheAttempt() throws IOException {
        Timeouts attempt = Timeouts.builder().attempt(SHORT).idle(LONG).build();

        assertThat(failure(reply -> reply.drip("H"), SilenceTest::openAi, attempt)
                        .kind())
                .isEqualTo(ErrorKind.TIMEOUT);
        assertThat(failure(
                                reply -> {
                                    reply.send("HTTP/1.1 200 OK\r\nX-Long: ");
                                    reply.drip("x");
                                },
                                SilenceTest::openAi,
                                attempt)
                        .kind())
                .isEqualTo(ErrorKind.TIMEOUT);
        try (HostileServer server = new HostileServer(reply -> {
                    reply.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
                    reply.drip(" ");
                });
                ProviderAdapter adapter = openAi(server.url())) {
            GatewayException plain = catchThrowableOfType(
                    GatewayException.class,
                    () -> adapter.call(
                            ChatRequest.CHAT,
                            ChatRequest.of("m", "hi"),
                            AttemptContext.builder("m").timeouts(attempt).build()));
            assertThat(plain.kind()).isEqualTo(ErrorKind.TIMEOUT);
        }
    }

    @Test
    void aDownloadThatTricklesEnds() throws IOException {
        try (HostileServer server = new HostileServer(reply -> {
                    reply.send("HTTP/1.1 200 OK\r\nContent-Type: application/jsonl\r\n\r\n{}\n");
                    reply.drip("{");
                });
                HttpTransport transport =
                        HttpTransport.builder("test", (status, body) -> null).build()) {
            AttemptContext attempt = AttemptContext.builder("m")
                    .timeouts(Timeouts.builder().idle(SHORT).build())
                    .build();
            try (HttpDownload lines = transport.download(HttpCall.of("GET", server.url()), attempt)) {
                assertThat(lines.nextLine()).isNotNull();
                GatewayException e = catchThrowableOfType(GatewayException.class, lines::nextLine);
                assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT);
            }
            try (HttpDownload bytes = transport.download(HttpCall.of("GET", server.url()), attempt);
                    InputStream in = bytes.input()) {
                IOException broken = catchThrowableOfType(IOException.class, in::readAllBytes);
                assertThat(bytes.failure(broken).kind()).isEqualTo(ErrorKind.TIMEOUT);
            }
        }
    }
}
