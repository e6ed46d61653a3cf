package dev.aigw.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Credential;
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
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.EmbeddingBatches;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenAiAdapterTest {

    private static final AttemptContext ATTEMPT =
            AttemptContext.builder("gpt/5@mini:x").build();
    private static final String REPLY = """
            {"id":"1","model":"m","choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}""";

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyFieldOfARequestIsWritten() throws Exception {
        JsonNode json = sent(ChatRequest.builder("m")
                .system("Be brief")
                .user("Hello")
                .tool(new ToolSpec("weather", "tells it", Map.of("type", "object"), true, null))
                .toolChoice(ToolChoice.tool("weather"))
                .parallelToolCalls(false)
                .responseFormat(ResponseFormat.schema("answer", Map.of("type", "object")))
                .reasoning(ReasoningEffort.of(ReasoningEffort.Level.XHIGH))
                .verbosity("low")
                .temperature(0.5)
                .topP(0.9)
                .maxOutputTokens(77)
                .stop("END")
                .seed(7L)
                .frequencyPenalty(0.1)
                .presencePenalty(0.2)
                .topLogprobs(3)
                .serviceTier("flex")
                .metadata("k", "v")
                .userId("u")
                .extra("prediction", Map.of("type", "content"))
                .extra("temperature", 1)
                .build());
        assertThat(json).isEqualTo(Json.parseOrNull("""
                {"model":"gpt/5@mini:x","messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"Hello"}],
                "tools":[{"type":"function","function":{"name":"weather","description":"tells it",
                 "parameters":{"type":"object","properties":{}},"strict":true}}],
                "tool_choice":{"type":"function","function":{"name":"weather"}},"parallel_tool_calls":false,
                "response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,
                 "schema":{"type":"object"}}},
                "reasoning_effort":"xhigh","verbosity":"low","top_p":0.9,"max_completion_tokens":77,"stop":["END"],
                "seed":7,"frequency_penalty":0.1,"presence_penalty":0.2,"logprobs":true,"top_logprobs":3,
                "service_tier":"flex","metadata":{"k":"v"},"user":"u","stream":false,"prediction":{"type":"content"},"temperature":1}"""));
    }

    @Test
    void everyPartOfAMessageIsWritten() throws Exception {
        ToolCall call = new ToolCall("c1", "weather", "{\"a\":1}");
        JsonNode json = sent(ChatRequest.builder("m")
                .message(Message.user(
                        "Look",
                        new ContentPart.Image(Media.ofUrl("https://example.org/a.png"), "low"),
                        new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1, 2, 3})),
                        new ContentPart.Audio(Media.ofBytes("audio/mpeg", new byte[] {1})),
                        new ContentPart.Document(Media.ofFileId("file-1"), null, false),
                        new ContentPart.Document(Media.ofBytes("application/pdf", new byte[] {1}), "a.pdf", false),
                        ContentPart.CacheHint.SHORT,
                        new ContentPart.Raw("openai", Map.of("type", "x")),
                        new ContentPart.Raw("other", Map.of("type", "y"))))
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(
                                new ContentPart.Reasoning("hm", null, "sig", null, "anthropic"),
                                new ContentPart.Text("I will"),
                                call)))
                .message(Message.toolResult(call, "sunny"))
                .message(Message.user("And?").withName("ada"))
                .build());
        assertThat(json.get("messages")).isEqualTo(Json.parseOrNull("""
                [{"role":"user","content":[{"type":"text","text":"Look"},
                {"type":"image_url","image_url":{"url":"https://example.org/a.png","detail":"low"}},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},
                {"type":"input_audio","input_audio":{"data":"AQ==","format":"mp3"}},
                {"type":"file","file":{"file_id":"file-1"}},
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AQ=="}},
                {"type":"x"}]},
                {"role":"assistant","content":"I will","tool_calls":[{"id":"c1","type":"function",
                 "function":{"name":"weather","arguments":"{\\"a\\":1}"}}]},
                {"role":"tool","tool_call_id":"c1","content":"sunny"},
                {"role":"user","name":"ada","content":"And?"}]"""));
    }

    @Test
    void whatCannotBeCarriedIsRefusedBeforeSending() {
        for (ContentPart part : List.of(
                new ContentPart.Video(Media.ofUrl("https://example.org/v")),
                new ContentPart.Image(Media.ofFileId("f")),
                new ContentPart.Audio(Media.ofUrl("https://example.org/a")),
                new ContentPart.Document(Media.ofUrl("https://example.org/d"), null, false))) {
            ChatRequest request =
                    ChatRequest.builder("m").message(Message.user("x", part)).build();
            assertThat(failure(request).kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        }
        ChatRequest foreignTool = ChatRequest.builder("m")
                .user("x")
                .tool(ToolSpec.raw("other", "search", Map.of()))
                .build();
        assertThat(failure(foreignTool).kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void headersAndCredentialsAreSentAndMayBeOverridden() throws Exception {
        server.enqueue(json(REPLY));
        Dialect dialect = Dialect.builder("theirs", "https://unused.example.org/v1")
                .rename("max_completion_tokens", "max_tokens")
                .header("x-theirs", "2")
                .build();
        try (OpenAiAdapter adapter = OpenAiAdapter.builder(dialect)
                .name("mine")
                .apiKey("own-key-1")
                .baseUrl("https://unused.example.org/v1/")
                .organization("org")
                .project("proj")
                .header("x-mine", "1")
                .build()) {
            AttemptContext attempt = AttemptContext.builder("m")
                    .baseUrl(server.url("/other/").toString())
                    .credential(Credential.of("other-key-2"))
                    .idempotencyKey("idem")
                    .build();
            adapter.call(
                    ChatRequest.CHAT,
                    ChatRequest.builder("m").user("x").maxOutputTokens(5).build(),
                    attempt);
            assertThat(adapter.toString()).doesNotContain("own-key-1");
        }
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/other/chat/completions");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer other-key-2");
        assertThat(request.getHeaders().get("OpenAI-Organization")).isEqualTo("org");
        assertThat(request.getHeaders().get("OpenAI-Project")).isEqualTo("proj");
        assertThat(request.getHeaders().get("x-mine")).isEqualTo("1");
        assertThat(request.getHeaders().get("x-theirs")).isEqualTo("2");
        assertThat(request.getHeaders().get("Idempotency-Key")).isEqualTo("idem");
        assertThat(request.getBody().utf8()).contains("\"max_tokens\":5");
    }

    @Test
    void reasoningRefusalCitationsAndLogprobsAreRead() {
        server.enqueue(json("""
                {"choices":[{"index":0,"message":{"content":"see","reasoning_content":"hm","refusal":"no",
                "annotations":[{"type":"url_citation","url_citation":{"url":"https://example.org","title":"T",
                "start_index":0,"end_index":3}}]},
                "logprobs":{"content":[{"token":"see","logprob":-0.5,"top_logprobs":[{"token":"sea","logprob":-2}]}]},
                "finish_reason":"odd"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"""));
        try (OpenAiAdapter adapter = adapter()) {
            ChatResponse response = adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "x"), ATTEMPT);
            assertThat(response.reasoning()).isEqualTo("hm");
            assertThat(response.refusal()).isEqualTo("no");
            assertThat(response.finishReason()).isEqualTo(FinishReason.of(FinishReason.Kind.UNKNOWN, "odd"));
            assertThat(response.usage()).isEqualTo(TokenUsage.of(3, 2));
            ContentPart.Text text =
                    (ContentPart.Text) response.message().parts().get(1);
            assertThat(text.citations().get(0).url()).isEqualTo("https://example.org");
            assertThat(response.logprobs()).isNotNull();
        }
    }

    @Test
    void aFinishReasonAndACleanEndCompleteAStreamWithoutTheSentinel() {
        String events = OpenAiContractTest.text("Hi") + OpenAiContractTest.chunk("{}", "\"stop\"");
        assertThat(streamed(events).text()).isEqualTo("Hi");
    }

    @Test
    void theSentinelWithoutAFinishReasonCompletesWithAnUnknownReason() {
        ChatResponse response = streamed(OpenAiContractTest.text("Hi") + "data: [DONE]\n\n");
        assertThat(response.finishReason().kind()).isEqualTo(FinishReason.Kind.UNKNOWN);
    }

    @Test
    void aStreamWithoutEitherIsInterruptedAndKeepsWhatCame() {
        GatewayException e = catchThrowableOfType(
                GatewayException.class, () -> streamed(OpenAiContractTest.text("Hi") + OpenAiContractTest.text("!")));
        assertThat(e.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(((ChatResponse) java.util.Objects.requireNonNull(e.partial())).text())
                .isEqualTo("Hi!");
    }

    @Test
    void anErrorAfterContentKeepsItsKind() {
        GatewayException e = catchThrowableOfType(
                GatewayException.class,
                () -> streamed(
                        OpenAiContractTest.text("Hi") + "data: {\"error\":{\"message\":\"x\",\"code\":503}}\n\n"));
        assertThat(e.kind()).isEqualTo(ErrorKind.OVERLOADED);
    }

    @Test
    void streamedReasoningRefusalAndToolCallsOfOtherServersAreRead() {
        ChatResponse response = streamed("""
                data: {"choices":[{"delta":{"reasoning":"h"}}]}

                data: {"choices":[{"delta":{"reasoning_content":"m"}}]}

                data: {"choices":[{"delta":{"refusal":"no"}}]}

                data: {"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]}}]}

                data: {"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"g","arguments":{"x":1}}}]}}]}

                data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]}

                """);
        assertThat(response.reasoning()).isEqualTo("hm");
        assertThat(response.refusal()).isEqualTo("no");
        assertThat(response.toolCalls())
                .containsExactly(new ToolCall("a", "f", "{}"), new ToolCall("b", "g", "{\"x\":1}"));
    }

    @Test
    void afterTheEndAStreamStaysAtItsEnd() {
        server.enqueue(events(OpenAiContractTest.text("Hi")
                + OpenAiContractTest.chunk("{}", "\"stop\"")
                + OpenAiContractTest.last()));
        try (OpenAiAdapter adapter = adapter();
                ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "x"), ATTEMPT)) {
            var source = stream.source();
            ChatEvent last = null;
            for (ChatEvent event = source.next(); event != null; event = source.next()) {
                last = event;
            }
            assertThat(last).isEqualTo(new ChatEvent.UsageReported(OpenAiContractTest.USAGE));
            assertThat(source.next()).isNull();
            source.close();
        }
    }

    @Test
    void embeddingsAreReadAsNumbersAndAsBase64InTheOrderOfTheInputs() throws Exception {
        server.enqueue(json("""
                {"model":"e","data":[{"index":1,"embedding":[0.5,-1]},{"index":0,"embedding":"AACAPwAAAEA="}],
                "usage":{"prompt_tokens":4,"total_tokens":4}}"""));
        try (OpenAiAdapter adapter = adapter()) {
            EmbeddingResponse response = adapter.call(
                    EmbeddingRequest.EMBED,
                    EmbeddingRequest.builder("e")
                            .inputs(List.of("a", "b"))
                            .dimensions(2)
                            .build(),
                    ATTEMPT);
            assertThat(response.vector(0)).containsExactly(1f, 2f);
            assertThat(response.vector(1)).containsExactly(0.5f, -1f);
            assertThat(response.usage().inputTokens()).isEqualTo(4);
            assertThat(server.takeRequest().getBody().utf8())
                    .isEqualTo("{\"model\":\"gpt/5@mini:x\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\","
                            + "\"dimensions\":2}");
        }
    }

    @Test
    void moreTextsThanOneCallTakesAreEmbeddedBySeveral() throws Exception {
        String usage = ",\"model\":\"e\",\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}";
        server.enqueue(json("{\"data\":[{\"index\":1,\"embedding\":[2]},{\"index\":0,\"embedding\":[1]}]" + usage));
        server.enqueue(json("{\"data\":[{\"index\":0,\"embedding\":[3]}]" + usage));
        AttemptContext attempt =
                AttemptContext.builder("e").idempotencyKey("once").build();
        try (OpenAiAdapter adapter = OpenAiAdapter.builder()
                .baseUrl(server.url("/v1").toString())
                .embeddingBatches(EmbeddingBatches.of(2))
                .build()) {
            EmbeddingResponse response =
                    adapter.call(EmbeddingRequest.EMBED, EmbeddingRequest.of("e", "a", "b", "c"), attempt);

            assertThat(response.embeddings()).containsExactly(new float[][] {{1}, {2}, {3}});
            assertThat(response.usage().inputTokens()).isEqualTo(6);
            assertThat(server.takeRequest().getHeaders().get("Idempotency-Key")).isEqualTo("once-1");
            RecordedRequest second = server.takeRequest();
            assertThat(second.getHeaders().get("Idempotency-Key")).isEqualTo("once-2");
            assertThat(second.getBody().utf8()).contains("\"input\":[\"c\"]");
        }
    }

    @Test
    void aMissingEmbeddingIsMalformed() {
        server.enqueue(json("{\"data\":[{\"index\":0,\"embedding\":[1]}]}"));
        try (OpenAiAdapter adapter = adapter()) {
            GatewayException e = catchThrowableOfType(
                    GatewayException.class,
                    () -> adapter.call(EmbeddingRequest.EMBED, EmbeddingRequest.of("e", "a", "b"), ATTEMPT));
            assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        }
    }

    @Test
    void theBuilderNamesTheFix() {
        assertThatThrownBy(() -> OpenAiAdapter.builder().apiKey(null)).hasMessageContaining("environment variable");
        assertThatThrownBy(() -> OpenAiAdapter.builder().name("a/b")).hasMessageContaining("without /");
        assertThatThrownBy(() -> OpenAiAdapter.builder().apiKey("a").apiKey("b"))
                .hasMessageContaining("twice");
    }

    private OpenAiAdapter adapter() {
        return OpenAiAdapter.builder(Dialects.OPENAI)
                .baseUrl(server.url("/v1").toString())
                .build();
    }

    private JsonNode sent(ChatRequest request) throws Exception {
        server.enqueue(json(REPLY));
        try (OpenAiAdapter adapter = adapter()) {
            adapter.call(ChatRequest.CHAT, request, ATTEMPT);
        }
        RecordedRequest recorded = server.takeRequest();
        JsonNode json = Json.parseOrNull(recorded.getBody().utf8());
        assertThat(json).isNotNull();
        return json;
    }

    private GatewayException failure(ChatRequest request) {
        try (OpenAiAdapter adapter = adapter()) {
            return catchThrowableOfType(GatewayException.class, () -> adapter.call(ChatRequest.CHAT, request, ATTEMPT));
        }
    }

    private ChatResponse streamed(String events) {
        server.enqueue(events(events));
        try (OpenAiAdapter adapter = adapter();
                ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "x"), ATTEMPT)) {
            return stream.response();
        }
    }

    private static MockResponse json(String body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    private static MockResponse events(String body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream; charset=utf-8")
                .body(body)
                .build();
    }
}
