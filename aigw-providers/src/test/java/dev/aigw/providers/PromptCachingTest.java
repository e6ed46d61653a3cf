package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ContentPart.CacheHint;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.azure.AzureOpenAi;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.mistral.Mistral;
import dev.aigw.providers.openai.Dialect;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.time.Duration;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One setting for the prompt caches of all vendors: what becomes of it in the requests of each. */
class PromptCachingTest {

    private static final String LONG = "word ".repeat(1_000);
    private static final ToolCall CALL = new ToolCall("c1", "f", "{}");
    private static final ToolSpec TOOL = ToolSpec.function("f", LONG, Map.of());
    private static final String CHAT_REPLY =
            "{\"choices\":[{\"message\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}";
    private static final String MESSAGES_REPLY =
            "{\"content\":[{\"type\":\"text\",\"text\":\"ok\"}],\"stop_reason\":\"end_turn\"}";
    private static final String CONVERSE_REPLY =
            "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"ok\"}]}},\"stopReason\":\"end_turn\"}";

    private final MockWebServer server = new MockWebServer();
    private RecordingAttempt attempt = new RecordingAttempt("model-x");

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private OpenAiAdapter openAi(Dialect dialect) {
        return openAi(OpenAiAdapter.builder(dialect)).build();
    }

    private OpenAiAdapter.Builder openAi(OpenAiAdapter.Builder builder) {
        return builder.baseUrl(server.url("/v1").toString()).allowInsecure(true).apiKey("k");
    }

    private ProviderAdapter claude() {
        return AnthropicAdapter.builder()
                .baseUrl(server.url("/").toString())
                .allowInsecure(true)
                .apiKey("k")
                .build();
    }

    private ProviderAdapter bedrock() {
        return BedrockAdapter.builder()
                .region("eu-west-1")
                .baseUrl(server.url("/").toString())
                .allowInsecure(true)
                .credential(Credential.of("k"))
                .build();
    }

    private ProviderAdapter gemini() {
        return GeminiAdapter.builder()
                .baseUrl(server.url("/").toString())
                .allowInsecure(true)
                .apiKey("k")
                .build();
    }

    private void facts(UnaryOperator<WireFacts.Builder> facts) {
        attempt.card = ModelCard.builder()
                .wire(facts.apply(WireFacts.builder()).build())
                .build();
    }

    /** A model of OpenAI's with breakpoints. */
    private void breakpoints() {
        facts(facts -> facts.cacheMarks(true).cacheLifetimes(Duration.ofMinutes(30), Duration.ofHours(12)));
    }

    private RecordedRequest recorded(ProviderAdapter adapter, ChatRequest request) throws InterruptedException {
        server.enqueue(new MockResponse.Builder().code(500).build());
        try (adapter) {
            assertThatThrownBy(() -> adapter.call(ChatRequest.CHAT, request, attempt))
                    .isInstanceOf(GatewayException.class);
        }
        return server.takeRequest();
    }

    private JsonNode sent(ProviderAdapter adapter, ChatRequest request) throws InterruptedException {
        return json(recorded(adapter, request).getBody().utf8());
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(Json.parseOrNull(text), text);
    }

    private static int marks(JsonNode body) {
        return body.toString().split("\"(cache_control|cachePoint|prompt_cache_breakpoint)\"", -1).length - 1;
    }

    private static ChatRequest.Builder chat() {
        return ChatRequest.builder("m");
    }

    /** The third call of a conversation with a tool. */
    private static ChatRequest conversation() {
        return chat().system(LONG)
                .tool(TOOL)
                .user("first")
                .assistant("answer")
                .user("second")
                .message(Message.of(Message.Role.ASSISTANT, List.of(new ContentPart.Text("hm"), CALL)))
                .message(Message.toolResult(CALL, "result"))
                .build();
    }

    // ------------------------------------------------------------------------------------------- automatic placement

