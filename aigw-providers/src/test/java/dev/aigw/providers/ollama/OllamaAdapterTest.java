package dev.aigw.providers.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
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
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OllamaAdapterTest {

    private static final ToolCall CALL = new ToolCall("call_1", "weather", "{\"city\":\"Ulm\"}");

    private final MockWebServer server = new MockWebServer();
    private final RecordingAttempt attempt = new RecordingAttempt("llama3.2");

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
        assertThat(sent(request -> request.system("Be brief")
                        .user("Hello")
                        .tool(ToolSpec.function("weather", "tells it", Map.of("type", "object")))
                        .toolChoice(ToolChoice.AUTO)
                        .responseFormat(ResponseFormat.schema("answer", Map.of("type", "object")))
                        .reasoning(ReasoningEffort.of(ReasoningEffort.Level.LOW))
                        .temperature(0.5)
                        .topP(0.9)
                        .topK(40)
                        .maxOutputTokens(77)
                        .stop("END")
                        .seed(7L)
                        .frequencyPenalty(0.1)
                        .presencePenalty(0.2)
                        .topLogprobs(3)
                        .metadata("k", "v")
                        .userId("u")
                        .extra("options", Map.of("num_ctx", 32768, "seed", 8))
                        .extra("keep_alive", "10m")))
                .isEqualTo(json("""
                        {"model":"llama3.2","messages":[{"role":"system","content":"Be brief"},
                        {"role":"user","content":"Hello"}],"stream":false,
                        "tools":[{"type":"function","function":{"name":"weather","description":"tells it",
                         "parameters":{"type":"object","properties":{}}}}],"format":{"type":"object"},"think":true,"logprobs":true,
                        "top_logprobs":3,"options":{"temperature":0.5,"top_p":0.9,"top_k":40,"num_predict":77,
                         "stop":["END"],"seed":8,"frequency_penalty":0.1,"presence_penalty":0.2,"num_ctx":32768},
                        "keep_alive":"10m"}"""));
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void thePartsOfAConversationHaveTheirPlaces() throws Exception {
        JsonNode messages = sent(request -> request.message(Message.user(
                                "Look",
                                new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1, 2, 3})),
                                ContentPart.CacheHint.SHORT))
                        .message(Message.of(
                                Message.Role.ASSISTANT,
                                List.of(
                                        new ContentPart.Reasoning("hm", null, null, null, null),
                                        new ContentPart.Reasoning("x", null, "sig", null, "anthropic"),
                                        new ContentPart.Text("I will"),
                                        CALL)))
                        .message(Message.toolResult(CALL, "sunny")))
                .get("messages");
        assertThat(messages).isEqualTo(json("""
                [{"role":"user","content":"Look","images":["AQID"]},
                {"role":"assistant","content":"I will","thinking":"hm","tool_calls":[{"id":"call_1",
                 "function":{"name":"weather","arguments":{"city":"Ulm"}}}]},
                {"role":"tool","content":"sunny","tool_name":"weather","tool_call_id":"call_1"}]"""));
        assertThat(attempt.warnings)
                .containsExactly("ollama was not sent the signed reasoning of another model (anthropic), in message 2");
    }

    @Test
    void thinkingIsOnOrOffAndOneFamilyTakesLevels() throws Exception {
        assertThat(think(ReasoningEffort.of(ReasoningEffort.Level.NONE), "qwen3"))
                .isEqualTo(json("false"));
        assertThat(think(ReasoningEffort.budget(0), "qwen3")).isEqualTo(json("false"));
        assertThat(think(ReasoningEffort.of(ReasoningEffort.Level.HIGH), "qwen3"))
                .isEqualTo(json("true"));
        assertThat(think(ReasoningEffort.of(ReasoningEffort.Level.MAX), "gpt-oss:20b"))
                .isEqualTo(json("\"high\""));
        assertThat(think(ReasoningEffort.budget(5000), "qwen3")).isEqualTo(json("true"));
    }

    private JsonNode think(ReasoningEffort effort, String model) throws Exception {
        server.enqueue(reply("application/json", OllamaContractTest.line("\"content\":\"\"", OllamaContractTest.DONE)));
        try (OllamaAdapter adapter = builder().build()) {
            adapter.call(
                    ChatRequest.CHAT,
                    ChatRequest.builder("m").user("x").reasoning(effort).build(),
                    new RecordingAttempt(model));
        }
        return json(server.takeRequest().getBody().utf8()).get("think");
    }

    @Test
    void noToolIsAskedForWhereNoneIsOffered() throws Exception {
        JsonNode body = sent(request -> request.user("x")
                .tool(ToolSpec.function("weather", "tells it", Map.of()))
                .toolChoice(ToolChoice.NONE));
        assertThat(body.has("tools")).isFalse();
        assertThat(sent(request -> request.user("x").responseFormat(ResponseFormat.JSON))
                        .get("format")
                        .textValue())
                .isEqualTo("json");
    }

    @Test
    void whatIsNotTakenIsRefusedOrDroppedOnRequest() throws Exception {
        List<UnaryOperator<ChatRequest.Builder>> lacking = List.of(
                request -> request.user("x").toolChoice(ToolChoice.REQUIRED),
                request -> request.user("x").parallelToolCalls(true),
                request -> request.user("x").verbosity("low"),
                request -> request.user("x").serviceTier("flex"),
                request -> request.user("x").tool(ToolSpec.raw("anthropic", "search", Map.of())),
                request -> request.message(Message.user("x").withName("ada")),
                request -> request.message(
                        Message.user("x", new ContentPart.Image(Media.ofUrl("https://example.org/a.png")))),
                request -> request.message(Message.user("x", new ContentPart.Audio(Media.ofFileId("f")))));
        for (UnaryOperator<ChatRequest.Builder> one : lacking) {
            try (OllamaAdapter adapter = builder().build()) {
                ChatRequest request = one.apply(ChatRequest.builder("m")).build();
                assertThat(catchThrowableOfType(
                                        GatewayException.class, () -> adapter.call(ChatRequest.CHAT, request, attempt))
                                .kind())
                        .isEqualTo(ErrorKind.UNSUPPORTED);
            }
            attempt.warnings.clear();
            JsonNode body = sent(builder().dropUnsupported(true), one);
            assertThat(body.fieldNames()).toIterable().containsExactlyInAnyOrder("model", "messages", "stream");
            assertThat(body.get("messages")).isEqualTo(json("[{\"role\":\"user\",\"content\":\"x\"}]"));
            assertThat(attempt.warnings).hasSize(1);
        }
    }

    @Test
    void brokenArgumentsOfACallAreSentAsOneText() throws Exception {
        JsonNode body = sent(request -> request.user("x")
                .message(Message.of(Message.Role.ASSISTANT, List.of(new ToolCall("c", "f", "{\"a\":")))));
        assertThat(body.at("/messages/1/tool_calls/0/function/arguments"))
                .isEqualTo(json("{\"arguments\":\"{\\\"a\\\":\"}"));
        assertThat(attempt.warnings).hasSize(1);
    }

    @Test
    void durationsLogProbabilitiesAndALengthLimitAreReadWholeAndStreamed() {
        String logprobs = "\"logprobs\":[{\"token\":\"so\",\"logprob\":-0.5,\"bytes\":[115,111],"
                + "\"top_logprobs\":[{\"token\":\"as\",\"logprob\":-2}]}]";
        String done = OllamaContractTest.DONE.replace("\"stop\"", "\"length\"");
        server.enqueue(reply("application/json", OllamaContractTest.line("\"content\":\"so\"", done + "," + logprobs)));
        server.enqueue(reply(
                "application/x-ndjson",
                OllamaContractTest.line("\"content\":\"so\"", "\"done\":false," + logprobs)
                        + "{\"event_of_tomorrow\":1}\n"
                        + OllamaContractTest.line("\"content\":\"\"", done)));
        try (OllamaAdapter adapter = builder().build()) {
            ChatResponse whole = adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "x"), attempt);
            try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "x"), attempt)) {
                for (ChatResponse response : List.of(whole, stream.response())) {
                    assertThat(response.text()).isEqualTo("so");
                    assertThat(response.model()).isEqualTo("llama3.2");
                    assertThat(response.finishReason()).isEqualTo(FinishReason.of(FinishReason.Kind.LENGTH, "length"));
                    assertThat(response.extra().get("eval_duration")).isEqualTo(4535599000L);
                    assertThat(Objects.requireNonNull(response.logprobs())
                                    .tokens()
                                    .get(0)
                                    .top())
                            .hasSize(1);
                }
            }
        }
    }

    @Test
    void embeddingsComeInTheOrderOfTheTexts() throws Exception {
        server.enqueue(reply("application/json", """
                {"model":"all-minilm","embeddings":[[0.5,-1],[1,2]],"total_duration":14143917,
                "load_duration":1019500,"prompt_eval_count":8}"""));
        try (OllamaAdapter adapter = builder().build()) {
            EmbeddingResponse response = adapter.call(
                    EmbeddingRequest.EMBED,
                    EmbeddingRequest.builder("e")
                            .inputs(List.of("a", "b"))
                            .dimensions(2)
                            .extra("truncate", false)
                            .build(),
                    attempt);
            assertThat(response.vector(0)).containsExactly(0.5f, -1f);
            assertThat(response.vector(1)).containsExactly(1f, 2f);
            assertThat(response.usage().inputTokens()).isEqualTo(8);
        }
        var request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/api/embed");
        assertThat(json(request.getBody().utf8()))
                .isEqualTo(
                        json("{\"model\":\"llama3.2\",\"input\":[\"a\",\"b\"],\"dimensions\":2,\"truncate\":false}"));
    }

    @Test
    void missingEmbeddingsAndOtherThingsThanNumbersAreMalformed() {
        for (String body : List.of("{\"embeddings\":[]}", "{\"embeddings\":[[\"x\"]]}")) {
            server.enqueue(reply("application/json", body));
            try (OllamaAdapter adapter = builder().build()) {
                assertThat(catchThrowableOfType(
                                        GatewayException.class,
                                        () -> adapter.call(
                                                EmbeddingRequest.EMBED, EmbeddingRequest.of("e", "a"), attempt))
                                .kind())
                        .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
            }
        }
    }

    @Test
    void theBuilderNamesTheFix() {
        assertThatThrownBy(() -> OllamaAdapter.builder().name("a/b")).hasMessageContaining("without /");
        assertThatThrownBy(() -> OllamaAdapter.builder().baseUrl("http://a").baseUrl("http://b"))
                .hasMessageContaining("twice");
    }

    private OllamaAdapter.Builder builder() {
        return OllamaAdapter.builder().baseUrl(server.url("/").toString());
    }

    private JsonNode sent(UnaryOperator<ChatRequest.Builder> with) throws Exception {
        return sent(builder(), with);
    }

    private JsonNode sent(OllamaAdapter.Builder builder, UnaryOperator<ChatRequest.Builder> with) throws Exception {
        server.enqueue(reply("application/json", OllamaContractTest.line("\"content\":\"\"", OllamaContractTest.DONE)));
        try (OllamaAdapter adapter = builder.build()) {
            adapter.call(ChatRequest.CHAT, with.apply(ChatRequest.builder("m")).build(), attempt);
        }
        var request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/api/chat");
        return json(request.getBody().utf8());
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(Json.parseOrNull(text), text);
    }

    private static MockResponse reply(String type, String body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", type)
                .body(body)
                .build();
    }
}
