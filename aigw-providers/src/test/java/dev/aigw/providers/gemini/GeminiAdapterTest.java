package dev.aigw.providers.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class GeminiAdapterTest {

    private static final ChatRequest HELLO = ChatRequest.of("any", "hello");

    private final MockWebServer server = new MockWebServer();
    private GeminiAdapter adapter;
    private GeminiAdapter vertex;

    @BeforeEach
    void start() throws IOException {
        server.start();
        String url = server.url("/v1beta/").toString();
        adapter = GeminiAdapter.builder()
                .apiKey("AIza-test")
                .baseUrl(url)
                .header("x-team", "blue")
                .build();
        vertex = GeminiAdapter.vertex("my-project", "europe-west4")
                .accessToken(() -> "ya29.token")
                .baseUrl(server.url("/v1").toString())
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        adapter.close();
        vertex.close();
        server.close();
    }

    private static AttemptContext attempt(String model) {
        return AttemptContext.builder(model).build();
    }

    private void enqueue(String body) {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build());
    }

    private ChatResponse reply(String parts, String more) {
        enqueue("{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":" + parts + "}" + more
                + "}],\"responseId\":\"abc\"}");
        return adapter.call(ChatRequest.CHAT, HELLO, attempt("gemini-3-flash"));
    }

    private ChatStream stream(String... events) {
        StringBuilder body = new StringBuilder();
        for (String event : events) {
            body.append("data: ").append(event).append("\r\n\r\n");
        }
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(body.toString())
                .build());
        return adapter.call(ChatRequest.CHAT_STREAM, HELLO, attempt("gemini-3-flash"));
    }

    private static String chunk(String parts, String more) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" + parts + "]}" + more
                + "}],\"responseId\":\"abc\",\"modelVersion\":\"gemini-3-flash\"}";
    }

    private static final String STOP = ",\"finishReason\":\"STOP\"";

    // --------------------------------------------------------------------------------------------------------- where
    // to

    @ParameterizedTest
    @CsvSource({"gemini-3.8-flash, 2", "gemini-2.5-flash, 1"})
    void searchesAreCountedAsTheyAreCharged(String model, long searches) {
        String usage = ",\"usageMetadata\":{\"promptTokenCount\":4,\"candidatesTokenCount\":1}}";
        String whole = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}" + STOP
                + ",\"groundingMetadata\":{\"webSearchQueries\":[\"x\",\"y\"]}}],\"modelVersion\":\"" + model + "\""
                + usage;
        TokenUsage expected = TokenUsage.builder()
                .input(4)
                .output(1)
                .serverTool("web_search", searches)
                .build();
        enqueue(whole);

        assertThat(adapter.call(ChatRequest.CHAT, HELLO, attempt(model)).usage())
                .isEqualTo(expected);
        try (ChatStream stream = stream(whole)) {
            assertThat(stream.response().usage()).isEqualTo(expected);
        }
    }

    @Test
    void aCallHasPathKeyAndHeaders() throws Exception {
        reply("[]", STOP);
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/v1beta/models/gemini-3-flash:generateContent");
        assertThat(request.getHeaders().get("x-goog-api-key")).isEqualTo("AIza-test");
        assertThat(request.getHeaders().get("Authorization")).isNull();
        assertThat(request.getHeaders().get("x-team")).isEqualTo("blue");
    }

    @Test
    void aStreamAsksForEvents() throws Exception {
        try (ChatStream stream = stream(chunk("{\"text\":\"hi\"}", STOP))) {
            assertThat(stream.response().text()).isEqualTo("hi");
        }
        assertThat(server.takeRequest().getTarget())
                .isEqualTo("/v1beta/models/gemini-3-flash:streamGenerateContent?alt=sse");
    }

    @Test
    void vertexHasItsPathAndABearerToken() throws Exception {
        enqueue(chunk("{\"text\":\"hi\"}", STOP));
        assertThat(vertex.call(ChatRequest.CHAT, HELLO, attempt("gemini-2.5-pro"))
                        .text())
                .isEqualTo("hi");
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget())
                .isEqualTo("/v1/projects/my-project/locations/europe-west4/publishers/google/models/gemini-2.5-pro"
                        + ":generateContent");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer ya29.token");
        assertThat(request.getHeaders().get("x-goog-api-key")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-2.5-pro, /models/gemini-2.5-pro:m",
        "tunedModels/mine, /tunedModels/mine:m",
        "a b?c, /models/a%20b%3Fc:m",
    })
    void aModelsNameOrPathBecomesAPath(String model, String path) {
        assertThat(Service.GEMINI_API.path(model, "m")).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-2.5-pro, /projects/p/locations/us-east1/publishers/google/models/gemini-2.5-pro:m",
        "publishers/meta/models/llama, /projects/p/locations/us-east1/publishers/meta/models/llama:m",
        "endpoints/12, /projects/p/locations/us-east1/endpoints/12:m",
        "projects/q/locations/l/endpoints/1, /projects/q/locations/l/endpoints/1:m",
    })
    void vertexKnowsPublishersAndEndpoints(String model, String path) {
        assertThat(Service.vertex("p", "us-east1").path(model, "m")).isEqualTo(path);
    }

    @Test
    void theGlobalLocationOfVertexHasNoRegionInItsHost() {
        assertThat(Service.vertex("p", "us-east1").baseUrl())
                .isEqualTo("https://us-east1-aiplatform.googleapis.com/v1");
        assertThat(Service.vertex("p", "global").baseUrl()).isEqualTo("https://aiplatform.googleapis.com/v1");
    }

    @Test
    void aDeploymentsCredentialAndBaseUrlReplaceTheAdapters() throws Exception {
        enqueue(chunk("", STOP));
        AttemptContext attempt = AttemptContext.builder("m")
                .credential(Credential.of("AIza-other"))
                .baseUrl(server.url("/eu/").toString())
                .build();
        adapter.call(ChatRequest.CHAT, HELLO, attempt);
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/eu/models/m:generateContent");
        assertThat(request.getHeaders().get("x-goog-api-key")).isEqualTo("AIza-other");
    }

    @Test
    void eachServiceNamesTheCredentialItTakes() {
        assertThatThrownBy(() -> GeminiAdapter.vertex("p", "l").apiKey("AIza"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use accessToken");
        assertThatThrownBy(() -> GeminiAdapter.builder().accessToken(() -> "t"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use apiKey");
        assertThatThrownBy(() -> GeminiAdapter.builder().apiKey("AIza").apiKey("AIza"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("set twice");
    }

    // ----------------------------------------------------------------------------------------------------------
    // answers

    @Test
    void thoughtsAndSignaturesBecomeReasoning() {
        ChatResponse response = reply("""
                [{"text":"First ","thought":true},{"text":"this.","thought":true},
                 {"text":"Four","thoughtSignature":"c2ln"}]""", STOP);
        assertThat(response.message().parts())
                .containsExactly(
                        new ContentPart.Reasoning(null, "First this.", null, null, "gemini?model=gemini-3-flash"),
                        new ContentPart.Text("Four"),
                        new ContentPart.Reasoning(null, null, "c2ln", null, "gemini?model=gemini-3-flash"));
    }

    @Test
    void aSignatureInALastEmptyTextOfAStreamIsTheSame() {
        try (ChatStream stream = stream(
                chunk("{\"text\":\"First \",\"thought\":true}", ""),
                chunk("{\"text\":\"this.\",\"thought\":true}", ""),
                chunk("{\"text\":\"Fo\"}", ""),
                chunk("{\"text\":\"ur\"}", ""),
                chunk("{\"text\":\"\",\"thoughtSignature\":\"c2ln\"}", STOP))) {
            assertThat(stream.response().message().parts())
                    .containsExactly(
                            new ContentPart.Reasoning(null, "First this.", null, null, "gemini?model=gemini-3-flash"),
                            new ContentPart.Text("Four"),
                            new ContentPart.Reasoning(null, null, "c2ln", null, "gemini?model=gemini-3-flash"));
        }
    }

    @Test
    void callsWithoutAnIdGetOneThatOtherAnswersDoNotHave() {
        ChatResponse response =
                reply("[{\"functionCall\":{\"name\":\"f\",\"args\":{}}},{\"functionCall\":{\"name\":\"f\"}}]", STOP);
        assertThat(response.toolCalls()).extracting(ToolCall::id).containsExactly("call_abc_0", "call_abc_1");
        enqueue("{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\"}}]}}]}");
        enqueue("{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\"}}]}}]}");
        String first = adapter.call(ChatRequest.CHAT, HELLO, attempt("m"))
                .toolCalls()
                .get(0)
                .id();
        String second = adapter.call(ChatRequest.CHAT, HELLO, attempt("m"))
                .toolCalls()
                .get(0)
                .id();
        assertThat(first).isNotEqualTo(second).hasSizeLessThanOrEqualTo(40);
    }

    @Test
    void imagesArePartsAndCodeStaysRaw() {
        ChatResponse response = reply("""
                [{"executableCode":{"language":"PYTHON","code":"1"},"thoughtSignature":"s"},
                 {"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1"}},
                 {"inlineData":{"mimeType":"image/png","data":"AQID"}},
                 {"inlineData":{"mimeType":"image/png","data":"!"}}]""", STOP);
        assertThat(response.message().parts())
                .containsExactly(
                        new ContentPart.Raw(
                                "gemini",
                                Map.of(
                                        "executableCode",
                                        Map.of("language", "PYTHON", "code", "1"),
                                        "thoughtSignature",
                                        "s")),
                        new ContentPart.Raw(
                                "gemini",
                                Map.of("codeExecutionResult", Map.of("outcome", "OUTCOME_OK", "output", "1"))),
                        new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1, 2, 3})),
                        new ContentPart.Raw(
                                "gemini", Map.of("inlineData", Map.of("mimeType", "image/png", "data", "!"))));
    }

    @Test
    void sourcesBecomeCitationsOfTheText() {
        ChatResponse response = reply("[{\"text\":\"Spain won.\"}]", STOP + """
                ,"groundingMetadata":{"webSearchQueries":["euro"],
                   "groundingChunks":[{"web":{"uri":"https://a.org","title":"a"}},{"web":{"uri":"https://b.org"}}],
                   "groundingSupports":[{"segment":{"endIndex":10,"text":"Spain won."},"groundingChunkIndices":[0,1,7]}]},
                 "citationMetadata":{"citationSources":[{"startIndex":2,"endIndex":5,"uri":"https://c.org"}]}""");
        ContentPart.Text text = (ContentPart.Text) response.message().parts().get(0);
        assertThat(text.citations())
                .extracting(c -> c.kind() + " " + c.url() + " " + c.title() + " " + c.start() + "-" + c.end())
                .containsExactly(
                        "grounding https://a.org a 0-10",
                        "grounding https://b.org null 0-10",
                        "recitation https://c.org null 2-5");
        assertThat(response.extra()).containsKey("groundingMetadata");
    }

    @Test
    void logProbabilitiesAreRead() {
        ChatResponse response = reply("[{\"text\":\"a\"}]", STOP + """
                ,"logprobsResult":{"chosenCandidates":[{"token":"a","logProbability":-0.5}],
                  "topCandidates":[{"candidates":[{"token":"a","logProbability":-0.5},
                                                  {"token":"b","logProbability":-1.5}]}]}""");
        assertThat(response.logprobs()).isNotNull();
        assertThat(response.logprobs().tokens().get(0).logprob()).isEqualTo(-0.5);
        assertThat(response.logprobs().tokens().get(0).top()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "STOP, STOP",
        "MAX_TOKENS, LENGTH",
        "SAFETY, CONTENT_FILTER",
        "RECITATION, CONTENT_FILTER",
        "BLOCKLIST, CONTENT_FILTER",
        "PROHIBITED_CONTENT, CONTENT_FILTER",
        "SPII, CONTENT_FILTER",
        "IMAGE_SAFETY, CONTENT_FILTER",
        "CONTINUATION, LENGTH",
        "LANGUAGE, UNKNOWN",
        "OF_TOMORROW, UNKNOWN",
    })
    void finishReasonsKeepTheVendorsWord(String raw, FinishReason.Kind kind) {
        assertThat(reply("[]", ",\"finishReason\":\"" + raw + "\"").finishReason())
                .isEqualTo(FinishReason.of(kind, raw));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MALFORMED_FUNCTION_CALL",
                "MALFORMED_RESPONSE",
                "UNEXPECTED_TOOL_CALL",
                "TOO_MANY_TOOL_CALLS",
                "MISSING_THOUGHT_SIGNATURE"
            })
    void aTurnThatTheVendorCouldNotParseIsAFailureWithItsUsage(String reason) {
        String body = "{\"candidates\":[{\"content\":{},\"finishReason\":\"" + reason
                + "\",\"finishMessage\":\"print(default_api.f(\"}],\"usageMetadata\":{\"promptTokenCount\":7}}";
        enqueue(body);
        assertThatThrownBy(() -> adapter.call(ChatRequest.CHAT, HELLO, attempt("m")))
                .hasMessageContaining(reason)
                .isInstanceOfSatisfying(GatewayException.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
                    assertThat(((ChatResponse) Objects.requireNonNull(failure.partial())).usage())
                            .isEqualTo(TokenUsage.builder().input(7).build());
                });
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body("data: " + body + "\n\n")
                .build());
        List<ChatEvent> events = new ArrayList<>();
        try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, HELLO, attempt("m"))) {
            assertThatThrownBy(() -> stream.forEach(events::add))
                    .isInstanceOfSatisfying(
                            GatewayException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE));
        }
        assertThat(events)
                .contains(new ChatEvent.UsageReported(
                        TokenUsage.builder().input(7).build()))
                .noneMatch(ChatEvent.Finished.class::isInstance);
    }

    @Test
    void anEmptyStopIsAnEmptyAnswer() {
        enqueue("{\"candidates\":[{\"content\":{},\"finishReason\":\"STOP\"}]}");
        ChatResponse response = adapter.call(ChatRequest.CHAT, HELLO, attempt("m"));
        assertThat(response.isEmpty()).isTrue();
        assertThat(response.finishReason().kind()).isEqualTo(FinishReason.Kind.STOP);
    }

    @Test
    void anAnswerThatTheVendorPausedIsCutAndSaysSo() {
        ChatResponse response =
                reply("[{\"text\":\"Half\"}]", ",\"finishReason\":\"CONTINUATION\",\"continuationToken\":\"dG9r\"");
        assertThat(response.finishReason()).isEqualTo(FinishReason.of(FinishReason.Kind.LENGTH, "CONTINUATION"));
        assertThat(response.warnings()).hasSize(1).first().asString().contains("paused");
        assertThat(response.extra().get("continuationToken")).isEqualTo("dG9r");
    }

    @Test
    void anAnswerThatSafetyCutOffKeepsItsRatings() {
        enqueue("{\"candidates\":[{\"finishReason\":\"SAFETY\",\"finishMessage\":\"no\",\"safetyRatings\":"
                + "[{\"category\":\"HARM_CATEGORY_HARASSMENT\",\"probability\":\"HIGH\",\"blocked\":true}]}]}");
        ChatResponse response = adapter.call(ChatRequest.CHAT, HELLO, attempt("m"));
        assertThat(response.finishReason().kind()).isEqualTo(FinishReason.Kind.CONTENT_FILTER);
        assertThat(response.extra()).containsKeys("safetyRatings", "finishMessage");
    }

    @Test
    void aBlockedPromptFailsWholeAndStreamed() {
        String blocked = "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},"
                + "\"usageMetadata\":{\"promptTokenCount\":4}}";
        enqueue(blocked);
        GatewayException whole =
                catchThrowableOfType(GatewayException.class, () -> adapter.call(ChatRequest.CHAT, HELLO, attempt("m")));
        assertThat(whole.kind()).isEqualTo(ErrorKind.CONTENT_FILTERED);
        assertThat(whole.vendorCode()).isEqualTo("PROHIBITED_CONTENT");
        try (ChatStream stream = stream(blocked)) {
            assertThat(catchThrowableOfType(GatewayException.class, stream::response)
                            .kind())
                    .isEqualTo(ErrorKind.CONTENT_FILTERED);
        }
    }

    @Test
    void aReaderThatStopsEarlyHasGotNearlyAllUsage() {
        String[] events = IntStream.rangeClosed(1, 40)
                .mapToObj(i -> "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],\"usageMetadata\":"
                        + "{\"promptTokenCount\":7,\"thoughtsTokenCount\":" + i + "}}")
                .toArray(String[]::new);
        try (ChatStream stream = stream(events)) {
            while (stream.text().length() < 30) {
                stream.next();
            }
            assertThat(stream.usage().outputTokens()).isBetween(23L, 30L);
        }
    }

    @Test
    void anEventOfTomorrowIsHandedOutRaw() {
        try (ChatStream stream = stream("{\"tomorrow\":1}", chunk("{\"text\":\"hi\"}", STOP))) {
            assertThat(stream.next()).isEqualTo(new ChatEvent.Raw("gemini", Map.of("tomorrow", 1)));
            assertThat(stream.response().text()).isEqualTo("hi");
        }
    }

    @Test
    void theWaitThatAnErrorAsksForIsKept() {
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .setHeader("Content-Type", "application/json")
                .body("{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":["
                        + GeminiContractTest.quota("PerMinute", "5") + "]}}")
                .build());
        GatewayException e =
                catchThrowableOfType(GatewayException.class, () -> adapter.call(ChatRequest.CHAT, HELLO, attempt("m")));
        assertThat(e.retryAfter()).isEqualTo(Duration.ofMillis(45_830));
        assertThat(e.vendorCode()).isEqualTo("RESOURCE_EXHAUSTED");
    }

    // ------------------------------------------------------------------------------------------------------------
    // usage

    @Test
    void usageBecomesDisjointBuckets() {
        ChatResponse response = reply("[]", STOP + "}],\"usageMetadata\":" + """
                {"promptTokenCount":1000,"cachedContentTokenCount":400,"toolUsePromptTokenCount":50,
                 "candidatesTokenCount":120,"thoughtsTokenCount":80,"totalTokenCount":1250,
                 "promptTokensDetails":[{"modality":"TEXT","tokenCount":600},{"modality":"AUDIO","tokenCount":300},
                                        {"modality":"IMAGE","tokenCount":100}],
                 "cacheTokensDetails":[{"modality":"TEXT","tokenCount":300},{"modality":"AUDIO","tokenCount":100}],
                 "candidatesTokensDetails":[{"modality":"TEXT","tokenCount":20},{"modality":"IMAGE","tokenCount":100}]},
                 "x":[{"y":1""");
        assertThat(response.usage())
                .isEqualTo(TokenUsage.builder()
                        .input(350)
                        .cacheRead(400)
                        .set(TokenUsage.Bucket.INPUT_AUDIO, 200)
                        .set(TokenUsage.Bucket.INPUT_IMAGE, 100)
                        .output(20)
                        .set(TokenUsage.Bucket.OUTPUT_IMAGE, 100)
                        .reasoning(80)
                        .build());
        assertThat(response.usage().totalTokens()).isEqualTo(1250);
    }

    @ParameterizedTest
    @CsvSource({
        "serviceTier, flex, flex",
        "serviceTier, SERVICE_TIER_PRIORITY, priority",
        "serviceTier, standard, standard",
        "serviceTier, unspecified, ",
        "trafficType, ON_DEMAND, on_demand",
        "trafficType, ON_DEMAND_FLEX, flex",
        "trafficType, PROVISIONED_THROUGHPUT, provisioned_throughput",
        "trafficType, TRAFFIC_TYPE_UNSPECIFIED, "
    })
    void theTierThatServedIsReportedByEitherService(String field, String value, String tier) {
        ChatResponse response = reply(
                "[]",
                STOP + "}],\"usageMetadata\":{\"promptTokenCount\":1,\"" + field + "\":\"" + value
                        + "\"},\"x\":[{\"y\":1");
        assertThat(response.serviceTier()).isEqualTo(tier);
    }

    // -------------------------------------------------------------------------------------------------------
    // embeddings

    @Test
    void textsBecomeVectorsInTheirOrder() throws Exception {
        enqueue("{\"embeddings\":[{\"values\":[0.5,1]},{\"values\":[2,-1.5]}],"
                + "\"usageMetadata\":{\"promptTokenCount\":7}}");
        EmbeddingResponse response = adapter.call(
                EmbeddingRequest.EMBED,
                EmbeddingRequest.builder("any")
                        .input("one")
                        .input("two")
                        .dimensions(2)
                        .extra("taskType", "RETRIEVAL_QUERY")
                        .build(),
                attempt("gemini-embedding-001"));

        assertThat(response.size()).isEqualTo(2);
        assertThat(response.vector(1)).containsExactly(2f, -1.5f);
        assertThat(response.usage()).isEqualTo(TokenUsage.builder().input(7).build());
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/v1beta/models/gemini-embedding-001:batchEmbedContents");
        assertThat(Json.parseOrNull(request.getBody().utf8())).isEqualTo(Json.parseOrNull("""
                        {"requests":[
                          {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"one"}]},
                           "outputDimensionality":2,"taskType":"RETRIEVAL_QUERY"},
                          {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"two"}]},
                           "outputDimensionality":2,"taskType":"RETRIEVAL_QUERY"}]}"""));
    }

    @Test
    void moreTextsThanACallTakesGoInSeveral() {
        enqueue("{\"embeddings\":[" + String.join(",", Collections.nCopies(100, "{\"values\":[1]}")) + "]}");
        enqueue("{\"embeddings\":[{\"values\":[2]}]}");
        EmbeddingResponse response = adapter.call(
                EmbeddingRequest.EMBED,
                EmbeddingRequest.builder("any")
                        .inputs(Collections.nCopies(101, "x"))
                        .build(),
                attempt("gemini-embedding-001"));
        assertThat(response.size()).isEqualTo(101);
        assertThat(response.vector(100)).containsExactly(2f);
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    private EmbeddingResponse embed(int texts, AttemptContext attempt) {
        EmbeddingRequest request = EmbeddingRequest.builder("any")
                .inputs(Collections.nCopies(texts, "x"))
                .build();
        return adapter.call(EmbeddingRequest.EMBED, request, attempt);
    }

    @Test
    void severalCallsOfARequestHaveTheirOwnKeys() throws Exception {
        enqueue("{\"embeddings\":[" + String.join(",", Collections.nCopies(100, "{\"values\":[1]}")) + "]}");
        enqueue("{\"embeddings\":[{\"values\":[2]}]}");
        embed(101, AttemptContext.builder("m").idempotencyKey("key").build());
        assertThat(List.of(server.takeRequest(), server.takeRequest()))
                .extracting(request -> request.getHeaders().get("Idempotency-Key"))
                .containsExactly("key-1", "key-2");
    }

    @Test
    void severalCallsOfARequestShareItsAttemptTimeout() {
        for (int call = 0; call < 3; call++) {
            server.enqueue(new MockResponse.Builder()
                    .setHeader("Content-Type", "application/json")
                    .body("{\"embeddings\":[" + String.join(",", Collections.nCopies(100, "{\"values\":[1]}")) + "]}")
                    .headersDelay(1, TimeUnit.SECONDS)
                    .build());
        }
        Timeouts limit = Timeouts.builder().attempt(Duration.ofMillis(1500)).build();
        AttemptContext attempt = AttemptContext.builder("m").timeouts(limit).build();
        GatewayException e = catchThrowableOfType(GatewayException.class, () -> embed(300, attempt));
        assertThat(e).isNotNull();
        assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT);
    }

    @Test
    void vertexEmbedsByPredict() throws Exception {
        enqueue("{\"predictions\":[{\"embeddings\":{\"values\":[1],\"statistics\":{\"token_count\":3}}},"
                + "{\"embeddings\":{\"values\":[2],\"statistics\":{\"token_count\":4}}}]}");
        EmbeddingResponse response = vertex.call(
                EmbeddingRequest.EMBED,
                EmbeddingRequest.builder("any")
                        .inputs(List.of("one", "two"))
                        .dimensions(1)
                        .extra("taskType", "CLUSTERING")
                        .extra("autoTruncate", false)
                        .build(),
                attempt("text-embedding-005"));
        assertThat(response.size()).isEqualTo(2);
        assertThat(response.usage().inputTokens()).isEqualTo(7);
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).endsWith("/publishers/google/models/text-embedding-005:predict");
        assertThat(Json.parseOrNull(request.getBody().utf8())).isEqualTo(Json.parseOrNull("""
                        {"instances":[{"content":"one","task_type":"CLUSTERING"},
                                      {"content":"two","task_type":"CLUSTERING"}],
                         "parameters":{"outputDimensionality":1,"autoTruncate":false}}"""));
    }

    @Test
    void aReplyWithTooFewVectorsIsMalformed() {
        enqueue("{\"embeddings\":[{\"values\":[1]}]}");
        GatewayException e = catchThrowableOfType(
                GatewayException.class,
                () -> adapter.call(EmbeddingRequest.EMBED, EmbeddingRequest.of("any", "a", "b"), attempt("m")));
        assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }
}
