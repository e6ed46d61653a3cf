package dev.aigw.providers.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Unsupported;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConverseEncoderTest {

    private static final String CLAUDE = "anthropic.claude-x";
    private static final Map<String, ?> SCHEMA = Map.of("type", "object");

    private final RecordingAttempt attempt = new RecordingAttempt(CLAUDE);

    private JsonNode encode(String model, boolean drop, ChatRequest request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            AttemptContext of = AttemptContext.builder(model).build();
            new ConverseEncoder(request, of, "bedrock/anthropic", new Unsupported("bedrock", drop, attempt)).write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return json(out.toString(StandardCharsets.UTF_8));
    }

    private JsonNode encode(Consumer<ChatRequest.Builder> options) {
        ChatRequest.Builder request = ChatRequest.builder("any").user("hello");
        options.accept(request);
        return encode(CLAUDE, false, request.build());
    }

    private JsonNode content(ContentPart... parts) {
        return encode(
                        CLAUDE,
                        false,
                        ChatRequest.builder("any")
                                .message(Message.of(Message.Role.USER, List.of(parts)))
                                .build())
                .at("/messages/0/content");
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(Json.parseOrNull(text));
    }

    @Test
    void aConversationAlternatesAndHasInstructionsApart() {
        JsonNode body = encode(
                CLAUDE,
                false,
                ChatRequest.builder("any")
                        .system("Be brief.")
                        .user("1+1?")
                        .assistant("2")
                        .user("And")
                        .user("2+2?")
                        .build());
        assertThat(body).isEqualTo(json("""
                {"system":[{"text":"Be brief."}],
                 "messages":[{"role":"user","content":[{"text":"1+1?"}]},
                             {"role":"assistant","content":[{"text":"2"}]},
                             {"role":"user","content":[{"text":"And"},{"text":"2+2?"}]}]}"""));
    }

    @Test
    void mediaIsSentWithTheVendorsWordForItsFormat() {
        assertThat(content(
                        new ContentPart.Image(Media.ofBytes("image/jpeg", new byte[] {1, 2, 3})),
                        new ContentPart.Document(Media.ofBytes("text/plain", new byte[] {1}), "My_report.txt", true),
                        new ContentPart.Document(Media.ofBytes("application/pdf", new byte[] {1}), null, false),
                        new ContentPart.Video(Media.ofUrl("s3://bucket/film.mp4")),
                        new ContentPart.Audio(Media.ofBytes("audio/mpeg", new byte[] {1}))))
                .isEqualTo(json("""
                        [{"image":{"format":"jpeg","source":{"bytes":"AQID"}}},
                         {"document":{"format":"txt","name":"My-report-txt (1)","source":{"bytes":"AQ=="},
                           "citations":{"enabled":true}}},
                         {"document":{"format":"pdf","name":"document (2)","source":{"bytes":"AQ=="}}},
                         {"video":{"format":"mp4","source":{"s3Location":{"uri":"s3://bucket/film.mp4"}}}},
                         {"audio":{"format":"mp3","source":{"bytes":"AQ=="}}}]"""));
    }

    @Test
    void mediaThatCannotBeSentIsRefused() {
        assertThatThrownBy(() -> content(new ContentPart.Image(Media.ofUrl("https://e.org/a.png"))))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                .hasMessageContaining("send its bytes");
        assertThatThrownBy(() -> content(new ContentPart.Image(Media.ofBytes("image/tiff", new byte[1]))))
                .hasMessageContaining("image/tiff");
    }

    @Test
    void mediaThatCannotBeSentIsLeftOutOnDemand() {
        ChatRequest request = ChatRequest.builder("any")
                .message(Message.user(
                        "Look",
                        new ContentPart.Image(Media.ofUrl("https://e.org/a.png")),
                        new ContentPart.Audio(Media.ofFileId("file-1"))))
                .build();
        assertThat(encode("anthropic.claude-haiku-4-5", true, request).at("/messages/0/content"))
                .isEqualTo(json("[{\"text\":\"Look\"}]"));
        assertThat(attempt.warnings).hasSize(2);
    }

    @Test
    void toolsAndTheChoiceAmongThemAreSent() {
        JsonNode body = encode(request -> request.tool(new ToolSpec("weather", "Tells it", SCHEMA, true, null))
                .tool(ToolSpec.raw("bedrock", "grounding", Map.of("systemTool", Map.of("name", "nova_grounding"))))
                .toolChoice(ToolChoice.tool("weather")));
        assertThat(body.get("toolConfig")).isEqualTo(json("""
                {"tools":[{"toolSpec":{"name":"weather","description":"Tells it",
                                       "inputSchema":{"json":{"type":"object","properties":{}}},"strict":true}},
                          {"systemTool":{"name":"nova_grounding"}}],
                 "toolChoice":{"tool":{"name":"weather"}}}"""));
        assertThat(encode(request -> request.tool(ToolSpec.function("f", "d", SCHEMA))
                                .toolChoice(ToolChoice.REQUIRED))
                        .at("/toolConfig/toolChoice"))
                .isEqualTo(json("{\"any\":{}}"));
    }

    @Test
    void theChoiceOfNoToolSendsNone() {
        assertThat(encode(request -> request.tool(ToolSpec.function("f", "d", SCHEMA))
                                .toolChoice(ToolChoice.NONE))
                        .has("toolConfig"))
                .isFalse();
        ToolCall call = new ToolCall("a", "f", "{}");
        assertThatThrownBy(() -> encode(request -> request.message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                        .message(Message.toolResult(call, "1"))
                        .tool(ToolSpec.function("f", "d", SCHEMA))
                        .toolChoice(ToolChoice.NONE)))
                .hasMessageContaining("choice of no tool");
    }

    @Test
    void aToolLoopFitsForeignIdsAndKeepsOwnReasoning() {
        ToolCall own = new ToolCall("tooluse_1", "weather", "{\"city\":\"Oslo\"}");
        ToolCall foreign = new ToolCall("call:1|x", "now", "");
        JsonNode body = encode(request -> request.tool(ToolSpec.function("weather", "Tells it", Map.of()))
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(
                                new ContentPart.Reasoning("hmm", null, "sig", null, "bedrock/anthropic"),
                                new ContentPart.Reasoning(null, null, null, "cmVk", "bedrock/anthropic"),
                                new ContentPart.Reasoning("other", null, "sig", null, "anthropic"),
                                own,
                                foreign)))
                .message(Message.of(
                        Message.Role.TOOL,
                        List.of(
                                new ContentPart.ToolResult(
                                        own.id(),
                                        List.of(
                                                new ContentPart.Text("3"),
                                                new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1}))),
                                        false),
                                new ContentPart.ToolResult(
                                        foreign.id(), List.of(new ContentPart.Text("broken")), true)))));
        String fitted = body.at("/messages/1/content/3/toolUse/toolUseId").textValue();
        assertThat(fitted).matches("[a-zA-Z0-9_-]{1,64}");
        assertThat(body.at("/messages/1/content")).isEqualTo(json("""
                [{"reasoningContent":{"reasoningText":{"text":"hmm","signature":"sig"}}},
                 {"reasoningContent":{"redactedContent":"cmVk"}},
                 {"toolUse":{"toolUseId":"tooluse_1","name":"weather","input":{"city":"Oslo"}}},
                 {"toolUse":{"toolUseId":"%s","name":"now","input":{}}}]""".formatted(fitted)));
        assertThat(body.at("/messages/2/content")).isEqualTo(json("""
                [{"toolResult":{"toolUseId":"tooluse_1",
                   "content":[{"text":"3"},{"image":{"format":"png","source":{"bytes":"AQ=="}}}]}},
                 {"toolResult":{"toolUseId":"%s","content":[{"text":"broken"}],"status":"error"}}]""".formatted(fitted)));
        assertThat(attempt.warnings).singleElement().asString().contains("signed reasoning of another model");
    }

    @Test
    void aConversationWithToolsHasThemInEveryRequest() {
        ToolCall call = new ToolCall("a", "weather", "{}");
        for (ToolChoice choice : Arrays.asList(null, ToolChoice.NONE, ToolChoice.AUTO)) {
            attempt.warnings.clear();
            JsonNode tools = encode(request -> request.message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                            .message(Message.toolResult(call, "cold"))
                            .toolChoice(choice))
                    .at("/toolConfig/tools");
            assertThat(tools).hasSize(1);
            assertThat(tools.at("/0/toolSpec/name").textValue()).isEqualTo("weather");
            assertThat(attempt.warnings).singleElement().asString().contains("names of the former tools");
        }
        assertThat(encode(request -> request.temperature(0.5)).has("toolConfig"))
                .isFalse();
    }

    @Test
    void cacheHintsBecomeCachePoints() {
        JsonNode body = encode(
                CLAUDE,
                false,
                ChatRequest.builder("any")
                        .message(Message.of(
                                Message.Role.SYSTEM,
                                List.of(new ContentPart.Text("Long."), ContentPart.CacheHint.LONG)))
                        .message(Message.of(
                                Message.Role.USER,
                                List.of(
                                        ContentPart.CacheHint.SHORT,
                                        new ContentPart.Text("hello"),
                                        ContentPart.CacheHint.SHORT)))
                        .build());
        assertThat(body).isEqualTo(json("""
                {"system":[{"text":"Long."},{"cachePoint":{"type":"default","ttl":"1h"}}],
                 "messages":[{"role":"user","content":[{"text":"hello"},{"cachePoint":{"type":"default"}}]}]}"""));
        assertThat(attempt.warnings).singleElement().asString().contains("cache hint");
    }

    @Test
    void optionsAreSentWhereTheVendorWantsThem() {
        JsonNode body = encode(request -> request.temperature(0.5)
                .topP(0.9)
                .topK(40)
                .maxOutputTokens(100)
                .stop("END")
                .serviceTier("priority")
                .metadata("team", "blue")
                .responseFormat(ResponseFormat.schema("answer", SCHEMA))
                .extra("guardrailConfig", Map.of("guardrailIdentifier", "g", "guardrailVersion", "1"))
                .extra("additionalModelRequestFields", Map.of("anthropic_beta", List.of("b"))));
        body = json(body.toString()); // numbers as they are read
        assertThat(body.get("inferenceConfig"))
                .isEqualTo(json("{\"maxTokens\":100,\"temperature\":0.5,\"topP\":0.9,\"stopSequences\":[\"END\"]}"));
        assertThat(body.get("additionalModelRequestFields"))
                .isEqualTo(json("{\"top_k\":40,\"anthropic_beta\":[\"b\"]}"));
        assertThat(body.get("serviceTier")).isEqualTo(json("{\"type\":\"priority\"}"));
        assertThat(body.get("requestMetadata")).isEqualTo(json("{\"team\":\"blue\"}"));
        assertThat(body.at("/guardrailConfig/guardrailIdentifier").textValue()).isEqualTo("g");
        assertThat(body.at("/outputConfig/textFormat/type").textValue()).isEqualTo("json_schema");
        assertThat(body.at("/outputConfig/textFormat/structure/jsonSchema"))
                .isEqualTo(json("{\"name\":\"answer\",\"schema\":\"{\\\"type\\\":\\\"object\\\"}\"}"));
    }

    @Test
    void anyJsonIsAskedForInWords() {
        assertThat(encode(request -> request.responseFormat(ResponseFormat.JSON))
                        .at("/system/0/text")
                        .textValue())
                .contains("JSON object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anthropic.claude-x    | HIGH | {'thinking':{'type':'adaptive','display':'summarized'},'output_config':{'effort':'high'}}",
                "eu.anthropic.claude-x | NONE | {'thinking':{'type':'disabled'}}",
                "us.amazon.nova-2-lite | MAX  | {'reasoningConfig':{'type':'enabled','maxReasoningEffort':'high'}}",
                "openai.gpt-oss-120b   | LOW  | {'reasoning_effort':'low'}",
            })
    void aLevelOfReasoningIsSentAsTheModelsMakerTakesIt(String model, ReasoningEffort.Level level, String expected) {
        ChatRequest request = ChatRequest.builder("any")
                .user("x")
                .reasoning(ReasoningEffort.of(level))
                .build();
        assertThat(encode(model, false, request).get("additionalModelRequestFields"))
                .isEqualTo(json(expected.replace('\'', '"')));
    }

    @Test
    void aBudgetOfReasoningIsABudgetOrALevel() {
        ChatRequest request = ChatRequest.builder("any")
                .user("x")
                .reasoning(ReasoningEffort.budget(5000))
                .build();
        assertThat(encode(CLAUDE, false, request).at("/additionalModelRequestFields/thinking"))
                .isEqualTo(json("{\"type\":\"enabled\",\"budget_tokens\":5000,\"display\":\"summarized\"}"));
        assertThat(encode("openai.gpt-oss-20b", false, request)
                        .at("/additionalModelRequestFields/reasoning_effort")
                        .textValue())
                .isEqualTo("medium");
        assertThat(attempt.warnings).singleElement().asString().contains("MEDIUM");
    }

    @Test
    void whatTheVendorLacksIsRefusedOrLeftOut() {
        ChatRequest request = ChatRequest.builder("any")
                .user("x")
                .seed(1)
                .topLogprobs(2)
                .parallelToolCalls(false)
                .reasoning(ReasoningEffort.of(ReasoningEffort.Level.LOW))
                .topK(3)
                .build();
        assertThatThrownBy(() -> encode("meta.llama", false, request))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED));
        JsonNode body = encode("meta.llama", true, request);
        assertThat(body.has("additionalModelRequestFields")).isFalse();
        assertThat(attempt.warnings).hasSize(5);
    }
}
