package dev.aigw.providers.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The server with a real adapter: the failure of each fault at a client. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultServerTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String TEXT = "Grüß Gott aus Zürich – eine Antwort von einiger Länge.";
    private static final ChatResponse TOOLS = ChatResponse.builder()
            .part(new ToolCall("call_1", "weather", "{\"city\":\"Zürich\",\"days\":3}"))
            .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
            .build();

    /** Fault, kind of a plain failure, kind of a streamed one; null where the answer arrives whole. */
    static Stream<Arguments> faults() {
        return Stream.of(
                arguments(Fault.none(), null, null),
                arguments(Fault.status(401), ErrorKind.AUTHENTICATION, ErrorKind.AUTHENTICATION),
                arguments(Fault.status(404), ErrorKind.NOT_FOUND, ErrorKind.NOT_FOUND),
                arguments(Fault.status(429), ErrorKind.RATE_LIMITED, ErrorKind.RATE_LIMITED),
                arguments(
                        Fault.status(429, "insufficient_quota"), ErrorKind.QUOTA_EXHAUSTED, ErrorKind.QUOTA_EXHAUSTED),
                arguments(Fault.status(500), ErrorKind.SERVER_ERROR, ErrorKind.SERVER_ERROR),
                arguments(Fault.status(503), ErrorKind.OVERLOADED, ErrorKind.OVERLOADED),
                arguments(
                        Fault.reply(200, "text/html", "<html>log in</html>"),
                        ErrorKind.MALFORMED_RESPONSE,
                        ErrorKind.MALFORMED_RESPONSE),
                arguments(Fault.contentType("application/pdf"), null, ErrorKind.MALFORMED_RESPONSE),
                arguments(Fault.reset(), ErrorKind.CONNECTION, ErrorKind.CONNECTION),
                arguments(Fault.hangUp(), ErrorKind.CONNECTION, ErrorKind.CONNECTION),
                arguments(Fault.garbage(), ErrorKind.MALFORMED_RESPONSE, ErrorKind.MALFORMED_RESPONSE),
                arguments(Fault.slowHeaders(Duration.ofMillis(5)), null, null),
                arguments(Fault.slowFirstToken(Duration.ofMillis(5)), null, null),
                arguments(Fault.pace(Duration.ofMillis(2)), null, null),
                arguments(Fault.cut(), ErrorKind.MALFORMED_RESPONSE, ErrorKind.STREAM_INTERRUPTED),
                arguments(Fault.cutInsideCharacter(), ErrorKind.MALFORMED_RESPONSE, ErrorKind.STREAM_INTERRUPTED),
                arguments(Fault.endEarly(), ErrorKind.MALFORMED_RESPONSE, ErrorKind.STREAM_INTERRUPTED),
                arguments(Fault.errorInside("rate_limit_exceeded"), ErrorKind.RATE_LIMITED, ErrorKind.RATE_LIMITED),
                arguments(Fault.errorMidway("engine_overloaded"), ErrorKind.OVERLOADED, ErrorKind.OVERLOADED),
                arguments(Fault.malformed(), ErrorKind.MALFORMED_RESPONSE, null),
                arguments(Fault.withoutSentinel(), null, null),
                arguments(Fault.endTwice(), null, null),
                arguments(Fault.wrongLength(7), ErrorKind.MALFORMED_RESPONSE, null),
                arguments(Fault.oversize(300_000), ErrorKind.MALFORMED_RESPONSE, ErrorKind.MALFORMED_RESPONSE));
    }

    @ParameterizedTest(name = "{0}: plain {1}, streamed {2}")
    @MethodSource("faults")
    void eachFaultReachesTheClientAsWhatItIs(Fault fault, @Nullable ErrorKind plain, @Nullable ErrorKind streamed)
            throws InterruptedException {
        try (FaultServer server =
                        FaultServer.builder().script(fault, fault).reply(TEXT).start();
                OpenAiAdapter adapter = adapter(server)) {
            expect(plain, () -> chat(adapter));
            expect(streamed, () -> stream(adapter));
            assertThat(server.requests()).extracting(SeenRequest::fault).containsOnly(fault.toString());
            assertThat(server.requests()).extracting(SeenRequest::streamed).containsExactly(false, true);
            adapter.close();
            assertThat(server.awaitNoConnections(LONG)).isTrue();
        }
    }

    private interface Call {
        ChatResponse make();
    }

    private static void expect(@Nullable ErrorKind kind, Call call) {
        if (kind == null) {
            assertThat(call.make().text()).isEqualTo(TEXT);
        } else {
            GatewayException e = catchThrowableOfType(GatewayException.class, call::make);
            assertThat(e).isNotNull();
            assertThat(e.kind()).as(String.valueOf(e)).isEqualTo(kind);
        }
    }

    @Test
    void aResetInTheMiddleNeverMakesACompleteAnswer() {
        try (FaultServer server = FaultServer.builder()
                        .script(Fault.cutByReset(), Fault.cutByReset())
                        .reply(TEXT)
                        .start();
                OpenAiAdapter adapter = adapter(server)) {
            // a reset may overtake what was sent before it, so its position is not certain
            for (Call call : List.<Call>of(() -> chat(adapter), () -> stream(adapter))) {
                assertThat(catchThrowableOfType(GatewayException.class, call::make)
                                .kind())
                        .isIn(ErrorKind.CONNECTION, ErrorKind.MALFORMED_RESPONSE, ErrorKind.STREAM_INTERRUPTED);
            }
        }
    }

    @Test
    void aCutInsideTheArgumentsOfAToolCallIsAnInterruptionThatKeepsWhatCame() {
        try (FaultServer server = FaultServer.builder()
                        .script(Fault.cutInsideToolCall(), Fault.cutInsideToolCall())
                        .answer(request -> TOOLS)
                        .start();
                OpenAiAdapter adapter = adapter(server)) {
            assertThat(catchThrowableOfType(GatewayException.class, () -> chat(adapter))
                            .kind())
                    .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
            GatewayException e = catchThrowableOfType(GatewayException.class, () -> stream(adapter));
            assertThat(e.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
            ChatResponse partial = (ChatResponse) e.partial();
            assertThat(partial.toolCalls()).hasSize(1);
            assertThat(partial.toolCalls().get(0).arguments()).isEqualTo("{\"city\":\"Zürich\",\"days\":");
            assertThat(chat(adapter).toolCalls()).isEqualTo(TOOLS.toolCalls());
            assertThat(stream(adapter).toolCalls()).isEqualTo(TOOLS.toolCalls());
        }
    }

    @Test
    void contentWithoutAFinishReasonHasAnUnknownReason() {
        try (FaultServer server = FaultServer.builder()
                        .script(Fault.withoutFinishReason())
                        .reply(TEXT)
                        .start();
                OpenAiAdapter adapter = adapter(server)) {
            ChatResponse response = stream(adapter);
            assertThat(response.text()).isEqualTo(TEXT);
            assertThat(response.finishReason().kind()).isEqualTo(FinishReason.Kind.UNKNOWN);
        }
    }

    @Test
    void silenceAStallAndMereCommentsTimeOutAndTheServerSeesTheClientLeave() throws InterruptedException {
        try (FaultServer server = FaultServer.builder()
                        .script(Fault.silence(), Fault.stall(), Fault.heartbeats(Duration.ofMillis(10)))
                        .reply(TEXT)
                        .start();
                OpenAiAdapter adapter = adapter(server)) {
            AttemptContext hurried = AttemptContext.builder("m")
                    .timeouts(Timeouts.builder()
                            .attempt(SHORT)
                            .firstEvent(SHORT)
                            .idle(SHORT)
                            .build())
                    .build();
            assertThat(catchThrowableOfType(
                                    GatewayException.class,
                                    () -> adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "hi"), hurried))
                            .kind())
                    .isEqualTo(ErrorKind.TIMEOUT);
            for (int i = 0; i < 2; i++) {
                assertThat(catchThrowableOfType(GatewayException.class, () -> stream(adapter, hurried))
                                .kind())
                        .isEqualTo(ErrorKind.TIMEOUT);
            }
            for (SeenRequest request : server.requests()) {
                assertThat(request.awaitClosedByClient(LONG)).as("%s", request).isTrue();
            }
        }
    }

    @Test
    void itRemembersWhatWasAskedAndReusesConnections() {
        try (FaultServer server = FaultServer.start();
                OpenAiAdapter adapter = adapter(server)) {
            assertThat(chat(adapter).text()).isEqualTo("ok");
            assertThat(stream(adapter).text()).isEqualTo("ok");
            assertThat(server.requests()).extracting(SeenRequest::number).containsExactly(1, 2);
            assertThat(server.requests()).extracting(SeenRequest::connection).containsOnly(1);
            assertThat(server.requests())
                    .isSortedAccordingTo((a, b) -> Long.compare(a.arrivalNanos(), b.arrivalNanos()));
            SeenRequest first = server.requests().get(0);
            assertThat(first.path()).isEqualTo("/v1/chat/completions");
            assertThat(first.header("content-type")).startsWith("application/json");
            assertThat(first.model()).isEqualTo("m");
            assertThat(first.text()).isEqualTo("hi");
            assertThat(first.closedByClient()).isFalse();
            assertThat(server.openConnections()).isEqualTo(1);
        }
    }

    @Test
    void aScriptThatFailsIsReportedByClose() {
        FaultServer server = FaultServer.builder()
                .plan(request -> {
                    throw new IllegalArgumentException("a bug of the test");
                })
                .start();
        try (OpenAiAdapter adapter = adapter(server)) {
            assertThat(catchThrowableOfType(GatewayException.class, () -> chat(adapter))
                            .kind())
                    .isEqualTo(ErrorKind.CONNECTION);
        }
        assertThatThrownBy(server::close).hasRootCauseMessage("a bug of the test");
    }

    private static OpenAiAdapter adapter(FaultServer server) {
        return OpenAiAdapter.builder()
                .baseUrl(server.baseUrl())
                .maxBodyBytes(200_000)
                .maxEventBytes(200_000)
                .build();
    }

    private static ChatResponse chat(OpenAiAdapter adapter) {
        return adapter.call(
                ChatRequest.CHAT,
                ChatRequest.of("m", "hi"),
                AttemptContext.builder("m").build());
    }

    private static ChatResponse stream(OpenAiAdapter adapter) {
        return stream(adapter, AttemptContext.builder("m").build());
    }

    private static ChatResponse stream(OpenAiAdapter adapter, AttemptContext attempt) {
        try (ChatStream stream = open(adapter, attempt)) {
            return stream.response();
        }
    }

    private static ChatStream open(OpenAiAdapter adapter, AttemptContext attempt) {
        return adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "hi"), attempt);
    }
}
