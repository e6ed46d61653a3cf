package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.ProviderAdapterBuilder;
import dev.aigw.api.spi.SchemaFallback;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** JSON after a schema from deployments whose models have no mode for it. */
class SchemaFallbackTest {

    private static final ResponseFormat FORMAT = ResponseFormat.schema(
            "verdict",
            Map.of(
                    "type", "object",
                    "properties", Map.of("mood", Map.of("enum", List.of("GOOD", "BAD"))),
                    "required", List.of("mood")));
    private static final ChatRequest REQUEST =
            ChatRequest.builder("m").user("Tasty.").responseFormat(FORMAT).build();
    private static final String GOOD = "{\"mood\":\"GOOD\"}";
    private static final String WRONG = "{\"mood\":\"FINE\"}";

    private final VirtualEnvironment environment = new VirtualEnvironment(5);
    private final Deque<Supplier<ChatResponse>> script = new ArrayDeque<>();
    private final List<ChatRequest> sent = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    private ModelRouter.Builder router() {
        return ModelRouter.builder()
                .environment(environment)
                .provider(adapter("legacy").build())
                .provider(adapter("modern").enforcesSchemas().build());
    }

    private ProviderAdapterBuilder adapter(String name) {
        return ProviderAdapter.builder(name).chat((request, attempt) -> {
            asked.add(attempt.deployment());
            sent.add(request);
            return script.removeFirst().get();
        });
    }

    private void answer(String text) {
        script.add(() -> ChatResponse.builder()
                .text(text)
                .finishReason(FinishReason.STOP)
                .usage(TokenUsage.of(10, 5))
                .build());
    }

    @AfterEach
    void everyAnswerWasAskedFor() {
        assertThat(script).isEmpty();
    }

    @Test
    void anAdapterWithoutAModeForSchemasIsAskedByPrompt() {
        answer(GOOD);
        try (ModelRouter router =
                router().model("m", model -> model.deployment("legacy/a")).build()) {
            assertThat(router.chat(REQUEST).text()).isEqualTo(GOOD);
            assertThat(router.explain(REQUEST).toString())
                    .contains("legacy/a  kept, score 1.0, after the others: it lacks json-schema, which its adapter"
                            + " makes up for");
        }
        assertThat(sent.get(0).responseFormat()).isEqualTo(ResponseFormat.TEXT);
        assertThat(sent.get(0).lastUserText()).contains("JSON schema").contains("GOOD");
    }

    @Test
    void anUndeclaredModelIsAskedByPromptToo() {
        answer(GOOD);
        try (ModelRouter router = router().build()) {
            assertThat(router.chat(REQUEST.toBuilder().model("legacy/any").build())
                            .text())
                    .isEqualTo(GOOD);
        }
        assertThat(sent.get(0).responseFormat()).isEqualTo(ResponseFormat.TEXT);
    }

    @Test
    void deploymentsThatEnforceSchemasGoFirstAndTheOthersStepInForThem() {
        script.add(() -> {
            throw GatewayException.of(ErrorKind.SERVER_ERROR, "down");
        });
        answer(GOOD);
        answer("plain");
        try (ModelRouter router = router().model(
                        "m",
                        model -> model.deployment("legacy/a")
                                .deployment("modern/b")
                                .strategy(RoutingStrategies.ordered()))
                .build()) {
            assertThat(router.chat(REQUEST).text()).isEqualTo(GOOD);
            assertThat(router.chat("m", "no schema").text()).isEqualTo("plain");
        }
        assertThat(asked).containsExactly("modern/b", "legacy/a", "legacy/a");
        assertThat(sent.get(0).responseFormat()).isEqualTo(FORMAT);
        assertThat(sent.get(1).responseFormat()).isEqualTo(ResponseFormat.TEXT);
    }

    @Test
    void whatTheDeploymentIsSaidToHaveOrLackDecides() {
        answer("as it came");
        answer(GOOD);
        try (ModelRouter router = router().model(
                        "has",
                        model -> model.deployment(
                                "legacy/a", deployment -> deployment.capabilities(Capability.JSON_SCHEMA)))
                .model(
                        "lacks",
                        model -> model.deployment("modern/b", deployment -> deployment.lacks(Capability.JSON_SCHEMA)))
                .build()) {
            assertThat(router.chat(REQUEST.toBuilder().model("has").build()).text())
                    .isEqualTo("as it came");
            assertThat(router.chat(REQUEST.toBuilder().model("lacks").build()).text())
                    .isEqualTo(GOOD);
        }
        assertThat(sent.get(0).responseFormat()).isEqualTo(FORMAT);
        assertThat(sent.get(1).responseFormat()).isEqualTo(ResponseFormat.TEXT);
    }

