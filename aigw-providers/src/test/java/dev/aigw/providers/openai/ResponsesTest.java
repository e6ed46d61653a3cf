package dev.aigw.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResponsesTest {

    private static final ToolCall CALL = new ToolCall("call_1", "weather", "{\"a\":1}");

    private final MockWebServer server = new MockWebServer();
    private final RecordingAttempt attempt = new RecordingAttempt("gpt-5-mini");

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    // ------------------------------------------------------------------------------------------------- what is sent

    @Test
    void everyFieldOfARequestIsWritten() throws Exception {
        assertThat(sent(request -> request.system("Be brief")
                        .user("Hello")
                        .tool(new ToolSpec("weather", "tells it", Map.of("type", "object"), null, null))
                        .tool(ToolSpec.raw("openai", "search", Map.of("type", "web_search")))
                        .toolChoice(ToolChoice.tool("weather"))
                        .parallelToolCalls(false)
                        .responseFormat(ResponseFormat.schema("answer", Map.of("type", "object")))
                        .reasoning(ReasoningEffort.of(ReasoningEffort.Level.LOW))
                        .verbosity("low")
                        .temperature(0.5)
                        .topP(0.9)
                        .topLogprobs(2)
                        .maxOutputTokens(77)
                        .serviceTier("flex")
                        .metadata("k", "v")
                        .userId("u")
                        .extra("truncation", "auto")))
                .isEqualTo(json("""
                        {"model":"gpt-5-mini","input":[{"type":"message","role":"system","content":"Be brief"},
                        {"type":"message","role":"user","content":"Hello"}],"store":false,
                        "include":["reasoning.encrypted_content","message.output_text.logprobs"],
                        "tools":[{"type":"function","name":"weather","description":"tells it",
                         "parameters":{"type":"object","properties":{}},"strict":false},{"type":"web_search"}],
                        "tool_choice":{"type":"function","name":"weather"},"parallel_tool_calls":false,
                        "text":{"format":{"type":"json_schema","name":"answer","strict":true,
                         "schema":{"type":"object"}},"verbosity":"low"},"reasoning":{"effort":"low"},
                        "temperature":0.5,"top_p":0.9,"top_logprobs":2,"max_output_tokens":77,"service_tier":"flex",
                        "metadata":{"k":"v"},"user":"u","stream":false,"truncation":"auto"}"""));
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void thePathIsItsOwnAndAStoredAnswerCanBeAskedFor() throws Exception {
        RecordedRequest request = recorded(builder -> builder.user("x").extra("store", true));
        assertThat(request.getTarget()).isEqualTo("/v1/responses");
        JsonNode body = json(request.getBody().utf8());
        assertThat(body.get("store").asBoolean()).isTrue();
        assertThat(body.has("include")).isFalse();
    }

    @Test
    void eachPartBecomesAnItemInItsPlace() throws Exception {
        JsonNode body = sent(request -> request.message(Message.user(
                        "Look",
                        new ContentPart.Image(Media.ofUrl("https://example.org/a.png"), "low"),
                        new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1, 2, 3})),
                        new ContentPart.Image(Media.ofFileId("file-1")),
                        new ContentPart.Document(Media.ofUrl("https://example.org/a.pdf"), null, false),
                        new ContentPart.Document(Media.ofBytes("application/pdf", new byte[] {1}), "a.pdf", false),
                        ContentPart.CacheHint.SHORT))
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(
                                new ContentPart.Reasoning(null, "hm", "rs_1", "gAAA", "openai"),
                                new ContentPart.Text("I will"),
                                CALL,
                                new ContentPart.Raw("openai", Map.of("type", "web_search_call", "id", "ws_1")),
                                new ContentPart.Text("and"),
                                new ContentPart.Refusal("no"))))
                .message(Message.toolResult(CALL, "sunny"))
                .message(Message.of(
                        Message.Role.TOOL,
                        List.of(new ContentPart.ToolResult(
                                "call_2",
                                List.of(
                                        new ContentPart.Text("see"),
                                        new ContentPart.Image(Media.ofUrl("https://example.org/b.png"))),
                                false)))));
        assertThat(body.get("input")).isEqualTo(json("""
                [{"type":"message","role":"user","content":[{"type":"input_text","text":"Look"},
                {"type":"input_image","image_url":"https://example.org/a.png","detail":"low"},
                {"type":"input_image","image_url":"data:image/png;base64,AQID","detail":"auto"},
                {"type":"input_image","file_id":"file-1","detail":"auto"},
                {"type":"input_file","file_url":"https://example.org/a.pdf"},
                {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,AQ=="}]},
                {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],
                 "encrypted_content":"gAAA"},
                {"type":"message","role":"assistant","content":"I will"},
                {"type":"function_call","call_id":"call_1","name":"weather","arguments":"{\\"a\\":1}"},
                {"type":"web_search_call","id":"ws_1"},
                {"type":"message","role":"assistant","content":"andno"},
                {"type":"function_call_output","call_id":"call_1","output":"sunny"},
                {"type":"function_call_output","call_id":"call_2","output":[{"type":"input_text","text":"see"},
                 {"type":"input_image","image_url":"https://example.org/b.png","detail":"auto"}]}]"""));
        assertThat(body.get("include")).isEqualTo(json("[\"reasoning.encrypted_content\"]"));
    }

    @Test
    void foreignReasoningAndPartsStayAtHome() throws Exception {
        JsonNode body = sent(request -> request.user("x")
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(
                                new ContentPart.Reasoning("hm", null, "sig", null, "anthropic"),
                                new ContentPart.Reasoning("plain", null, null, null, null),
                                new ContentPart.Raw("anthropic", Map.of("type", "server_tool_use")),
                                new ContentPart.Text("so"))))
                .user("y"));
        assertThat(body.get("input")).hasSize(3);
        assertThat(attempt.warnings)
                .containsExactly(
                        "openai was not sent the signed reasoning of another model (anthropic), in message 2",
                        "openai was not sent a part that only anthropic knows, in message 2",
                        "openai was not sent the reasoning of an earlier answer, which it does not take back");
    }

    @Test
    void whatTheApiDoesNotTakeIsRefusedOrDroppedOnRequest() throws Exception {
        List<UnaryOperator<ChatRequest.Builder>> lacking = List.of(
                request -> request.user("x").stop("END"),
                request -> request.user("x").seed(1),
                request -> request.user("x").frequencyPenalty(1.0),
                request -> request.user("x").presencePenalty(1.0),
                request -> request.user("x").topK(1),
                request -> request.user("x").tool(ToolSpec.raw("anthropic", "search", Map.of())),
                request -> request.message(Message.user("x").withName("ada")),
                request -> request.message(Message.user("x", new ContentPart.Video(Media.ofUrl("https://x.example")))));
        for (UnaryOperator<ChatRequest.Builder> one : lacking) {
            GatewayException e = catchThrowableOfType(GatewayException.class, () -> sent(one));
            assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
            attempt.warnings.clear();
            server.enqueue(reply(ResponsesContractTest.response("completed", "[]", "")));
            try (OpenAiAdapter adapter = builder().dropUnsupported(true).build()) {
                adapter.call(
                        ChatRequest.CHAT, one.apply(ChatRequest.builder("m")).build(), attempt);
            }
            JsonNode body = json(server.takeRequest().getBody().utf8());
            assertThat(body.fieldNames()).toIterable().containsExactlyInAnyOrder("model", "input", "store", "stream");
            assertThat(attempt.warnings).hasSize(1);
        }
    }

    // ----------------------------------------------------------------------------------------------- what comes back

    private static final String SEARCH = "{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"status\":\"completed\"}";
    private static final String ANNOTATION = "{\"type\":\"url_citation\",\"start_index\":0,\"end_index\":3,"
            + "\"url\":\"https://example.org\",\"title\":\"T\"}";
    private static final String CUSTOM =
            "{\"type\":\"custom_tool_call\",\"call_id\":\"call_c\",\"name\":\"sql\",\"input\":\"select 1\"}";

    @Test
    void citationsOwnItemsRefusalsAndCustomToolsAreReadWholeAndStreamed() {
        ChatResponse whole = whole(ResponsesContractTest.response(
                "completed",
                "[" + SEARCH + ",{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"see\","
                        + "\"annotations\":[" + ANNOTATION
                        + "],\"logprobs\":[{\"token\":\"see\",\"logprob\":-0.5,\"top_logprobs\":[]}]},"
                        + "{\"type\":\"refusal\",\"refusal\":\"no\"}]}," + CUSTOM + "]",
                ""));
        ChatResponse streamed = streamed(ResponsesContractTest.created()
                + ResponsesContractTest.event("response.output_item.added", "\"output_index\":0,\"item\":" + SEARCH)
                + ResponsesContractTest.event("response.web_search_call.searching", "\"output_index\":0")
                + ResponsesContractTest.event("response.output_item.done", "\"output_index\":0,\"item\":" + SEARCH)
                + ResponsesContractTest.event(
                        "response.output_text.delta",
                        "\"output_index\":1,\"content_index\":0,\"delta\":\"see\","
                                + "\"logprobs\":[{\"token\":\"see\",\"logprob\":-0.5,\"top_logprobs\":[]}]")
                + ResponsesContractTest.event(
                        "response.output_text.annotation.added",
                        "\"output_index\":1,\"content_index\":0,\"annotation_index\":0,\"annotation\":" + ANNOTATION)
                + ResponsesContractTest.event(
                        "response.refusal.delta", "\"output_index\":1,\"content_index\":1,\"delta\":\"no\"")
                + ResponsesContractTest.event(
                        "response.output_item.added", "\"output_index\":2,\"item\":" + CUSTOM.replace("select 1", ""))
                + ResponsesContractTest.event("response.output_item.done", "\"output_index\":2,\"item\":" + CUSTOM)
                + ResponsesContractTest.event(
                        "response.completed", "\"response\":" + ResponsesContractTest.response("completed", "[]", "")));
        for (ChatResponse response : List.of(whole, streamed)) {
            assertThat(response.message().parts())
                    .containsExactly(
                            new ContentPart.Raw("openai", Json.map(json(SEARCH))),
                            new ContentPart.Text(
                                    "see", List.of(ChatCodec.citation(json(ANNOTATION), json(ANNOTATION)))),
                            new ContentPart.Refusal("no"),
                            new ToolCall("call_c", "sql", "select 1"));
            assertThat(response.logprobs()).isNotNull();
            assertThat(response.serviceTier()).isEqualTo("default");
            assertThat(response.finishReason().kind()).isEqualTo(FinishReason.Kind.TOOL_CALLS);
        }
    }

    @Test
    void anIncompleteAnswerSaysWhy() {
        String incomplete = ResponsesContractTest.response("incomplete", "[]", "")
                .replace("\"incomplete_details\":null", "\"incomplete_details\":{\"reason\":\"max_output_tokens\"}");
        FinishReason length = FinishReason.of(FinishReason.Kind.LENGTH, "max_output_tokens");
        assertThat(whole(incomplete).finishReason()).isEqualTo(length);
        assertThat(streamed(ResponsesContractTest.created()
                                + ResponsesContractTest.event("response.incomplete", "\"response\":" + incomplete))
                        .finishReason())
                .isEqualTo(length);
    }

    @Test
    void searchesAreCountedAndOpenedPagesAreNot() {
        String whole = ResponsesContractTest.response(
                "completed",
                "[{\"type\":\"web_search_call\",\"action\":{\"type\":\"search\",\"query\":\"x\"}},"
                        + "{\"type\":\"web_search_call\",\"action\":{\"type\":\"open_page\"}},"
                        + "{\"type\":\"file_search_call\"}]",
                ",\"usage\":{\"input_tokens\":7,\"output_tokens\":2}");
        server.enqueue(reply(whole));
        TokenUsage expected = TokenUsage.builder()
                .input(7)
                .output(2)
                .serverTool("web_search", 1)
                .serverTool("file_search", 1)
                .build();

        assertThat(chat().usage()).isEqualTo(expected);
        assertThat(streamed(ResponsesContractTest.created()
                                + ResponsesContractTest.event("response.completed", "\"response\":" + whole))
                        .usage())
                .isEqualTo(expected);
    }

    @Test
    void aFailedAnswerFailsWithItsCode() {
        String failed = ResponsesContractTest.response("failed", "[]", "")
                .replace("\"error\":null", "\"error\":{\"code\":\"server_error\",\"message\":\"oops\"}");
        server.enqueue(reply(failed));
        GatewayException whole = catchThrowableOfType(GatewayException.class, this::chat);
        GatewayException streamed = catchThrowableOfType(
                GatewayException.class,
                () -> streamed(ResponsesContractTest.created()
                        + ResponsesContractTest.text(0, "so")
                        + ResponsesContractTest.event("response.failed", "\"response\":" + failed)));
        for (GatewayException e : List.of(whole, streamed)) {
            assertThat(e.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
            assertThat(e).hasMessageContaining("oops");
        }
        server.enqueue(reply(failed.replace("server_error", "invalid_prompt")));
        assertThat(catchThrowableOfType(GatewayException.class, this::chat).kind())
                .isEqualTo(ErrorKind.CONTENT_FILTERED);
    }

    @Test
    void anUnknownEventIsHandedOnAndNothingIsReadAfterTheEnd() {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(ResponsesContractTest.created()
                        + ResponsesContractTest.event("response.tomorrow", "\"a\":1")
                        + ResponsesContractTest.text(0, "so")
                        + ResponsesContractTest.completed("[]")
                        + ResponsesContractTest.text(0, "too late"))
                .build());
        try (OpenAiAdapter adapter = builder().build();
                ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "x"), attempt)) {
            List<ChatEvent> events = new ArrayList<>();
            stream.forEach(events::add);
            assertThat(events)
                    .filteredOn(event -> event instanceof ChatEvent.Raw)
                    .extracting(event ->
                            String.valueOf(((ChatEvent.Raw) event).json().get("type")))
                    .containsExactly("response.tomorrow");
            assertThat(stream.response().text()).isEqualTo("so");
        }
    }

    private OpenAiAdapter.Builder builder() {
        return OpenAiAdapter.builder().baseUrl(server.url("/v1").toString()).responsesApi(true);
    }

    private ChatResponse chat() {
        try (OpenAiAdapter adapter = builder().build()) {
            return adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "x"), attempt);
        }
    }

    private ChatResponse whole(String reply) {
        server.enqueue(reply(reply));
        return chat();
    }

    private ChatResponse streamed(String events) {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(events)
                .build());
        try (OpenAiAdapter adapter = builder().build();
                ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "x"), attempt)) {
            return stream.response();
        }
    }

    private JsonNode sent(UnaryOperator<ChatRequest.Builder> with) throws Exception {
        return json(recorded(with).getBody().utf8());
    }

    private RecordedRequest recorded(UnaryOperator<ChatRequest.Builder> with) throws Exception {
        ChatRequest request = with.apply(ChatRequest.builder("m")).build();
        MockResponse reply = reply(ResponsesContractTest.response("completed", "[]", ""));
        try (OpenAiAdapter adapter = builder().build()) {
            // a refusal must not leave a reply behind for the next call
            server.setDispatcher(new mockwebserver3.QueueDispatcher());
            server.enqueue(reply);
            adapter.call(ChatRequest.CHAT, request, attempt);
        }
        return server.takeRequest();
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(Json.parseOrNull(text), text);
    }

    private static MockResponse reply(String body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }
}
