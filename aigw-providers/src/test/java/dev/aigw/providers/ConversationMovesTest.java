package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** A conversation that one vendor began continues with each other one in the middle of a tool loop. */
@Timeout(180)
class ConversationMovesTest {

    private static final String LONG_ID = "functions.weather:0|" + "x".repeat(60);

    /**
     * A vendor and its wire format.
     *
     * @param reply an answer with two tool calls, and signed reasoning where the vendor has any
     * @param signature the signature in it, or null
     * @param idPattern the ids of tool calls that it accepts
     */
    private record Vendor(
            String name,
            String model,
            Function<String, ProviderAdapter> adapter,
            String reply,
            @Nullable String signature,
            String idPattern,
            Function<JsonNode, @Nullable String> callId,
            Function<JsonNode, @Nullable String> callName,
            Function<JsonNode, @Nullable String> resultId) {

        @Override
        public String toString() {
            return name;
        }

        List<String> callIds(JsonNode body) {
            return objects(body).map(callId).filter(Objects::nonNull).toList();
        }

        List<String> callNames(JsonNode body) {
            return objects(body).map(callName).filter(Objects::nonNull).toList();
        }

        List<String> resultIds(JsonNode body) {
            return objects(body).map(resultId).filter(Objects::nonNull).toList();
        }
    }

    private static final Vendor OPENAI = new Vendor(
            "openai",
            "gpt-5-mini",
            url -> OpenAiAdapter.builder().baseUrl(url).build(),
            """
            {"id":"c1","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant",
              "content":"Let me look.","tool_calls":[
                {"id":"%s","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Oslo\\"}"}},
                {"id":"call_0","type":"function","function":{"name":"now","arguments":"{}"}}]}}]}""".formatted(LONG_ID),
            null,
            ".{1,40}",
            node -> "function".equals(Json.textOf(node, "type")) ? Json.textOf(node, "id") : null,
            node -> node.has("arguments") ? Json.textOf(node, "name") : null,
            node -> Json.textOf(node, "tool_call_id"));

    private static final Vendor ANTHROPIC = new Vendor(
            "anthropic",
            "claude-haiku-4-5",
            url -> AnthropicAdapter.builder().baseUrl(url).build(),
            """
            {"id":"m1","type":"message","role":"assistant","stop_reason":"tool_use","content":[
              {"type":"thinking","thinking":"hm","signature":"SIG-anthropic"},
              {"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Oslo"}},
              {"type":"tool_use","id":"toolu_2","name":"now","input":{}}]}""",
            "SIG-anthropic",
            "[a-zA-Z0-9_-]{1,64}",
            node -> "tool_use".equals(Json.textOf(node, "type")) ? Json.textOf(node, "id") : null,
            node -> "tool_use".equals(Json.textOf(node, "type")) ? Json.textOf(node, "name") : null,
            node -> Json.textOf(node, "tool_use_id"));

    private static final Vendor GEMINI = new Vendor(
            "gemini",
            "gemini-3-flash",
            url -> GeminiAdapter.builder().baseUrl(url).build(),
            """
            {"responseId":"r1","candidates":[{"finishReason":"STOP","content":{"role":"model","parts":[
              {"functionCall":{"name":"weather","args":{"city":"Oslo"}},"thoughtSignature":"SIG-gemini"},
              {"functionCall":{"name":"now","args":{}}}]}}]}""",
            "SIG-gemini",
            ".+",
            node -> node.has("args") ? Json.textOf(node, "id") : null,
            node -> node.has("args") ? Json.textOf(node, "name") : null,
            node -> node.has("response") ? Json.textOf(node, "id") : null);

    private static final Vendor BEDROCK = new Vendor(
            "bedrock",
            "eu.anthropic.claude-haiku-4-5",
            url -> BedrockAdapter.builder().baseUrl(url).build(),
            """
            {"stopReason":"tool_use","output":{"message":{"role":"assistant","content":[
              {"reasoningContent":{"reasoningText":{"text":"hm","signature":"SIG-bedrock"}}},
              {"toolUse":{"toolUseId":"tooluse_1","name":"weather","input":{"city":"Oslo"}}},
              {"toolUse":{"toolUseId":"call_0","name":"now","input":{}}}]}}}""",
            "SIG-bedrock",
            "[a-zA-Z0-9_-]{1,64}",
            node -> node.has("input") ? Json.textOf(node, "toolUseId") : null,
            node -> node.has("toolUseId") ? Json.textOf(node, "name") : null,
            node -> node.has("content") ? Json.textOf(node, "toolUseId") : null);

    private static final Vendor COHERE = new Vendor(
            "cohere",
            "command-a-03-2025",
            url -> CohereAdapter.builder().baseUrl(url).build(),
            """
            {"id":"h1","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_plan":"I will look.",
              "tool_calls":[
                {"id":"weather_1","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Oslo\\"}"}},
                {"id":"call_0","type":"function","function":{"name":"now","arguments":"{}"}}]}}""",
            null,
            ".+",
            node -> "function".equals(Json.textOf(node, "type")) ? Json.textOf(node, "id") : null,
            node -> node.has("arguments") ? Json.textOf(node, "name") : null,
            node -> Json.textOf(node, "tool_call_id"));

    private static final Vendor RESPONSES = new Vendor(
            "openai-responses",
            "gpt-5-mini",
            url -> OpenAiAdapter.builder()
                    .name("openai-responses")
                    .responsesApi(true)
                    .baseUrl(url)
                    .build(),
            """
            {"id":"resp_1","status":"completed","output":[
              {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"SIG-responses"},
              {"type":"function_call","id":"fc_1","call_id":"call_a","name":"weather",
               "arguments":"{\\"city\\":\\"Oslo\\"}"},
              {"type":"function_call","id":"fc_2","call_id":"call_b","name":"now","arguments":"{}"}]}""",
            "SIG-responses",
            ".{1,64}",
            node -> "function_call".equals(Json.textOf(node, "type")) ? Json.textOf(node, "call_id") : null,
            node -> "function_call".equals(Json.textOf(node, "type")) ? Json.textOf(node, "name") : null,
            node -> node.has("output") ? Json.textOf(node, "call_id") : null);

