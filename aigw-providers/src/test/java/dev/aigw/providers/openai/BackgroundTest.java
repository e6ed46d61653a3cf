package dev.aigw.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Timeouts;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers in the background, after "Background mode" of OpenAI's guides. */
class BackgroundTest {

    private static final ChatRequest HELLO = ChatRequest.of("any", "hello");

    private final MockWebServer server = new MockWebServer();
    private OpenAiAdapter adapter;

    @BeforeEach
    void start() throws IOException {
        server.start();
        adapter = builder().background(true).build();
    }

    @AfterEach
    void stop() {
        adapter.close();
        server.close();
    }

    private OpenAiAdapter.Builder builder() {
        return OpenAiAdapter.builder(Dialects.OPENAI)
                .apiKey("sk-secret")
                .baseUrl(server.url("/v1").toString())
                .pollInterval(Duration.ofMillis(1));
    }

    private static AttemptContext attempt() {
        return AttemptContext.builder("gpt-6-sol").build();
    }

    private void enqueue(String json) {
        server.enqueue(new MockResponse.Builder().body(json).build());
    }

    private static String response(String status) {
        return "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"" + status + "\",\"error\":null,\"output\":[]}";
    }

    private static String completed(String text) {
        return "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"error\":null,\"model\":\"gpt-6-sol\","
                + "\"output\":[{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":"
                + "\"output_text\",\"text\":\"" + text
                + "\"}]}],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}";
    }

    private ChatResponse chat() {
        return adapter.call(ChatRequest.CHAT, HELLO, attempt());
    }

    private GatewayException failure() {
        return catchThrowableOfType(GatewayException.class, this::chat);
    }

    private RecordedRequest taken() throws InterruptedException {
        return Objects.requireNonNull(server.takeRequest(10, TimeUnit.SECONDS), "no request came");
    }

    private static JsonNode body(RecordedRequest request) {
        return Objects.requireNonNull(
                Json.parseOrNull(Objects.requireNonNull(request.getBody()).utf8()));
    }

    private void assertTaken(String line) throws InterruptedException {
        RecordedRequest request = taken();
        assertThat(request.getMethod() + " " + request.getTarget()).isEqualTo(line);
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer sk-secret");
    }

    // ------------------------------------------------------------------------------------------------------ whole

    @Test
    void anAnswerIsAskedForUntilItIsDone() throws Exception {
        enqueue(response("queued"));
        enqueue(response("in_progress"));
        enqueue(completed("done"));

        ChatResponse answer = chat();

        assertThat(answer.text()).isEqualTo("done");
        assertThat(answer.usage().outputTokens()).isEqualTo(2);
        RecordedRequest first = taken();
        assertThat(first.getTarget()).isEqualTo("/v1/responses");
        assertThat(body(first).path("background").asBoolean()).isTrue();
        assertThat(body(first).path("store").asBoolean()).isTrue();
        assertTaken("GET /v1/responses/resp_1");
        assertTaken("GET /v1/responses/resp_1");
        assertThat(server.getRequestCount()).isEqualTo(3);
    }

    @Test
    void aRequestAsksForItselfAndMayRefuseTheDefault() throws Exception {
        enqueue(completed("at once"));
        try (OpenAiAdapter usual = builder().build()) {
            usual.call(
                    ChatRequest.CHAT,
                    ChatRequest.builder("any")
                            .user("x")
                            .extra("background", true)
                            .build(),
                    attempt());
        }
        assertThat(taken().getTarget()).isEqualTo("/v1/responses");
        enqueue(completed("at once"));
        adapter.call(
                ChatRequest.CHAT,
                ChatRequest.builder("any")
                        .user("x")
                        .extra("background", false)
                        .extra("store", false)
                        .build(),
                AttemptContext.builder("m")
                        .card(ModelCard.builder()
                                .wire(WireFacts.builder().endpoint("responses").build())
                                .build())
                        .build());
        JsonNode sent = body(taken());
        assertThat(sent.path("background").asBoolean()).isFalse();
        assertThat(sent.path("store").asBoolean()).isFalse();
    }

    @Test
    void nothingRunsInTheBackgroundByDefault() throws Exception {
        enqueue(completed("at once"));
        try (OpenAiAdapter usual = builder().responsesApi(true).build()) {
            usual.call(ChatRequest.CHAT, HELLO, attempt());
        }
        JsonNode sent = body(taken());
        assertThat(sent.has("background")).isFalse();
        assertThat(sent.path("store").asBoolean()).isFalse();
    }

