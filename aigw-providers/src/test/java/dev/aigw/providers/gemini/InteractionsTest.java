package dev.aigw.providers.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.Wire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;

/** What the Interactions API has beyond the contract. */
class InteractionsTest {

    private static final String MODEL = "gemini-3.8-flash";
    private static final String OK =
            "\"steps\":[{\"type\":\"model_output\",\"content\":[{\"type\":\"text\",\"text\":\"ok\"}]}]";

    private final RecordingAttempt attempt = new RecordingAttempt(MODEL);

    private JsonNode sent(ChatRequest request) {
        Wire wire = new Wire().answer("application/json", bytes(InteractionsContractTest.interaction("completed", OK)));
        try (ProviderAdapter adapter = new InteractionsVendor().adapter(wire.client(), true)) {
            Wire.Sent sent = wire.sent(() -> adapter.call(ChatRequest.CHAT, request, attempt));
            assertThat(sent.url()).endsWith("/v1beta/interactions");
            return sent.json();
        }
    }

    private ChatResponse whole(String reply) {
        Wire wire = new Wire().answer("application/json", bytes(reply));
        try (ProviderAdapter adapter = new InteractionsVendor().adapter(wire.client(), false)) {
            return adapter.call(ChatRequest.CHAT, ChatRequest.of("any", "x"), attempt);
        }
    }

