package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.SchemaFallback;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.catalog.DeploymentBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What keeps a call from a deployment before any strategy is asked. */
class HardFiltersTest {

    private final FakeProvider fake = FakeProvider.builder("fake")
            .model("first", script -> script.reply("first"))
            .model("second", script -> script.reply("second"))
            .model("other", script -> script.reply("other"))
            .build();

    private ModelRouter router(Consumer<DeploymentBuilder> first, Consumer<DeploymentBuilder> second) {
        return ModelRouter.builder()
                .environment(new VirtualEnvironment(3))
                .provider(fake)
                .schemaFallback(SchemaFallback.none())
                .model(
                        "m",
                        model -> model.deployment("fake/first", first)
                                .deployment("fake/second", second)
                                .strategy(RoutingStrategies.ordered())
                                .fallback("other"))
                .model("strict", model -> model.deployment("fake/first", first).deployment("fake/second", second))
                .model("other", model -> model.deployment("fake/other"))
                .build();
    }

    private static ChatRequest.Builder ask(String model) {
        return ChatRequest.builder().model(model).user("What is this?");
    }

    static Stream<Arguments> requests() {
        ContentPart image = new ContentPart.Image(Media.ofUrl("https://example.org/a.png"));
        return Stream.of(
                Arguments.of(Capability.TOOLS, ask("m").tool(ToolSpec.function("clock", "tells the time", Map.of()))),
                Arguments.of(
                        Capability.JSON_SCHEMA,
                        ask("m").responseFormat(ResponseFormat.schema("answer", Map.of("type", "object")))),
                Arguments.of(Capability.REASONING, ask("m").reasoning(ReasoningEffort.of(ReasoningEffort.Level.HIGH))),
                Arguments.of(Capability.VISION, ask("m").message(Message.of(Message.Role.USER, List.of(image)))),
                Arguments.of(
                        Capability.VISION,
                        ask("m").message(Message.of(
                                Message.Role.TOOL, List.of(new ContentPart.ToolResult("id", List.of(image), false))))),
                Arguments.of(
                        Capability.AUDIO,
                        ask("m").message(Message.of(
                                Message.Role.USER,
                                List.of(new ContentPart.Audio(Media.ofBytes("audio/wav", new byte[] {1})))))),
                Arguments.of(
                        Capability.VIDEO,
                        ask("m").message(Message.of(
                                Message.Role.USER,
                                List.of(new ContentPart.Video(Media.ofUrl("https://example.org/a.mp4")))))),
                Arguments.of(
                        Capability.DOCUMENTS,
                        ask("m").message(Message.of(
                                Message.Role.USER,
                                List.of(new ContentPart.Document(
                                        Media.ofBytes("application/pdf", new byte[] {1}), null, false))))),
                Arguments.of(Capability.CHAT, ask("m")));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aDeploymentThatLacksWhatTheRequestNeedsIsLeftOut(Capability needed, ChatRequest.Builder request) {
        ChatRequest built = request.build();
        try (ModelRouter router = router(deployment -> deployment.lacks(needed), any -> {})) {
            assertThat(router.chat(built).text()).isEqualTo("second");
            assertThat(router.explain(built).toString())
                    .contains("fake/first  dropped: it lacks " + needed + ", which this request needs")
                    .contains("fake/second  kept");
        }
    }

    @Test
    void aRequestThatDoesNotNeedItGoesThere() {
        Capability[] all = {
            Capability.TOOLS, Capability.VISION, Capability.AUDIO, Capability.JSON_SCHEMA, Capability.REASONING
        };
        ContentPart text = new ContentPart.Document(Media.ofBytes("text/plain", new byte[] {65}), null, false);
        try (ModelRouter router = router(deployment -> deployment.lacks(all).lacks(Capability.DOCUMENTS), any -> {})) {
            assertThat(router.chat(ask("m").message(Message.of(Message.Role.USER, List.of(text)))
                                    .build())
                            .text())
                    .isEqualTo("first");
        }
    }

    @Test
    void anEmbeddingGoesToNoModelThatOnlyChats() {
        try (ModelRouter router = router(deployment -> deployment.lacks(Capability.EMBEDDING), any -> {})) {
            assertThat(router.embed(EmbeddingRequest.of("m", "a text")).route().deployment())
                    .isEqualTo("fake/second");
        }
    }

    @Test
    void whatSurelyDoesNotFitTheWindowIsLeftOutAndWhatMightFitIsTried() {
        ChatRequest surely =
                ChatRequest.builder().model("m").user("word ".repeat(2_000)).build();
        ChatRequest maybe =
                ChatRequest.builder().model("m").user("word ".repeat(1_100)).build();
        try (ModelRouter router = router(deployment -> deployment.contextWindow(1_000), any -> {})) {
            assertThat(router.chat(surely).text()).isEqualTo("second");
            assertThat(router.explain(surely).toString())
                    .contains("its context window is 1000 tokens, and prompt and answer need at least 1666");
            assertThat(router.chat(maybe).text()).isEqualTo("first");
            assertThat(router.chat(maybe.toBuilder().maxOutputTokens(500).build())
                            .text())
                    .isEqualTo("second");
        }
    }

    @Test
    void aRegionMustBeKnownAndEndsAtItsHyphen() {
        CallOptions inEurope = CallOptions.builder().region("eu", "ch").build();
        ChatRequest request = ask("m").build();
        try (ModelRouter router =
                router(deployment -> deployment.region("europa"), deployment -> deployment.region("eu-west-1"))) {
            assertThat(router.chat(request, inEurope).text()).isEqualTo("second");
            assertThat(router.chat(request).text()).isEqualTo("first");
        }
        try (ModelRouter router = router(any -> {}, deployment -> deployment.region("ch"))) {
            assertThat(router.chat(request, inEurope).text()).isEqualTo("second");
            assertThat(router.explain(ChatRequest.CHAT, request, inEurope).toString())
                    .contains("its region is not known to be one of");
        }
    }

    @Test
    void allRequiredTagsMustBeThere() {
        CallOptions options =
                CallOptions.builder().requireTags("gpu", "audited").build();
        try (ModelRouter router = router(
                deployment -> deployment.tag("gpu"),
                deployment -> deployment.tag("gpu").tag("audited"))) {
            assertThat(router.chat(ask("m").build(), options).text()).isEqualTo("second");
            assertThat(router.explain(ChatRequest.CHAT, ask("m").build(), options)
                            .toString())
                    .contains("it lacks the required tags [audited]");
        }
    }

    @Test
    void aCallThatLimitsRetentionGoesOnlyWhereNoMoreIsKnownToBeKept() {
        CallOptions options = CallOptions.builder().maxRetention(Duration.ZERO).build();
        ChatRequest request = ask("m").build();
        try (ModelRouter router = router(
                deployment -> deployment.retention(Duration.ofDays(30)),
                deployment -> deployment.retention(Duration.ZERO))) {
            assertThat(router.chat(request, options).text()).isEqualTo("second");
            assertThat(router.chat(request).text()).as("without the limit").isEqualTo("first");
            assertThat(router.explain(ChatRequest.CHAT, request, options).toString())
                    .contains("prompts may be kept there for 30 d, and the call allows 0 s");
        }
        try (ModelRouter router = router(any -> {}, deployment -> deployment.retention(Duration.ZERO))) {
            assertThat(router.chat(request, options).text()).isEqualTo("second");
            assertThat(router.explain(ChatRequest.CHAT, request, options).toString())
                    .contains("it is not known how long prompts are kept there");
        }
    }

    @Test
    void aPriceCeilingExcludesExpensiveAndUnknownPrices() {
        CallOptions options =
                CallOptions.builder().maxPrice(Price.usdPerMillion("1", "4")).build();
        ChatRequest request = ask("m").build();
        try (ModelRouter router = router(
                deployment -> deployment.price(Price.usdPerMillion("0.5", "4.01")),
                deployment -> deployment.price(Price.usdPerMillion("1", "4")))) {
            assertThat(router.chat(request, options).text()).isEqualTo("second");
            assertThat(router.explain(ChatRequest.CHAT, request, options).toString())
                    .contains("it charges 4.01 for a million tokens of output, above the ceiling of 4");
        }
        try (ModelRouter router = router(any -> {}, deployment -> deployment.price(Price.usdPerMillion("1", "4")))) {
            assertThat(router.chat(request, options).text()).isEqualTo("second");
            assertThat(router.explain(ChatRequest.CHAT, request, options).toString())
                    .contains("its price is unknown");
        }
    }

    @Test
    void whenAllAreLeftOutTheErrorListsEachWithItsReason() {
        CallOptions options = CallOptions.builder().region("eu").build();
        ChatRequest request = ask("strict")
                .tool(ToolSpec.function("clock", "tells the time", Map.of()))
                .build();
        try (ModelRouter router =
                router(deployment -> deployment.lacks(Capability.TOOLS), deployment -> deployment.region("us"))) {
            GatewayException failure =
                    catchThrowableOfType(GatewayException.class, () -> router.chat(request, options));

            assertThat(failure.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
            assertThat(failure)
                    .hasMessageContaining("none of the 2 deployments")
                    .hasMessageContaining("fake/first: it lacks tools")
                    .hasMessageContaining("fake/second: its region us is none of [eu]");
            assertThat(fake.attempts()).isEmpty();
        }
    }

    @Test
    void whenNoWindowIsLargeEnoughTheFailureSaysSoAndNothingIsSent() {
        ChatRequest request = ChatRequest.builder()
                .model("strict")
                .user("word ".repeat(5_000))
                .build();
        try (ModelRouter router =
                router(deployment -> deployment.contextWindow(100), deployment -> deployment.contextWindow(200))) {
            assertThat(catchThrowableOfType(GatewayException.class, () -> router.chat(request))
                            .kind())
                    .isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
            assertThat(fake.attempts()).isEmpty();
        }
    }

    @Test
    void aFallbackModelThatCanStepsIn() {
        ChatRequest request = ask("m").tool(ToolSpec.function("clock", "tells the time", Map.of()))
                .build();
        try (ModelRouter router = router(
                deployment -> deployment.lacks(Capability.TOOLS), deployment -> deployment.lacks(Capability.TOOLS))) {
            assertThat(router.chat(request).text()).isEqualTo("other");
            assertThat(fake.attempts()).hasSize(1);
        }
    }
}
