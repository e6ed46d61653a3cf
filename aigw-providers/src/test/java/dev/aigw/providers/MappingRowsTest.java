package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.bedrock.Frames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the mapping tables between the vendors' words and ours, whole and streamed. */
class MappingRowsTest {

    private static ChatResponse whole(Vendor vendor, String reply) {
        Wire wire = new Wire().answer("application/json", json(reply).getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = vendor.adapter(wire.client(), false)) {
            return adapter.call(ChatRequest.CHAT, ChatRequest.of("any", "x"), new RecordingAttempt(vendor.model));
        }
    }

    /** Reads a stream of events; those of Bedrock begin with their names. */
    private static ChatResponse streamed(Vendor vendor, String... events) {
        Buffer body = new Buffer();
        for (String event : events) {
            switch (vendor) {
                case OLLAMA -> body.writeUtf8(json(event) + "\n");
                case BEDROCK -> {
                    int space = event.indexOf(' ');
                    body.write(Frames.frame(event.substring(0, space), json(event.substring(space + 1))));
                }
                default -> body.writeUtf8("data: " + json(event) + "\n\n");
            }
        }
        Wire wire = new Wire().answer(vendor.streamType(), body.readByteArray());
        try (ProviderAdapter adapter = vendor.adapter(wire.client(), false);
                ChatStream stream = adapter.call(
                        ChatRequest.CHAT_STREAM, ChatRequest.of("any", "x"), new RecordingAttempt(vendor.model))) {
            for (ChatEvent event : stream) {
                assertThat(event).isNotInstanceOf(ChatEvent.Warning.class);
            }
            return stream.response();
        }
    }