    @Test
    void theServerMaySayWhenToAskAgain() {
        server.enqueue(new MockResponse.Builder()
                .setHeader("openai-poll-after-ms", "1")
                .body(response("queued"))
                .build());
        enqueue(completed("done"));
        try (OpenAiAdapter patient = OpenAiAdapter.builder(Dialects.OPENAI)
                .apiKey("sk-secret")
                .baseUrl(server.url("/v1").toString())
                .background(true)
                .pollInterval(Duration.ofHours(1))
                .build()) {
            assertThat(patient.call(ChatRequest.CHAT, HELLO, attempt()).text()).isEqualTo("done");
        }
    }

    @Test
    void aFewFailedQuestionsAreNoFailureOfTheAnswer() {
        enqueue(response("queued"));
        server.enqueue(new MockResponse.Builder().code(503).body("{}").build());
        server.enqueue(new MockResponse.Builder()
                .code(500)
                .body("{\"error\":{\"message\":\"oh\"}}")
                .build());
        server.enqueue(new MockResponse.Builder()
                .onRequestStart(new SocketEffect.CloseSocket())
                .build());
        enqueue(response("in_progress"));
        enqueue(completed("done"));
        assertThat(chat().text()).isEqualTo("done");
    }

    @Test
    void questionsThatAlwaysFailEndAndCancel() throws Exception {
        enqueue(response("queued"));
        for (int i = 0; i < 6; i++) {
            server.enqueue(new MockResponse.Builder().code(503).body("{}").build());
        }
        enqueue(response("cancelled"));
        assertThat(failure().kind()).isEqualTo(ErrorKind.OVERLOADED);
        for (int i = 0; i < 7; i++) {
            taken();
        }
        assertTaken("POST /v1/responses/resp_1/cancel");
    }