    @Test
    void withoutAFallbackAStrictSchemaIsRefusedBeforeAnythingIsSent() {
        try (ModelRouter router = router().schemaFallback(SchemaFallback.none())
                .model("m", model -> model.deployment("legacy/a"))
                .build()) {
            assertThatThrownBy(() -> router.chat(REQUEST))
                    .hasMessageContaining("it lacks json-schema, which this request needs; with aigw-providers")
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorKind.UNSUPPORTED, GatewayException::kind);
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void aRepairIsMeteredWithTheAttemptThatNeededIt() {
        answer(WRONG);
        answer(GOOD);
        try (ModelRouter router = router().meter(Meters.inMemory())
                .model("m", model -> model.deployment("legacy/a"))
                .build()) {
            ChatResponse response = router.chat(REQUEST);
            assertThat(response.text()).isEqualTo(GOOD);
            assertThat(response.route().warnings())
                    .containsExactly("legacy was asked again: its first answer did not fit the schema");
            assertThat(response.route().attempts()).hasSize(1);
            assertThat(response.usage()).isEqualTo(TokenUsage.of(20, 10));
            assertThat(router.snapshot().usage().total().usage()).isEqualTo(TokenUsage.of(20, 10));
        }
    }

    @Test
    void whatTheFirstAnswerUsedUpIsMeteredWhenTheRepairFails() {
        answer(WRONG);
        script.add(() -> {
            throw GatewayException.of(ErrorKind.INVALID_REQUEST, "no more");
        });
        try (ModelRouter router = router().meter(Meters.inMemory())
                .model("m", model -> model.deployment("legacy/a"))
                .build()) {
            assertThatThrownBy(() -> router.chat(REQUEST)).hasMessageContaining("no more");
            assertThat(router.snapshot().usage().total().usage()).isEqualTo(TokenUsage.of(10, 5));
        }
    }

    @Test
    void anAnswerThatFitsNeitherTimeFailsTheAttemptAndTheNextDeploymentIsAsked() {
        answer(WRONG);
        answer(WRONG);
        answer(GOOD);
        try (ModelRouter router = router().provider(adapter("other").build())
                .retry(RetryPolicy.builder().maxAttempts(2).build())
                .model(
                        "m",
                        model -> model.deployment("legacy/a")
                                .deployment("other/b")
                                .strategy(RoutingStrategies.ordered()))
                .build()) {
            assertThat(router.chat(REQUEST).route().attempts())
                    .extracting(attempt -> attempt.deployment() + " " + attempt.errorKind())
                    .containsExactly("legacy/a MALFORMED_RESPONSE", "other/b null");
        }
    }

    @Test
    void anAnswerIsRepairedOnceWhetherOrNotThereAreRetriesLeft() {
        answer(WRONG);
        answer(WRONG);
        answer(WRONG);
        answer(WRONG);
        try (ModelRouter router =
                router().model("m", model -> model.deployment("legacy/a")).build()) {
            assertThatThrownBy(() -> router.chat(REQUEST))
                    .hasMessageContaining("nor did the one before")
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorKind.MALFORMED_RESPONSE, GatewayException::kind);
            assertThat(asked).hasSize(2);
            assertThatThrownBy(() -> router.stream(REQUEST).response())
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorKind.MALFORMED_RESPONSE, GatewayException::kind);
            assertThat(asked).hasSize(4);
        }
    }

    @Test
    void aStreamBringsNothingThatDoesNotFit() {
        answer(WRONG);
        answer(GOOD);
        try (ModelRouter router = router().model("m", model -> model.deployment("legacy/a"))
                        .build();
                ChatStream stream = router.stream(REQUEST)) {
            StringBuilder text = new StringBuilder();
            stream.forEach(event -> {
                if (event instanceof ChatEvent.TextDelta delta) {
                    text.append(delta.text());
                }
            });
            assertThat(text).hasToString(GOOD);
            assertThat(stream.response().usage()).isEqualTo(TokenUsage.of(20, 10));
        }
    }

    @Test
    void noRepairIsAskedForAfterTheDeadline() {
        answer(WRONG);
        try (ModelRouter router = router().timeouts(
                        Timeouts.builder().total(Duration.ofSeconds(5)).build())
                .model("m", model -> model.deployment("legacy/a"))
                .build()) {
            Supplier<ChatResponse> slow = script.removeFirst();
            script.add(() -> {
                environment.advance(Duration.ofSeconds(6));
                return slow.get();
            });
            assertThatThrownBy(() -> router.chat(REQUEST))
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorKind.DEADLINE, GatewayException::kind);
        }
        assertThat(asked).hasSize(1);
    }
}
