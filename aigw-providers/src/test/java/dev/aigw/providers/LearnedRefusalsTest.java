package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.kit.LearnedRefusals;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a vendor refuses is learnt, if leaving it out does not change what the request means. */
class LearnedRefusalsTest {

    private static final String CLAUDE = """
            {"type":"message","role":"assistant","content":[{"type":"text","text":"hello"}],\
            "stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""";

    private final MockWebServer server = new MockWebServer();
    private final RecordingAttempt attempt = new RecordingAttempt("model-x");
    private ProviderAdapter openAi;
    private int taken;

    @BeforeEach
    void start() throws IOException {
        server.start();
        openAi = OpenAiAdapter.builder(Dialects.OPENAI)
                .baseUrl(server.url("/v1").toString())
                .allowInsecure(true)
                .apiKey("k")
                .build();
    }

    @AfterEach
    void stop() {
        openAi.close();
        server.close();
    }

    /** OpenAI's words for a parameter that a model does not take. */
    private static MockResponse refusal(String message) {
        return new MockResponse.Builder()
                .code(400)
                .addHeader("Content-Type", "application/json")
                .body("{\"error\":{\"message\":\"" + message
                        + "\",\"type\":\"invalid_request_error\",\"code\":\"unsupported_value\"}}")
                .build();
    }

    private static MockResponse refused(String parameter) {
        return refusal("Unsupported value: '" + parameter
                + "' does not support 0.2 with this model. Only the default (1) value is supported.");
    }

    private static MockResponse json(String body) {
        return new MockResponse.Builder()
                .addHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    private static MockResponse hello() {
        return json("{\"choices\":[{\"message\":{\"content\":\"hello\"},\"finish_reason\":\"stop\"}]}");
    }

    private void answers(MockResponse... answers) {
        for (MockResponse answer : answers) {
            server.enqueue(answer);
        }
    }

    private static ChatRequest.Builder request() {
        return ChatRequest.builder("m").user("hi").temperature(0.2).topP(0.9);
    }

    private ChatResponse ask(ProviderAdapter adapter, ChatRequest request) {
        return adapter.call(ChatRequest.CHAT, request, attempt);
    }

    private List<String> sent() throws InterruptedException {
        List<String> bodies = new ArrayList<>();
        for (int i = server.getRequestCount() - taken; i > 0; i--) {
            bodies.add(Objects.requireNonNull(server.takeRequest().getBody()).utf8());
            taken++;
        }
        return bodies;
    }

    @Test
    void whereNoTimeIsLeftToSendAgainTheTimeoutNamesTheRefusal() {
        AttemptContext late = AttemptContext.builder("model-x")
                .timeouts(Timeouts.builder().attempt(Duration.ofNanos(1)).build())
                .build();
        GatewayException refusal = GatewayException.builder(
                        ErrorKind.UNSUPPORTED, "the model does not take temperature")
                .status(400)
                .build();

        assertThatThrownBy(() -> new LearnedRefusals("openai")
                        .<ChatResponse>send(request().build(), late, (chat, context) -> {
                            throw refusal;
                        }))
                .isInstanceOfSatisfying(GatewayException.class, timeout -> {
                    assertThat(timeout.kind()).isEqualTo(ErrorKind.TIMEOUT);
                    assertThat(timeout.getSuppressed()).containsExactly(refusal);
                });
    }

    @Test
    void whatIsRefusedIsLeftOutAndStaysOut() throws InterruptedException {
        answers(refused("temperature"), hello(), hello());

        assertThat(ask(openAi, request().build()).text()).isEqualTo("hello");
        assertThat(sent())
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"temperature\":0.2", "\"top_p\":0.9"),
                        again -> assertThat(again).doesNotContain("temperature").contains("\"top_p\":0.9"));
        assertThat(attempt.warnings).containsExactly("openai does not take temperature: it was left out");

