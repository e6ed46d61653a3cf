package dev.aigw.providers.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Claude on Vertex AI, after "Request predictions with Claude models" of its documentation. */
class VertexTest {

    private static final ChatRequest HELLO = ChatRequest.of("any", "hello");
    private static final String REPLY =
            "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}],\"stop_reason\":\"end_turn\"}";

    private final MockWebServer server = new MockWebServer();
    private AnthropicAdapter adapter;

    @BeforeEach
    void start() throws IOException {
        server.start();
        adapter = AnthropicAdapter.vertex("my project", "europe-west1")
                .accessToken(() -> "ya29.token")
                .beta("context-1m-2025-08-07")
                .baseUrl(server.url("/v1").toString())
                .build();
    }

    @AfterEach
    void stop() {
        adapter.close();
        server.close();
    }

    private static AttemptContext attempt() {
        return AttemptContext.builder("claude-sonnet-4-5@20250929").build();
    }

    @Test
    void thePathNamesTheModelAndTheBodyTheVersion() throws Exception {
        server.enqueue(new MockResponse.Builder().body(REPLY).build());

        assertThat(adapter.call(ChatRequest.CHAT, HELLO, attempt()).text()).isEqualTo("hi");

        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget())
                .isEqualTo("/v1/projects/my%20project/locations/europe-west1/publishers/anthropic/models/"
                        + "claude-sonnet-4-5@20250929:rawPredict");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer ya29.token");
        assertThat(request.getHeaders().get("x-api-key")).isNull();
        assertThat(request.getHeaders().get("anthropic-version")).isNull();
        assertThat(request.getHeaders().get("anthropic-beta")).isEqualTo("context-1m-2025-08-07");
        JsonNode body = Objects.requireNonNull(
                Json.parseOrNull(Objects.requireNonNull(request.getBody()).utf8()));
        assertThat(body.has("model")).isFalse();
        assertThat(body.path("anthropic_version").asText()).isEqualTo("vertex-2023-10-16");
        assertThat(body.path("messages").path(0).path("role").asText()).isEqualTo("user");
    }

    @Test
    void aStreamHasItsOwnMethod() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(
                        "data: {\"type\":\"message_start\",\"message\":{}}\n\ndata: {\"type\":\"message_delta\",\"delta\":"
                                + "{\"stop_reason\":\"end_turn\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n")
                .build());

        adapter.call(ChatRequest.CHAT_STREAM, HELLO, attempt()).response();

        assertThat(server.takeRequest().getTarget()).endsWith(":streamRawPredict");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401|{\"error\":{\"code\":401,\"message\":\"expired\",\"status\":\"UNAUTHENTICATED\"}}|AUTHENTICATION",
                "403|{\"error\":{\"code\":403,\"message\":\"no\",\"status\":\"PERMISSION_DENIED\"}}|PERMISSION",
                "404|{\"error\":{\"code\":404,\"message\":\"no\",\"status\":\"NOT_FOUND\"}}|NOT_FOUND",
                "429|{\"error\":{\"code\":429,\"message\":\"full\",\"status\":\"RESOURCE_EXHAUSTED\"}}|RATE_LIMITED",
                "529|{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}|OVERLOADED",
            })
    void errorsComeInGooglesShapeOrAnthropics(int status, String body, ErrorKind kind) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());

        GatewayException failure =
                catchThrowableOfType(GatewayException.class, () -> adapter.call(ChatRequest.CHAT, HELLO, attempt()));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.provider()).isEqualTo("vertex-anthropic");
    }

    @ParameterizedTest
    @CsvSource({
        "europe-west1, https://europe-west1-aiplatform.googleapis.com/v1",
        "global, https://aiplatform.googleapis.com/v1",
        "us, https://aiplatform.us.rep.googleapis.com/v1",
        "eu, https://aiplatform.eu.rep.googleapis.com/v1"
    })
    void eachLocationHasItsServer(String location, String url) {
        assertThat(AnthropicAdapter.vertex("p", location).build())
                .hasToString("AnthropicAdapter{vertex-anthropic, " + url + "}");
    }
}
