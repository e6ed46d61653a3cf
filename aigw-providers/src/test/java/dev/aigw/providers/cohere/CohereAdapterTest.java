package dev.aigw.providers.cohere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CohereAdapterTest {

    private static final String REPLY =
            "{\"id\":\"1\",\"finish_reason\":\"COMPLETE\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}}";
    private static final Map<String, ?> SCHEMA = Map.of("type", "object");

    private final MockWebServer server = new MockWebServer();
    private final RecordingAttempt attempt = new RecordingAttempt("command-a-03-2025");

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    // ---------------------------------------------------------------------------------------------------------- chat

    @Test
    void everyFieldOfARequestIsWritten() throws Exception {
        JsonNode json = sent(ChatRequest.builder("m")
                .system("Be brief")
                .user("Hello")
                .tool(new ToolSpec("weather", "tells it", SCHEMA, true, null))
                .toolChoice(ToolChoice.REQUIRED)
                .responseFormat(ResponseFormat.schema("answer", SCHEMA))
                .reasoning(ReasoningEffort.budget(100))
                .temperature(0.5)
                .topP(0.9)
                .topK(40)
                .maxOutputTokens(77)
                .stop("END")
                .seed(7L)
                .frequencyPenalty(0.1)
                .presencePenalty(0.2)
                .extra("safety_mode", "STRICT")
                .extra("temperature", 1)
                .build());

        assertThat(json).isEqualTo(Json.parseOrNull("""
                {"model":"command-a-03-2025","messages":[{"role":"system","content":"Be brief"},
                {"role":"user","content":"Hello"}],"tools":[{"type":"function","function":{"name":"weather",
                "description":"tells it","parameters":{"type":"object","properties":{}}}}],"strict_tools":true,"tool_choice":"REQUIRED",
                "response_format":{"type":"json_object","json_schema":{"type":"object"}},
                "thinking":{"type":"enabled","token_budget":100},"temperature":1,"p":0.9,"k":40,"max_tokens":77,
                "stop_sequences":["END"],"seed":7,"frequency_penalty":0.1,"presence_penalty":0.2,"safety_mode":"STRICT",
                "stream":false}"""));
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void everyPartOfAConversationIsWritten() throws Exception {
        ToolCall call = new ToolCall("w1", "weather", "{\"a\":1}");
        JsonNode json = sent(ChatRequest.builder("m")
                .message(Message.user(
                        "Look",
                        new ContentPart.Image(Media.ofUrl("https://example.org/a.png"), "low"),
                        new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1, 2, 3})),
                        document("Paris is old.", "Paris"),
                        ContentPart.CacheHint.SHORT,
                        new ContentPart.Raw("cohere", Map.of("type", "x"))))
                .message(Message.user("More", document("Ulm is tall.", null)))
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(
                                new ContentPart.Reasoning("hm", "I will look.", null, null, "cohere"),
                                new ContentPart.Reasoning("not sent", null, null, null, "openai"),
                                call,
                                new ToolCall("t1", "time", ""))))
                .message(Message.of(
                        Message.Role.TOOL,
                        List.of(
                                new ContentPart.ToolResult("w1", List.of(new ContentPart.Text("sunny")), false),
                                new ContentPart.ToolResult("t1", List.of(new ContentPart.Text("noon")), false))))
                .message(Message.of(Message.Role.ASSISTANT, List.of()))
                .message(Message.assistant("Sunny."))
                .user("Thanks")
                .build());

        assertThat(json.get("messages")).isEqualTo(Json.parseOrNull("""
                [{"role":"user","content":[{"type":"text","text":"Look"},
                 {"type":"image_url","image_url":{"url":"https://example.org/a.png","detail":"low"}},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},{"type":"x"}]},
                {"role":"user","content":"More"},
                {"role":"assistant","content":[{"type":"thinking","thinking":"hm"}],"tool_plan":"I will look.",
                 "tool_calls":[{"id":"w1","type":"function","function":{"name":"weather","arguments":"{\\"a\\":1}"}},
                 {"id":"t1","type":"function","function":{"name":"time","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"w1","content":"sunny"},
                {"role":"tool","tool_call_id":"t1","content":"noon"},
                {"role":"assistant","content":"Sunny."},
                {"role":"user","content":"Thanks"}]"""));
        assertThat(json.get("documents")).isEqualTo(Json.parseOrNull("""
                [{"id":"doc:0","data":{"title":"Paris","text":"Paris is old."}},
                 {"id":"doc:1","data":{"text":"Ulm is tall."}}]"""));
    }

    private static ContentPart.Document document(String text, @org.jspecify.annotations.Nullable String title) {
        return new ContentPart.Document(
                Media.ofBytes("text/plain", text.getBytes(StandardCharsets.UTF_8)), title, true);
    }

    @Test
    void aChoiceOfOneToolIsThatToolAlone() throws Exception {
        JsonNode json = sent(ChatRequest.builder("m")
                .user("x")
                .tool(ToolSpec.function("a", "does a", SCHEMA))
                .tool(ToolSpec.function("b", "does b", SCHEMA))
                .toolChoice(ToolChoice.tool("b"))
                .build());

        assertThat(json.get("tools")).hasSize(1);
        assertThat(json.at("/tools/0/function/name").textValue()).isEqualTo("b");
        assertThat(json.get("tool_choice").textValue()).isEqualTo("REQUIRED");
        assertThat(json.has("strict_tools")).isFalse();
    }

    @Test
    void reasoningAndJsonHaveFewerShades() throws Exception {
        JsonNode off = sent(ChatRequest.builder("m")
                .user("x")
                .reasoning(ReasoningEffort.of(ReasoningEffort.Level.NONE))
                .responseFormat(ResponseFormat.JSON)
                .toolChoice(ToolChoice.NONE)
                .build());
        assertThat(off.get("thinking")).isEqualTo(Json.parseOrNull("{\"type\":\"disabled\"}"));
        assertThat(off.get("response_format")).isEqualTo(Json.parseOrNull("{\"type\":\"json_object\"}"));
        assertThat(off.get("tool_choice").textValue()).isEqualTo("NONE");
        assertThat(attempt.warnings).isEmpty();

        JsonNode high = sent(ChatRequest.builder("m")
                .user("x")
                .reasoning(ReasoningEffort.of(ReasoningEffort.Level.HIGH))
                .build());
        assertThat(high.get("thinking")).isEqualTo(Json.parseOrNull("{\"type\":\"enabled\"}"));
        assertThat(attempt.warnings).hasSize(1);
    }

    @Test
    void whatCannotBeCarriedIsRefusedBeforeSendingOrLeftOutOnRequest() throws Exception {
        List<ChatRequest> requests = List.of(
                ChatRequest.builder("m").user("x").topLogprobs(1).build(),
                ChatRequest.builder("m").user("x").verbosity("low").build(),
                ChatRequest.builder("m").user("x").serviceTier("flex").build(),
                ChatRequest.builder("m").user("x").parallelToolCalls(false).build(),
                ChatRequest.builder("m")
                        .user("x")
                        .tool(ToolSpec.raw("openai", "search", Map.of()))
                        .build(),
                with(new ContentPart.Video(Media.ofUrl("https://example.org/v"))),
                with(new ContentPart.Image(Media.ofFileId("f"))),
                with(new ContentPart.Document(Media.ofUrl("https://example.org/d"), null, false)),
                with(new ContentPart.ToolResult(
                        "t", List.of(new ContentPart.Image(Media.ofUrl("https://example.org/i"))), false)));
        for (ChatRequest request : requests) {
            assertThat(failure(ChatRequest.CHAT, request).kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        }
        assertThat(server.getRequestCount()).isZero();
        try (CohereAdapter lenient = builder().dropUnsupported(true).build()) {
            for (ChatRequest request : requests) {
                enqueue(REPLY);
                int before = attempt.warnings.size();
                lenient.call(ChatRequest.CHAT, request, attempt);
                assertThat(attempt.warnings).hasSize(before + 1);
            }
        }
    }

    @Test
    void foreignSignedReasoningAndMetadataAreLeftOutWithAWarning() throws Exception {
        JsonNode json = sent(ChatRequest.builder("m")
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(
                                new ContentPart.Reasoning("hm", null, "sig", null, "anthropic"),
                                new ContentPart.Raw("openai", Map.of("type", "y")),
                                new ContentPart.Text("ok"))))
                .user("x")
                .metadata("k", "v")
                .build());

        assertThat(json.at("/messages/0/content").textValue()).isEqualTo("ok");
        assertThat(attempt.warnings).hasSize(3);
    }

    private static ChatRequest with(ContentPart part) {
        return ChatRequest.builder("m").message(Message.user("x", part)).build();
    }

    // ---------------------------------------------------------------------------------------------------- embeddings

    @Test
    void vectorsAreAskedForAsBase64AndReadInEitherForm() throws Exception {
        enqueue("{\"id\":\"1\",\"embeddings\":{\"base64\":[\"AACAPwAAAEA=\",\"AAAAAAAAgL8=\"]},"
                + "\"meta\":{\"billed_units\":{\"input_tokens\":4}}}");
        enqueue("{\"embeddings\":{\"float\":[[0.5]]}}");
        EmbeddingRequest request = EmbeddingRequest.builder("m")
                .inputs(List.of("a", "b"))
                .dimensions(2)
                .extra("input_type", "search_query")
                .build();

        EmbeddingResponse reply = call(EmbeddingRequest.EMBED, request);

        assertThat(reply.embeddings()).containsExactly(new float[][] {{1, 2}, {0, -1}});
        assertThat(reply.usage().inputTokens()).isEqualTo(4);
        RecordedRequest sent = server.takeRequest();
        assertThat(sent.getTarget()).isEqualTo("/v2/embed");
        assertThat(Json.parseOrNull(sent.getBody().utf8())).isEqualTo(Json.parseOrNull("""
                {"model":"command-a-03-2025","texts":["a","b"],"input_type":"search_query","embedding_types":["base64"],
                 "output_dimension":2}"""));
        assertThat(call(EmbeddingRequest.EMBED, EmbeddingRequest.of("m", "a")).vector(0))
                .containsExactly(0.5f);
    }

    @Test
    void moreThan96TextsGoInSeveralCalls() throws Exception {
        String vectors = String.join(",", Collections.nCopies(96, "\"AACAPw==\""));
        enqueue("{\"embeddings\":{\"base64\":[" + vectors + "]},\"meta\":{\"billed_units\":{\"input_tokens\":96}}}");
        enqueue("{\"embeddings\":{\"base64\":[\"AAAAQA==\"]},\"meta\":{\"billed_units\":{\"input_tokens\":1}}}");

        EmbeddingResponse reply = call(
                EmbeddingRequest.EMBED,
                EmbeddingRequest.builder("m")
                        .inputs(Collections.nCopies(97, "x"))
                        .build());

        assertThat(reply.size()).isEqualTo(97);
        assertThat(reply.vector(96)).containsExactly(2);
        assertThat(reply.usage().inputTokens()).isEqualTo(97);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"embeddings\":{\"int8\":[[1]]}}",
                "{\"embeddings\":{\"base64\":[\"AAA\"]}}",
                "{\"embeddings\":{\"float\":[[1],[2]]}}"
            })
    void repliesWithoutAVectorForEachTextAreMalformed(String body) {
        enqueue(body);
        assertThat(failure(EmbeddingRequest.EMBED, EmbeddingRequest.of("m", "a"))
                        .kind())
                .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    // -------------------------------------------------------------------------------------------------------- rerank

    @Test
    void documentsAreRanked() throws Exception {
        enqueue(
                "{\"id\":\"r-1\",\"results\":[{\"index\":2,\"relevance_score\":0.1},{\"index\":0,\"relevance_score\":0.9}],"
                        + "\"meta\":{\"api_version\":{\"version\":\"2\"},\"billed_units\":{\"search_units\":1}}}");
        RerankRequest request = RerankRequest.builder("m")
                .query("capital")
                .documents(List.of("Paris", "bread", "Ulm"))
                .topN(2)
                .extra("max_tokens_per_doc", 100)
                .build();

        RerankResponse reply = call(RerankRequest.RERANK, request);

        assertThat(reply.id()).isEqualTo("r-1");
        assertThat(reply.results())
                .containsExactly(new RerankResponse.Result(0, 0.9), new RerankResponse.Result(2, 0.1));
        assertThat(reply.extra().get("search_units")).isEqualTo(1);
        RecordedRequest sent = server.takeRequest();
        assertThat(sent.getTarget()).isEqualTo("/v2/rerank");
        assertThat(Json.parseOrNull(sent.getBody().utf8())).isEqualTo(Json.parseOrNull("""
                {"model":"command-a-03-2025","query":"capital","documents":["Paris","bread","Ulm"],"top_n":2,
                 "max_tokens_per_doc":100}"""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"results\":[{\"index\":1,\"relevance_score\":1}]}",
                "{\"results\":[{\"index\":0}]}",
                "{\"results\":[{\"index\":0,\"relevance_score\":1},{\"index\":0,\"relevance_score\":1}]}"
            })
    void resultsThatAreNotOfTheDocumentsAreMalformed(String body) {
        enqueue(body);
        assertThat(failure(RerankRequest.RERANK, RerankRequest.of("m", "q", List.of("d")))
                        .kind())
                .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    // ------------------------------------------------------------------------------------------------------- helpers

    @Test
    void anOperationItLacksIsRefused() {
        assertThat(failure(ImageRequest.GENERATE_IMAGE, ImageRequest.of("m", "x"))
                        .kind())
                .isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(server.getRequestCount()).isZero();
    }

    private CohereAdapter.Builder builder() {
        return CohereAdapter.builder().apiKey("k").baseUrl(server.url("/").toString());
    }

    private JsonNode sent(ChatRequest request) throws Exception {
        enqueue(REPLY);
        call(ChatRequest.CHAT, request);
        RecordedRequest recorded = server.takeRequest();
        assertThat(recorded.getTarget()).isEqualTo("/v2/chat");
        JsonNode json = Json.parseOrNull(recorded.getBody().utf8());
        assertThat(json).isNotNull();
        return json;
    }

    private <Q extends ModelRequest, R extends ModelReply> R call(Operation<Q, R> operation, Q request) {
        try (CohereAdapter adapter = builder().build()) {
            return adapter.call(operation, request, attempt);
        }
    }

    private <Q extends ModelRequest, R extends ModelReply> GatewayException failure(
            Operation<Q, R> operation, Q request) {
        return catchThrowableOfType(GatewayException.class, () -> call(operation, request));
    }

    private void enqueue(String body) {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build());
    }
}
