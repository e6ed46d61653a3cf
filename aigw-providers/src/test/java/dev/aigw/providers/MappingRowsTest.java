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
import dev.aigw.api.chat.Message;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.bedrock.BedrockVendor;
import dev.aigw.providers.contract.Vendor;
import dev.aigw.providers.openai.OpenAiVendor;
import dev.aigw.providers.openai.ResponsesVendor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the mapping tables between the vendors' terms and ours, whole and streamed. */
class MappingRowsTest {

    private static final Vendor OPENAI = new OpenAiVendor();
    private static final Vendor RESPONSES = new ResponsesVendor();
    private static final Vendor BEDROCK = new BedrockVendor();

    private static ChatResponse whole(Vendor vendor, String reply) {
        Wire wire = new Wire().answer("application/json", json(reply).getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = vendor.adapter(wire.client(), false)) {
            return adapter.call(ChatRequest.CHAT, ChatRequest.of("any", "x"), new RecordingAttempt(vendor.model()));
        }
    }

    /** Reads a stream of events; those of Bedrock begin with their names. */
    private static ChatResponse streamed(Vendor vendor, String... events) {
        Buffer body = new Buffer();
        for (String event : events) {
            int space = event.startsWith("{") ? -1 : event.indexOf(' ');
            vendor.frame(event.substring(0, Math.max(space, 0)), json(event.substring(space + 1)), body);
        }
        Wire wire = new Wire().answer(vendor.streamType(), body.readByteArray());
        try (ProviderAdapter adapter = vendor.adapter(wire.client(), false);
                ChatStream stream = adapter.call(
                        ChatRequest.CHAT_STREAM, ChatRequest.of("any", "x"), new RecordingAttempt(vendor.model()))) {
            for (ChatEvent event : stream) {
                assertThat(event).isNotInstanceOf(ChatEvent.Warning.class);
            }
            return stream.response();
        }
    }

    private static String json(String quoted) {
        return quoted.replace('\'', '"');
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
        assertThat(whole(OPENAI, "{'choices':[{'message':{'content':'x'},'finish_reason':'stop'}]," + usage + "}")
                        .usage())
                .isEqualTo(expected);
        assertThat(streamed(
                                OPENAI,
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
        assertThat(whole(RESPONSES, "{'status':'completed','output':[" + item + "]}")
                        .message()
                        .parts())
                .containsExactly(part);
        assertThat(streamed(
                                RESPONSES,
                                "{'type':'response.output_item.done','output_index':0,'item':" + item + "}",
                                "{'type':'response.completed','response':{'status':'completed','output':[]}}")
                        .message()
                        .parts())
                .containsExactly(part);
        Wire wire = new Wire().answer("application/json", RESPONSES.reply().getBytes(StandardCharsets.UTF_8));
        ChatRequest next = ChatRequest.builder("any")
                .message(Message.of(Message.Role.ASSISTANT, List.of(part)))
                .user("and?")
                .build();
        try (ProviderAdapter adapter = RESPONSES.adapter(wire.client(), false)) {
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
                                RESPONSES,
                                "{'status':'completed','output':[{'type':'reasoning','id':'rs_1','summary':[{'type':"
                                        + "'summary_text','text':'short'}],'content':[{'type':'reasoning_text','text':"
                                        + "'long'}]}]}")
                        .message()
                        .parts())
                .containsExactly(expected);
        assertThat(streamed(
                                RESPONSES,
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
                        BEDROCK,
                        "contentBlockDelta {'contentBlockIndex':0,'delta':{'text':'x'}}",
                        "!" + type + " {'message':'no'}"));
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.vendorCode()).isEqualToIgnoringCase(type);
    }
}