    @Test
    void aLostAnswerSaysSoAndIsTheRequestsOwn() throws Exception {
        enqueue(response("queued"));
        server.enqueue(new MockResponse.Builder()
                .code(404)
                .body("{\"error\":{\"message\":\"Response with id 'resp_1' not found.\",\"type\":"
                        + "\"invalid_request_error\",\"param\":null,\"code\":null}}")
                .build());
        GatewayException e = failure();
        assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(e.subject()).isEqualTo(FailureSubject.REQUEST);
        assertThat(e).hasMessageContaining("the response resp_1 that ran in the background is lost");
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    // openai-node #2600 and #2614: a failed answer in the background is no success
    @Test
    void anAnswerThatFailedIsAFailure() {
        enqueue(response("queued"));
        enqueue("{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"failed\",\"error\":{\"code\":\"server_error\","
                + "\"message\":\"The model failed.\"},\"output\":[]}");
        assertThat(failure().kind()).isEqualTo(ErrorKind.SERVER_ERROR);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "failed"})
    void anAnswerThatEndedWithoutOneIsAFailure(String status) {
        enqueue(response("in_progress"));
        enqueue(response(status));
        assertThat(failure().kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    @Test
    void anIncompleteAnswerSaysWhy() {
        enqueue(response("in_progress"));
        enqueue(completed("half")
                .replace(
                        "\"status\":\"completed\"",
                        "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"}"));
        assertThat(chat().finishReason().raw()).isEqualTo("max_output_tokens");
    }

    @Test
    void aCancelledCallCancelsTheAnswerAtTheVendor() throws Exception {
        Cancellation cancellation = new Cancellation();
        enqueue(response("queued"));
        enqueue(response("in_progress"));
        Thread watcher = new Thread(() -> {
            try {
                taken();
                taken();
                taken(); // which gets no reply
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            cancellation.cancel();
        });
        watcher.start();
        GatewayException e = catchThrowableOfType(
                GatewayException.class,
                () -> adapter.call(
                        ChatRequest.CHAT,
                        HELLO,
                        AttemptContext.builder("gpt-6-sol")
                                .cancellation(cancellation)
                                .build()));
        watcher.join();
        assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED);
        assertTaken("POST /v1/responses/resp_1/cancel");
    }

    @Test
    void aCallCancelledBetweenTwoQuestionsDoesNotWaitForTheNext() throws Exception {
        Cancellation cancellation = new Cancellation();
        server.enqueue(new MockResponse.Builder()
                .setHeader("openai-poll-after-ms", "1")
                .body(response("queued"))
                .build());
        enqueue(response("in_progress"));
        enqueue(response("cancelled"));
        try (OpenAiAdapter patient = OpenAiAdapter.builder(Dialects.OPENAI)
                .apiKey("sk-secret")
                .baseUrl(server.url("/v1").toString())
                .background(true)
                .pollInterval(Duration.ofHours(1))
                .build()) {
            Thread watcher = new Thread(() -> {
                try {
                    taken();
                    taken();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                cancellation.cancel();
            });
            watcher.start();
            GatewayException e = catchThrowableOfType(
                    GatewayException.class,
                    () -> patient.call(
                            ChatRequest.CHAT,
                            HELLO,
                            AttemptContext.builder("gpt-6-sol")
                                    .cancellation(cancellation)
                                    .build()));
            watcher.join();
            assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED);
            assertTaken("POST /v1/responses/resp_1/cancel");
        }
    }

    @Test
    void theAttemptsTimeoutHoldsForAllOfItAndCancelsTheAnswer() throws Exception {
        enqueue(response("queued"));
        enqueue(response("cancelled"));
        try (OpenAiAdapter patient = OpenAiAdapter.builder(Dialects.OPENAI)
                .apiKey("sk-secret")
                .baseUrl(server.url("/v1").toString())
                .background(true)
                .pollInterval(Duration.ofHours(1))
                .build()) {
            GatewayException e = catchThrowableOfType(
                    GatewayException.class,
                    () -> patient.call(
                            ChatRequest.CHAT,
                            HELLO,
                            AttemptContext.builder("gpt-6-sol")
                                    .timeouts(Timeouts.builder()
                                            .attempt(Duration.ofSeconds(1))
                                            .build())
                                    .build()));
            assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT);
            taken();
            assertTaken("POST /v1/responses/resp_1/cancel");
        }
    }

    @Test
    void allCallsUseTheCredentialAndServerOfTheAttempt() throws Exception {
        enqueue(response("queued"));
        enqueue(completed("done"));
        adapter.call(
                ChatRequest.CHAT,
                HELLO,
                AttemptContext.builder("gpt-6-sol")
                        .credential(Credential.of("other-account"))
                        .baseUrl(server.url("/eu").toString())
                        .build());
        for (String target : new String[] {"/eu/responses", "/eu/responses/resp_1"}) {
            RecordedRequest request = taken();
            assertThat(request.getTarget()).isEqualTo(target);
            assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer other-account");
        }
    }

    @Test
    void chatCompletionsHaveNoBackground() {
        try (OpenAiAdapter completions =
                builder().responsesApi(false).background(true).build()) {
            assertThatThrownBy(() -> completions.call(ChatRequest.CHAT, HELLO, attempt()))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED));
        }
        try (OpenAiAdapter other = OpenAiAdapter.builder(Dialects.GROQ)
                .apiKey("k")
                .baseUrl(server.url("/v1").toString())
                .background(true)
                .build()) {
            assertThatThrownBy(() -> other.call(ChatRequest.CHAT_STREAM, HELLO, attempt()))
                    .hasMessageContaining("in the background");
        }
        assertThat(server.getRequestCount()).isZero();
    }

    // ---------------------------------------------------------------------------------------------------- streamed

    private static String event(int number, String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + ",\"sequence_number\":" + number
                + "}\n\n";
    }

    private static String created() {
        return event(0, "response.created", "\"response\":" + response("queued"));
    }

    private static String text(int number, String delta) {
        return event(
                number,
                "response.output_text.delta",
                "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"" + delta + "\"");
    }

    private static String end(int number, String text) {
        return event(number, "response.completed", "\"response\":" + completed(text));
    }

    private void enqueueStream(String events, boolean cut) {
        MockResponse.Builder reply = new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(cut ? events + ": the rest".repeat(2000) : events);
        server.enqueue((cut ? reply.onResponseBody(new SocketEffect.CloseSocket()) : reply).build());
    }

    private ChatStream stream(@Nullable Cancellation cancellation) {
        AttemptContext.Builder attempt = AttemptContext.builder("gpt-6-sol");
        if (cancellation != null) {
            attempt.cancellation(cancellation);
        }
        return adapter.call(ChatRequest.CHAT_STREAM, HELLO, attempt.build());
    }

