package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.WireFacts;
import dev.aigw.api.WireFacts.Parameter;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.azure.AzureOpenAi;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the facts of a model's card change in the requests of two adapters; the table of all is in MODELS.md. */
class ModelFactsTest {

    private static final ToolSpec TOOL = ToolSpec.function("f", "does it", Map.of());

    private final MockWebServer server = new MockWebServer();
    private final RecordingAttempt attempt = new RecordingAttempt("model-x");

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String url() {
        return server.url("/v1").toString();
    }

    private OpenAiAdapter.Builder openAi() {
        return OpenAiAdapter.builder(Dialects.OPENAI)
                .baseUrl(url())
                .allowInsecure(true)
                .apiKey("k");
    }

    private ProviderAdapter claude(boolean drop) {
        return AnthropicAdapter.builder()
                .baseUrl(server.url("/").toString())
                .allowInsecure(true)
                .apiKey("k")
                .dropUnsupported(drop)
                .build();
    }

    private void facts(WireFacts.Builder facts) {
        attempt.card = ModelCard.builder().wire(facts.build()).build();
    }

    private RecordedRequest sent(ProviderAdapter adapter, ChatRequest request) {
        server.enqueue(new MockResponse.Builder().code(500).build());
        try (adapter) {
            assertThatThrownBy(() -> adapter.call(ChatRequest.CHAT, request, attempt))
                    .isInstanceOf(GatewayException.class);
            return server.takeRequest();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode body(RecordedRequest request) {
        return Objects.requireNonNull(
                Json.parseOrNull(Objects.requireNonNull(request.getBody()).utf8()));
    }

    private static ChatRequest.Builder request() {
        return ChatRequest.builder("m").user("hi");
    }

    @Test
    void toolsGoToTheEndpointOfTheCard() {
        facts(WireFacts.builder().toolEndpoint("responses"));

        assertThat(sent(openAi().build(), request().tool(TOOL).build()).getTarget())
                .isEqualTo("/v1/responses");
        assertThat(sent(openAi().build(), request().build()).getTarget()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void azureHasTheEndpointsOfOpenAi() {
        facts(WireFacts.builder().toolEndpoint("responses"));
        ProviderAdapter azure = AzureOpenAi.v1(server.url("/").toString())
                .allowInsecure(true)
                .apiKey("k")
                .build();

        assertThat(sent(azure, request().tool(TOOL).build()).getTarget()).isEqualTo("/openai/v1/responses");
    }

    @Test
    void theBuilderGoesBeforeTheCard() {
        facts(WireFacts.builder().endpoint("responses"));

        assertThat(sent(openAi().responsesApi(false).build(), request().build()).getTarget())
                .isEqualTo("/v1/chat/completions");
    }

    @Test
    void anotherServerWithTheProtocolGetsChatCompletions() {
        facts(WireFacts.builder().endpoint("responses"));
        OpenAiAdapter.Builder other =
                OpenAiAdapter.builder().baseUrl(url()).allowInsecure(true).apiKey("k");

        assertThat(sent(other.build(), request().build()).getTarget()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void whatTheModelDoesNotTakeIsLeftOutWithOneWarning() {
        facts(WireFacts.builder().refuses(Parameter.TEMPERATURE));

        JsonNode body =
                body(sent(claude(false), request().temperature(0.5).topP(0.9).build()));

        assertThat(body.has("temperature")).isFalse();
        assertThat(body.path("top_p").doubleValue()).isEqualTo(0.9);
        assertThat(attempt.warnings).containsExactly("anthropic does not take temperature: it was left out");
    }

    @Test
    void aForcedToolIsRefusedBeforeSendingUnlessItMayBeDropped() {
        facts(WireFacts.builder().refuses(Parameter.FORCED_TOOLS));
        ChatRequest request =
                request().tool(TOOL).toolChoice(ToolChoice.REQUIRED).build();

        try (ProviderAdapter strict = claude(false)) {
            assertThatThrownBy(() -> strict.call(ChatRequest.CHAT, request, attempt))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                    .hasMessageContaining("forcedTools with the model model-x");
        }
        assertThat(server.getRequestCount()).isZero();
        assertThat(body(sent(claude(true), request))
                        .path("tool_choice")
                        .path("type")
                        .asText())
                .isEqualTo("auto");
    }

    @Test
    void reasoningIsTurnedOffInTheModelsOwnWord() {
        facts(WireFacts.builder().efforts("low", "high").reasoningOff("between_tools"));
        ChatRequest request = request()
                .reasoning(ReasoningEffort.of(ReasoningEffort.Level.NONE))
                .build();

        assertThat(body(sent(claude(false), request))
                        .path("thinking")
                        .path("type")
                        .asText())
                .isEqualTo("between_tools");
    }

    @Test
    void reasoningComesBackEncryptedFromAModelThatReasonsByItself() {
        attempt.card = ModelCard.builder()
                .capabilities(Capability.REASONING)
                .wire(WireFacts.builder().endpoint("responses").build())
                .build();

        assertThat(body(sent(openAi().build(), request().build())).path("include"))
                .extracting(JsonNode::asText)
                .containsExactly("reasoning.encrypted_content");
    }
}