    private static String json(String quoted) {
        return quoted.replace('\'', '"');
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI, stop, STOP",
        "OPENAI, length, LENGTH",
        "OPENAI, tool_calls, TOOL_CALLS",
        "OPENAI, function_call, TOOL_CALLS",
        "OPENAI, content_filter, CONTENT_FILTER",
        "OPENAI, of_tomorrow, UNKNOWN",
        "MISTRAL, stop, STOP",
        "MISTRAL, length, LENGTH",
        "MISTRAL, model_length, CONTEXT_EXCEEDED",
        "MISTRAL, tool_calls, TOOL_CALLS",
        "MISTRAL, error, UNKNOWN",
        "ANTHROPIC, end_turn, STOP",
        "ANTHROPIC, stop_sequence, STOP",
        "ANTHROPIC, max_tokens, LENGTH",
        "ANTHROPIC, model_context_window_exceeded, CONTEXT_EXCEEDED",
        "ANTHROPIC, tool_use, TOOL_CALLS",
        "ANTHROPIC, refusal, REFUSAL",
        "ANTHROPIC, pause_turn, PAUSED",
        "ANTHROPIC, compaction, PAUSED",
        "GEMINI, STOP, STOP",
        "GEMINI, MAX_TOKENS, LENGTH",
        "GEMINI, SAFETY, CONTENT_FILTER",
        "GEMINI, BLOCKLIST, CONTENT_FILTER",
        "GEMINI, PROHIBITED_CONTENT, CONTENT_FILTER",
        "GEMINI, SPII, CONTENT_FILTER",
        "GEMINI, RECITATION, CONTENT_FILTER",
        "GEMINI, IMAGE_SAFETY, CONTENT_FILTER",
        "GEMINI, MALFORMED_FUNCTION_CALL, MALFORMED",
        "GEMINI, UNEXPECTED_TOOL_CALL, MALFORMED",
        "GEMINI, OTHER, UNKNOWN",
        "GEMINI, LANGUAGE, UNKNOWN",
        "BEDROCK, end_turn, STOP",
        "BEDROCK, stop_sequence, STOP",
        "BEDROCK, max_tokens, LENGTH",
        "BEDROCK, model_context_window_exceeded, CONTEXT_EXCEEDED",
        "BEDROCK, tool_use, TOOL_CALLS",
        "BEDROCK, content_filtered, CONTENT_FILTER",
        "BEDROCK, guardrail_intervened, CONTENT_FILTER",
        "BEDROCK, malformed_model_output, MALFORMED",
        "BEDROCK, malformed_tool_use, MALFORMED",
        "COHERE, COMPLETE, STOP",
        "COHERE, STOP_SEQUENCE, STOP",
        "COHERE, MAX_TOKENS, LENGTH",
        "COHERE, TOOL_CALL, TOOL_CALLS",
        "COHERE, ERROR_TOXIC, CONTENT_FILTER",
        "COHERE, ERROR_LIMIT, CONTEXT_EXCEEDED",
        "OLLAMA, stop, STOP",
        "OLLAMA, length, LENGTH",
        "OLLAMA, load, UNKNOWN"
    })
    void aFinishReasonIsWhatItsRowSays(Vendor vendor, String raw, FinishReason.Kind kind) {
        String text = "'content':[{'type':'text','text':'x'}]";
        ChatResponse whole = whole(
                vendor,
                switch (vendor) {
                    case ANTHROPIC -> "{'type':'message'," + text + ",'stop_reason':'" + raw + "'}";
                    case GEMINI -> "{'candidates':[{'content':{'parts':[{'text':'x'}]},'finishReason':'" + raw + "'}]}";
                    case BEDROCK -> "{'output':{'message':{'content':[{'text':'x'}]}},'stopReason':'" + raw + "'}";
                    case COHERE -> "{'message':{" + text + "},'finish_reason':'" + raw + "'}";
                    case OLLAMA -> "{'message':{'content':'x'},'done':true,'done_reason':'" + raw + "'}";
                    default -> "{'choices':[{'message':{'content':'x'},'finish_reason':'" + raw + "'}]}";
                });
        ChatResponse streamed = streamed(
                vendor,
                switch (vendor) {
                    case ANTHROPIC ->
                        new String[] {
                            "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'x'}}",
                            "{'type':'message_delta','delta':{'stop_reason':'" + raw + "'}}",
                            "{'type':'message_stop'}"
                        };
                    case GEMINI ->
                        new String[] {
                            "{'candidates':[{'content':{'parts':[{'text':'x'}]},'finishReason':'" + raw + "'}]}"
                        };
                    case BEDROCK ->
                        new String[] {
                            "contentBlockDelta {'contentBlockIndex':0,'delta':{'text':'x'}}",
                            "messageStop {'stopReason':'" + raw + "'}"
                        };
                    case COHERE ->
                        new String[] {
                            "{'type':'content-delta','index':0,'delta':{'message':{'content':{'text':'x'}}}}",
                            "{'type':'message-end','delta':{'finish_reason':'" + raw + "'}}"
                        };
                    case OLLAMA -> new String[] {"{'message':{'content':'x'},'done':true,'done_reason':'" + raw + "'}"};
                    default ->
                        new String[] {
                            "{'choices':[{'delta':{'content':'x'}}]}",
                            "{'choices':[{'delta':{},'finish_reason':'" + raw + "'}]}"
                        };
                });
        for (ChatResponse response : List.of(whole, streamed)) {
            assertThat(response.finishReason()).isEqualTo(FinishReason.of(kind, raw));
            assertThat(response.text()).isEqualTo("x");
        }
    }

    @Test
    void cacheWritesAudioAndReasoningLeaveInputAndOutputDisjoint() {
        String usage =
                "'usage':{'prompt_tokens':100,'completion_tokens':50,'prompt_tokens_details':{'cached_tokens':20,"
                        + "'cache_write_tokens':30,'audio_tokens':5},'completion_tokens_details':{'reasoning_tokens':10,"
                        + "'audio_tokens':4}}";
        TokenUsage expected = TokenUsage.builder()
                .set(Bucket.INPUT, 45)
                .set(Bucket.CACHE_READ, 20)
                .set(Bucket.CACHE_WRITE, 30)
                .set(Bucket.INPUT_AUDIO, 5)
                .set(Bucket.OUTPUT, 36)
                .set(Bucket.REASONING, 10)
                .set(Bucket.OUTPUT_AUDIO, 4)
                .build();
        assertThat(whole(
                                Vendor.OPENAI,
                                "{'choices':[{'message':{'content':'x'},'finish_reason':'stop'}]," + usage + "}")
                        .usage())
                .isEqualTo(expected);
        assertThat(streamed(
                                Vendor.OPENAI,
                                "{'choices':[{'delta':{'content':'x'},'finish_reason':'stop'}]}",
                                "{'choices':[]," + usage + "}")
                        .usage())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web_search_call", "file_search_call", "code_interpreter_call", "mcp_call", "of_tomorrow"})
    void aToolThatOpenaiRanComesAndGoesAsItIs(String type) {
        String item = "{'type':'" + type + "','id':'x1','status':'completed','results':[{'score':0.5}]}";
        ContentPart.Raw part = new ContentPart.Raw(
                "openai",
                Map.of("type", type, "id", "x1", "status", "completed", "results", List.of(Map.of("score", 0.5))));
        assertThat(whole(Vendor.RESPONSES, "{'status':'completed','output':[" + item + "]}")
                        .message()
                        .parts())
                .containsExactly(part);
        assertThat(streamed(
                                Vendor.RESPONSES,
                                "{'type':'response.output_item.done','output_index':0,'item':" + item + "}",
                                "{'type':'response.completed','response':{'status':'completed','output':[]}}")
                        .message()
                        .parts())
                .containsExactly(part);
        Wire wire = new Wire().answer("application/json", Vendor.RESPONSES.reply.getBytes(StandardCharsets.UTF_8));
        ChatRequest next = ChatRequest.builder("any")
                .message(Message.of(Message.Role.ASSISTANT, List.of(part)))
                .user("and?")
                .build();
        try (ProviderAdapter adapter = Vendor.RESPONSES.adapter(wire.client(), false)) {
            assertThat(wire.sent(() -> adapter.call(ChatRequest.CHAT, next, new RecordingAttempt("m")))
                            .json()
                            .at("/input/0")
                            .toString())
                    .contains("\"" + type + "\"", "\"x1\"", "0.5");
        }
    }

    @Test
    void reasoningThatOpenaiShowsIsTextBesideItsSummary() {
        ContentPart.Reasoning expected = new ContentPart.Reasoning("long", "short", null, null, null);
        assertThat(whole(
                                Vendor.RESPONSES,
                                "{'status':'completed','output':[{'type':'reasoning','id':'rs_1','summary':[{'type':"
                                        + "'summary_text','text':'short'}],'content':[{'type':'reasoning_text','text':"
                                        + "'long'}]}]}")
                        .message()
                        .parts())
                .containsExactly(expected);
        assertThat(streamed(
                                Vendor.RESPONSES,
                                "{'type':'response.reasoning_summary_text.delta','output_index':0,'delta':'short'}",
                                "{'type':'response.reasoning_text.delta','output_index':0,'delta':'lo'}",
                                "{'type':'response.reasoning_text.delta','output_index':0,'delta':'ng'}",
                                "{'type':'response.completed','response':{'status':'completed','output':[]}}")
                        .message()
                        .parts())
                .containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "throttlingException, RATE_LIMITED",
        "serviceUnavailableException, OVERLOADED",
        "internalServerException, SERVER_ERROR",
        "modelStreamErrorException, SERVER_ERROR",
        "validationException, INVALID_REQUEST"
    })
    void anExceptionWithinAStreamOfBedrockIsAFailureOfItsKind(String type, ErrorKind kind) {
        GatewayException failure = catchThrowableOfType(
                GatewayException.class,
                () -> streamed(
                        Vendor.BEDROCK,
                        "contentBlockDelta {'contentBlockIndex':0,'delta':{'text':'x'}}",
                        "!" + type + " {'message':'no'}"));
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.vendorCode()).isEqualToIgnoringCase(type);
    }
}