    @Test
    void aStreamIsReadToItsEnd() throws Exception {
        enqueueStream(created() + text(1, "a") + text(2, "b") + end(3, "ab"), false);
        try (ChatStream stream = stream(null)) {
            assertThat(stream.response().text()).isEqualTo("ab");
        }
        JsonNode sent = body(taken());
        assertThat(sent.path("background").asBoolean()).isTrue();
        assertThat(sent.path("stream").asBoolean()).isTrue();
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ends", "breaks in an event"})
    void aStreamThatBreaksGoesOnAfterItsLatestEvent(String how) throws Exception {
        enqueueStream(
                created()
                        + text(1, "a")
                        + text(2, "b")
                        + (how.equals("ends") ? "" : "event: response.output_text.delta\ndata: {\"type\":\"resp"),
                false);
        enqueueStream(text(3, "c") + end(4, "abc"), false);
        try (ChatStream stream = stream(null)) {
            assertThat(stream.response().text()).isEqualTo("abc");
        }
        taken();
        assertTaken("GET /v1/responses/resp_1?stream=true&starting_after=2");
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void aConnectionThatBreaksIsNoticedTheSameWay() throws Exception {
        enqueueStream(created() + text(1, "a"), true);
        enqueueStream(text(2, "b") + end(3, "ab"), false);
        try (ChatStream stream = stream(null)) {
            String text = stream.response().text();
            assertThat(text).isEqualTo("ab");
        }
        taken();
        assertThat(taken().getTarget()).startsWith("/v1/responses/resp_1?stream=true&starting_after=");
    }

    // openai-python #2828: "This response can no longer be streamed because it is more than 5 minutes old"
    @Test
    void aResponseThatIsStreamedNoMoreIsAskedFor() throws Exception {
        enqueueStream(created() + text(1, "a"), false);
        server.enqueue(new MockResponse.Builder()
                .code(400)
                .body("{\"error\":{\"message\":\"This response can no longer be streamed because it is more than 5"
                        + " minutes old\",\"type\":\"invalid_request_error\"}}")
                .build());
        enqueue(response("in_progress"));
        enqueue(completed("abc"));
        try (ChatStream stream = stream(null)) {
            ChatResponse answer = stream.response();
            assertThat(answer.text()).isEqualTo("abc");
            assertThat(answer.usage().outputTokens()).isEqualTo(2);
        }
        taken();
        assertTaken("GET /v1/responses/resp_1?stream=true&starting_after=1");
        assertTaken("GET /v1/responses/resp_1");
        assertTaken("GET /v1/responses/resp_1");
        assertThat(server.getRequestCount()).isEqualTo(4);
    }

    @Test
    void aStreamThatNeverGoesOnFailsAndIsCancelled() throws Exception {
        for (int i = 0; i < 7; i++) {
            enqueueStream(i == 0 ? created() + text(1, "a") : ": nothing\n\n", false);
        }
        enqueue(response("cancelled"));
        try (ChatStream stream = stream(null)) {
            assertThatThrownBy(stream::response)
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED));
        }
        RecordedRequest last = taken();
        while (!last.getTarget().endsWith("/cancel")) {
            last = taken();
        }
        assertThat(last.getTarget()).isEqualTo("/v1/responses/resp_1/cancel");
    }

    @Test
    void aClosedStreamCancelsTheAnswerAtTheVendor() throws Exception {
        enqueueStream(created() + text(1, "a") + text(2, "b") + end(3, "ab"), false);
        enqueue(response("cancelled"));
        try (ChatStream stream = stream(null)) {
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.TextDelta) {
                    break;
                }
            }
        }
        taken();
        assertTaken("POST /v1/responses/resp_1/cancel");
    }

    @Test
    void aStreamThatFailsAtTheVendorIsAFailureAndNotResumed() {
        enqueueStream(
                created()
                        + event(
                                1,
                                "response.failed",
                                "\"response\":{\"id\":\"resp_1\",\"status\":\"failed\",\"error\":{\"code\":"
                                        + "\"rate_limit_exceeded\",\"message\":\"slow\"}}"),
                false);
        try (ChatStream stream = stream(null)) {
            assertThatThrownBy(stream::response)
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.RATE_LIMITED));
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void aPollIntervalIsPositiveAndSetOnce() {
        assertThatThrownBy(() -> OpenAiAdapter.builder().pollInterval(Duration.ZERO))
                .hasMessageContaining("positive");
        assertThatThrownBy(() -> builder().pollInterval(Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> builder().background(true).background(false))
                .isInstanceOf(IllegalStateException.class);
    }
}