    @Test
    void anthropicGetsMarksAfterToolsInstructionsTheLastTurnAndTheOneBefore() throws Exception {
        attempt.promptCaching = PromptCaching.AUTO;
        JsonNode body = sent(claude(), conversation());

        assertThat(marks(body)).isEqualTo(4);
        assertThat(body.at("/tools/0/cache_control/type").textValue()).isEqualTo("ephemeral");
        assertThat(body.at("/system/0/cache_control").has("ttl")).isFalse();
        assertThat(body.at("/messages/2/content/0").has("cache_control")).isTrue();
        assertThat(body.at("/messages/4/content/0/type").textValue()).isEqualTo("tool_result");
        assertThat(body.at("/messages/4/content/0").has("cache_control")).isTrue();
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void theMarkThatEndedACallIsThereInTheNextHoweverLongTheTurnBetween() throws Exception {
        attempt.promptCaching = PromptCaching.ALWAYS;
        ChatRequest.Builder next = chat().system(LONG).user("first");
        JsonNode before = sent(claude(), next.build());
        List<ContentPart> calls = new ArrayList<>();
        List<ContentPart> results = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            calls.add(new ToolCall("c" + i, "f", "{}"));
            results.add(new ContentPart.ToolResult("c" + i, List.of(new ContentPart.Text("r")), false));
        }
        JsonNode after = sent(
                claude(),
                chat().system(LONG)
                        .user("first")
                        .message(Message.of(Message.Role.ASSISTANT, calls))
                        .message(Message.of(Message.Role.TOOL, results))
                        .build());

        assertThat(before.at("/messages/0")).isEqualTo(after.at("/messages/0"));
        assertThat(before.at("/messages/0/content/0").has("cache_control")).isTrue();
        assertThat(after.at("/messages/2/content/29").has("cache_control")).isTrue();
    }

    @Test
    void onlyCallsOfWhichMoreAreToBeExpectedAreMarked() throws Exception {
        ChatRequest single = chat().system(LONG).user("hi").build();
        attempt.promptCaching = PromptCaching.AUTO;
        assertThat(marks(sent(claude(), single))).isZero();
        assertThat(marks(sent(
                        claude(),
                        chat().system(LONG).user("hi").assistant("begin: ").build())))
                .isZero();

        attempt.promptCacheKey = "key";
        assertThat(marks(sent(claude(), single))).isEqualTo(2);
        attempt.promptCacheKey = null;
        attempt.promptCaching = PromptCaching.ALWAYS;
        assertThat(marks(sent(claude(), single))).isEqualTo(2);
        attempt.promptCaching = PromptCaching.ALWAYS.parts(PromptCaching.Part.INSTRUCTIONS);
        assertThat(marks(sent(claude(), single))).isEqualTo(1);
        attempt.promptCaching = PromptCaching.HINTS;
        assertThat(marks(sent(claude(), conversation()))).isZero();
    }

    @Test
    void aPromptShorterThanTheModelCachesIsNotMarked() throws Exception {
        attempt.promptCaching = PromptCaching.ALWAYS;
        ChatRequest short1 = chat().system("x".repeat(3 * 1_000)).user("hi").build();
        assertThat(marks(sent(claude(), short1))).isZero();

        facts(facts -> facts.cacheMinimum(512));
        assertThat(marks(sent(claude(), short1))).isEqualTo(2);
        facts(facts -> facts.cacheMinimum(4096));
        assertThat(marks(sent(claude(), conversation()))).isZero();
    }

    @Test
    void hintsOfTheRequestAreTheOnlyMarks() throws Exception {
        attempt.promptCaching = PromptCaching.ALWAYS;
        ChatRequest request = chat().system(LONG)
                .message(Message.user(LONG, CacheHint.SHORT, new ContentPart.Text("and?")))
                .build();
        JsonNode body = sent(claude(), request);

        assertThat(marks(body)).isEqualTo(1);
        assertThat(body.at("/messages/0/content/0").has("cache_control")).isTrue();
    }

    @Test
    void offRemovesHintsToo() throws Exception {
        attempt.promptCaching = PromptCaching.OFF;
        ChatRequest request = chat().message(Message.user(LONG, CacheHint.SHORT))
                .message(Message.of(Message.Role.ASSISTANT, List.of(CALL)))
                .message(Message.of(
                        Message.Role.TOOL,
                        List.of(new ContentPart.ToolResult(
                                "c1", List.of(new ContentPart.Text("r"), CacheHint.SHORT), false))))
                .build();

        assertThat(marks(sent(claude(), request))).isZero();
        attempt = new RecordingAttempt("anthropic.claude-x");
        attempt.promptCaching = PromptCaching.OFF;
        assertThat(marks(sent(bedrock(), request))).isZero();
    }