    private static final List<Vendor> VENDORS = List.of(OPENAI, RESPONSES, ANTHROPIC, GEMINI, BEDROCK, COHERE);
    private static final Map<String, ?> SCHEMA = Map.of("type", "object");

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Stream<JsonNode> objects(JsonNode node) {
        Stream<JsonNode> below = Stream.of(node).flatMap(parent -> {
            List<JsonNode> children = new ArrayList<>();
            parent.forEach(children::add);
            return children.stream().flatMap(ConversationMovesTest::objects);
        });
        return node.isObject() ? Stream.concat(Stream.of(node), below) : below;
    }

    /** Sends a conversation to a vendor, which answers with its tool calls. */
    private ChatResponse ask(Vendor vendor, ChatRequest request, RecordingAttempt attempt) {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body(vendor.reply())
                .build());
        try (ProviderAdapter adapter = vendor.adapter().apply(server.url("/").toString())) {
            return adapter.call(ChatRequest.CHAT, request, attempt);
        }
    }

    private JsonNode sent() throws InterruptedException {
        return Objects.requireNonNull(Json.parseOrNull(
                Objects.requireNonNull(server.takeRequest().getBody()).utf8()));
    }

    private static ChatRequest.Builder question() {
        return ChatRequest.builder("any")
                .tool(ToolSpec.function("weather", "Tells it", SCHEMA))
                .tool(ToolSpec.function("now", "Tells it", SCHEMA));
    }

    private static List<Message> after(ChatResponse answer) {
        List<Message> messages = new ArrayList<>();
        messages.add(answer.message());
        for (ToolCall call : answer.toolCalls()) {
            messages.add(Message.toolResult(call, "result of " + call.name()));
        }
        return messages;
    }

    @TestFactory
    Stream<DynamicTest> aToolLoopOfOneVendorGoesOnWithAnother() {
        return VENDORS.stream()
                .flatMap(from ->
                        VENDORS.stream().map(to -> DynamicTest.dynamicTest(from + " to " + to, () -> moves(from, to))));
    }

    private void moves(Vendor from, Vendor to) throws InterruptedException {
        ChatResponse first = ask(from, question().user("Well?").build(), new RecordingAttempt(from.model()));
        sent();
        List<Message> messages = new ArrayList<>(List.of(Message.user("Well?")));
        messages.addAll(after(first));

        RecordingAttempt attempt = new RecordingAttempt(to.model());
        ask(to, question().messages(messages).build(), attempt);

        JsonNode body = sent();
        assertThat(to.callNames(body)).containsExactly("weather", "now");
        assertThat(to.callIds(body)).doesNotHaveDuplicates().allMatch(id -> id.matches(to.idPattern()));
        assertThat(to.resultIds(body)).isEqualTo(to.callIds(body));
        assertThat(body.toString()).contains("Oslo", "result of weather", "result of now");
        for (Vendor vendor : VENDORS) {
            boolean own = from.equals(to) && vendor.equals(to);
            String signature = vendor.signature();
            if (signature != null) {
                assertThat(body.toString().contains(signature))
                        .as("%s is sent", signature)
                        .isEqualTo(own);
            }
        }
        if (from.signature() == null || from.equals(to)) {
            assertThat(attempt.warnings).isEmpty();
        } else {
            assertThat(attempt.warnings).singleElement().asString().contains("signed reasoning of another model");
        }
    }

    @Test
    void aConversationThatWentThroughAllVendorsGoesToEach() throws InterruptedException {
        List<Message> messages = new ArrayList<>(List.of(Message.user("Well?")));
        for (Vendor vendor : List.of(OPENAI, BEDROCK, ANTHROPIC, GEMINI, RESPONSES, OPENAI, BEDROCK)) {
            ChatResponse answer =
                    ask(vendor, question().messages(messages).build(), new RecordingAttempt(vendor.model()));
            sent();
            messages.addAll(after(answer));
            messages.add(Message.user("And now?"));
        }
        for (Vendor vendor : VENDORS) {
            ask(vendor, question().messages(messages).build(), new RecordingAttempt(vendor.model()));
            JsonNode body = sent();
            assertThat(vendor.callIds(body))
                    .as("ids sent to %s", vendor)
                    .hasSize(14)
                    .doesNotHaveDuplicates()
                    .allMatch(id -> id.matches(vendor.idPattern()));
            assertThat(vendor.resultIds(body)).isEqualTo(vendor.callIds(body));
        }
    }

    @Test
    void claudeGoesOnWithoutThinkingWhereAnotherModelAskedForTheTools() throws InterruptedException {
        ToolCall call = new ToolCall("a", "weather", "{}");
        ChatRequest request = question()
                .user("Well?")
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(new ContentPart.Reasoning("hm", null, "sig", null, "elsewhere"), call)))
                .message(Message.toolResult(call, "cold"))
                .reasoning(ReasoningEffort.budget(2000))
                .build();
        for (Vendor vendor : List.of(ANTHROPIC, BEDROCK)) {
            RecordingAttempt attempt = new RecordingAttempt(vendor.model());
            ask(vendor, request, attempt);
            assertThat(sent().findValue("thinking").toString()).isEqualTo("{\"type\":\"disabled\"}");
            assertThat(attempt.warnings)
                    .anySatisfy(warning -> assertThat(warning).contains("asked not to think"));
        }
    }
}
