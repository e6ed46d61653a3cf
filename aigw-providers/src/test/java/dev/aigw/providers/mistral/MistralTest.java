package dev.aigw.providers.mistral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MistralTest {

    private static final AttemptContext ATTEMPT =
            AttemptContext.builder("mistral-small-latest").build();
    private static final String REPLY =
            "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}";

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
    void fieldsHaveTheVendorsNames() throws Exception {
        assertThat(sent(ChatRequest.builder("m")
                        .user("x")
                        .tool(ToolSpec.function("f", "does it", Map.of("type", "object")))
                        .toolChoice(ToolChoice.REQUIRED)
                        .parallelToolCalls(true)
                        .maxOutputTokens(9)
                        .seed(7)
                        .build()))
                .isEqualTo(json("""
                        {"model":"mistral-small-latest","messages":[{"role":"user","content":"x"}],
                        "tools":[{"type":"function","function":{"name":"f","description":"does it",
                         "parameters":{"type":"object","properties":{}}}}],"tool_choice":"any","parallel_tool_calls":true,
                        "max_tokens":9,"random_seed":7,"stream":false,"safe_prompt":true}"""));
    }

    @Test
    void aLastMessageOfTheAssistantIsAPrefixOfTheAnswer() throws Exception {
        JsonNode messages = sent(ChatRequest.builder("m")
                        .user("one")
                        .message(Message.assistant("two"))
                        .user("three")
                        .message(Message.assistant("fo"))
                        .build())
                .get("messages");
        assertThat(messages.get(1)).isEqualTo(json("{\"role\":\"assistant\",\"content\":\"two\"}"));
        assertThat(messages.get(3)).isEqualTo(json("{\"role\":\"assistant\",\"content\":\"fo\",\"prefix\":true}"));
    }

    @Test
    void foreignIdsOfToolCallsBecomeNineLettersOrDigitsAndStayPaired() throws Exception {
        ToolCall foreign = new ToolCall("call_abc-123", "f", "{}");
        ToolCall other = new ToolCall("call_abc-124", "f", "{}");
        ToolCall own = new ToolCall("D681PevKs", "f", "{}");
        JsonNode messages = sent(ChatRequest.builder("m")
                        .user("x")
                        .message(Message.of(Message.Role.ASSISTANT, List.of(foreign, other, own)))
                        .message(Message.toolResult(foreign, "1"))
                        .message(Message.toolResult(other, "2"))
                        .message(Message.toolResult(own, "3"))
                        .build())
                .get("messages");
        for (int i = 0; i < 3; i++) {
            String id = messages.at("/1/tool_calls/" + i + "/id").textValue();
            assertThat(id).matches("[A-Za-z0-9]{9}");
            assertThat(messages.get(2 + i).get("tool_call_id").textValue()).isEqualTo(id);
        }
        assertThat(messages.at("/1/tool_calls/0/id")).isNotEqualTo(messages.at("/1/tool_calls/1/id"));
        assertThat(messages.at("/1/tool_calls/2/id").textValue()).isEqualTo("D681PevKs");
    }

    @Test
    void documentsGoByUrlOrInline() throws Exception {
        assertThat(sent(ChatRequest.builder("m")
                                .message(Message.user(
                                        "read",
                                        new ContentPart.Document(Media.ofUrl("https://example.org/a.pdf"), "a", false),
                                        new ContentPart.Document(
                                                Media.ofBytes("application/pdf", new byte[] {1}), null, false)))
                                .build())
                        .at("/messages/0/content"))
                .isEqualTo(json("""
                        [{"type":"text","text":"read"},
                        {"type":"document_url","document_url":"https://example.org/a.pdf","document_name":"a"},
                        {"type":"document_url","document_url":"data:application/pdf;base64,AQ=="}]"""));
    }

    @Test
    void soundsAreOneStringAndRefusalsText() throws Exception {
        JsonNode messages = sent(ChatRequest.builder("m")
                        .message(Message.user(
                                "Listen",
                                new ContentPart.Audio(Media.ofBytes("audio/wav", new byte[] {1})),
                                new ContentPart.Audio(Media.ofUrl("https://example.org/a.mp3"))))
                        .message(Message.of(
                                Message.Role.ASSISTANT,
                                List.of(new ContentPart.Text("No, "), new ContentPart.Refusal("I will not"))))
                        .user("and?")
                        .build())
                .get("messages");
        assertThat(messages.at("/0/content/1")).isEqualTo(json("{\"type\":\"input_audio\",\"input_audio\":\"AQ==\"}"));
        assertThat(messages.at("/0/content/2/input_audio").textValue()).isEqualTo("https://example.org/a.mp3");
        assertThat(messages.get(1)).isEqualTo(json("{\"role\":\"assistant\",\"content\":\"No, I will not\"}"));
    }

    @Test
    void whatIsNotTakenIsRefused() {
        ChatRequest request = ChatRequest.builder("m").user("x").topLogprobs(1).build();
        assertThatThrownBy(() -> sent(request)).hasMessageContaining("mistral does not take logprobs");
    }

    @Test
    void thinkingAmongTheContentBecomesReasoningWholeAndStreamed() {
        String thinking = "{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}],\"closed\":true}";
        server.enqueue(reply("application/json", """
                {"choices":[{"index":0,"message":{"role":"assistant","content":[%s,{"type":"text","text":"42"}]},
                "finish_reason":"model_length"}]}""".formatted(thinking)));
        server.enqueue(reply(
                "text/event-stream",
                MistralContractTest.chunk("{\"content\":[" + thinking + "]}", "null", "")
                        + MistralContractTest.chunk("{\"content\":\"4\"}", "null", "")
                        + MistralContractTest.chunk(
                                "{\"content\":[{\"type\":\"text\",\"text\":\"2\"}]}", "\"model_length\"", "")
                        + "data: [DONE]\n\n"));
        try (OpenAiAdapter adapter = adapter()) {
            ChatResponse whole = adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "x"), ATTEMPT);
            try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "x"), ATTEMPT)) {
                for (ChatResponse response : List.of(whole, stream.response())) {
                    assertThat(response.message().parts())
                            .containsExactly(
                                    new ContentPart.Reasoning("hm", null, null, null, null),
                                    new ContentPart.Text("42"));
                    assertThat(response.finishReason().kind()).isEqualTo(FinishReason.Kind.CONTEXT_EXCEEDED);
                }
            }
        }
    }

    @Test
    void embeddingsHaveAnOutputDimension() throws Exception {
        server.enqueue(reply("application/json", """
                {"id":"1","object":"list","data":[{"object":"embedding","embedding":[0.5,1],"index":0}],
                "model":"mistral-embed","usage":{"prompt_tokens":4,"completion_tokens":0,"total_tokens":4}}"""));
        try (OpenAiAdapter adapter = adapter()) {
            EmbeddingRequest request = EmbeddingRequest.builder("e")
                    .inputs(List.of("x"))
                    .dimensions(2)
                    .build();
            assertThat(adapter.call(EmbeddingRequest.EMBED, request, ATTEMPT).vector(0))
                    .containsExactly(0.5f, 1f);
        }
        JsonNode body = json(server.takeRequest().getBody().utf8());
        assertThat(body.get("output_dimension").asInt()).isEqualTo(2);
        assertThat(body.has("dimensions")).isFalse();
    }

    private OpenAiAdapter adapter() {
        return Mistral.builder()
                .baseUrl(server.url("/v1").toString())
                .extra("safe_prompt", true)
                .build();
    }

    private JsonNode sent(ChatRequest request) throws Exception {
        server.enqueue(reply("application/json", REPLY));
        try (OpenAiAdapter adapter = adapter()) {
            adapter.call(ChatRequest.CHAT, request, ATTEMPT);
        }
        return json(server.takeRequest().getBody().utf8());
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