    @Test
    void marksGoToPartsThatCarryThem() throws Exception {
        attempt.promptCaching = PromptCaching.ALWAYS;
        JsonNode body = sent(
                claude(),
                chat().message(Message.user(LONG, new ContentPart.Text(" ")))
                        .message(Message.of(
                                Message.Role.ASSISTANT,
                                List.of(new ContentPart.Reasoning("hm", null, "sig", null, "anthropic"))))
                        .message(Message.user(""))
                        .build());

        assertThat(marks(body)).isEqualTo(1);
        assertThat(body.at("/messages/0/content/0").has("cache_control")).isTrue();
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void aRequestThatTheVendorMarksItselfGetsThreeMoreAtMost() throws Exception {
        attempt.promptCaching = PromptCaching.ALWAYS.lasting(Duration.ofHours(1));
        JsonNode body = sent(
                claude(),
                conversation().toBuilder()
                        .extra("cache_control", Map.of("type", "ephemeral"))
                        .build());

        // one on the request, which the vendor puts at the last block, one after the tools, one after the instructions
        assertThat(marks(body)).isEqualTo(3);
        assertThat(body.at("/system/0/cache_control/ttl").textValue()).isEqualTo("1h");

        attempt.promptCaching = PromptCaching.HINTS;
        ChatRequest.Builder five = chat().extra("cache_control", Map.of("type", "ephemeral"));
        for (int i = 0; i < 5; i++) {
            five.message(Message.user("m" + i, CacheHint.SHORT));
        }
        assertThat(marks(sent(claude(), five.build()))).isEqualTo(4);
        JsonNode ownTool = sent(
                claude(),
                chat().tool(ToolSpec.raw(
                                "anthropic", "t", Map.of("type", "t", "cache_control", Map.of("type", "ephemeral"))))
                        .message(Message.user("a", CacheHint.SHORT))
                        .message(Message.user("b", CacheHint.SHORT))
                        .message(Message.user("c", CacheHint.SHORT))
                        .message(Message.user("d", CacheHint.SHORT))
                        .build());
        assertThat(marks(ownTool)).isEqualTo(4);
    }

    @Test
    void bedrockGetsCachePointsWhereItsModelTakesThem() throws Exception {
        attempt = new RecordingAttempt("eu.anthropic.claude-x");
        attempt.promptCaching = PromptCaching.AUTO.lasting(Duration.ofHours(1));
        JsonNode body = sent(bedrock(), conversation());

        assertThat(marks(body)).isEqualTo(4);
        assertThat(body.at("/toolConfig/tools/1/cachePoint/ttl").textValue()).isEqualTo("1h");
        assertThat(body.at("/system/1").has("cachePoint")).isTrue();
        assertThat(body.at("/messages/4/content/1").has("cachePoint")).isTrue();
        assertThat(attempt.warnings).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"amazon.nova-pro-v1:0", "us.meta.llama4-x", "nvidia.nemotron-super-3-120b"})
    void bedrocksOtherModelsGetNone(String model) throws Exception {
        attempt = new RecordingAttempt(model);
        attempt.promptCaching = PromptCaching.ALWAYS;
        assertThat(marks(sent(bedrock(), conversation()))).isZero();
        assertThat(attempt.warnings).isEmpty();

        assertThat(marks(sent(
                        bedrock(),
                        chat().message(Message.user("hi", CacheHint.SHORT)).build())))
                .isZero();
        assertThat(attempt.warnings).singleElement().asString().contains("takes no cache points");
    }

    @Test
    void aProfileOfUnknownModelsGetsHintsOnly() throws Exception {
        attempt = new RecordingAttempt("arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc");
        attempt.promptCaching = PromptCaching.ALWAYS;

        assertThat(marks(sent(bedrock(), conversation()))).isZero();
        assertThat(marks(sent(
                        bedrock(),
                        chat().message(Message.user("hi", CacheHint.SHORT)).build())))
                .isEqualTo(1);
    }

