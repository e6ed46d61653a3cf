package dev.aigw.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Replies and requests are as in the references that each dialect names. */
class DialectsTest {

    private static final String REPLY = """
            {"id":"1","model":"m","choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}""";

    private final MockWebServer server = new MockWebServer();
    private final RecordingAttempt attempt = new RecordingAttempt("m");

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static List<Dialect> all() {
        return Dialects.all();
    }

    // ------------------------------------------------------------------------------------------------ every dialect

    @Test
    void namesDifferAndContainNoSlash() {
        assertThat(all()).extracting(Dialect::name).doesNotHaveDuplicates().noneMatch(name -> name.contains("/"));
        assertThat(all()).hasSize(20);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aPlainChatWorksWholeAndStreamed(Dialect dialect) throws Exception {
        JsonNode body = sent(dialect, request -> request.maxOutputTokens(5));
        assertThat(body.path("max_tokens").asInt()
                        + body.path("max_completion_tokens").asInt())
                .isEqualTo(5);
        assertThat(body.get("stream")).isEqualTo(BooleanNode.FALSE);
        assertThat(body.size()).isEqualTo(4);
        assertThat(streamed(
                                dialect,
                                OpenAiContractTest.text("Hi")
                                        + OpenAiContractTest.chunk("{}", "\"stop\"")
                                        + OpenAiContractTest.last())
                        .text())
                .isEqualTo("Hi");
    }

    @ParameterizedTest
    @MethodSource("all")
    void keysOfHostedServersHaveAVariableAndTravelOverHttps(Dialect dialect) {
        boolean local = dialect.baseUrl().startsWith("http://localhost:");
        assertThat(dialect.keyVariable() == null).isEqualTo(local && !dialect.equals(Dialects.LITELLM));
        assertThat(dialect.baseUrl()).startsWith(local ? "http://" : "https://");
    }

    @Test
    void aMissingVariableIsNamed() {
        Dialect dialect = Dialect.builder("x", "https://x.example.org")
                .keyVariable("AIGW_NO_SUCH_VARIABLE")
                .build();
        assertThatThrownBy(() -> OpenAiAdapter.builder(dialect).apiKeyFromEnvironment())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("AIGW_NO_SUCH_VARIABLE");
        assertThatThrownBy(() -> OpenAiAdapter.builder(Dialects.VLLM).apiKeyFromEnvironment())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("apiKey");
    }

    // ------------------------------------------------------------------------------------------------- what is sent

    @ParameterizedTest
    @CsvSource({
        "groq, logprobs",
        "groq, name",
        "deepseek, seed",
        "deepseek, json_schema",
        "deepseek, parallel_tool_calls",
        "perplexity, tools",
        "perplexity, seed",
        "cerebras, frequency_penalty",
        "cerebras, presence_penalty",
        "tgi, json_object",
        "tgi, reasoning_effort",
        "together, logprobs",
        "lm-studio, json_object",
        "openai, top_k",
        "groq, top_k"
    })
    void whatAServerLacksIsRefusedOrDroppedOnRequest(String name, String field) throws Exception {
        UnaryOperator<ChatRequest.Builder> with = switch (field) {
            case "logprobs" -> request -> request.topLogprobs(2);
            case "name" -> request -> request.message(Message.user("x").withName("ada"));
            case "seed" -> request -> request.seed(1);
            case "json_schema" ->
                request -> request.responseFormat(ResponseFormat.schema("a", Map.of("type", "object")));
            case "json_object" -> request -> request.responseFormat(ResponseFormat.JSON);
            case "parallel_tool_calls" -> request -> request.parallelToolCalls(false);
            case "tools" ->
                request -> request.tool(ToolSpec.function("f", "d", Map.of())).toolChoice(ToolChoice.AUTO);
            case "frequency_penalty" -> request -> request.frequencyPenalty(1.0);
            case "presence_penalty" -> request -> request.presencePenalty(1.0);
            case "reasoning_effort" -> request -> request.reasoning(ReasoningEffort.of(ReasoningEffort.Level.LOW));
            case "top_k" -> request -> request.topK(5);
            default -> throw new IllegalArgumentException(field);
        };
        Dialect dialect = named(name);
        GatewayException refused = catchThrowableOfType(GatewayException.class, () -> sent(dialect, with));
        assertThat(refused.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(refused).hasMessageContaining("dropUnsupported(true)");
        assertThat(server.getRequestCount()).isZero();

        JsonNode body = sent(builder(dialect).dropUnsupported(true), with);
        assertThat(attempt.warnings).isNotEmpty().allMatch(warning -> warning.startsWith(name + " does not take"));
        assertThat(body.fieldNames()).toIterable().containsExactlyInAnyOrder("model", "messages", "stream");
        assertThat(body.get("messages").toString()).doesNotContain("ada");
    }

    @Test
    void capabilitiesThatNeedAFieldWhichTheServerLacksAreReportedToRouters() {
        assertThat(builder(Dialects.OPENAI).build().lacking()).isEmpty();
        assertThat(builder(Dialects.DEEPSEEK).build().lacking()).containsExactly(Capability.JSON_SCHEMA);
        assertThat(builder(Dialects.DEEPSEEK).dropUnsupported(true).build().lacking())
                .containsExactly(Capability.JSON_SCHEMA);
        assertThat(builder(Dialects.PERPLEXITY).build().lacking()).containsExactly(Capability.TOOLS);
        assertThat(builder(Dialects.PERPLEXITY).dropUnsupported(true).build().lacking())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "vllm",
        "sglang",
        "llama-cpp",
        "lm-studio",
        "localai",
        "openrouter",
        "together",
        "fireworks",
        "perplexity"
    })
    void topKIsSentWhereItIsKnown(String name) throws Exception {
        assertThat(sent(named(name), request -> request.topK(5)).get("top_k").asInt())
                .isEqualTo(5);
    }

    @Test
    void aSchemaStandsInTheFormThatTheServerKnows() throws Exception {
        UnaryOperator<ChatRequest.Builder> schema =
                request -> request.responseFormat(ResponseFormat.schema("a", Map.of("type", "object")));

        assertThat(sent(Dialects.TGI, schema).get("response_format").toString())
                .isEqualTo("{\"type\":\"json\",\"value\":{\"type\":\"object\"}}");
        assertThat(sent(Dialects.VLLM, schema).get("response_format").toString())
                .isEqualTo("{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"strict\":true,"
                        + "\"schema\":{\"type\":\"object\"}}}");
    }

    @Test
    void labelsThatDoNotInfluenceTheAnswerAreLeftOutSilently() throws Exception {
        JsonNode body = sent(Dialects.TGI, request -> request.userId("u").metadata("k", "v"));
        assertThat(body.size()).isEqualTo(3);
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void anExtraFieldPassesWhateverTheDialectSays() throws Exception {
        JsonNode body = sent(
                Dialects.DEEPSEEK,
                request -> request.seed(1).temperature(0.5).extra("seed", 2).extra("temperature", 0.7));
        assertThat(body.get("seed").asInt()).isEqualTo(2);
        assertThat(body.get("temperature").asDouble()).isEqualTo(0.7);
    }

    @Test
    void deepseekHasASwitchForThinkingAndGetsItsThoughtsBack() throws Exception {
        ToolCall call = new ToolCall("c", "f", "{}");
        JsonNode off =
                sent(Dialects.DEEPSEEK, request -> request.reasoning(ReasoningEffort.of(ReasoningEffort.Level.NONE)));
        assertThat(off.get("thinking")).isEqualTo(json("{\"type\":\"disabled\"}"));
        assertThat(off.has("reasoning_effort")).isFalse();

        JsonNode on = sent(
                Dialects.DEEPSEEK,
                request -> request.reasoning(ReasoningEffort.of(ReasoningEffort.Level.MAX))
                        .message(Message.of(
                                Message.Role.ASSISTANT,
                                List.of(new ContentPart.Reasoning("I need f", null, null, null, null), call)))
                        .message(Message.toolResult(call, "1")));
        assertThat(on.get("thinking")).isEqualTo(json("{\"type\":\"enabled\"}"));
        assertThat(on.get("reasoning_effort").textValue()).isEqualTo("max");
        assertThat(on.at("/messages/1/reasoning_content").textValue()).isEqualTo("I need f");
    }

    @Test
    void anAnswerThatCalledToolsGetsAStandInForItsReasoningWhereTheServerRequiresOne() throws Exception {
        ToolCall call = new ToolCall("c", "f", "{}");
        UnaryOperator<ChatRequest.Builder> loop =
                request -> request.message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                        .message(Message.toolResult(call, "1"))
                        .message(Message.assistant("one"))
                        .user("And?");
        for (Dialect dialect : List.of(Dialects.DEEPSEEK, Dialects.MOONSHOT)) {
            JsonNode body = sent(dialect, loop);
            assertThat(body.at("/messages/1/reasoning_content").textValue()).isEqualTo(" ");
            assertThat(body.at("/messages/3").has("reasoning_content")).isFalse();

            JsonNode off = sent(
                    dialect, request -> loop.apply(request).reasoning(ReasoningEffort.of(ReasoningEffort.Level.NONE)));
            assertThat(off.at("/messages/1").has("reasoning_content")).isFalse();
            assertThat(off.get("thinking")).isEqualTo(json("{\"type\":\"disabled\"}"));
        }
        assertThat(sent(Dialects.VLLM, loop).at("/messages/1").has("reasoning")).isFalse();
    }

    @Test
    void kimiHasASwitchForThinkingAndGoesOnWithABegunAnswer() throws Exception {
        JsonNode on = sent(
                Dialects.MOONSHOT,
                request -> request.reasoning(ReasoningEffort.of(ReasoningEffort.Level.HIGH))
                        .message(Message.of(
                                Message.Role.ASSISTANT,
                                List.of(
                                        new ContentPart.Reasoning("I think", null, null, null, null),
                                        new ContentPart.Text("So")))));
        assertThat(on.get("thinking")).isEqualTo(json("{\"type\":\"enabled\"}"));
        assertThat(on.has("reasoning_effort")).isFalse();
        assertThat(on.at("/messages/1")).isEqualTo(json("""
                {"role":"assistant","content":"So","reasoning_content":"I think","partial":true}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "deepseek, reasoning_content",
        "vllm, reasoning",
        "ollama-openai, reasoning",
        "litellm, reasoning_content"
    })
    void reasoningGoesBackInTheFieldThatTheServerReads(String name, String field) throws Exception {
        JsonNode body = sent(
                named(name),
                request -> request.message(Message.of(
                                Message.Role.ASSISTANT,
                                List.of(
                                        new ContentPart.Reasoning("I think", null, null, null, null),
                                        new ContentPart.Text("So"))))
                        .user("And?"));
        assertThat(body.at("/messages/1").path(field).textValue()).isEqualTo("I think");
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void liteLlmGetsSignedThinkingBackAsItStreamedIt() throws Exception {
        String thinking = "{\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"%s\",\"signature\":%s}]}";
        ChatResponse answer = streamed(
                Dialects.LITELLM,
                OpenAiContractTest.chunk(thinking.formatted("I ", "null"), "null")
                        + OpenAiContractTest.chunk(thinking.formatted("think", "null"), "null")
                        + OpenAiContractTest.chunk(thinking.formatted("", "\"sig\""), "null")
                        + OpenAiContractTest.text("Hi")
                        + OpenAiContractTest.chunk("{}", "\"stop\"")
                        + OpenAiContractTest.last());
        server.takeRequest();
        JsonNode body = sent(
                builder(Dialects.LITELLM),
                request -> request.message(answer.message()).user("And?"));
        assertThat(body.at("/messages/1/thinking_blocks")).isEqualTo(json("""
                [{"type":"thinking","thinking":"I think","signature":"sig"}]"""));
    }

    @Test
    void ollamaGetsNoChoiceOfTools() throws Exception {
        ToolSpec tool = ToolSpec.function("f", "d", Map.of());
        JsonNode any = sent(Dialects.OLLAMA, request -> request.tool(tool).toolChoice(ToolChoice.AUTO));
        assertThat(any.has("tools")).isTrue();
        assertThat(any.has("tool_choice")).isFalse();
        JsonNode none = sent(Dialects.OLLAMA, request -> request.tool(tool).toolChoice(ToolChoice.NONE));
        assertThat(none.has("tools")).isFalse();
        assertThat(none.has("tool_choice")).isFalse();
        assertThat(attempt.warnings).isEmpty();
        assertThatThrownBy(() ->
                        sent(Dialects.OLLAMA, request -> request.tool(tool).toolChoice(ToolChoice.REQUIRED)))
                .hasMessageContaining("does not take tool_choice");
    }

    @Test
    void turnsAlternateWhereTheServerRequiresIt() throws Exception {
        UnaryOperator<ChatRequest.Builder> talk =
                request -> request.user("y").assistant("a").assistant("b").user("z");
        assertThat(sent(Dialects.PERPLEXITY, talk).get("messages")).isEqualTo(json("""
                [{"role":"user","content":[{"type":"text","text":"x"},{"type":"text","text":"y"}]},
                {"role":"assistant","content":"a\\n\\nb"},{"role":"user","content":"z"}]"""));
        assertThat(sent(Dialects.GROQ, talk).get("messages")).hasSize(5);
    }

    @Test
    void aServerThatIsOnlyKnownByItsUrlGetsWhatAllOfThemTake() throws Exception {
        ChatRequest request =
                ChatRequest.builder("m").user("x").maxOutputTokens(5).build();
        for (OpenAiAdapter.Builder unknown : List.of(
                OpenAiAdapter.builder().baseUrl(server.url("/v1").toString()),
                builder(Dialect.builder("ours", "http://localhost").build()))) {
            server.enqueue(reply(200, REPLY));
            server.enqueue(reply(200, REPLY));
            try (OpenAiAdapter adapter = unknown.build()) {
                adapter.call(ChatRequest.CHAT, request, attempt);
                adapter.call(ChatRequest.CHAT_STREAM, request, attempt).close();
            }
            for (boolean streamed : new boolean[] {false, true}) {
                JsonNode body = json(server.takeRequest().getBody().utf8());
                assertThat(body.fieldNames())
                        .toIterable()
                        .containsExactlyInAnyOrder("model", "messages", "max_tokens", "stream");
                assertThat(body.get("stream").asBoolean()).isEqualTo(streamed);
            }
        }
    }

    @Test
    void openrouterTakesLevelsAndBudgetsInOneObject() throws Exception {
        assertThat(sent(
                                Dialects.OPENROUTER,
                                request -> request.reasoning(ReasoningEffort.of(ReasoningEffort.Level.HIGH)))
                        .get("reasoning"))
                .isEqualTo(json("{\"effort\":\"high\"}"));
        assertThat(sent(Dialects.OPENROUTER, request -> request.reasoning(ReasoningEffort.budget(2000)))
                        .get("reasoning"))
                .isEqualTo(json("{\"max_tokens\":2000}"));
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void githubGetsTheVersionOfItsApi() throws Exception {
        server.enqueue(reply(200, REPLY));
        chat(builder(Dialects.GITHUB_MODELS));
        assertThat(server.takeRequest().getHeaders().get("X-GitHub-Api-Version"))
                .isEqualTo("2022-11-28");
    }

    @Test
    void serversWithoutEmbeddingsSaySo() {
        for (Dialect dialect : all()) {
            try (OpenAiAdapter adapter = builder(dialect).build()) {
                boolean none = List.of("tgi", "groq", "deepseek", "moonshot", "xai", "perplexity", "cerebras")
                        .contains(dialect.name());
                assertThat(adapter.supports(EmbeddingRequest.EMBED)).isEqualTo(!none);
                if (none) {
                    GatewayException e = catchThrowableOfType(
                            GatewayException.class,
                            () -> adapter.call(EmbeddingRequest.EMBED, EmbeddingRequest.of("e", "x"), attempt));
                    assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
                }
            }
        }
    }

    @Test
    void serversSayWhichEndpointsBesideChatTheyHave() {
        for (Dialect dialect : all()) {
            try (OpenAiAdapter adapter = builder(dialect).build()) {
                assertThat(adapter.supports(SpeechRequest.SPEAK))
                        .as(dialect.name())
                        .isEqualTo(List.of("openai", "groq", "litellm", "localai", "together")
                                .contains(dialect.name()));
                assertThat(adapter.supports(RerankRequest.RERANK))
                        .as(dialect.name())
                        .isEqualTo(List.of("vllm", "llama-cpp", "litellm", "localai", "together")
                                .contains(dialect.name()));
            }
        }
        try (OpenAiAdapter deepseek = builder(Dialects.DEEPSEEK).build()) {
            GatewayException e = catchThrowableOfType(
                    GatewayException.class,
                    () -> deepseek.call(SpeechRequest.SPEAK, SpeechRequest.of("m", "alloy", "x"), attempt));
            assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        }
        assertThatThrownBy(() -> Dialect.builder("x", "http://localhost").serves(ChatRequest.CHAT))
                .hasMessageContaining("chat");
    }

    @Test
    void selfHostedServersRankDocuments() throws Exception {
        server.enqueue(reply(200, """
                {"id":"rerank-1","model":"BAAI/bge-reranker-v2-m3","usage":{"total_tokens":56},"results":[
                 {"index":1,"document":{"text":"Paris"},"relevance_score":0.99},
                 {"index":0,"document":{"text":"bread"},"relevance_score":0.01}]}"""));
        try (OpenAiAdapter vllm = builder(Dialects.VLLM).build()) {
            RerankResponse ranking = vllm.call(
                    RerankRequest.RERANK, RerankRequest.of("r", "capital", List.of("bread", "Paris")), attempt);

            assertThat(ranking.results())
                    .containsExactly(new RerankResponse.Result(1, 0.99), new RerankResponse.Result(0, 0.01));
            assertThat(ranking.model()).isEqualTo("BAAI/bge-reranker-v2-m3");
            assertThat(ranking.usage().inputTokens()).isEqualTo(56);
        }
        RecordedRequest sent = server.takeRequest();
        assertThat(sent.getTarget()).endsWith("/rerank");
        assertThat(sent.getBody().utf8()).contains("\"query\":\"capital\"", "\"documents\":[\"bread\",\"Paris\"]");
    }

    // ------------------------------------------------------------------------------------------------ what comes back

    @Test
    void deepseeksCachedTokensHaveTheirOwnField() {
        ChatResponse response = whole(Dialects.DEEPSEEK, """
                {"choices":[{"index":0,"message":{"role":"assistant","content":"Hello!","reasoning_content":"hm"},
                "finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":48,"total_tokens":58,
                "completion_tokens_details":{"reasoning_tokens":38},
                "prompt_cache_hit_tokens":4,"prompt_cache_miss_tokens":6}}""");
        assertThat(response.usage())
                .isEqualTo(TokenUsage.builder()
                        .input(6)
                        .cacheRead(4)
                        .output(10)
                        .reasoning(38)
                        .build());
        assertThat(response.reasoning()).isEqualTo("hm");
    }

    @Test
    void xaiCountsReasoningBesideTheCompletionAndListsSources() {
        ChatResponse response = whole(Dialects.XAI, """
                {"choices":[{"index":0,"message":{"role":"assistant","content":"I am Grok."},"finish_reason":"stop"}],
                "usage":{"completion_tokens":50,"completion_tokens_details":{"reasoning_tokens":124},
                "prompt_tokens":663,"prompt_tokens_details":{"cached_tokens":654,"text_tokens":663},
                "total_tokens":837},"citations":["https://x.ai/news"]}""");
        assertThat(response.usage())
                .isEqualTo(TokenUsage.builder()
                        .input(9)
                        .cacheRead(654)
                        .output(50)
                        .reasoning(124)
                        .build());
        assertThat(response.usage().totalTokens()).isEqualTo(837);
        assertThat(urls(response)).containsExactly("https://x.ai/news");
    }

    @Test
    void perplexityListsItsSourcesWholeAndStreamed() {
        String tail = """
                "usage":{"prompt_tokens":6,"completion_tokens":3,"total_tokens":9,"citation_tokens":5,
                "num_search_queries":1,"reasoning_tokens":7},
                "citations":["https://a.example"],"related_questions":["why?"],
                "search_results":[{"title":"A","url":"https://a.example","date":"2026-01-01"},
                {"title":"B","url":"https://b.example"}]}""".replace("\n", "");
        ChatResponse whole = whole(
                Dialects.PERPLEXITY,
                "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Stars\"},\"finish_reason\":\"stop\"}]," + tail);
        ChatResponse streamed = streamed(
                Dialects.PERPLEXITY,
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Sta\"},\"message\":{\"content\":\"Sta\"}}],"
                        + tail
                        + "\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"rs\"},"
                        + "\"message\":{\"content\":\"Stars\"},\"finish_reason\":\"stop\"}]," + tail + "\n\n");
        for (ChatResponse response : List.of(whole, streamed)) {
            assertThat(response.text()).isEqualTo("Stars");
            assertThat(urls(response)).containsExactly("https://a.example", "https://b.example");
            assertThat(response.extra()).isEqualTo(Map.of("related_questions", List.of("why?")));
            assertThat(response.usage())
                    .isEqualTo(
                            TokenUsage.builder().input(6).output(3).reasoning(7).build());
        }
    }

    @Test
    void groqMayPutUsageIntoASeparateObject() {
        ChatResponse response = streamed(
                Dialects.GROQ,
                OpenAiContractTest.text("Hi")
                        + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"x_groq\":{\"id\":"
                        + "\"req_1\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}}\n\ndata: [DONE]\n\n");
        assertThat(response.usage()).isEqualTo(TokenUsage.of(3, 2));
    }

    @Test
    void openrouterNamesTheProviderThatServed() {
        assertThat(whole(Dialects.OPENROUTER, "{\"provider\":\"Anthropic\"," + REPLY.substring(1))
                        .extra())
                .isEqualTo(Map.of("provider", "Anthropic"));
        assertThat(streamed(
                                Dialects.OPENROUTER,
                                ": OPENROUTER PROCESSING\n\ndata: {\"provider\":\"Anthropic\",\"choices\":[{\"delta\":"
                                        + "{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n")
                        .extra())
                .isEqualTo(Map.of("provider", "Anthropic"));
    }

    private static final String DETAILS = "[{\"type\":\"reasoning.text\",\"text\":\"Let me see.\",\"format\":"
            + "\"anthropic-claude-v1\",\"index\":0,\"signature\":\"sig\"},"
            + "{\"type\":\"reasoning.encrypted\",\"data\":\"xyz\",\"id\":\"rs_1\",\"index\":1}]";

    @Test
    void openrouterGetsItsPiecesOfReasoningBackUnchanged() throws Exception {
        ChatResponse answer = whole(
                Dialects.OPENROUTER,
                REPLY.replace(
                        "\"content\":",
                        "\"reasoning\":\"Let me see.\",\"reasoning_details\":" + DETAILS + ",\"content\":"));

        server.takeRequest();
        JsonNode message = sent(Dialects.OPENROUTER, request -> request.message(answer.message()))
                .get("messages")
                .get(1);
        assertThat(message.get("reasoning_details")).isEqualTo(json(DETAILS));
        assertThat(message.has("reasoning")).isFalse();
        assertThat(attempt.warnings).isEmpty();

        assertThat(sent(Dialects.VLLM, request -> request.message(answer.message()))
                        .get("messages")
                        .get(1)
                        .has("reasoning_details"))
                .isFalse();
        assertThat(attempt.warnings)
                .containsExactly("vllm was not sent a part that only openrouter knows, in message 2");
    }

    @Test
    void openroutersPiecesOfReasoningArePutTogetherFromAStream() throws Exception {
        String delta = "data: {\"choices\":[{\"delta\":{\"reasoning_details\":[%s]}}]}\n\n";
        ChatResponse answer = streamed(
                Dialects.OPENROUTER,
                delta.formatted("{\"type\":\"reasoning.text\",\"text\":\"Let \",\"format\":"
                                + "\"anthropic-claude-v1\",\"index\":0}")
                        + delta.formatted("{\"type\":\"reasoning.text\",\"text\":\"me see.\",\"index\":0}")
                        + delta.formatted("{\"type\":\"reasoning.text\",\"signature\":\"sig\",\"index\":0}")
                        + delta.formatted(
                                "{\"type\":\"reasoning.encrypted\",\"data\":\"xyz\",\"id\":\"rs_1\"," + "\"index\":1}")
                        + "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n");

        assertThat(answer.text()).isEqualTo("hi");
        server.takeRequest();
        assertThat(sent(Dialects.OPENROUTER, request -> request.message(answer.message()))
                        .get("messages")
                        .get(1)
                        .get("reasoning_details"))
                .isEqualTo(json(DETAILS));
    }

    private static String pieces(ChatResponse answer) {
        return answer.message().parts().stream()
                .filter(ContentPart.Raw.class::isInstance)
                .map(part -> Json.text(((ContentPart.Raw) part).json()))
                .collect(Collectors.joining("|"));
    }

    @Test
    void openroutersPiecesOfReasoningThatComeBesideEachTextAreAllKept() throws Exception {
        String delta = "data: {\"choices\":[{\"delta\":{\"content\":\"%s\",\"reasoning_details\":"
                + "[{\"type\":\"reasoning.text\",\"text\":\"ha \",\"index\":0}]}}]}\n\n";
        ChatResponse answer = streamed(
                Dialects.OPENROUTER,
                "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n" + delta.formatted("a")
                        + delta.formatted("b") + delta.formatted("c")
                        + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");

        assertThat(answer.text()).isEqualTo("abc");
        assertThat(pieces(answer))
                .isEqualTo(
                        "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"ha ha ha \",\"index\":0}]}");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void openroutersPiecesOfReasoningAreKeptAfterAFinishReasonAndWithoutOne(boolean finished) throws Exception {
        String piece = "\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}]";
        ChatResponse answer = streamed(
                Dialects.OPENROUTER,
                "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}" + (finished ? ",\"finish_reason\":\"stop\"" : "")
                        + "}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"\"," + piece
                        + "}}]}\n\ndata: [DONE]\n\n");

        assertThat(answer.text()).isEqualTo("a");
        assertThat(pieces(answer)).isEqualTo("{" + piece + "}");
    }

    @ParameterizedTest
    @CsvSource({"tgi, eos_token", "tgi, stop_sequence", "together, eos"})
    void finishReasonsOfTheirOwnAreKnown(String name, String raw) {
        assertThat(whole(named(name), REPLY.replace("\"stop\"", "\"" + raw + "\""))
                        .finishReason())
                .isEqualTo(FinishReason.of(FinishReason.Kind.STOP, raw));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "groq|498|{\"error\":{\"message\":\"capacity\",\"type\":\"flex\"}}|OVERLOADED",
                "groq|400|{\"error\":{\"message\":\"x\",\"type\":\"invalid_request_error\",\"code\":\"tool_use_failed\"}}|MALFORMED_RESPONSE",
                "tgi|429|{\"error\":\"Model is overloaded\",\"error_type\":\"overloaded\"}|OVERLOADED",
                "tgi|422|{\"error\":\"Input validation error\",\"error_type\":\"validation\"}|INVALID_REQUEST",
                "llama-cpp|400|{\"error\":{\"code\":400,\"message\":\"x\",\"type\":\"exceed_context_size_error\",\"n_ctx\":4096}}|CONTEXT_TOO_LONG",
                "llama-cpp|503|{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}|OVERLOADED",
                "vllm|400|{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens\",\"type\":\"BadRequestError\",\"code\":400}|CONTEXT_TOO_LONG",
                "deepseek|402|{\"error\":{\"message\":\"Insufficient Balance\",\"type\":\"unknown_error\",\"code\":\"invalid_request_error\"}}|QUOTA_EXHAUSTED",
                "xai|400|{\"code\":\"Client specified an invalid argument\",\"error\":\"Incorrect API key\"}|AUTHENTICATION",
                "openrouter|402|{\"error\":{\"code\":402,\"message\":\"Insufficient credits\"}}|QUOTA_EXHAUSTED",
                "openrouter|403|{\"error\":{\"code\":403,\"message\":\"flagged\",\"metadata\":{\"reasons\":[\"hate\"],\"flagged_input\":\"x\"}}}|CONTENT_FILTERED",
                "openrouter|408|{\"error\":{\"code\":408,\"message\":\"timed out\"}}|TIMEOUT",
                "openrouter|200|{\"error\":{\"code\":502,\"message\":\"model is down\"}}|SERVER_ERROR",
                "openrouter|200|{\"choices\":[{\"error\":{\"code\":429,\"message\":\"slow\"},\"finish_reason\":\"error\"}]}|RATE_LIMITED",
                "cerebras|401|{\"message\":\"Wrong API Key\",\"type\":\"invalid_request_error\",\"param\":\"api_key\",\"code\":\"wrong_api_key\"}|AUTHENTICATION",
                "nvidia|404|{\"status\":404,\"title\":\"Not Found\",\"detail\":\"Function not found\"}|NOT_FOUND",
                "github|429|{\"error\":{\"code\":\"RateLimitReached\",\"message\":\"x\",\"details\":\"x\"}}|RATE_LIMITED"
            })
    void errorsAreClassified(String name, int status, String body, ErrorKind kind) {
        server.enqueue(reply(status, body));
        GatewayException e = catchThrowableOfType(GatewayException.class, () -> chat(builder(named(name))));
        assertThat(e.kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "groq|400|{\"error\":{\"message\":\"x\",\"type\":\"invalid_request_error\",\"code\":\"json_validate_failed\"}}|MALFORMED_RESPONSE|REQUEST",
                "groq|403|{\"error\":{\"message\":\"blocked at the project level\",\"type\":\"permissions_error\",\"code\":\"model_permission_blocked_project\"}}|PERMISSION|MODEL",
                "deepseek|402|{\"error\":{\"message\":\"Insufficient Balance\",\"type\":\"unknown_error\",\"code\":\"invalid_request_error\"}}|QUOTA_EXHAUSTED|CREDENTIAL",
                "openrouter|402|{\"error\":{\"code\":402,\"message\":\"Insufficient credits\"}}|QUOTA_EXHAUSTED|CREDENTIAL",
                "openrouter|402|{\"error\":{\"code\":402,\"message\":\"This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 2042.\"}}|QUOTA_EXHAUSTED|REQUEST",
                "openrouter|404|{\"error\":{\"code\":404,\"message\":\"No endpoints found that support image input\"}}|UNSUPPORTED|REQUEST",
                "openrouter|200|{\"error\":{\"code\":404,\"message\":\"No endpoints found that support tool use.\"}}|UNSUPPORTED|REQUEST",
                "vllm|404|{\"object\":\"error\",\"message\":\"The model `gpt-image-1` does not exist.\",\"type\":\"NotFoundError\",\"param\":\"model\",\"code\":404}|NOT_FOUND|MODEL"
            })
    void errorsSayWhatTheyAreAbout(String name, int status, String body, ErrorKind kind, FailureSubject subject) {
        server.enqueue(reply(status, body));
        GatewayException e = catchThrowableOfType(GatewayException.class, () -> chat(builder(named(name))));
        assertThat(e.kind()).isEqualTo(kind);
        assertThat(e.subject()).isEqualTo(subject);
    }

    // ------------------------------------------------------------------------------------------------------- helpers

    private static Dialect named(String name) {
        return all().stream()
                .filter(dialect -> dialect.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private OpenAiAdapter.Builder builder(Dialect dialect) {
        return OpenAiAdapter.builder(dialect).baseUrl(server.url("/v1").toString());
    }

    private ChatResponse chat(OpenAiAdapter.Builder builder) {
        try (OpenAiAdapter adapter = builder.build()) {
            return adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "x"), attempt);
        }
    }

    private ChatResponse whole(Dialect dialect, String reply) {
        server.enqueue(reply(200, reply));
        return chat(builder(dialect));
    }

    private ChatResponse streamed(Dialect dialect, String events) {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(events)
                .build());
        try (OpenAiAdapter adapter = builder(dialect).build();
                ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "x"), attempt)) {
            return stream.response();
        }
    }

    private JsonNode sent(Dialect dialect, UnaryOperator<ChatRequest.Builder> with) throws Exception {
        return sent(builder(dialect), with);
    }

    private JsonNode sent(OpenAiAdapter.Builder builder, UnaryOperator<ChatRequest.Builder> with) throws Exception {
        server.enqueue(reply(200, REPLY));
        try (OpenAiAdapter adapter = builder.build()) {
            adapter.call(
                    ChatRequest.CHAT,
                    with.apply(ChatRequest.builder("m").user("x")).build(),
                    attempt);
        }
        RecordedRequest recorded = server.takeRequest();
        return json(recorded.getBody().utf8());
    }

    private static List<String> urls(ChatResponse response) {
        List<String> urls = new ArrayList<>();
        for (ContentPart part : response.message().parts()) {
            if (part instanceof ContentPart.Text text) {
                text.citations().forEach(citation -> urls.add(citation.url()));
            }
        }
        return urls;
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(Json.parseOrNull(text), text);
    }

    private static MockResponse reply(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }
}
