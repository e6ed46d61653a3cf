package dev.aigw.providers.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.AttemptContext;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class AnthropicAdapterTest {

    private static final ChatRequest HELLO = ChatRequest.of("any", "hello");

    private final MockWebServer server = new MockWebServer();
    private AnthropicAdapter adapter;

    @BeforeEach
    void start() throws IOException {
        server.start();
        adapter = AnthropicAdapter.builder()
                .apiKey("sk-ant-test")
                .baseUrl(server.url("/").toString())
                .beta("context-1m-2025-08-07")
                .header("x-team", "blue")
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        adapter.close();
        server.close();
    }

    private static AttemptContext attempt() {
        return AttemptContext.builder("claude-haiku-4-5").build();
    }

    private ChatResponse reply(String content, String stopReason, String more) {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body("{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":"
                        + content + ",\"stop_reason\":\"" + stopReason + "\"" + more + "}")
                .build());
        return adapter.call(ChatRequest.CHAT, HELLO, attempt());
    }

    private ChatStream stream(String... events) {
        StringBuilder body = new StringBuilder();
        for (String event : events) {
            body.append("data: ").append(event).append("\n\n");
        }
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(body.toString())
                .build());
        return adapter.call(ChatRequest.CHAT_STREAM, HELLO, attempt());
    }

    private static String start(int index, String block) {
        return "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}";
    }

    private static String delta(int index, String delta) {
        return "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}";
    }

    private static String stop(int index) {
        return "{\"type\":\"content_block_stop\",\"index\":" + index + "}";
    }

    private static final String BEGIN =
            "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"m\",\"content\":[],"
                    + "\"usage\":{\"input_tokens\":10,\"output_tokens\":1,\"service_tier\":\"priority\"}}}";
    private static final String FINISH =
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":5}}";
    private static final String END = "{\"type\":\"message_stop\"}";

    @Test
    void aHeaderOfTheUsersReplacesTheVersion() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .body("{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}],"
                        + "\"stop_reason\":\"end_turn\"}")
                .build());
        try (AnthropicAdapter own = AnthropicAdapter.builder()
                .apiKey("k")
                .baseUrl(server.url("/").toString())
                .header("Anthropic-Version", "2099-01-01")
                .build()) {
            own.call(
                    ChatRequest.CHAT,
                    ChatRequest.of("m", "x"),
                    AttemptContext.builder("m").build());
        }
        assertThat(server.takeRequest().getHeaders().values("anthropic-version"))
                .containsExactly("2099-01-01");
    }

    @Test
    void aCallHasPathVersionKeyBetasAndHeaders() throws Exception {
        reply("[]", "end_turn", "");

        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/v1/messages");
        assertThat(request.getHeaders().get("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(request.getHeaders().get("x-api-key")).isEqualTo("sk-ant-test");
        assertThat(request.getHeaders().get("anthropic-beta")).isEqualTo("context-1m-2025-08-07");
        assertThat(request.getHeaders().get("x-team")).isEqualTo("blue");
    }

    @Test
    void aDeploymentsCredentialAndBaseUrlReplaceTheAdapters() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body("{\"type\":\"message\",\"content\":[]}")
                .build());
        AttemptContext attempt = AttemptContext.builder("m")
                .credential(Credential.of("sk-ant-other"))
                .baseUrl(server.url("/eu/").toString())
                .build();

        adapter.call(ChatRequest.CHAT, HELLO, attempt);

        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/eu/v1/messages");
        assertThat(request.getHeaders().get("x-api-key")).isEqualTo("sk-ant-other");
    }

    @Test
    void namingAFileTurnsItsBetaOn() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body("{\"type\":\"message\",\"content\":[]}")
                .build());

        adapter.call(
                ChatRequest.CHAT,
                ChatRequest.builder("any")
                        .message(Message.user("look", new ContentPart.Image(Media.ofFileId("file_1"))))
                        .build(),
                attempt());

        assertThat(server.takeRequest().getHeaders().get("anthropic-beta"))
                .isEqualTo("context-1m-2025-08-07,files-api-2025-04-14");
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn,STOP",
        "stop_sequence,STOP",
        "max_tokens,LENGTH",
        "model_context_window_exceeded,CONTEXT_EXCEEDED",
        "tool_use,TOOL_CALLS",
        "refusal,REFUSAL",
        "pause_turn,PAUSED",
        "compaction,PAUSED",
        "something_new,UNKNOWN"
    })
    void stopReasonsAreReported(String raw, FinishReason.Kind kind) {
        assertThat(reply("[]", raw, "").finishReason()).isEqualTo(FinishReason.of(kind, raw));
    }

    @Test
    void whatStoppedTheModelIsKept() {
        ChatResponse refused = reply(
                "[]",
                "refusal",
                ",\"stop_details\":{\"type\":\"refusal\",\"category\":\"cyber\"},\"stop_sequence\":null");
        ChatResponse stopped = reply("[]", "stop_sequence", ",\"stop_sequence\":\"END\"");

        assertThat(refused.extra()).isEqualTo(Map.of("stop_details", Map.of("type", "refusal", "category", "cyber")));
        assertThat(stopped.extra()).isEqualTo(Map.of("stop_sequence", "END"));
    }

    @Test
    void blocksBecomePartsInOrder() {
        ChatResponse answer = reply("""
                [{"type":"thinking","thinking":"hmm","signature":"sig"},
                 {"type":"redacted_thinking","data":"secret"},
                 {"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"x"}},
                 {"type":"text","text":"so"},
                 {"type":"tool_use","id":"t1","name":"weather","input":{"city":"Oslo"}}]""", "tool_use", "");

        assertThat(answer.message().parts())
                .containsExactly(
                        new ContentPart.Reasoning("hmm", null, "sig", null, "anthropic?model=claude-haiku-4-5"),
                        new ContentPart.Reasoning(null, null, null, "secret", "anthropic?model=claude-haiku-4-5"),
                        new ContentPart.Raw(
                                "anthropic",
                                Map.of(
                                        "type",
                                        "server_tool_use",
                                        "id",
                                        "s1",
                                        "name",
                                        "web_search",
                                        "input",
                                        Map.of("query", "x"))),
                        new ContentPart.Text("so"),
                        new ToolCall("t1", "weather", "{\"city\":\"Oslo\"}"));
    }

    @Test
    void eachKindOfCitationKeepsItsPlace() {
        ChatResponse answer = reply("""
                [{"type":"text","text":"so","citations":[
                  {"type":"char_location","cited_text":"a","document_index":0,"document_title":"T",
                   "start_char_index":1,"end_char_index":2},
                  {"type":"page_location","cited_text":"b","document_index":1,
                   "start_page_number":3,"end_page_number":4},
                  {"type":"content_block_location","cited_text":"c","document_index":2,
                   "start_block_index":5,"end_block_index":6},
                  {"type":"web_search_result_location","cited_text":"d","url":"https://example.org","title":"W",
                   "encrypted_index":"x"},
                  {"type":"search_result_location","cited_text":"e","source":"kb/1","title":"S",
                   "search_result_index":7,"start_block_index":8,"end_block_index":9}]}]""", "end_turn", "");

        List<Citation> citations = ((ContentPart.Text) answer.message().parts().get(0)).citations();
        assertThat(citations)
                .extracting(
                        Citation::kind,
                        Citation::url,
                        Citation::title,
                        Citation::citedText,
                        Citation::documentIndex,
                        Citation::start,
                        Citation::end)
                .containsExactly(
                        tuple("char_location", null, "T", "a", 0, 1, 2),
                        tuple("page_location", null, null, "b", 1, 3, 4),
                        tuple("content_block_location", null, null, "c", 2, 5, 6),
                        tuple("web_search_result_location", "https://example.org", "W", "d", null, null, null),
                        tuple("search_result_location", "kb/1", "S", "e", 7, 8, 9));
        assertThat(citations.get(3).raw().get("encrypted_index")).isEqualTo("x");
    }

    @Test
    void usageIsSplitIntoDisjointBuckets() {
        assertThat(usage("\"input_tokens\":10,\"output_tokens\":5")).isEqualTo(TokenUsage.of(10, 5));
        assertThat(usage("\"input_tokens\":10,\"cache_creation_input_tokens\":7,\"cache_read_input_tokens\":0,"
                        + "\"output_tokens\":5,\"output_tokens_details\":{\"thinking_tokens\":2}"))
                .isEqualTo(TokenUsage.builder()
                        .input(10)
                        .cacheWrite(7)
                        .cacheRead(0)
                        .output(3)
                        .reasoning(2)
                        .build());
        assertThat(usage("\"input_tokens\":10,\"cache_creation_input_tokens\":7,\"output_tokens\":5,"
                        + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":3,\"ephemeral_1h_input_tokens\":4}"))
                .isEqualTo(TokenUsage.builder()
                        .input(10)
                        .cacheWrite(3)
                        .set(TokenUsage.Bucket.CACHE_WRITE_LONG, 4)
                        .output(5)
                        .build());
        assertThat(reply("[]", "end_turn", "").usage()).isEqualTo(TokenUsage.NONE);
    }

    @Test
    void searchesAndCompactionAreCountedBesideTheAnswer() {
        assertThat(reply(
                                "[]",
                                "end_turn",
                                ",\"usage\":{\"input_tokens\":10,\"output_tokens\":5,"
                                        + "\"server_tool_use\":{\"web_search_requests\":3,\"web_fetch_requests\":9},"
                                        + "\"iterations\":["
                                        + "{\"type\":\"compaction\",\"input_tokens\":1000,\"output_tokens\":200},"
                                        + "{\"type\":\"message\",\"input_tokens\":10,\"output_tokens\":5}]}")
                        .usage())
                .isEqualTo(TokenUsage.builder()
                        .input(1010)
                        .output(205)
                        .serverTool("web_search", 3)
                        .build());
    }

    private TokenUsage usage(String fields) {
        return reply("[]", "end_turn", ",\"usage\":{" + fields + ",\"server_tool_use\":null}")
                .usage();
    }

    record City(String name) {}

    @Test
    void anAnswerCanBeReadAsAType() {
        assertThat(reply("[{\"type\":\"text\",\"text\":\"{\\\"name\\\":\\\"Oslo\\\"}\"}]", "end_turn", "")
                        .as(City.class))
                .isEqualTo(new City("Oslo"));
    }

    @Test
    void thinkingStreamsWithItsSignature() {
        try (ChatStream stream = stream(
                BEGIN,
                start(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
                delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}"),
                delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"m\"}"),
                delta(0, "{\"type\":\"signature_delta\",\"signature\":\"sig\"}"),
                stop(0),
                start(1, "{\"type\":\"redacted_thinking\",\"data\":\"secret\"}"),
                stop(1),
                start(2, "{\"type\":\"text\",\"text\":\"\"}"),
                delta(2, "{\"type\":\"text_delta\",\"text\":\"so\"}"),
                stop(2),
                FINISH,
                END)) {
            ChatResponse answer = stream.response();

            assertThat(answer.message().parts())
                    .containsExactly(
                            new ContentPart.Reasoning("hmm", null, "sig", null, "anthropic?model=claude-haiku-4-5"),
                            new ContentPart.Reasoning(null, null, null, "secret", "anthropic?model=claude-haiku-4-5"),
                            new ContentPart.Text("so"));
            assertThat(answer.serviceTier()).isEqualTo("priority");
            assertThat(answer.usage()).isEqualTo(TokenUsage.of(10, 5));
        }
    }

    @Test
    void citationsStreamToTheirText() {
        try (ChatStream stream = stream(
                BEGIN,
                start(0, "{\"type\":\"text\",\"text\":\"\",\"citations\":[]}"),
                delta(
                        0,
                        "{\"type\":\"citations_delta\",\"citation\":{\"type\":\"page_location\",\"cited_text\":\"b\","
                                + "\"document_index\":1,\"start_page_number\":3,\"end_page_number\":4}}"),
                delta(0, "{\"type\":\"text_delta\",\"text\":\"so\"}"),
                stop(0),
                FINISH,
                END)) {
            ContentPart.Text text =
                    (ContentPart.Text) stream.response().message().parts().get(0);

            assertThat(text.text()).isEqualTo("so");
            assertThat(text.citations())
                    .extracting(Citation::kind, Citation::start)
                    .containsExactly(tuple("page_location", 3));
        }
    }

    @Test
    void theVendorsOwnBlocksArriveWhole() {
        try (ChatStream stream = stream(
                BEGIN,
                start(0, "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\",\"input\":{}}"),
                delta(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"query\\\":\"}"),
                delta(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"\\\"x\\\"}\"}"),
                stop(0),
                start(1, "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s1\",\"content\":[]}"),
                stop(1),
                FINISH,
                END)) {
            assertThat(stream.response().message().parts())
                    .containsExactly(
                            new ContentPart.Raw(
                                    "anthropic",
                                    Map.of(
                                            "type",
                                            "server_tool_use",
                                            "id",
                                            "s1",
                                            "name",
                                            "web_search",
                                            "input",
                                            Map.of("query", "x"))),
                            new ContentPart.Raw(
                                    "anthropic",
                                    Map.of(
                                            "type",
                                            "web_search_tool_result",
                                            "tool_use_id",
                                            "s1",
                                            "content",
                                            List.of())));
        }
    }

    @Test
    void pingsAreIgnoredAndUnknownEventsAreHandedOut() {
        try (ChatStream stream = stream(BEGIN, "{\"type\":\"ping\"}", "{\"type\":\"weather_report\"}", FINISH, END)) {
            assertThat(stream)
                    .filteredOn(event -> event instanceof ChatEvent.Raw)
                    .containsExactly(new ChatEvent.Raw("anthropic", Map.of("type", "weather_report")));
            assertThat(stream.response().warnings()).isEmpty();
        }
    }

    @Test
    void aCleanEndAfterTheStopReasonIsComplete() {
        try (ChatStream stream = stream(BEGIN, delta(0, "{\"type\":\"text_delta\",\"text\":\"so\"}"), FINISH)) {
            assertThat(stream.response().text()).isEqualTo("so");
        }
    }

    @Test
    void anErrorEventInTheMiddleKeepsWhatHadArrived() {
        try (ChatStream stream = stream(
                BEGIN,
                delta(0, "{\"type\":\"text_delta\",\"text\":\"half\"}"),
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}")) {
            GatewayException failure = catchThrowableOfType(GatewayException.class, stream::response);

            assertThat(failure.kind()).isEqualTo(ErrorKind.OVERLOADED);
            assertThat(failure.vendorCode()).isEqualTo("overloaded_error");
            assertThat(failure.partial())
                    .isInstanceOfSatisfying(
                            ChatResponse.class,
                            partial -> assertThat(partial.text()).isEqualTo("half"));
        }
    }

    @Test
    void anErrorNamesRequestAndWait() {
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .setHeader("retry-after", "7")
                .setHeader("request-id", "req_9")
                .body("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}")
                .build());

        GatewayException failure =
                catchThrowableOfType(GatewayException.class, () -> adapter.call(ChatRequest.CHAT, HELLO, attempt()));

        assertThat(failure.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(failure.requestId()).isEqualTo("req_9");
        assertThat(failure.vendorCode()).isEqualTo("rate_limit_error");
    }

    @Test
    void otherOperationsAreUnsupported() {
        assertThat(adapter.supports(EmbeddingRequest.EMBED)).isFalse();
        assertThatThrownBy(() -> adapter.call(EmbeddingRequest.EMBED, EmbeddingRequest.of("any", "x"), attempt()))
                .extracting(thrown -> ((GatewayException) thrown).kind())
                .isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @Test
    void mistakesInTheBuilderAreNamed() {
        assertThatThrownBy(() -> AnthropicAdapter.builder().apiKey(null)).hasMessageContaining("environment");
        assertThatThrownBy(() -> AnthropicAdapter.builder().apiKey("a").apiKey("b"))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> AnthropicAdapter.builder().name("a/b")).hasMessageContaining("without /");
        assertThatThrownBy(() -> AnthropicAdapter.builder().defaultMaxTokens(0)).hasMessageContaining("positive");
        assertThat(adapter.toString()).doesNotContain("sk-ant-test");
    }
}
