package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A reply of JSON where a stream was asked for, and a stream where none was: both are read for what they are. */
class WholeOrStreamedTest {

    /**
     * One answer in both forms: the text {@code Hello} and a call of {@code f}, ended by the vendor's plain stop.
     *
     * @param adapter the adapter
     * @param stop the vendor's word for a plain stop
     * @param whole the reply
     * @param events the stream
     */
    private record Both(String adapter, String stop, String whole, List<String> events) {}

    private static final String CHAT = """
            {"id":"c1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello",
             "tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{\\"a\\":1}"}}]},
             "finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}""";
    private static final List<String> CHUNKS = List.of(
            "{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}",
            "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"}}]}",
            "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"t1\",\"function\":"
                    + "{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]}}]}",
            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}",
            "[DONE]");

    private static final List<Both> ANSWERS = List.of(
            new Both("openai", "stop", CHAT, CHUNKS),
            new Both("mistral", "stop", CHAT, CHUNKS),
            new Both("vllm", "stop", CHAT, CHUNKS),
            new Both(
                    "responses",
                    "completed",
                    """
                    {"id":"c1","object":"response","model":"m","status":"completed","output":[
                      {"type":"message","content":[{"type":"output_text","text":"Hello"}]},
                      {"type":"function_call","call_id":"t1","name":"f","arguments":"{\\"a\\":1}"}],
                     "usage":{"input_tokens":7,"output_tokens":3}}""",
                    List.of(
                            "{\"type\":\"response.created\",\"response\":{\"id\":\"c1\",\"model\":\"m\"}}",
                            "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,"
                                    + "\"delta\":\"Hello\"}",
                            "{\"type\":\"response.output_item.added\",\"output_index\":1,\"item\":"
                                    + "{\"type\":\"function_call\",\"call_id\":\"t1\",\"name\":\"f\"}}",
                            "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":1,"
                                    + "\"delta\":\"{\\\"a\\\":1}\"}",
                            "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\","
                                    + "\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}}")),
            new Both(
                    "anthropic",
                    "end_turn",
                    """
                    {"id":"c1","type":"message","model":"m","content":[{"type":"text","text":"Hello"},
                      {"type":"tool_use","id":"t1","name":"f","input":{"a":1}}],
                     "stop_reason":"end_turn","usage":{"input_tokens":7,"output_tokens":3}}""",
                    List.of(
                            "{\"type\":\"message_start\",\"message\":{\"id\":\"c1\",\"model\":\"m\","
                                    + "\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}",
                            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                                    + "{\"type\":\"text\",\"text\":\"\"}}",
                            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                                    + "{\"type\":\"text_delta\",\"text\":\"Hello\"}}",
                            "{\"type\":\"content_block_stop\",\"index\":0}",
                            "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":"
                                    + "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}}",
                            "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":"
                                    + "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":1}\"}}",
                            "{\"type\":\"content_block_stop\",\"index\":1}",
                            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
                                    + "\"usage\":{\"output_tokens\":3}}",
                            "{\"type\":\"message_stop\"}")),
            new Both(
                    "gemini",
                    "STOP",
                    """
                    {"responseId":"c1","modelVersion":"m","candidates":[{"content":{"parts":[{"text":"Hello"},
                      {"functionCall":{"id":"t1","name":"f","args":{"a":1}}}]},"finishReason":"STOP"}],
                     "usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":3}}""",
                    List.of(
                            "{\"responseId\":\"c1\",\"modelVersion\":\"m\",\"candidates\":[{\"content\":"
                                    + "{\"parts\":[{\"text\":\"Hello\"}]}}]}",
                            "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":"
                                    + "{\"id\":\"t1\",\"name\":\"f\",\"args\":{\"a\":1}}}]},\"finishReason\":\"STOP\"}],"
                                    + "\"usageMetadata\":{\"promptTokenCount\":7,\"candidatesTokenCount\":3}}")),
            new Both(
                    "ollama",
                    "stop",
                    """
                    {"model":"m","message":{"role":"assistant","content":"Hello","tool_calls":[
                      {"id":"t1","function":{"name":"f","arguments":{"a":1}}}]},
                     "done":true,"done_reason":"stop","prompt_eval_count":7,"eval_count":3}""",
                    List.of(
                            "{\"model\":\"m\",\"message\":{\"content\":\"Hello\"},\"done\":false}",
                            "{\"model\":\"m\",\"message\":{\"content\":\"\",\"tool_calls\":[{\"id\":\"t1\",\"function\":"
                                    + "{\"name\":\"f\",\"arguments\":{\"a\":1}}}]},\"done\":false}",
                            "{\"model\":\"m\",\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\","
                                    + "\"prompt_eval_count\":7,\"eval_count\":3}")),
            new Both(
                    "cohere",
                    "COMPLETE",
                    """
                    {"id":"c1","finish_reason":"COMPLETE","message":{"content":[{"type":"text","text":"Hello"}],
                      "tool_calls":[{"id":"t1","function":{"name":"f","arguments":"{\\"a\\":1}"}}]},
                     "usage":{"billed_units":{"input_tokens":7,"output_tokens":3}}}""",
                    List.of(
                            "{\"type\":\"message-start\",\"id\":\"c1\"}",
                            "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":"
                                    + "{\"text\":\"Hello\"}}}}",
                            "{\"type\":\"tool-call-start\",\"index\":0,\"delta\":{\"message\":{\"tool_calls\":"
                                    + "{\"id\":\"t1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}}}}",
                            "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"COMPLETE\","
                                    + "\"usage\":{\"billed_units\":{\"input_tokens\":7,\"output_tokens\":3}}}}")),
            new Both(
                    "bedrock",
                    "end_turn",
                    """
                    {"output":{"message":{"content":[{"text":"Hello"},
                      {"toolUse":{"toolUseId":"t1","name":"f","input":{"a":1}}}]}},"stopReason":"end_turn",
                     "usage":{"inputTokens":7,"outputTokens":3}}""",
                    List.of(
                            "messageStart {\"role\":\"assistant\"}",
                            "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hello\"}}",
                            "contentBlockStart {\"contentBlockIndex\":1,\"start\":{\"toolUse\":"
                                    + "{\"toolUseId\":\"t1\",\"name\":\"f\"}}}",
                            "contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{\"toolUse\":"
                                    + "{\"input\":\"{\\\"a\\\":1}\"}}}",
                            "contentBlockStop {\"contentBlockIndex\":1}",
                            "messageStop {\"stopReason\":\"end_turn\"}",
                            "metadata {\"usage\":{\"inputTokens\":7,\"outputTokens\":3}}")));

    private static void assertIsTheAnswer(Both both, ChatResponse answer) {
        assertThat(answer.message().parts())
                .containsExactly(new ContentPart.Text("Hello"), new ToolCall("t1", "f", "{\"a\":1}"));
        assertThat(answer.finishReason()).isEqualTo(FinishReason.of(FinishReason.Kind.TOOL_CALLS, both.stop()));
        assertThat(answer.usage().inputTokens()).isEqualTo(7);
        assertThat(answer.usage().outputTokens()).isEqualTo(3);
        assertThat(answer.warnings()).isEmpty();
    }

    private static Stream<DynamicTest> each(Consumer<Both> check) {
        return ANSWERS.stream().map(both -> DynamicTest.dynamicTest(both.adapter(), () -> check.accept(both)));
    }

    @TestFactory
    Stream<DynamicTest> eachIsReadWhereItWasAskedFor() {
        return each(both -> {
            assertIsTheAnswer(both, Replies.whole(both.adapter(), both.whole()));
            assertIsTheAnswer(
                    both, Replies.streamed(both.adapter(), both.events().toArray(String[]::new)));
        });
    }

    @Test
    void aMessageThatComesOnlyWithTheEndIsRead() {
        assertThat(Replies.streamed(
                                "cohere",
                                "{\"type\":\"message-start\",\"id\":\"c1\"}",
                                "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"COMPLETE\",\"message\":"
                                        + "{\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}]}}}")
                        .text())
                .isEqualTo("Hello");
        String last = "{\"choices\":[{\"index\":0,\"delta\":{},\"message\":{\"content\":\"Hello\"},"
                + "\"finish_reason\":\"stop\"}]}";
        assertThat(Replies.streamed("openai", last).text()).isEqualTo("Hello");
        assertThat(Replies.streamed("openai", "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}", last)
                        .text())
                .isEqualTo("Hello");
    }

    @Test
    void thinkingWithoutASignatureIsReadAlike() {
        ContentPart.Reasoning thought = new ContentPart.Reasoning("hm", null, null, null, "anthropic?model=model");
        for (String signature : List.of("", ",\"signature\":\"\"", ",\"signature\":null")) {
            String block = "{\"type\":\"thinking\",\"thinking\":\"hm\"" + signature + "}";
            assertThat(Replies.whole("anthropic", "{\"content\":[" + block + "],\"stop_reason\":\"end_turn\"}")
                            .message()
                            .parts())
                    .containsExactly(thought);
            assertThat(Replies.streamed(
                                    "anthropic",
                                    "{\"type\":\"message_start\",\"message\":{}}",
                                    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                                            + "{\"type\":\"thinking\",\"thinking\":\"\"" + signature + "}}",
                                    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                                            + "{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}",
                                    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                                            + "{\"type\":\"signature_delta\"" + signature + "}}",
                                    "{\"type\":\"content_block_stop\",\"index\":0}",
                                    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}",
                                    "{\"type\":\"message_stop\"}")
                            .message()
                            .parts())
                    .containsExactly(thought);
        }
    }

    @TestFactory
    Stream<DynamicTest> aReplyOfJsonForAStreamIsAStreamOfOne() {
        return each(both -> {
            JsonNode json = Objects.requireNonNull(Json.parseOrNull(both.whole()));
            for (String type : List.of("application/json", Replies.type(both.adapter()))) {
                for (String text : List.of(json.toString(), json.toPrettyString(), "\n " + json + "\n")) {
                    List<ChatEvent> events =
                            Replies.events(both.adapter(), type, text.getBytes(StandardCharsets.UTF_8));
                    assertIsTheAnswer(both, Replies.answer(events));
                    assertThat(events)
                            .filteredOn(ChatEvent.Finished.class::isInstance)
                            .hasSize(1);
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> aStreamForACallWithoutOneIsReadToItsEnd() {
        return each(both -> assertIsTheAnswer(
                both,
                Replies.whole(
                        both.adapter(), Replies.type(both.adapter()), Replies.body(both.adapter(), both.events()))));
    }
}
