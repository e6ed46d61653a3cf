package dev.aigw.providers.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.nio.charset.StandardCharsets;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;

/** Answers that are JSON and within the bounds for bytes, but take more memory or time than they are worth. */
class HostileAnswersTest {

    private final CannedClient client = new CannedClient();
    private final ProviderAdapter adapter =
            OpenAiAdapter.builder().httpClient(client.client()).build();

    private ChatResponse streamed(String body) {
        client.answer(200, Headers.of(), "text/event-stream", body.getBytes(StandardCharsets.UTF_8));
        try (ChatStream stream =
                adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "x"), new RecordingAttempt("m"))) {
            stream.forEach(event -> assertThat(event).isNotNull());
            return stream.response();
        }
    }

    private ChatResponse whole(String body) {
        client.answer(200, Headers.of(), "application/json", body.getBytes(StandardCharsets.UTF_8));
        return adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "x"), new RecordingAttempt("m"));
    }

    private static String call(int index) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":" + index + ",\"id\":\"c" + index
                + "\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}\n\n";
    }

    @Test
    void aStreamOfToolCallsWithoutAnEndFails() {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 6_000; i++) {
            body.append(call(i));
        }
        GatewayException e = catchThrowableOfType(GatewayException.class, () -> streamed(body.toString()));
        assertThat(e.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(e).hasMessageContaining("more parts");
    }

    @Test
    void anEventOfManyValuesFailsByTheOptionsName() {
        String event = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}],\"x\":["
                + "[],".repeat(600_000) + "[]]}\n\n";
        GatewayException e = catchThrowableOfType(GatewayException.class, () -> streamed(event));
        assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        assertThat(e).hasMessageContaining("maxJsonValues");
    }

    @Test
    void megabytesOfFieldsThatNobodyReadsAreSkipped() {
        String unread = "\"prompt_logprobs\":[" + "{\"1\":{\"logprob\":-0.5,\"rank\":1}},".repeat(200_000) + "null]";
        String answer = "{\"id\":\"1\",\"model\":\"m\"," + unread + ",\"choices\":[{\"index\":0,\"message\":"
                + "{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}";
        assertThat(whole(answer).text()).isEqualTo("hi");
        String event = "data: {" + unread + ",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},"
                + "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        assertThat(streamed(event).text()).isEqualTo("hi");
    }
}
