package dev.aigw.providers.anthropic;

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
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Unsupported;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesEncoderTest {

    private final RecordingAttempt attempt = new RecordingAttempt("claude-haiku-4-5");
    private boolean drop;

    private JsonNode encode(ChatRequest request) {
        return encode(request, false);
    }

    private JsonNode encode(ChatRequest request, boolean streamed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new MessagesEncoder(
                            new Unsupported("anthropic", drop, attempt),
                            4096,
                            false,
                            Service.ANTHROPIC,
                            request,
                            attempt)
                    .write(out, streamed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return json(out.toString(StandardCharsets.UTF_8));
    }

    private JsonNode encode(Consumer<ChatRequest.Builder> options) {
        ChatRequest.Builder request = ChatRequest.builder("any").user("hello");
        options.accept(request);
        return encode(request.build());
    }

    private JsonNode content(ContentPart... parts) {
        return encode(ChatRequest.builder("any")
                        .message(Message.of(Message.Role.USER, List.of(parts)))
                        .build())
                .at("/messages/0/content");
    }

    private JsonNode turn(ContentPart... parts) {
        return encode(ChatRequest.builder("any")
                        .user("hello")
                        .message(Message.of(Message.Role.ASSISTANT, List.of(parts)))
                        .user("go on")
                        .build())
                .get("messages");
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(Json.parseOrNull(text), text);
    }

    @Test
    void aPlainRequestHasModelLimitAndTurns() {
        assertThat(encode(ChatRequest.of("any", "hello"))).isEqualTo(json("""
                                {"model":"claude-haiku-4-5","max_tokens":4096,
                                 "messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}],"stream":false}"""));
    }

    @Test
    void aStreamIsAskedFor() {
        assertThat(encode(ChatRequest.of("any", "hello"), true).get("stream").booleanValue())
                .isTrue();
    }

    @Test
    void instructionsGoApartFromTheConversation() {
        JsonNode body = encode(ChatRequest.builder("any")
                .system("be brief")
                .user("hello")
                .system("be kind")
                .build());

        assertThat(body.get("system"))
                .isEqualTo(
                        json("[{\"type\":\"text\",\"text\":\"be brief\"},{\"type\":\"text\",\"text\":\"be kind\"}]"));
        assertThat(body.get("messages")).hasSize(1);
        assertThat(attempt.warnings).singleElement().asString().contains("conversation at its beginning");
    }

    @Test
    void samplingAndIdentityAreSentUnderTheVendorsNames() {
        JsonNode body = encode(request -> request.temperature(0.5)
                .topP(0.9)
                .topK(7)
                .maxOutputTokens(99)
                .stop("END", "STOP")
                .serviceTier("auto")
                .userId("u-1"));

        assertThat(body.get("temperature").doubleValue()).isEqualTo(0.5);
        assertThat(body.get("top_p").doubleValue()).isEqualTo(0.9);
        assertThat(body.get("top_k").intValue()).isEqualTo(7);
        assertThat(body.get("max_tokens").intValue()).isEqualTo(99);
        assertThat(body.get("stop_sequences")).isEqualTo(json("[\"END\",\"STOP\"]"));
        assertThat(body.get("service_tier").textValue()).isEqualTo("auto");
        assertThat(body.get("metadata")).isEqualTo(json("{\"user_id\":\"u-1\"}"));
    }

    @Test
    void whatTheVendorLacksIsRefusedOrDroppedOnRequest() {
        List<Consumer<ChatRequest.Builder>> lacking = List.of(
                request -> request.seed(1),
                request -> request.frequencyPenalty(0.1),
                request -> request.presencePenalty(0.1),
                request -> request.verbosity("low"),
                request -> request.topLogprobs(2),
                request -> request.tool(ToolSpec.raw("openai", "search", Map.of())),
                request -> request.message(
                        Message.user("and", new ContentPart.Video(Media.ofUrl("https://example.org/v.mp4")))));
        for (Consumer<ChatRequest.Builder> one : lacking) {
            drop = false;
            assertThatThrownBy(() -> encode(one))
                    .hasMessageContaining("dropUnsupported(true)")
                    .extracting(thrown -> ((GatewayException) thrown).kind())
                    .isEqualTo(ErrorKind.UNSUPPORTED);
            attempt.warnings.clear();
            drop = true;
            assertThat(encode(one).size()).isEqualTo(4);
            assertThat(attempt.warnings).singleElement().asString().contains("was left out");
        }
    }

    @Test
    void imagesGoByBytesUrlAndFile() {
        assertThat(content(
                        new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1, 2})),
                        new ContentPart.Image(Media.ofUrl("https://example.org/a.png")),
                        new ContentPart.Image(Media.ofFileId("file_1"))))
                .isEqualTo(json("""
                                [{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQI="}},
                                 {"type":"image","source":{"type":"url","url":"https://example.org/a.png"}},
                                 {"type":"image","source":{"type":"file","file_id":"file_1"}}]"""));
    }

    @Test
    void documentsGoWithTitleAndCitations() {
        assertThat(content(
                        new ContentPart.Document(Media.ofBytes("application/pdf", new byte[] {1}), "a.pdf", true),
                        new ContentPart.Document(
                                Media.ofBytes("text/markdown", "# hi".getBytes(StandardCharsets.UTF_8)), null, false),
                        new ContentPart.Document(Media.ofUrl("https://example.org/a.pdf"), null, false)))
                .isEqualTo(json("""
                                [{"type":"document","title":"a.pdf","citations":{"enabled":true},
                                  "source":{"type":"base64","media_type":"application/pdf","data":"AQ=="}},
                                 {"type":"document","source":{"type":"text","media_type":"text/plain","data":"# hi"}},
                                 {"type":"document","source":{"type":"url","url":"https://example.org/a.pdf"}}]"""));
    }

    @Test
    void audioAndVideoAreUnsupported() {
        assertThatThrownBy(() -> content(new ContentPart.Audio(Media.ofBytes("audio/wav", new byte[] {1}))))
                .extracting(thrown -> ((GatewayException) thrown).kind())
                .isEqualTo(ErrorKind.UNSUPPORTED);
        assertThatThrownBy(() -> content(new ContentPart.Video(Media.ofUrl("https://example.org/v.mp4"))))
                .extracting(thrown -> ((GatewayException) thrown).kind())
                .isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @Test
    void aCacheHintMarksThePartBeforeIt() {
        assertThat(content(
                        new ContentPart.Text("a"),
                        new ContentPart.CacheHint(Duration.ofMinutes(20)),
                        new ContentPart.Text("b"),
                        ContentPart.CacheHint.SHORT,
                        new ContentPart.Text("c")))
                .isEqualTo(json("""
                                [{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},
                                 {"type":"text","text":"b","cache_control":{"type":"ephemeral"}},
                                 {"type":"text","text":"c"}]"""));
        assertThat(attempt.warnings).isEmpty();

        content(ContentPart.CacheHint.SHORT, new ContentPart.Text("a"));
        assertThat(attempt.warnings).singleElement().asString().contains("cache hint");
    }

    @Test
    void aCacheHintAfterInstructionsMarksThem() {
        JsonNode body = encode(ChatRequest.builder("any")
                .message(Message.of(
                        Message.Role.SYSTEM, List.of(new ContentPart.Text("long"), ContentPart.CacheHint.LONG)))
                .user("hello")
                .build());

        assertThat(body.at("/system/0/cache_control/ttl").textValue()).isEqualTo("1h");
    }

    @Test
    void toolCallsAndResultsShareTheirTurns() {
        ToolCall first = new ToolCall("t1", "weather", "{\"city\":\"Oslo\"}");
        ToolCall second = new ToolCall("t2", "now", "");
        JsonNode messages = encode(ChatRequest.builder("any")
                        .user("hello")
                        .message(Message.of(Message.Role.ASSISTANT, List.of(first, second)))
                        .message(Message.toolResult(first, "4 degrees"))
                        .message(Message.of(
                                Message.Role.TOOL,
                                List.of(new ContentPart.ToolResult(
                                        "t2",
                                        List.of(
                                                new ContentPart.Text("broken"),
                                                new ContentPart.Image(Media.ofUrl("https://example.org/e.png"))),
                                        true))))
                        .user("and?")
                        .build())
                .get("messages");

        assertThat(messages).isEqualTo(json("""
                                [{"role":"user","content":[{"type":"text","text":"hello"}]},
                                 {"role":"assistant","content":[
                                   {"type":"tool_use","id":"t1","name":"weather","input":{"city":"Oslo"}},
                                   {"type":"tool_use","id":"t2","name":"now","input":{}}]},
                                 {"role":"user","content":[
                                   {"type":"tool_result","tool_use_id":"t1",
                                    "content":[{"type":"text","text":"4 degrees"}]},
                                   {"type":"tool_result","tool_use_id":"t2","is_error":true,"content":[
                                     {"type":"text","text":"broken"},
                                     {"type":"image","source":{"type":"url","url":"https://example.org/e.png"}}]},
                                   {"type":"text","text":"and?"}]}]"""));
    }

    @Test
    void brokenArgumentsOfACallAreSentAsOneText() {
        JsonNode messages = turn(new ToolCall("t1", "weather", "{\"city\":"));

        assertThat(messages.at("/1/content/0/input")).isEqualTo(json("{\"arguments\":\"{\\\"city\\\":\"}"));
        assertThat(attempt.warnings).hasSize(1);
    }

    @Test
    void ownThinkingGoesBackWithItsSignature() {
        JsonNode messages = turn(
                new ContentPart.Reasoning("hmm", null, "sig", null, "anthropic"),
                new ContentPart.Reasoning(null, null, null, "secret", "anthropic"),
                new ContentPart.Text("so"));

        assertThat(messages.at("/1/content")).isEqualTo(json("""
                                [{"type":"thinking","thinking":"hmm","signature":"sig"},
                                 {"type":"redacted_thinking","data":"secret"},
                                 {"type":"text","text":"so"}]"""));
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void foreignSignedReasoningIsLeftOutWithAWarningForEachOrigin() {
        JsonNode messages = turn(
                new ContentPart.Reasoning("hmm", null, "sig", null, "gemini"),
                new ContentPart.Reasoning("hmm again", null, "sig2", null, "gemini"),
                new ContentPart.Reasoning("hm", null, "sig", null, null),
                new ContentPart.Text("so"));

        assertThat(messages.at("/1/content")).isEqualTo(json("[{\"type\":\"text\",\"text\":\"so\"}]"));
        assertThat(attempt.warnings)
                .containsExactly(
                        "anthropic was not sent the signed reasoning of another model (gemini), in message 2",
                        "anthropic was not sent the signed reasoning of another model (unknown origin), in message 2");
    }

    @Test
    void unsignedThinkingGoesBackToAServerThatSignsNone() {
        ToolCall call = new ToolCall("a", "f", "{}");
        ToolCall second = new ToolCall("b", "f", "{}");
        ChatRequest request = ChatRequest.builder("any")
                .user("x")
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(new ContentPart.Reasoning("hm", null, null, null, "anthropic"), call)))
                .message(Message.toolResult(call, "1"))
                .message(Message.of(Message.Role.ASSISTANT, List.of(second)))
                .message(Message.toolResult(second, "2"))
                .reasoning(ReasoningEffort.budget(2000))
                .build();
        JsonNode body = encode(request);
        assertThat(body.at("/messages/1/content/0"))
                .isEqualTo(json("{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"\"}"));
        assertThat(body.at("/messages/3/content/0"))
                .isEqualTo(json("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"));
        assertThat(body.at("/thinking/type").textValue()).isEqualTo("enabled");
        assertThat(attempt.warnings).isEmpty();

        JsonNode off = encode(request.toBuilder()
                .reasoning(ReasoningEffort.of(ReasoningEffort.Level.NONE))
                .build());
        assertThat(off.at("/messages/3/content/0/type").textValue()).isEqualTo("tool_use");
    }

    @Test
    void rawPartsGoBackAsTheyCameAndOnlyHome() {
        JsonNode messages = turn(
                new ContentPart.Raw(
                        "anthropic", Map.of("type", "server_tool_use", "id", "s1", "input", Map.of("q", "x"))),
                new ContentPart.Raw("openai", Map.of("type", "web_search_call")),
                new ContentPart.Text("so"));

        assertThat(messages.at("/1/content/0"))
                .isEqualTo(json("{\"type\":\"server_tool_use\",\"id\":\"s1\",\"input\":{\"q\":\"x\"}}"));
        assertThat(messages.at("/1/content")).hasSize(2);
        assertThat(attempt.warnings).singleElement().asString().contains("openai");
    }

    @Test
    void emptyTextAndEmptyTurnsAreNotSent() {
        for (String blank : List.of("", " \n")) {
            JsonNode messages = turn(new ContentPart.Text(blank));
            assertThat(messages).hasSize(1);
            assertThat(messages.at("/0/content")).hasSize(2);
        }
    }

    @Test
    void toolsAreSentAsFunctionsOrAsTheVendorsOwn() {
        drop = true;
        JsonNode body = encode(request -> request.tool(
                        new ToolSpec("weather", "Tells it", Map.of("type", "object"), true, null))
                .tool(ToolSpec.raw("anthropic", "web_search", Map.of("type", "web_search_20250305", "max_uses", 2)))
                .tool(ToolSpec.raw("openai", "file_search", Map.of("type", "file_search"))));

        assertThat(body.get("tools")).isEqualTo(json("""
                                [{"name":"weather","description":"Tells it",
                                  "input_schema":{"type":"object","properties":{}},"strict":true},
                                 {"name":"web_search","type":"web_search_20250305","max_uses":2}]"""));
        assertThat(attempt.warnings).singleElement().asString().contains("file_search");
    }

    @Test
    void toolChoicesHaveTheVendorsNames() {
        assertThat(choice(ToolChoice.AUTO, null)).isEqualTo(json("{\"type\":\"auto\"}"));
        assertThat(choice(ToolChoice.NONE, false)).isEqualTo(json("{\"type\":\"none\"}"));
        assertThat(choice(ToolChoice.REQUIRED, true))
                .isEqualTo(json("{\"type\":\"any\",\"disable_parallel_tool_use\":false}"));
        assertThat(choice(ToolChoice.tool("weather"), null))
                .isEqualTo(json("{\"type\":\"tool\",\"name\":\"weather\"}"));
        assertThat(choice(null, false)).isEqualTo(json("{\"type\":\"auto\",\"disable_parallel_tool_use\":true}"));
    }

    private JsonNode choice(ToolChoice choice, Boolean parallel) {
        return encode(request -> request.tool(ToolSpec.function("weather", "Tells it", Map.of()))
                        .toolChoice(choice)
                        .parallelToolCalls(parallel))
                .get("tool_choice");
    }

    @ParameterizedTest
    @CsvSource({"MINIMAL,low", "LOW,low", "MEDIUM,medium", "HIGH,high", "XHIGH,xhigh", "MAX,max"})
    void aReasoningLevelIsSentAsEffort(ReasoningEffort.Level level, String effort) {
        JsonNode body = encode(request -> request.reasoning(ReasoningEffort.of(level)));

        assertThat(body.get("thinking")).isEqualTo(json("{\"type\":\"adaptive\",\"display\":\"summarized\"}"));
        assertThat(body.get("output_config")).isEqualTo(json("{\"effort\":\"" + effort + "\"}"));
    }

    @Test
    void aReasoningBudgetIsSentAsTokensOnTopOfTheDefaultLimit() {
        JsonNode body = encode(request -> request.reasoning(ReasoningEffort.budget(2000)));

        assertThat(body.get("thinking"))
                .isEqualTo(json("{\"type\":\"enabled\",\"budget_tokens\":2000,\"display\":\"summarized\"}"));
        assertThat(body.get("max_tokens").intValue()).isEqualTo(6096);
        assertThat(body.has("output_config")).isFalse();
    }

    @Test
    void noReasoningIsAskedFor() {
        for (ReasoningEffort none :
                List.of(ReasoningEffort.of(ReasoningEffort.Level.NONE), ReasoningEffort.budget(0))) {
            JsonNode body = encode(request -> request.reasoning(none));
            assertThat(body.get("thinking")).isEqualTo(json("{\"type\":\"disabled\"}"));
            assertThat(body.has("output_config")).isFalse();
        }
    }

    @Test
    void aResponseSchemaIsTheVendorsOutputFormat() {
        JsonNode body =
                encode(request -> request.responseFormat(ResponseFormat.schema("answer", Map.of("type", "object"))));

        assertThat(body.get("output_config"))
                .isEqualTo(json("{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}"));
    }

    @Test
    void anyJsonIsAskedForInTheInstructions() {
        JsonNode body = encode(request -> request.responseFormat(ResponseFormat.JSON));

        assertThat(body.at("/system/0/text").textValue()).contains("JSON object");
    }

    @Test
    void anExtraFieldReplacesTheOneOfItsName() {
        JsonNode body = encode(request -> request.temperature(0.5)
                .extra("temperature", 0.7)
                .extra("context_management", Map.of("edits", List.of())));

        assertThat(body.get("temperature").doubleValue()).isEqualTo(0.7);
        assertThat(body.get("context_management")).isEqualTo(json("{\"edits\":[]}"));
    }
}
