package dev.aigw.providers.gemini;

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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentEncoderTest {

    private static final Map<String, ?> SCHEMA = Map.of("type", "object");

    private final RecordingAttempt attempt = new RecordingAttempt("m");
    private boolean streamArguments;

    private JsonNode encode(String model, boolean vertex, boolean drop, ChatRequest request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            AttemptContext of = AttemptContext.builder(model).build();
            new ContentEncoder(request, of, vertex, streamArguments, new Unsupported("gemini", drop, attempt))
                    .write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return json(out.toString(StandardCharsets.UTF_8));
    }

    private JsonNode encode(Consumer<ChatRequest.Builder> options) {
        ChatRequest.Builder request = ChatRequest.builder("any").user("hello");
        options.accept(request);
        return encode("gemini-2.5-flash", false, false, request.build());
    }

    @Test
    void argumentsOfToolCallsAreAskedForInPieces() {
        streamArguments = true;
        assertThat(encode(request -> request.tool(ToolSpec.function("f", "d", SCHEMA)))
                        .get("toolConfig"))
                .isEqualTo(json("{'functionCallingConfig':{'mode':'AUTO','streamFunctionCallArguments':true}}"
                        .replace('\'', '"')));
        assertThat(encode(request -> {}).has("toolConfig")).isFalse();
    }

    private JsonNode parts(String model, ContentPart... parts) {
        return encode(
                        model,
                        false,
                        false,
                        ChatRequest.builder("any")
                                .user("hello")
                                .message(Message.of(Message.Role.ASSISTANT, List.of(parts)))
                                .build())
                .at("/contents/1/parts");
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(Json.parseOrNull(text));
    }

    @Test
    void aConversationHasTwoSidesAndInstructionsApart() {
        JsonNode body = encode(
                "m",
                false,
                false,
                ChatRequest.builder("any")
                        .system("Be brief.")
                        .user("1+1?")
                        .assistant("2")
                        .user("And")
                        .user("2+2?")
                        .build());
        assertThat(body).isEqualTo(json("""
                {"systemInstruction":{"parts":[{"text":"Be brief."}]},
                 "contents":[{"role":"user","parts":[{"text":"1+1?"}]},
                             {"role":"model","parts":[{"text":"2"}]},
                             {"role":"user","parts":[{"text":"And"},{"text":"2+2?"}]}]}"""));
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void instructionsFromTheMiddleMoveWithAWarning() {
        JsonNode body = encode(request -> request.system("late"));
        assertThat(body.at("/systemInstruction/parts/0/text").textValue()).isEqualTo("late");
        assertThat(attempt.warnings).singleElement().asString().contains("at its beginning");
    }

    @Test
    void theTypeOfAUriIsThatOfItsFileNameWhateverFollowsIt() {
        JsonNode body = encode(request -> request.user("Look", Media.ofUrl("https://e.org/a.webp?sig=x/y.z")));
        assertThat(body.at("/contents/0/parts/2")).isEqualTo(json("""
                {"fileData":{"mimeType":"image/webp","fileUri":"https://e.org/a.webp?sig=x/y.z"}}"""));
    }

    @Test
    void mediaIsSentInlineOrByUri() {
        JsonNode body = encode(request -> request.message(Message.user(
                "Look",
                new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1, 2, 3})),
                new ContentPart.Document(Media.ofUrl("https://e.org/a.pdf"), null, false),
                new ContentPart.Video(Media.ofFileId("files/abc")))));
        assertThat(body.at("/contents/0/parts")).isEqualTo(json("""
                [{"text":"hello"},{"text":"Look"},{"inlineData":{"mimeType":"image/png","data":"AQID"}},
                 {"fileData":{"mimeType":"application/pdf","fileUri":"https://e.org/a.pdf"}},
                 {"fileData":{"fileUri":"https://generativelanguage.googleapis.com/v1beta/files/abc"}}]"""));
    }

    @Test
    void toolsAndTheChoiceAmongThemAreSent() {
        JsonNode body = encode(request -> request.tool(ToolSpec.function("weather", "Tells it", SCHEMA))
                .tool(ToolSpec.function("now", "Tells it", Map.of()))
                .tool(ToolSpec.raw("gemini", "search", Map.of("googleSearch", Map.of())))
                .toolChoice(ToolChoice.tool("weather")));
        assertThat(body.get("tools")).isEqualTo(json("""
                [{"functionDeclarations":[
                   {"name":"weather","description":"Tells it","parametersJsonSchema":{"type":"object"}},
                   {"name":"now","description":"Tells it"}]},
                 {"googleSearch":{}}]"""));
        assertThat(body.get("toolConfig")).isEqualTo(json("""
                {"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["weather"]}}"""));
    }

    @Test
    void strictToolsAreValidated() {
        JsonNode body = encode(request -> request.tool(new ToolSpec("f", null, SCHEMA, true, null)));
        assertThat(body.at("/toolConfig/functionCallingConfig/mode").textValue())
                .isEqualTo("VALIDATED");
    }

    @Test
    void aToolLoopKeepsIdsNamesAndSignatures() {
        ToolCall first = new ToolCall("a", "weather", "{\"city\":\"Oslo\"}", "c2ln", "gemini");
        ToolCall second = new ToolCall("b", "now", "");
        JsonNode body = encode(request -> request.message(Message.of(Message.Role.ASSISTANT, List.of(first, second)))
                .message(Message.toolResult(first, "{\"celsius\":3}"))
                .message(Message.of(
                        Message.Role.TOOL,
                        List.of(new ContentPart.ToolResult(
                                "b",
                                List.of(
                                        new ContentPart.Text("broken"),
                                        new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1}))),
                                true)))));
        assertThat(body.at("/contents/1")).isEqualTo(json("""
                {"role":"model","parts":[
                  {"functionCall":{"id":"a","name":"weather","args":{"city":"Oslo"}},"thoughtSignature":"c2ln"},
                  {"functionCall":{"id":"b","name":"now","args":{}}}]}"""));
        assertThat(body.at("/contents/2")).isEqualTo(json("""
                {"role":"user","parts":[
                  {"functionResponse":{"id":"a","name":"weather","response":{"output":{"celsius":3}}}},
                  {"functionResponse":{"id":"b","name":"now","response":{"error":"broken"},
                    "parts":[{"inlineData":{"mimeType":"image/png","data":"AQ=="}}]}}]}"""));
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void aResultWithoutItsCallIsRefusedWithTheRemedy() {
        assertThatThrownBy(() ->
                        encode(request -> request.message(Message.toolResult(new ToolCall("x", "f", ""), "1"))))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST))
                .hasMessageContaining("put the assistant's message with the call before it");
    }

    @Test
    void ownSignaturesGoBackWhereTheyCameFrom() {
        assertThat(parts(
                        "gemini-3-pro",
                        new ContentPart.Reasoning(null, "only for people", null, null, "gemini"),
                        new ContentPart.Text("Four"),
                        new ContentPart.Reasoning(null, null, "c2ln", null, "gemini"),
                        new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1})),
                        new ContentPart.Reasoning(null, null, "aW1n", null, "gemini"),
                        new ContentPart.Reasoning(null, "said", "dGg=", null, "gemini")))
                .isEqualTo(json("""
                        [{"text":"Four"},{"text":"","thoughtSignature":"c2ln"},
                         {"inlineData":{"mimeType":"image/png","data":"AQ=="},"thoughtSignature":"aW1n"},
                         {"text":"said","thought":true,"thoughtSignature":"dGg="}]"""));
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void signaturesOfOthersAreLeftOutWithAWarning() {
        JsonNode parts = parts(
                "gemini-3-pro",
                new ContentPart.Reasoning("hm", null, "sig", null, "anthropic"),
                new ToolCall("a", "f", "{}", "sig", "other"),
                new ToolCall("b", "g", "{}"));
        assertThat(parts).isEqualTo(json("""
                [{"functionCall":{"id":"a","name":"f","args":{}},
                  "thoughtSignature":"skip_thought_signature_validator"},
                 {"functionCall":{"id":"b","name":"g","args":{}}}]"""));
        assertThat(attempt.warnings)
                .containsExactly(
                        "gemini was not sent the signed reasoning of another model (anthropic), in message 2",
                        "gemini was not sent the signed reasoning of another model (other), in message 2");
    }

    @Test
    void earlierGenerationsNeedNoStandInForASignature() {
        assertThat(parts("gemini-2.5-pro", new ToolCall("a", "f", "{}"))).isEqualTo(json("""
                [{"functionCall":{"id":"a","name":"f","args":{}}}]"""));
    }

    @Test
    void rawPartsGoBackAsTheyCame() {
        Map<String, ?> code = Map.of("executableCode", Map.of("code", "1"), "thoughtSignature", "s");
        assertThat(parts("m", new ContentPart.Raw("gemini", code), new ContentPart.Raw("openai", Map.of("x", 1))))
                .isEqualTo(json("""
                        [{"executableCode":{"code":"1"},"thoughtSignature":"s"}]"""));
        assertThat(attempt.warnings).singleElement().asString().contains("openai");
    }

    @Test
    void optionsArePutIntoTheGenerationConfig() {
        JsonNode body = encode(request -> request.temperature(0.5)
                .topP(0.9)
                .topK(40)
                .maxOutputTokens(100)
                .stop("END")
                .seed(7)
                .frequencyPenalty(0.1)
                .presencePenalty(0.2)
                .topLogprobs(3)
                .responseFormat(ResponseFormat.schema("answer", SCHEMA))
                .serviceTier("flex")
                .extra("generationConfig", Map.of("mediaResolution", "MEDIA_RESOLUTION_LOW", "topK", 10))
                .extra("safetySettings", List.of(Map.of("category", "c", "threshold", "BLOCK_NONE"))));
        assertThat(body.get("generationConfig")).isEqualTo(json("""
                {"temperature":0.5,"topP":0.9,"topK":10,"maxOutputTokens":100,"stopSequences":["END"],"seed":7,
                 "frequencyPenalty":0.1,"presencePenalty":0.2,"responseLogprobs":true,"logprobs":3,
                 "responseMimeType":"application/json","responseJsonSchema":{"type":"object"},
                 "mediaResolution":"MEDIA_RESOLUTION_LOW"}"""));
        assertThat(body.get("serviceTier").textValue()).isEqualTo("flex");
        assertThat(body.at("/safetySettings/0/threshold").textValue()).isEqualTo("BLOCK_NONE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gemini-3-pro     | HIGH    | {'thinkingLevel':'HIGH','includeThoughts':true}",
                "gemini-3.5-flash | MINIMAL | {'thinkingLevel':'MINIMAL','includeThoughts':true}",
                "gemini-2.5-pro   | HIGH    | {'thinkingBudget':24576,'includeThoughts':true}",
                "gemini-2.5-flash | NONE    | {'thinkingBudget':0}",
                "publishers/google/models/gemini-2.5-flash | LOW | {'thinkingBudget':1024,'includeThoughts':true}",
            })
    void aLevelOfReasoningIsSentAsTheModelTakesIt(String model, ReasoningEffort.Level level, String expected) {
        ChatRequest request = ChatRequest.builder("any")
                .user("x")
                .reasoning(ReasoningEffort.of(level))
                .build();
        assertThat(encode(model, false, false, request).at("/generationConfig/thinkingConfig"))
                .isEqualTo(json(expected.replace('\'', '"')));
    }

    @Test
    void aBudgetIsSentAsItIs() {
        assertThat(encode(request -> request.reasoning(ReasoningEffort.budget(500)))
                        .at("/generationConfig/thinkingConfig"))
                .isEqualTo(json("{\"thinkingBudget\":500,\"includeThoughts\":true}"));
    }

    @Test
    void whatTheVendorLacksIsRefusedOrLeftOut() {
        assertThatThrownBy(() -> encode(request -> request.verbosity("low")))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED));
        ChatRequest request = ChatRequest.builder("any")
                .user("x")
                .verbosity("low")
                .tool(ToolSpec.function("f", "d", SCHEMA))
                .tool(ToolSpec.raw("openai", "web_search", Map.of("type", "web_search")))
                .parallelToolCalls(false)
                .build();
        JsonNode body = encode("m", false, true, request);
        assertThat(body.at("/tools")).hasSize(1);
        assertThat(attempt.warnings).hasSize(3);
    }

    @Test
    void metadataBecomesLabelsOnVertexOnly() {
        ChatRequest request =
                ChatRequest.builder("any").user("x").metadata("team", "blue").build();
        assertThat(encode("m", true, false, request).get("labels")).isEqualTo(json("{\"team\":\"blue\"}"));
        assertThat(encode("m", false, false, request).has("labels")).isFalse();
        assertThat(attempt.warnings).singleElement().asString().contains("metadata");
    }
}