        ask(openAi, request().build());
        assertThat(sent()).singleElement().asString().doesNotContain("temperature");
        assertThat(attempt.warnings).hasSize(2);
    }

    @Test
    void oneParameterAfterTheOtherIsLearnt() throws InterruptedException {
        answers(refused("temperature"), refused("top_p"), hello());

        assertThat(ask(openAi, request().build()).text()).isEqualTo("hello");
        assertThat(sent()).hasSize(3).last().asString().doesNotContain("temperature", "top_p");
    }

    @Test
    void aStreamIsAskedForAgain() throws InterruptedException {
        answers(
                refused("temperature"),
                new MockResponse.Builder()
                        .addHeader("Content-Type", "text/event-stream")
                        .body("""
                                data: {"choices":[{"delta":{"content":"hello"},"finish_reason":"stop"}]}

                                data: [DONE]

                                """)
                        .build());

        try (ChatStream stream = openAi.call(ChatRequest.CHAT_STREAM, request().build(), attempt)) {
            assertThat(stream.response().text()).isEqualTo("hello");
        }
        assertThat(sent()).hasSize(2);
    }

    @Test
    void anotherModelIsNotConcerned() throws InterruptedException {
        answers(refused("temperature"), hello(), hello());
        ask(openAi, request().build());
        sent();

        openAi.call(ChatRequest.CHAT, request().build(), new RecordingAttempt("model-y"));
        assertThat(sent()).singleElement().asString().contains("\"temperature\":0.2");
    }

    @Test
    void anthropicsWordsAreLearntToo() throws InterruptedException {
        answers(
                new MockResponse.Builder()
                        .code(400)
                        .addHeader("Content-Type", "application/json")
                        .body("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                                + "\"`top_k` is not supported for this model.\"}}")
                        .build(),
                json(CLAUDE));
        try (ProviderAdapter claude = AnthropicAdapter.builder()
                .baseUrl(server.url("/").toString())
                .allowInsecure(true)
                .apiKey("k")
                .build()) {
            ChatRequest request = ChatRequest.builder("m").user("hi").topK(5).build();
            assertThat(ask(claude, request).text()).isEqualTo("hello");
        }
        assertThat(sent()).hasSize(2).last().asString().doesNotContain("top_k");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            temperature | `temperature` is deprecated for this model.
            temperature | The model returned the following errors: `temperature` is deprecated for this model.
            temperature | litellm.UnsupportedParamsError: O-series models don't support temperature=0.2. Only temperature=1 is supported.
            temperature | invalid temperature: only 1 is allowed for this model
            temperature | Model does not support temperature
            temperature | Unsupported parameter: 'temperature' is not supported with this model.
            temperature | Invalid 'temperature': this model only supports the default value of 1
            top_p | invalid top_p: only 0.95 is allowed for this model
            top_p | `temperature` and `top_p` cannot both be specified for this model. Please use only one.
            top_p | Argument not supported on this model: topP
            top_p | The parameter top_p is not supported by this model
            top_p | Unrecognized request argument supplied: top_p
            """)
    void manyWordingsAreUnderstood(String leftOut, String message) throws InterruptedException {
        answers(
                new MockResponse.Builder()
                        .code(400)
                        .addHeader("Content-Type", "application/json")
                        .body("{\"error\":{\"message\":\"" + message + "\",\"type\":\"invalid_request_error\"}}")
                        .build(),
                hello());

        assertThat(ask(openAi, request().build()).text()).isEqualTo("hello");
        assertThat(sent()).hasSize(2).last().asString().doesNotContain("\"" + leftOut + "\"");
    }

    @Test
    void whatChangesTheMeaningIsNotLeftOut() throws InterruptedException {
        answers(refusal("Unsupported parameter: 'stop' is not supported with this model."));

        assertUnsupported(request().stop("x").build());
        assertThat(sent()).hasSize(1);
    }

    @Test
    void ofTwoThatDoNotGoTogetherTheLastIsLeftOutAndNothingIsLearnt() throws InterruptedException {
        answers(refusal("`temperature` and `top_p` cannot both be specified for this model."), hello(), hello());

        ask(openAi, request().build());
        assertThat(sent()).hasSize(2).last().asString().contains("temperature").doesNotContain("top_p");
        assertThat(attempt.warnings).containsExactly("openai does not take topP: it was left out");

        ask(openAi, ChatRequest.builder("m").user("hi").topP(0.9).build());
        assertThat(sent()).singleElement().asString().contains("top_p");
    }

    @Test
    void aParameterThatWasNotSentIsNotLearnt() throws InterruptedException {
        answers(refusal("Unsupported parameter: 'seed' is not supported with this model."));

        assertUnsupported(request().build());
        assertThat(sent()).hasSize(1);
    }

    @Test
    void aWrongValueIsTheCallersMistake() throws InterruptedException {
        answers(new MockResponse.Builder()
                .code(400)
                .addHeader("Content-Type", "application/json")
                .body("{\"error\":{\"message\":\"temperature must be at most 2\",\"type\":\"invalid_request_error\"}}")
                .build());

        assertThatThrownBy(() -> ask(openAi, request().build()))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST));
        assertThat(sent()).hasSize(1);
    }

    private void assertUnsupported(ChatRequest request) {
        assertThatThrownBy(() -> ask(openAi, request))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED));
    }

    @Test
    void theLevelsThatARefusalListsAreLearnt() throws InterruptedException {
        answers(
                refusal(
                        "Unsupported value: 'reasoning_effort' does not support 'none' with this model. Supported values"
                                + " are: 'low', 'medium', and 'high'."),
                hello(),
                hello());
        ChatRequest request = ChatRequest.builder("m")
                .user("hi")
                .reasoning(ReasoningEffort.of(ReasoningEffort.Level.NONE))
                .build();

        ask(openAi, request);
        assertThat(sent())
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"reasoning_effort\":\"none\""),
                        again -> assertThat(again).contains("\"reasoning_effort\":\"low\""));
        assertThat(attempt.warnings)
                .containsExactly("openai cannot turn reasoning off: it was asked for the level LOW");

        ask(
                openAi,
                request.toBuilder()
                        .reasoning(ReasoningEffort.of(ReasoningEffort.Level.MAX))
                        .build());
        assertThat(sent()).singleElement().asString().contains("\"reasoning_effort\":\"high\"");
        assertThat(openAi.learned("model-x").efforts()).containsExactly("low", "medium", "high");
        assertThat(openAi.learned("another")).isEqualTo(WireFacts.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reasoning_effort xhigh is not one of the allowed values: low, medium, high | high",
                "Invalid value for reasoning.effort: must be 'none' or 'high' | high",
                "Unrecognized request argument supplied: reasoning_effort | "
            })
    void otherServersWordsForLevelsAreKnownToo(String words, String level) throws InterruptedException {
        answers(refusal(words), hello());
        ask(
                openAi,
                ChatRequest.builder("m")
                        .user("hi")
                        .reasoning(ReasoningEffort.of(ReasoningEffort.Level.XHIGH))
                        .build());
        String again = sent().get(1);
        if (level == null) {
            assertThat(again).doesNotContain("reasoning_effort");
        } else {
            assertThat(again).contains("\"reasoning_effort\":\"" + level + "\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"400,true", "404,false"})
    void theEndpointThatARefusalNamesIsLearnt(int status, boolean tools) throws InterruptedException {
        String words = tools
                ? "Function tools with reasoning_effort are not supported for model-x in /v1/chat/completions. To use"
                        + " function tools, use /v1/responses or set reasoning_effort to 'none'."
                : "This model is only supported in v1/responses and not in v1/chat/completions.";
        MockResponse responses = json("{\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":"
                + "[{\"type\":\"output_text\",\"text\":\"hello\"}]}]}");
        answers(
                new MockResponse.Builder()
                        .code(status)
                        .addHeader("Content-Type", "application/json")
                        .body("{\"error\":{\"message\":\"" + words
                                + "\",\"type\":\"invalid_request_error\",\"code\":null}}")
                        .build(),
                responses,
                responses);
        ChatRequest.Builder builder = ChatRequest.builder("m").user("hi");
        ChatRequest request = (tools
                        ? builder.tool(ToolSpec.function("f", "d", Map.of("type", "object")))
                                .reasoning(ReasoningEffort.of(ReasoningEffort.Level.HIGH))
                        : builder)
                .build();

        assertThat(ask(openAi, request).text()).isEqualTo("hello");
        assertThat(ask(openAi, request).text()).isEqualTo("hello");
        assertThat(paths()).containsExactly("/v1/chat/completions", "/v1/responses", "/v1/responses");
        assertThat(attempt.warnings)
                .containsExactly("openai takes this chat only at its endpoint responses: it was sent there");
        assertThat(openAi.learned("model-x").endpoint(tools)).isEqualTo("responses");
    }

    private List<String> paths() throws InterruptedException {
        List<String> paths = new ArrayList<>();
        for (int i = server.getRequestCount(); i > 0; i--) {
            paths.add(server.takeRequest().getUrl().encodedPath());
        }
        return paths;
    }

    @Test
    void anEndpointThatTheServerLacksIsNotTried() {
        answers(refusal("Please use /v1/responses instead."));
        try (ProviderAdapter vllm = OpenAiAdapter.builder(Dialects.VLLM)
                .baseUrl(server.url("/v1").toString())
                .build()) {
            assertThatThrownBy(() -> ask(vllm, request().build())).hasMessageContaining("/v1/responses");
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
    }
}
