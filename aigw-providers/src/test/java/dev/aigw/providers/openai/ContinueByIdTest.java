package dev.aigw.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations continued by the id of a stored answer, after "Conversation state" of OpenAI's guides. */
class ContinueByIdTest {

    private static final ChatRequest FIRST = ChatRequest.builder("any")
            .system("Be short.")
            .user("And in spring?")
            .build();

    private final MockWebServer server = new MockWebServer();
    private final RecordingAttempt attempt = new RecordingAttempt("gpt-6-sol");
    private OpenAiAdapter adapter;

    @BeforeEach
    void start() throws IOException {
        server.start();
        adapter = builder().continueById(true).build();
    }

    @AfterEach
    void stop() {
        adapter.close();
        server.close();
    }

    private OpenAiAdapter.Builder builder() {
        return OpenAiAdapter.builder(Dialects.OPENAI)
                .apiKey("sk-secret")
                .baseUrl(server.url("/v1").toString());
    }

    private static String answer(String id, String text) {
        return "{\"id\":\"" + id + "\",\"object\":\"response\",\"status\":\"completed\",\"error\":null,\"output\":[{"
                + "\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\","
                + "\"text\":\"" + text + "\"}]}]}";
    }

    private void enqueue(String json) {
        server.enqueue(new MockResponse.Builder().body(json).build());
    }