    // ---------------------------------------------------------------------------------------------------------- OpenAI

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void openAiGetsBreakpointsAtHintsAndNoneElsewhere(boolean responses) throws Exception {
        breakpoints();
        ChatRequest request = chat().message(
                        Message.of(Message.Role.SYSTEM, List.of(new ContentPart.Text(LONG), CacheHint.SHORT)))
                .user("hi")
                .message(Message.of(Message.Role.ASSISTANT, List.of(CALL)))
                .message(Message.of(
                        Message.Role.TOOL,
                        List.of(
                                new ContentPart.ToolResult("c1", List.of(new ContentPart.Text("r")), false),
                                CacheHint.SHORT)))
                .build();
        JsonNode body = sent(
                openAi(OpenAiAdapter.builder(Dialects.OPENAI))
                        .responsesApi(responses)
                        .build(),
                request);
        JsonNode system = responses ? body.at("/input/0/content/0") : body.at("/messages/0/content/0");
        JsonNode result = responses ? body.at("/input/3/output/0") : body.at("/messages/3/content/0");

        assertThat(system.at("/prompt_cache_breakpoint/mode").textValue()).isEqualTo("explicit");
        assertThat(result.at("/prompt_cache_breakpoint/mode").textValue()).isEqualTo("explicit");
        assertThat(result.get("text").textValue()).isEqualTo("r");
        assertThat(marks(body)).isEqualTo(2);
        assertThat(body.get("prompt_cache_options")).isEqualTo(json("{\"mode\":\"explicit\"}"));
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void openAiSetsTheLastBreakpointItselfWhereThePlacesWereChosen() throws Exception {
        breakpoints();
        attempt.promptCaching = PromptCaching.AUTO;
        attempt.promptCacheKey = "key";
        JsonNode body = sent(
                openAi(Dialects.OPENAI),
                conversation().toBuilder().extra("x", 1).build());

        assertThat(marks(body)).isEqualTo(3);
        assertThat(body.get("prompt_cache_key").textValue()).isEqualTo("key");
        assertThat(body.has("prompt_cache_options")).isFalse();
        assertThat(attempt.warnings).isEmpty();

        JsonNode own = sent(
                openAi(Dialects.OPENAI),
                conversation().toBuilder().extra("prompt_cache_key", "mine").build());
        assertThat(own.get("prompt_cache_key").textValue()).isEqualTo("mine");
    }

    @Test
    void openAiIsAskedForTheLifetimeThatIsLongEnough() throws Exception {
        breakpoints();
        attempt.promptCaching = PromptCaching.AUTO.lasting(Duration.ofHours(1));
        assertThat(sent(openAi(Dialects.OPENAI), conversation())
                        .at("/prompt_cache_options/ttl")
                        .textValue())
                .isEqualTo("12h");
        assertThat(attempt.warnings).isEmpty();

        facts(facts -> facts.cacheMarks(true).cacheLifetimes(Duration.ofMinutes(30)));
        assertThat(sent(openAi(Dialects.OPENAI), conversation()).has("prompt_cache_options"))
                .isFalse();
        assertThat(attempt.warnings).singleElement().asString().contains("for 30m at most");
    }

    @Test
    void whatIsWrittenForLongIsCountedApart() throws Exception {
        String usage = "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":1,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":30,\"cache_write_tokens\":60}}";
        String whole = CHAT_REPLY.substring(0, CHAT_REPLY.length() - 1) + "," + usage + "}";
        String chunks = "data: {\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}\n\n"
                + "data: {\"choices\":[]," + usage + "}\n\ndata: [DONE]\n\n";
        breakpoints();
        for (boolean forLong : new boolean[] {false, true}) {
            attempt.promptCaching = forLong ? PromptCaching.AUTO.lasting(Duration.ofHours(1)) : PromptCaching.AUTO;
            server.enqueue(reply(200, whole));
            server.enqueue(reply(200, chunks)
                    .newBuilder()
                    .setHeader("Content-Type", "text/event-stream")
                    .build());
            TokenUsage expected = TokenUsage.builder()
                    .input(10)
                    .cacheRead(30)
                    .set(forLong ? TokenUsage.Bucket.CACHE_WRITE_LONG : TokenUsage.Bucket.CACHE_WRITE, 60)
                    .output(1)
                    .build();
            try (OpenAiAdapter adapter = openAi(Dialects.OPENAI)) {
                assertThat(adapter.call(ChatRequest.CHAT, conversation(), attempt)
                                .usage())
                        .isEqualTo(expected);
                try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, conversation(), attempt)) {
                    assertThat(stream.response().usage()).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void openAisOlderModelsGetARetentionInPlaceOfBreakpoints() throws Exception {
        facts(facts -> facts.cacheMarks(false).cacheLifetimes(Duration.ofMinutes(5), Duration.ofHours(24)));
        JsonNode body = sent(
                openAi(Dialects.OPENAI),
                chat().message(Message.user(LONG, CacheHint.LONG)).build());

        assertThat(body.get("prompt_cache_retention").textValue()).isEqualTo("24h");
        assertThat(marks(body)).isZero();
        assertThat(body.at("/messages/0/content").isTextual()).isTrue();
    }

    @Test
    void offTurnsOffWhatOpenAiChargesForAndSaysNothingToOlderModels() throws Exception {
        attempt.promptCaching = PromptCaching.OFF;
        breakpoints();
        assertThat(sent(openAi(Dialects.OPENAI), conversation()).get("prompt_cache_options"))
                .isEqualTo(json("{\"mode\":\"explicit\"}"));

        facts(facts -> facts.cacheMarks(false));
        assertThat(sent(openAi(Dialects.OPENAI), conversation()).has("prompt_cache_options"))
                .isFalse();
    }

    @Test
    void openAiGetsTheLastFourBreakpoints() throws Exception {
        breakpoints();
        ChatRequest.Builder six = chat();
        for (int i = 0; i < 6; i++) {
            six.message(Message.user("m" + i, CacheHint.SHORT));
        }
        JsonNode body = sent(openAi(Dialects.OPENAI), six.build());

        assertThat(marks(body)).isEqualTo(4);
        assertThat(body.at("/messages/1/content").isTextual()).isTrue();
        assertThat(body.at("/messages/5/content/0").has("prompt_cache_breakpoint"))
                .isTrue();
        assertThat(attempt.warnings).singleElement().asString().contains("4 cache marks");
    }

    @Test
    void aHintThatNoPartCanCarryIsReported() throws Exception {
        breakpoints();
        sent(
                openAi(Dialects.OPENAI),
                chat().user("hi")
                        .message(Message.of(
                                Message.Role.ASSISTANT, List.of(new ContentPart.Text("yes"), CacheHint.SHORT)))
                        .user("and?")
                        .build());

        assertThat(attempt.warnings).singleElement().asString().contains("was not sent a cache hint");
    }

    @Test
    void azureSpeaksOfPromptCachesAsOpenAiDoes() throws Exception {
        breakpoints();
        attempt.promptCacheKey = "key";
        attempt.promptCaching = PromptCaching.AUTO;
        JsonNode body =
                sent(openAi(AzureOpenAi.v1("https://x.openai.azure.com")).build(), conversation());

        assertThat(body.get("prompt_cache_key").textValue()).isEqualTo("key");
        assertThat(marks(body)).isEqualTo(3);
    }

    // ------------------------------------------------------------------------------------------------- other vendors

    @Test
    void eachVendorThatGroupsCallsGetsTheKeyWhereItTakesIt() throws Exception {
        attempt.promptCacheKey = "key";
        ChatRequest hi = chat().user("hi").build();

        RecordedRequest grok = recorded(openAi(Dialects.XAI), hi);
        assertThat(grok.getHeaders().get("x-grok-conv-id")).isEqualTo("key");
        assertThat(grok.getBody().utf8()).doesNotContain("key\"");
        assertThat(sent(openAi(Mistral.builder()).build(), hi)
                        .get("prompt_cache_key")
                        .textValue())
                .isEqualTo("key");
        assertThat(sent(openAi(Dialects.MOONSHOT), hi).get("prompt_cache_key").textValue())
                .isEqualTo("key");
        assertThat(sent(openAi(Dialects.OPENROUTER), hi).get("session_id").textValue())
                .isEqualTo("key");
        RecordedRequest fireworks = recorded(openAi(Dialects.FIREWORKS), hi);
        assertThat(fireworks.getHeaders().get("x-session-affinity")).isEqualTo("key");
        for (Dialect silent : List.of(Dialects.GROQ, Dialects.DEEPSEEK, Dialects.VLLM, Dialects.CEREBRAS)) {
            assertThat(recorded(openAi(silent), hi).getBody().utf8())
                    .as(silent.name())
                    .doesNotContain("key\"");
        }
        OpenAiAdapter unknown = openAi(OpenAiAdapter.builder()).build();
        assertThat(sent(unknown, hi).has("prompt_cache_key")).isFalse();
    }

    @Test
    void openRouterGetsMarksInAnthropicsForm() throws Exception {
        ChatRequest request = chat().message(Message.user(LONG, CacheHint.LONG)).build();
        JsonNode body = sent(openAi(Dialects.OPENROUTER), request);
        assertThat(body.at("/messages/0/content/0/cache_control"))
                .isEqualTo(json("{\"type\":\"ephemeral\",\"ttl\":\"1h\"}"));

        attempt.promptCaching = PromptCaching.ALWAYS;
        assertThat(marks(sent(openAi(Dialects.OPENROUTER), conversation()))).isZero();
        facts(facts -> facts.cacheMarks(true));
        assertThat(marks(sent(openAi(Dialects.OPENROUTER), conversation()))).isEqualTo(3);
    }

    @Test
    void geminiIsNotSentWhatANamedCacheHas() throws Exception {
        JsonNode body = sent(
                gemini(),
                conversation().toBuilder()
                        .extra("cachedContent", "cachedContents/1")
                        .build());

        assertThat(body.get("cachedContent").textValue()).isEqualTo("cachedContents/1");
        assertThat(body.has("systemInstruction")).isFalse();
        assertThat(body.has("tools")).isFalse();
        assertThat(body.has("toolConfig")).isFalse();
        assertThat(attempt.warnings).hasSize(2).allMatch(warning -> warning.contains("cached content"));
    }

    // ---------------------------------------------------------------------------------------------- what is refused

    private MockResponse reply(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .addHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    @Test
    void aModelThatRefusesAKeyIsServedWithoutFromThenOn() throws Exception {
        attempt.promptCacheKey = "key";
        server.enqueue(reply(
                400,
                "{\"error\":{\"code\":\"unrecognized_request_argument\","
                        + "\"message\":\"Unrecognized request argument supplied: prompt_cache_key\"}}"));
        server.enqueue(reply(200, CHAT_REPLY));
        server.enqueue(reply(200, CHAT_REPLY));
        try (OpenAiAdapter adapter =
                openAi(AzureOpenAi.v1("https://x.openai.azure.com")).build()) {
            ChatRequest hi = chat().user("hi").build();
            assertThat(adapter.call(ChatRequest.CHAT, hi, attempt).text()).isEqualTo("ok");
            assertThat(adapter.call(ChatRequest.CHAT, hi, attempt).text()).isEqualTo("ok");
        }
        assertThat(server.takeRequest().getBody().utf8()).contains("prompt_cache_key");
        assertThat(server.takeRequest().getBody().utf8()).doesNotContain("prompt_cache_key");
        assertThat(server.takeRequest().getBody().utf8()).doesNotContain("prompt_cache_key");
        assertThat(attempt.warnings).hasSize(2).allMatch(warning -> warning.contains("prompt cache of model-x"));
    }

    @Test
    void aProfileWhoseModelRefusesCachePointsIsServedWithout() throws Exception {
        attempt = new RecordingAttempt("arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc");
        server.enqueue(reply(
                403,
                "{\"message\":\"You invoked an unsupported model or your request did not allow prompt caching."
                        + " See the documentation for more information.\"}"));
        server.enqueue(reply(200, CONVERSE_REPLY));
        try (ProviderAdapter adapter = bedrock()) {
            ChatRequest hinted =
                    chat().message(Message.user("hi", CacheHint.SHORT)).build();
            assertThat(adapter.call(ChatRequest.CHAT, hinted, attempt).text()).isEqualTo("ok");
        }
        assertThat(server.takeRequest().getBody().utf8()).contains("cachePoint");
        assertThat(server.takeRequest().getBody().utf8()).doesNotContain("cachePoint");
    }

    @Test
    void aMarkInTheWrongPlaceIsLeftOutThisTimeOnly() throws Exception {
        attempt.promptCaching = PromptCaching.ALWAYS;
        String refusal = "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                + "\"messages.0.content.0.text: cache_control cannot be set for empty text blocks\"}}";
        server.enqueue(reply(400, refusal));
        server.enqueue(reply(200, MESSAGES_REPLY));
        server.enqueue(reply(200, MESSAGES_REPLY));
        try (ProviderAdapter adapter = claude()) {
            adapter.call(ChatRequest.CHAT, conversation(), attempt);
            adapter.call(ChatRequest.CHAT, conversation(), attempt);
        }
        assertThat(marks(json(server.takeRequest().getBody().utf8()))).isEqualTo(4);
        assertThat(marks(json(server.takeRequest().getBody().utf8()))).isZero();
        assertThat(marks(json(server.takeRequest().getBody().utf8()))).isEqualTo(4);
    }

    @Test
    void aRefusalThatStaysIsReportedAsItIs() {
        attempt.promptCaching = PromptCaching.ALWAYS;
        String refusal = "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                + "\"prompt caching: cache_control of your extra is wrong\"}}";
        server.enqueue(reply(400, refusal));
        server.enqueue(reply(400, refusal));
        try (ProviderAdapter adapter = claude()) {
            assertThatThrownBy(() -> adapter.call(ChatRequest.CHAT, conversation(), attempt))
                    .extracting(thrown -> ((GatewayException) thrown).kind())
                    .isEqualTo(ErrorKind.INVALID_REQUEST);
        }
        assertThat(server.getRequestCount()).isEqualTo(2);
    }
}
