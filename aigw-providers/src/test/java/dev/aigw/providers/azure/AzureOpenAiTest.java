package dev.aigw.providers.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AzureOpenAiTest {

    private static final String REPLY =
            "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}";

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aDeploymentIsPartOfThePathAndAKeyHasItsOwnHeader() throws Exception {
        RecordedRequest request = sent(
                AzureOpenAi.deployments(server.url("/").toString(), "2024-10-21")
                        .apiKey("key-1"),
                "my gpt");
        assertThat(request.getTarget())
                .isEqualTo("/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21");
        assertThat(request.getHeaders().get("api-key")).isEqualTo("key-1");
        assertThat(request.getHeaders().get("Authorization")).isNull();
    }

    @Test
    void theResponsesApiHasOnePathForAllDeployments() throws Exception {
        OpenAiAdapter.Builder builder = AzureOpenAi.deployments(server.url("/").toString(), "2025-04-01-preview")
                .responsesApi(true);
        RecordedRequest request = sent(builder, "mine", "{\"status\":\"completed\",\"output\":[]}");
        assertThat(request.getTarget()).isEqualTo("/openai/responses?api-version=2025-04-01-preview");
        assertThat(request.getBody().utf8()).contains("\"model\":\"mine\"");
    }

    @Test
    void theV1SurfaceTakesTheDeploymentAsModelAndTokensThatChange() throws Exception {
        AtomicInteger count = new AtomicInteger();
        Credential token = Credential.of("entra", () -> "token-" + count.incrementAndGet());
        for (int i = 1; i <= 2; i++) {
            RecordedRequest request =
                    sent(AzureOpenAi.v1(server.url("/").toString()).token(token), "mine");
            assertThat(request.getTarget()).isEqualTo("/openai/v1/chat/completions");
            assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer token-" + i);
            assertThat(request.getHeaders().get("api-key")).isNull();
            assertThat(request.getBody().utf8()).contains("\"model\":\"mine\"");
        }
    }

    @Test
    void aFilteredPromptSaysWhy() {
        server.enqueue(new MockResponse.Builder()
                .code(400)
                .setHeader("Content-Type", "application/json")
                .body(AzureContractTest.FILTERED)
                .build());
        try (OpenAiAdapter adapter = AzureOpenAi.v1(server.url("/").toString()).build()) {
            GatewayException e = catchThrowableOfType(
                    GatewayException.class,
                    () -> adapter.call(
                            ChatRequest.CHAT,
                            ChatRequest.of("m", "x"),
                            AttemptContext.builder("m").build()));
            assertThat(e.kind()).isEqualTo(ErrorKind.CONTENT_FILTERED);
            assertThat(e).hasMessageContaining("(filtered: hate, jailbreak)");
        }
    }

    @Test
    void whatTheFiltersSayIsKeptAndTheFirstChunkDoesNotBeginTheAnswer() {
        String severe = "{\"violence\":{\"filtered\":true,\"severity\":\"high\"}}";
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(AzureContractTest.promptChunk()
                        + AzureContractTest.chunk("{\"content\":\"Once\"}", "null", AzureContractTest.SAFE)
                        + AzureContractTest.chunk("{}", "\"content_filter\"", severe)
                        + AzureContractTest.last())
                .build());
        try (OpenAiAdapter adapter = AzureOpenAi.v1(server.url("/").toString()).build();
                ChatStream stream = adapter.call(
                        ChatRequest.CHAT_STREAM,
                        ChatRequest.of("m", "x"),
                        AttemptContext.builder("m").build())) {
            ChatResponse response = stream.response();
            assertThat(response.id()).isEqualTo("chatcmpl-1");
            assertThat(response.model()).isEqualTo("gpt-5-mini");
            assertThat(response.text()).isEqualTo("Once");
            assertThat(response.finishReason().kind()).isEqualTo(FinishReason.Kind.CONTENT_FILTER);
            assertThat(response.extra())
                    .containsOnlyKeys("prompt_filter_results", "content_filter_results", "system_fingerprint");
            assertThat(response.extra().get("content_filter_results").toString())
                    .contains("violence", "high");
        }
    }

    private RecordedRequest sent(OpenAiAdapter.Builder builder, String model) throws Exception {
        return sent(builder, model, REPLY);
    }

    private RecordedRequest sent(OpenAiAdapter.Builder builder, String model, String reply) throws Exception {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body(reply)
                .build());
        try (OpenAiAdapter adapter = builder.build()) {
            adapter.call(
                    ChatRequest.CHAT,
                    ChatRequest.of("m", "x"),
                    AttemptContext.builder(model).build());
        }
        return server.takeRequest();
    }
}
