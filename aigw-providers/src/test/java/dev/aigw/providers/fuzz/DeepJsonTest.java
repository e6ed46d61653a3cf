package dev.aigw.providers.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.ollama.OllamaAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON that nests very deeply is refused by a failure, and exhausts no stack. */
class DeepJsonTest {

    private final CannedClient client = new CannedClient();

    private List<ProviderAdapter> adapters() {
        OkHttpClient http = client.client();
        return List.of(
                OpenAiAdapter.builder().httpClient(http).build(),
                OpenAiAdapter.builder().responsesApi(true).httpClient(http).build(),
                AnthropicAdapter.builder().httpClient(http).build(),
                GeminiAdapter.builder().httpClient(http).build(),
                CohereAdapter.builder().httpClient(http).build(),
                OllamaAdapter.builder().httpClient(http).build(),
                BedrockAdapter.builder()
                        .region("eu-west-1")
                        .credential(Credential.of("key"))
                        .httpClient(http)
                        .build());
    }

    private static String nested(int levels) {
        return "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
    }

    private static void assertFailureOrNone(ThrowingCall call) {
        Throwable thrown = catchThrowable(call::run);
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(GatewayException.class);
        }
    }

    private interface ThrowingCall {
        void run() throws Exception;
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 5_000, 200_000})
    void aReplyOfAnyDepthIsReadOrRefused(int levels) {
        for (String body : List.of(
                nested(levels),
                "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"a\",\"x\":" + nested(levels) + "}}]}",
                "{\"error\":" + nested(levels) + "}",
                "data: " + nested(levels) + "\n\n")) {
            for (ProviderAdapter adapter : adapters()) {
                for (int status : new int[] {200, 400}) {
                    client.answer(
                            status,
                            Headers.of(),
                            body.startsWith("d") ? "text/event-stream" : "application/json",
                            body.getBytes(StandardCharsets.UTF_8));
                    assertFailureOrNone(() ->
                            adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "x"), new RecordingAttempt("model")));
                    assertFailureOrNone(() -> adapter.call(
                                    ChatRequest.CHAT_STREAM, ChatRequest.of("m", "x"), new RecordingAttempt("model"))
                            .response());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 5_000, 200_000})
    void argumentsOfAnyDepthInAConversationAreSentOrRefused(int levels) {
        ToolCall call = new ToolCall("c1", "f", nested(levels));
        ChatRequest request = ChatRequest.builder("m")
                .user("x")
                .message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                .message(Message.of(
                        Message.Role.TOOL,
                        List.of(new ContentPart.ToolResult(
                                "c1", List.of(new ContentPart.Text(nested(levels))), false))))
                .build();
        client.answer(400, Headers.of(), "application/json", "{}".getBytes(StandardCharsets.UTF_8));
        for (ProviderAdapter adapter : adapters()) {
            assertFailureOrNone(() -> adapter.call(ChatRequest.CHAT, request, new RecordingAttempt("model")));
        }
        assertFailureOrNone(() -> call.as(Map.class));
        assertThatCode(() -> ChatRequest.fromJson(request.toJson())).doesNotThrowAnyException();
    }

    @Test
    void theMapperRefusesDeepValues() {
        Object deep = 1;
        for (int i = 0; i < 200_000; i++) {
            List<Object> list = new ArrayList<>();
            list.add(deep);
            deep = list;
        }
        Object value = deep;
        for (ThrowingCall call : List.<ThrowingCall>of(
                () -> JsonMapper.installed().write(value),
                () -> JsonMapper.installed().read(nested(5_000), Map.class),
                () -> JsonMapper.installed().read(nested(200_000), Object.class),
                () -> ChatResponse.of(nested(200_000)).as(Map.class),
                () -> ChatResponse.builder().extra("x", value).build().toJson())) {
            Throwable thrown = catchThrowable(call::run);
            assertThat(thrown).isInstanceOf(GatewayException.class);
            assertThat(((GatewayException) thrown).kind())
                    .isIn(ErrorKind.INVALID_REQUEST, ErrorKind.MALFORMED_RESPONSE);
        }
        assertThat(catchThrowable(() -> ChatRequest.fromJson(nested(200_000))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