    private void enqueueLost(int status) {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .body("{\"error\":{\"message\":\"Previous response with id 'resp_1' not found.\",\"type\":"
                        + "\"invalid_request_error\",\"param\":\"previous_response_id\",\"code\":"
                        + "\"previous_response_not_found\"}}")
                .build());
    }

    private ChatResponse chat(ChatRequest request) {
        return adapter.call(ChatRequest.CHAT, request, attempt);
    }

    private JsonNode sent() throws InterruptedException {
        RecordedRequest request = server.takeRequest();
        return Objects.requireNonNull(
                Json.parseOrNull(Objects.requireNonNull(request.getBody()).utf8()));
    }

    private static ChatRequest next(ChatRequest request, ChatResponse answer) {
        return request.toBuilder()
                .message(answer.message())
                .user("And in winter?")
                .build();
    }

    private ChatResponse first() throws InterruptedException {
        enqueue(answer("resp_1", "Mild."));
        ChatResponse answer = chat(FIRST);
        JsonNode sent = sent();
        assertThat(sent.path("store").asBoolean()).isTrue();
        assertThat(sent.has("previous_response_id")).isFalse();
        return answer;
    }

    @Test
    void onlyWhatFollowsTheStoredAnswerIsSent() throws Exception {
        ChatResponse first = first();
        assertThat(first.text()).isEqualTo("Mild.");

        enqueue(answer("resp_2", "Cold."));
        ChatRequest second = next(FIRST, first);
        ChatResponse answer = chat(second);

        JsonNode sent = sent();
        assertThat(sent.path("previous_response_id").asText()).isEqualTo("resp_1");
        assertThat(sent.path("input")).hasSize(1);
        assertThat(sent.path("input").path(0).path("content").asText()).isEqualTo("And in winter?");
        assertThat(sent.path("store").asBoolean()).isTrue();

        enqueue(answer("resp_3", "Warm."));
        chat(next(second, answer));
        assertThat(sent().path("previous_response_id").asText()).isEqualTo("resp_2");
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void aStreamedAnswerIsContinuedLikeAWholeOne() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(
                        "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\"}}\n\n"
                                + "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
                                + "\"output_index\":0,\"content_index\":0,\"delta\":\"Mild.\"}\n\n"
                                + "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
                                + answer("resp_1", "Mild.") + "}\n\n")
                .build());
        ChatResponse first;
        try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, FIRST, attempt)) {
            first = stream.response();
        }
        sent();
        assertThat(first.text()).isEqualTo("Mild.");

        enqueue(answer("resp_2", "Cold."));
        chat(next(FIRST, first));
        assertThat(sent().path("previous_response_id").asText()).isEqualTo("resp_1");
    }

    @Test
    void aToolsResultContinuesTheAnswerThatCalledIt() throws Exception {
        enqueue("{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":[{\"type\":\"function_call\",\"id\":\"fc_1\","
                + "\"call_id\":\"call_a\",\"name\":\"weather\",\"arguments\":\"{}\"}]}");
        ChatResponse first = chat(FIRST);
        sent();
        ToolCall call = first.toolCalls().get(0);
        enqueue(answer("resp_2", "Cold."));
        chat(FIRST.toBuilder()
                .message(first.message())
                .message(Message.toolResult(call, "-3"))
                .build());
        JsonNode sent = sent();
        assertThat(sent.path("previous_response_id").asText()).isEqualTo("resp_1");
        assertThat(sent.path("input")).hasSize(1);
        assertThat(sent.path("input").path(0).path("type").asText()).isEqualTo("function_call_output");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404})
    void aStoredAnswerThatIsNotKnownIsNoLossOfTheConversation(int status) throws Exception {
        ChatResponse first = first();
        enqueueLost(status);
        enqueue(answer("resp_9", "Cold."));

        assertThat(chat(next(FIRST, first)).text()).isEqualTo("Cold.");

        assertThat(sent().path("previous_response_id").asText()).isEqualTo("resp_1");
        JsonNode full = sent();
        assertThat(full.has("previous_response_id")).isFalse();
        assertThat(full.path("input")).hasSize(4);
        assertThat(full.toString()).doesNotContain("stored_answer");
        assertThat(attempt.warnings).singleElement().asString().contains("resp_1", "in full");
    }

    @Test
    void aLostAnswerIsSentInFullByAStreamToo() throws Exception {
        ChatResponse first = first();
        enqueueLost(400);
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body("event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
                        + answer("resp_9", "Cold.") + "}\n\n")
                .build());
        try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, next(FIRST, first), attempt)) {
            assertThat(stream.response().text()).isEqualTo("Cold.");
        }
    }

    @Test
    void anyOtherFailureIsNotTriedAgain() throws Exception {
        ChatResponse first = first();
        server.enqueue(new MockResponse.Builder().code(429).body("{}").build());
        assertThat(catchThrowableOfType(GatewayException.class, () -> chat(next(FIRST, first)))
                        .kind())
                .isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void aConversationThatWasChangedIsSentInFull() throws Exception {
        ChatResponse first = first();
        enqueue(answer("resp_2", "Cold."));
        ChatRequest changed = ChatRequest.builder("any")
                .system("Be long.")
                .user("And in spring?")
                .message(first.message())
                .user("And in winter?")
                .build();
        chat(changed);
        JsonNode sent = sent();
        assertThat(sent.has("previous_response_id")).isFalse();
        assertThat(sent.path("input")).hasSize(4);
        assertThat(attempt.warnings).singleElement().asString().contains("has changed");
    }

    @Test
    void withoutTheOptionThePartIsLeftOut() throws Exception {
        ChatResponse first = first();
        for (boolean byResponses : new boolean[] {true, false}) {
            enqueue(
                    byResponses
                            ? answer("resp_2", "Cold.")
                            : "{\"choices\":[{\"message\":{\"content\":\"Cold.\"},\"finish_reason\":\"stop\"}]}");
            try (OpenAiAdapter usual = builder().responsesApi(byResponses).build()) {
                ChatResponse answer = usual.call(ChatRequest.CHAT, next(FIRST, first), attempt);
                assertThat(answer.message().parts()).hasSize(1);
            }
            JsonNode sent = sent();
            assertThat(sent.has("previous_response_id")).isFalse();
            assertThat(sent.toString()).doesNotContain("stored_answer").contains("Mild.");
        }
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void aRequestMayAskToStoreNothing() throws Exception {
        enqueue(answer("resp_1", "Mild."));
        ChatResponse answer = chat(FIRST.toBuilder().extra("store", false).build());
        assertThat(sent().path("store").asBoolean()).isFalse();
        assertThat(answer.message().parts()).noneMatch(ContentPart.Raw.class::isInstance);
    }

    /** An id that the application keeps itself belongs to its own account: what it names is the request's. */
    @Test
    void anIdOfTheRequestsOwnIsSentAndItsLossIsAClearError() throws Exception {
        enqueueLost(404);
        ChatRequest request = ChatRequest.builder("any")
                .user("And in winter?")
                .extra("previous_response_id", "resp_1")
                .extra("store", true)
                .build();
        GatewayException e = catchThrowableOfType(GatewayException.class, () -> chat(request));
        assertThat(e.subject()).isEqualTo(FailureSubject.REQUEST);
        assertThat(e).hasMessageContaining("Previous response with id 'resp_1' not found");
        assertThat(sent().path("previous_response_id").asText()).isEqualTo("resp_1");
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void theOptionIsSetOnce() {
        assertThatThrownBy(() -> builder().continueById(true).continueById(true))
                .isInstanceOf(IllegalStateException.class);
    }
}