    private ChatResponse streamed(String... events) {
        Wire wire = new Wire().answer("text/event-stream", bytes(String.join("", events)));
        try (ProviderAdapter adapter = new InteractionsVendor().adapter(wire.client(), false);
                ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("any", "x"), attempt)) {
            return stream.response();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void nothingIsStoredUnlessTheCallerSaysSo() {
        assertThat(sent(ChatRequest.of("any", "x")).get("store").isBoolean()).isTrue();
        assertThat(sent(ChatRequest.of("any", "x")).get("store").booleanValue()).isFalse();
        ChatRequest stored = ChatRequest.builder("any")
                .user("x")
                .extra("store", true)
                .extra("previous_interaction_id", "v1_a")
                .build();
        assertThat(sent(stored).get("store").booleanValue()).isTrue();
        assertThat(sent(stored).get("previous_interaction_id").textValue()).isEqualTo("v1_a");
    }

    @Test
    void aToolTurnGoesBackWithItsSignaturesInOrder() {
        ToolCall first = new ToolCall("c1", "weather", "{\"city\":\"Oslo\"}", "ZmM=", "gemini?model=" + MODEL);
        ToolCall second = new ToolCall("c2", "now", "{}");
        JsonNode body = sent(ChatRequest.builder("any")
                .system("be brief")
                .system("be kind")
                .user("x")
                .tool(ToolSpec.function("weather", "of a city", Map.of()))
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(
                                new ContentPart.Reasoning(null, "First.", "CiQB", null, "gemini?model=" + MODEL),
                                new ContentPart.Reasoning(null, "unsigned", null, null, "gemini?model=" + MODEL),
                                first,
                                second)))
                .message(Message.toolResult(first, "4 degrees"))
                .message(Message.of(
                        Message.Role.TOOL,
                        List.of(new ContentPart.ToolResult(
                                "c2",
                                List.of(
                                        new ContentPart.Text("see"),
                                        new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1}))),
                                true))))
                .build());
        assertThat(body.get("system_instruction").textValue()).isEqualTo("be brief\n\nbe kind");
        assertThat(body.get("input").toString())
                .isEqualTo("[{\"type\":\"user_input\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]},"
                        + "{\"type\":\"thought\",\"signature\":\"CiQB\",\"summary\":[{\"type\":\"text\",\"text\":"
                        + "\"First.\"}]},"
                        + "{\"type\":\"function_call\",\"id\":\"c1\",\"name\":\"weather\",\"arguments\":{\"city\":"
                        + "\"Oslo\"},\"signature\":\"ZmM=\"},"
                        + "{\"type\":\"function_call\",\"id\":\"c2\",\"name\":\"now\",\"arguments\":{}},"
                        + "{\"type\":\"function_result\",\"call_id\":\"c1\",\"name\":\"weather\",\"result\":"
                        + "\"4 degrees\"},"
                        + "{\"type\":\"function_result\",\"call_id\":\"c2\",\"name\":\"now\",\"is_error\":true,"
                        + "\"result\":[{\"type\":\"text\",\"text\":\"see\"},{\"type\":\"image\",\"mime_type\":"
                        + "\"image/png\",\"data\":\"AQ==\"}]}]");
    }

    @Test
    void aForcedToolAndStrictArgumentsAreModesOfTheChoice() {
        ToolSpec strict = new ToolSpec("f", "does it", Map.of(), true, null);
        ChatRequest.Builder request = ChatRequest.builder("any").user("x").tool(strict);
        assertThat(sent(request.build()).at("/generation_config/tool_choice").textValue())
                .isEqualTo("validated");
        JsonNode forced = sent(ChatRequest.builder("any")
                .user("x")
                .tool(strict)
                .toolChoice(ToolChoice.tool("f"))
                .build());
        assertThat(forced.at("/generation_config/tool_choice").toString())
                .contains("\"mode\":\"any\"")
                .contains("\"tools\":[\"f\"]");
    }

    @Test
    void thinkingHasLevelsAndABudgetBecomesTheNearestOfThem() {
        JsonNode high = sent(ChatRequest.builder("any")
                .user("x")
                .reasoning(ReasoningEffort.of(ReasoningEffort.Level.HIGH))
                .build());
        assertThat(high.at("/generation_config/thinking_level").textValue()).isEqualTo("high");
        assertThat(high.at("/generation_config/thinking_summaries").textValue()).isEqualTo("auto");
        assertThat(attempt.warnings).isEmpty();
        JsonNode budget = sent(ChatRequest.builder("any")
                .user("x")
                .reasoning(ReasoningEffort.budget(5000))
                .build());
        assertThat(budget.at("/generation_config/thinking_level").textValue()).isEqualTo("medium");
        assertThat(attempt.warnings).singleElement().asString().contains("takes no reasoning budget");
    }

    @Test
    void theOtherApisPartsStayBehindWithAWarning() {
        JsonNode body = sent(ChatRequest.builder("any")
                .user("x")
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(
                                new ContentPart.Raw("gemini", Map.of("executableCode", Map.of("code", "1"))),
                                new ContentPart.Text("y"))))
                .user("z")
                .build());
        assertThat(body.toString()).doesNotContain("executableCode");
        assertThat(attempt.warnings).singleElement().asString().contains("the vendor's other API");

        attempt.warnings.clear();
        Wire wire = new Wire().answer("application/json", bytes(new GeminiVendor(false).reply()));
        try (ProviderAdapter adapter = new GeminiVendor(false).adapter(wire.client(), false)) {
            ChatRequest request = ChatRequest.builder("any")
                    .user("x")
                    .message(Message.of(
                            Message.Role.ASSISTANT,
                            List.of(
                                    new ContentPart.Raw("gemini", Map.of("type", "google_search_call", "id", "g")),
                                    new ContentPart.Text("y"))))
                    .user("z")
                    .build();
            JsonNode contents = wire.sent(() -> adapter.call(ChatRequest.CHAT, request, attempt))
                    .json();
            assertThat(contents.toString()).doesNotContain("google_search_call");
        }
        assertThat(attempt.warnings).singleElement().asString().contains("the vendor's other API");
    }

    @Test
    void anAnswerInTheBackgroundIsRefused() {
        ChatRequest request =
                ChatRequest.builder("any").user("x").extra("background", true).build();
        assertThatThrownBy(() -> sent(request))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED));
    }

    @Test
    void aCardChoosesTheApi() {
        attempt.card = ModelCard.builder()
                .wire(WireFacts.builder().endpoint("interactions").build())
                .build();
        Wire wire = new Wire().answer("application/json", bytes(InteractionsContractTest.interaction("completed", OK)));
        try (ProviderAdapter adapter =
                GeminiAdapter.builder().httpClient(wire.client()).build()) {
            assertThat(wire.sent(() -> adapter.call(ChatRequest.CHAT, ChatRequest.of("any", "x"), attempt))
                            .url())
                    .endsWith("/interactions");
        }
        Wire other = new Wire().answer("application/json", bytes(new GeminiVendor(false).reply()));
        try (ProviderAdapter adapter = GeminiAdapter.builder()
                .interactionsApi(false)
                .httpClient(other.client())
                .build()) {
            assertThat(other.sent(() -> adapter.call(ChatRequest.CHAT, ChatRequest.of("any", "x"), attempt))
                            .url())
                    .endsWith(":generateContent");
        }
    }

    @Test
    void aModelThatHasOnlyThisApiIsAskedThereFromThenOn() {
        List<String> paths = new ArrayList<>();
        String refusal = "{\"error\":{\"code\":400,\"message\":\"This model only supports Interactions API.\","
                + "\"status\":\"INVALID_ARGUMENT\"}}";
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    String path = chain.request().url().encodedPath();
                    paths.add(path.substring(path.lastIndexOf('/') + 1));
                    boolean here = path.endsWith("/interactions");
                    String body = here ? InteractionsContractTest.interaction("completed", OK) : refusal;
                    return new Response.Builder()
                            .request(chain.request())
                            .protocol(Protocol.HTTP_1_1)
                            .code(here ? 200 : 400)
                            .message("said")
                            .body(ResponseBody.create(body, MediaType.get("application/json")))
                            .build();
                })
                .build();
        try (ProviderAdapter adapter =
                GeminiAdapter.builder().httpClient(client).build()) {
            for (int i = 0; i < 2; i++) {
                assertThat(adapter.call(ChatRequest.CHAT, ChatRequest.of("any", "x"), attempt)
                                .text())
                        .isEqualTo("ok");
            }
            assertThat(adapter.learned(MODEL).endpoint(false)).isEqualTo("interactions");
        }
        assertThat(paths).containsExactly(MODEL + ":generateContent", "interactions", "interactions");
        assertThat(attempt.warnings).singleElement().asString().contains("only at its endpoint interactions");
    }

    @Test
    void vertexHasNoSuchOption() {
        assertThatThrownBy(() -> GeminiAdapter.vertex("p", "global").interactionsApi(true))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> GeminiAdapter.builder().interactionsApi(true).interactionsApi(false))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void thoughtsWithoutASignatureAreKeptUnsigned() {
        ChatResponse answer = streamed(
                InteractionsContractTest.created(),
                InteractionsContractTest.start(0, "\"type\":\"thought\",\"signature\":\"\""),
                InteractionsContractTest.delta(
                        0, "\"content\":{\"text\":\"hm\",\"type\":\"text\"},\"type\":\"thought_summary\""),
                InteractionsContractTest.delta(0, "\"signature\":\"\",\"type\":\"thought_signature\""),
                InteractionsContractTest.stop(0),
                InteractionsContractTest.completed("completed", "\"usage\":{}"));
        assertThat(answer.message().parts())
                .singleElement()
                .isInstanceOfSatisfying(ContentPart.Reasoning.class, thought -> {
                    assertThat(thought.summary()).isEqualTo("hm");
                    assertThat(thought.isSigned()).isFalse();
                });
        assertThat(answer.serviceTier()).isEqualTo("standard");
    }

    @Test
    void argumentsAreOfTheCallThoughTheirIndexIsThatOfTheThought() {
        ChatResponse answer = streamed(
                InteractionsContractTest.start(0, "\"type\":\"thought\""),
                InteractionsContractTest.start(
                        1, "\"type\":\"function_call\",\"id\":\"c\",\"name\":\"f\",\"arguments\":{}"),
                InteractionsContractTest.delta(0, "\"arguments\":\"{\\\"a\\\":1}\",\"type\":\"arguments_delta\""),
                InteractionsContractTest.completed("requires_action", "\"usage\":{}"));
        assertThat(answer.message().toolCalls()).containsExactly(new ToolCall("c", "f", "{\"a\":1}"));
        assertThat(answer.finishReason().kind()).isEqualTo(FinishReason.Kind.TOOL_CALLS);
    }

    @Test
    void stepsOfTheVendorsToolsAndSourcesAreTheSameWholeAndStreamed() {
        String annotation = "{\"start_index\":0,\"end_index\":5,\"url\":\"https://example.org/a\",\"title\":\"A\","
                + "\"type\":\"url_citation\"}";
        String usage = "\"usage\":{\"total_tokens\":120,\"total_input_tokens\":12,\"total_output_tokens\":50,"
                + "\"total_thought_tokens\":8,\"total_tool_use_tokens\":50,\"grounding_tool_count\":[{\"type\":"
                + "\"google_search\",\"count\":2}]}";
        ChatResponse whole = whole(InteractionsContractTest.interaction(
                "completed",
                "\"steps\":[{\"type\":\"google_search_call\",\"id\":\"g\",\"arguments\":{\"queries\":[\"q\"]}},"
                        + "{\"type\":\"google_search_result\",\"call_id\":\"g\",\"result\":[{\"search_suggestions\":"
                        + "\"s\"}]},{\"type\":\"model_output\",\"content\":[{\"type\":\"text\",\"text\":\"hello\","
                        + "\"annotations\":[" + annotation + "]},{\"type\":\"image\",\"mime_type\":\"image/png\","
                        + "\"data\":\"AQ==\"},{\"type\":\"text\",\"text\":\"bye\"}]}]," + usage));
        ChatResponse streamed = streamed(
                InteractionsContractTest.created(),
                InteractionsContractTest.start(0, "\"type\":\"google_search_call\",\"id\":\"g\""),
                InteractionsContractTest.delta(
                        0, "\"type\":\"google_search_call\",\"arguments\":{\"queries\":[\"q\"]}"),
                InteractionsContractTest.stop(0),
                InteractionsContractTest.start(1, "\"type\":\"google_search_result\",\"call_id\":\"g\""),
                InteractionsContractTest.delta(
                        1, "\"type\":\"google_search_result\",\"result\":[{\"search_suggestions\":\"s\"}]"),
                InteractionsContractTest.stop(1),
                InteractionsContractTest.start(2, "\"type\":\"model_output\""),
                InteractionsContractTest.text(2, "hel"),
                InteractionsContractTest.text(2, "lo"),
                InteractionsContractTest.delta(
                        2, "\"annotations\":[" + annotation + "],\"type\":\"text_annotation_delta\""),
                InteractionsContractTest.delta(2, "\"type\":\"image\",\"mime_type\":\"image/png\",\"data\":\"AQ==\""),
                InteractionsContractTest.text(2, "bye"),
                InteractionsContractTest.stop(2),
                InteractionsContractTest.completed("completed", usage));
        assertThat(streamed.message()).isEqualTo(whole.message());
        assertThat(streamed.usage()).isEqualTo(whole.usage());
        assertThat(whole.message().parts()).hasSize(5);
        Citation citation =
                ((ContentPart.Text) whole.message().parts().get(2)).citations().get(0);
        assertThat(citation.kind()).isEqualTo("url_citation");
        assertThat(citation.url()).isEqualTo("https://example.org/a");
        assertThat(citation.end()).isEqualTo(5);
        assertThat(whole.usage())
                .isEqualTo(TokenUsage.builder()
                        .input(62)
                        .output(50)
                        .reasoning(8)
                        .serverTool("web_search", 2)
                        .build());
    }

    @Test
    void piecesOfASoundAreOne() {
        String piece = "\"type\":\"audio\",\"mime_type\":\"audio/l16\",\"sample_rate\":24000,\"data\":";
        ChatResponse answer = streamed(
                InteractionsContractTest.start(0, "\"type\":\"model_output\""),
                InteractionsContractTest.delta(0, piece + "\"AQI=\""),
                InteractionsContractTest.delta(0, piece + "\"AwQ=\""),
                InteractionsContractTest.stop(0),
                InteractionsContractTest.completed("completed", "\"usage\":{}"));
        assertThat(answer.message().parts())
                .containsExactly(new ContentPart.Audio(Media.ofBytes("audio/l16;rate=24000", new byte[] {1, 2, 3, 4})));
    }

    @Test
    void anAnswerThatPausedHasTheTokenOfItsEndToGoOnWith() {
        String checkpoint = InteractionsContractTest.event(
                "interaction.status_update",
                "\"interaction_id\":\"\",\"status\":\"in_progress\",\"continuation_token\":\"checkpoint\"");
        ChatResponse answer = streamed(
                InteractionsContractTest.start(0, "\"type\":\"model_output\""),
                InteractionsContractTest.text(0, "so far"),
                checkpoint,
                InteractionsContractTest.completed("requires_continuation", "\"continuation_token\":\"tok\""));
        assertThat(answer.finishReason().kind()).isEqualTo(FinishReason.Kind.LENGTH);
        assertThat(answer.extra().get("continuation_token")).isEqualTo("tok");
        assertThat(answer.warnings()).singleElement().asString().contains("to go on with");
        ChatResponse without = streamed(
                InteractionsContractTest.text(0, "so far"),
                checkpoint,
                InteractionsContractTest.completed("requires_continuation", "\"usage\":{}"));
        assertThat(without.extra()).doesNotContainKey("continuation_token");
    }

    @Test
    void anAnswerThatGoesOnMayBeginWithinAStep() {
        ChatResponse answer = streamed(
                InteractionsContractTest.created(),
                InteractionsContractTest.delta(0, "\"signature\":\"CiQB\",\"type\":\"thought_signature\""),
                InteractionsContractTest.text(1, "and "),
                InteractionsContractTest.text(1, "more"),
                InteractionsContractTest.completed("completed", "\"usage\":{}"));
        assertThat(answer.text()).isEqualTo("and more");
        assertThat(answer.message().parts()).hasSize(2);
    }

    @Test
    void aFailedInteractionIsAFailureWithItsErrorsCode() {
        String failed = InteractionsContractTest.interaction(
                "failed", "\"errors\":[{\"code\":\"safety\",\"message\":\"no\"}],\"steps\":[]");
        GatewayException whole = catchThrowableOfType(GatewayException.class, () -> whole(failed));
        assertThat(whole.kind()).isEqualTo(ErrorKind.CONTENT_FILTERED);
        assertThat(whole.vendorCode()).isEqualTo("safety");
        GatewayException streamed = catchThrowableOfType(
                GatewayException.class,
                () -> streamed(
                        InteractionsContractTest.created(),
                        InteractionsContractTest.event("interaction.completed", "\"interaction\":" + failed)));
        assertThat(streamed.kind()).isEqualTo(ErrorKind.CONTENT_FILTERED);
        GatewayException silent = catchThrowableOfType(
                GatewayException.class, () -> whole(InteractionsContractTest.interaction("failed", "\"steps\":[]")));
        assertThat(silent.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
    }

    @Test
    void diagnosticsBesideAnAnswerAreNoFailure() {
        ChatResponse answer = whole(InteractionsContractTest.interaction(
                "completed", "\"errors\":[{\"code\":\"slow\",\"message\":\"late\"}]," + OK));
        assertThat(answer.text()).isEqualTo("ok");
        assertThat(answer.extra()).containsKey("errors");
    }

    @Test
    void aReplyWithoutStepsIsMalformedUnlessItWasCutBeforeThem() {
        GatewayException e = catchThrowableOfType(
                GatewayException.class,
                () -> whole("{\"status\":\"completed\",\"outputs\":[{\"type\":\"text\",\"text\":\"old\"}]}"));
        assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        assertThat(whole("{\"status\":\"incomplete\"}").finishReason().kind()).isEqualTo(FinishReason.Kind.LENGTH);
    }
}
