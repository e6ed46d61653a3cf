package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.catalog.DeploymentBuilder;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StreamRecoveryTest extends RouterHarness {

    private final List<ChatEvent> events = new ArrayList<>();
    private FakeProvider fake;
    private ModelRouter router;

    StreamRecoveryTest() {
        super(7);
    }

    private static ChatEvent text(String text) {
        return new ChatEvent.TextDelta(0, text);
    }

    private void route(FakeProvider provider, StreamRecovery recovery, Consumer<DeploymentBuilder> second) {
        fake = provider;
        router = builder(recovery, second).build();
    }

    private ModelRouter.Builder builder(StreamRecovery recovery, Consumer<DeploymentBuilder> second) {
        return ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .streamRecovery(recovery)
                .model(
                        "m",
                        model -> model.deployment("fake/a")
                                .deployment("fake/b", second)
                                .strategy(RoutingStrategies.ordered()));
    }

    private ChatResponse read() {
        try (ChatStream stream = router.stream(ChatRequest.of("m", "tell me"))) {
            for (ChatEvent event : stream) {
                events.add(event);
            }
            return stream.response();
        }
    }

    private GatewayException failure() {
        return catchThrowableOfType(GatewayException.class, this::read);
    }

    @AfterEach
    void everythingIsSettled() {
        settled(router, fake);
        router.close();
    }

    @Test
    void resumesByPrefillWhereTheDeploymentTakesOne() {
        route(
                fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once upon "), text("a ")))
                        .model("b", script -> script.chunks("time", " there was"))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> deployment.capabilities(Capability.PREFILL));

        ChatResponse response = read();

        assertThat(response.text()).isEqualTo("Once upon a time there was");
        assertThat(response.message().parts()).as("one text, not two").hasSize(1);
        ChatRequest asked = (ChatRequest) fake.attempts("b").get(0).request();
        Message last = asked.messages().get(asked.messages().size() - 1);
        assertThat(last.role()).isEqualTo(Message.Role.ASSISTANT);
        assertThat(last.text()).as("without the space some vendors refuse").isEqualTo("Once upon a");
        assertThat(events).noneMatch(event -> event instanceof ChatEvent.Restarted);
        assertThat(response.route().attempts())
                .extracting(Route.Attempt::deployment, Route.Attempt::outcome, Route.Attempt::errorKind)
                .containsExactly(
                        Tuple.tuple("fake/a", Outcome.FAILED, ErrorKind.STREAM_INTERRUPTED),
                        Tuple.tuple("fake/b", Outcome.SUCCESS, null));
    }

    @Test
    void aSpaceLeftOutOfThePrefillIsNotDeliveredTwice() {
        route(
                fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("one ")))
                        .model("b", script -> script.chunks(" two"))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> deployment.capabilities(Capability.PREFILL));
        assertThat(read().text()).isEqualTo("one two");
    }

    @Test
    void aResumedAnswerKeepsToWhatIsLeftOfItsTokens() {
        fake = fake().model(
                        "a",
                        script -> script.streamThenFail(
                                ErrorKind.CONNECTION,
                                text("Once upon"),
                                new ChatEvent.UsageReported(TokenUsage.of(5, 30))))
                .model(
                        "b",
                        script -> script.streamThenFail(
                                ErrorKind.RATE_LIMITED, text(" a"), new ChatEvent.UsageReported(TokenUsage.of(5, 20))))
                .model("c", script -> script.chunks(" time"))
                .build();
        router = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a", each -> each.tier(1).capabilities(Capability.PREFILL))
                                .deployment("fake/b", each -> each.tier(2).capabilities(Capability.PREFILL))
                                .deployment("fake/c", each -> each.tier(3).capabilities(Capability.PREFILL))
                                .strategy(RoutingStrategies.ordered()))
                .build();
        try (ChatStream stream = router.stream(
                ChatRequest.builder("m").user("tell me").maxOutputTokens(100).build())) {
            assertThat(stream.response().text()).isEqualTo("Once upon a time");
        }
        assertThat(fake.attempts())
                .extracting(seen -> ((ChatRequest) seen.request()).maxOutputTokens())
                .containsExactly(100, 70, 50);
    }

    @Test
    void aRepeatedAnswerMayHaveAllItsTokens() {
        route(
                fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once upon")))
                        .model("b", script -> script.chunks("Once upon a time"))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> {});
        try (ChatStream stream = router.stream(
                ChatRequest.builder("m").user("tell me").maxOutputTokens(100).build())) {
            assertThat(stream.response().text()).isEqualTo("Once upon a time");
        }
        assertThat(((ChatRequest) fake.attempts("b").get(0).request()).maxOutputTokens())
                .isEqualTo(100);
    }

    @Test
    void anAnswerWithoutTokensLeftHasEnded() {
        route(
                fake().model(
                                "a",
                                script -> script.streamThenFail(
                                        ErrorKind.CONNECTION,
                                        text("Once upon"),
                                        new ChatEvent.UsageReported(TokenUsage.of(5, 30))))
                        .model("b", script -> script.chunks("never asked"))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> deployment.capabilities(Capability.PREFILL));
        try (ChatStream stream = router.stream(
                ChatRequest.builder("m").user("tell me").maxOutputTokens(30).build())) {
            ChatResponse response = stream.response();
            assertThat(response.text()).isEqualTo("Once upon");
            assertThat(response.finishReason().kind()).isEqualTo(FinishReason.Kind.LENGTH);
            assertThat(response.usage()).isEqualTo(TokenUsage.of(5, 30));
        }
        assertThat(fake.attempts("b")).isEmpty();
    }

    @Test
    void resumesByDroppingWhatTheNextAnswerRepeats() {
        route(
                fake().model(
                                "a",
                                script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once upon"), text(" a t")))
                        .model("b", script -> script.chunks("Once", " upon a time", " there was"))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> {});
        assertThat(read().text()).isEqualTo("Once upon a time there was");
        assertThat(events)
                .filteredOn(ChatEvent::isContent)
                .extracting(event -> ((ChatEvent.TextDelta) event).text())
                .containsExactly("Once upon", " a t", "ime", " there was");
    }

    @Test
    void anAnswerThatDiffersFailsWithWhatHadArrived() {
        route(
                fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once upon")))
                        .model("b", script -> script.chunks("Long ago", " there was"))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> {});
        GatewayException e = failure();
        assertThat(e.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(((ChatResponse) e.partial()).text()).isEqualTo("Once upon");
        assertThat(e.getSuppressed())
                .as("b, then a again, as its connection only broke")
                .extracting(met -> ((GatewayException) met).kind())
                .containsExactly(
                        ErrorKind.UNSUPPORTED, ErrorKind.CONNECTION, ErrorKind.CONNECTION, ErrorKind.CONNECTION);
        assertThat(router.snapshot().models().get(0).deployments().get(1).cooldown())
                .isZero();
    }

    @Test
    void anAnswerThatDiffersBeginsAgainWhereThatIsAllowed() {
        route(
                fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once upon")))
                        .model("b", script -> script.chunks("Once", " there", " was"))
                        .build(),
                StreamRecovery.RESUME_OR_RESTART,
                deployment -> {});
        assertThat(read().text()).isEqualTo("Once there was");
        assertThat(events)
                .filteredOn(event -> event instanceof ChatEvent.Restarted)
                .hasSize(1);
    }

    @Test
    void anAnswerShorterThanWhatWasDeliveredDiffers() {
        route(
                fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once upon")))
                        .model("b", script -> script.chunks("Once"))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> {});
        assertThat(failure().kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
    }

    @Test
    void restartsTheAnswer() {
        route(
                fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once upon")))
                        .model("b", script -> script.chunks("Long ago"))
                        .build(),
                StreamRecovery.RESTART,
                deployment -> {});
        assertThat(read().text()).isEqualTo("Long ago");
        assertThat(events)
                .extracting(Object::getClass)
                .containsSubsequence(ChatEvent.TextDelta.class, ChatEvent.Restarted.class, ChatEvent.TextDelta.class);
    }

    @ParameterizedTest
    @EnumSource
    void whatBreaksBeforeTheFirstContentIsAnOrdinaryFailedAttempt(StreamRecovery recovery) {
        route(
                fake().model(
                                "a",
                                script -> script.streamThenFail(
                                        ErrorKind.STREAM_INTERRUPTED, new ChatEvent.Started("1", "a"), text("")))
                        .model("b", script -> script.chunks("fine"))
                        .build(),
                recovery,
                deployment -> {});
        assertThat(read().text()).isEqualTo("fine");
        assertThat(events).noneMatch(event -> event instanceof ChatEvent.Restarted);
    }

    @Test
    void withoutRecoveryTheStreamFailsWithWhatHadArrivedAndItsUsage() {
        route(
                fake().model(
                                "a",
                                script -> script.streamThenFail(
                                        ErrorKind.SERVER_ERROR,
                                        text("Once upon"),
                                        new ChatEvent.UsageReported(TokenUsage.of(10, 2))))
                        .model("b", script -> script.chunks("never asked"))
                        .build(),
                StreamRecovery.FAIL,
                deployment -> {});
        GatewayException e = failure();
        assertThat(e.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(e.partial().usage()).isEqualTo(TokenUsage.of(10, 2));
        assertThat(e.route().attempts())
                .extracting(Route.Attempt::errorKind)
                .containsExactly(ErrorKind.STREAM_INTERRUPTED);
        assertThat(fake.attempts("b")).isEmpty();
    }

    @Test
    void aStallIsNotResumedByTheDeploymentThatStalled() {
        fake = fake().model("a", script -> script.streamThenStall(text("Once")).chunks("Once again"))
                .build();
        router = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .streamRecovery(StreamRecovery.RESUME)
                .model("m", model -> model.deployment("fake/a"))
                .build();
        assertThat(failure().kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(fake.attempts()).hasSize(1);
    }

    @Test
    void aBrokenConnectionMayBeResumedByTheOnlyDeployment() {
        fake = fake().model(
                        "a",
                        script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once"))
                                .chunks("Once again"))
                .build();
        router = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .streamRecovery(StreamRecovery.RESUME)
                .model("m", model -> model.deployment("fake/a"))
                .build();
        assertThat(read().text()).isEqualTo("Once again");
    }

    @Test
    void aFallbackModelMayTakeOverAndIsNamed() {
        fake = fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once")))
                .model("small", script -> script.chunks(" upon a time"))
                .build();
        router = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .cache(Caches.inMemory()
                        .maximumEntries(10)
                        .timeToLive(Duration.ofMinutes(1))
                        .build())
                .streamRecovery(StreamRecovery.RESUME)
                .model("m", model -> model.deployment("fake/a").fallback("s"))
                .model(
                        "s",
                        model -> model.deployment(
                                "fake/small", deployment -> deployment.capabilities(Capability.PREFILL)))
                .build();
        ChatResponse response = read();
        assertThat(response.text()).isEqualTo("Once upon a time");
        assertThat(response.route().model()).isEqualTo("s");
        assertThat(response.route().attempts())
                .as("the connection only broke, so its deployment is asked again first")
                .extracting(Route.Attempt::deployment)
                .containsExactly("fake/a", "fake/a", "fake/a", "fake/a", "fake/small");
        assertThat(router.snapshot().cache().entries())
                .as("not the primary's answer")
                .isZero();
    }

    @Test
    void aRejectedPrefillIsNeverTheFinalError() {
        route(
                fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once")))
                        .model("b", script -> script.fail(ErrorKind.INVALID_REQUEST))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> deployment.capabilities(Capability.PREFILL));
        GatewayException e = failure();
        assertThat(e.kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(e.getMessage()).contains("after some content was delivered");
    }

    @Test
    void aDeploymentThatRefusesAPrefillIsAskedWithoutAndRemembered() {
        route(
                fake().model(
                                "a",
                                script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once"))
                                        .streamThenFail(ErrorKind.CONNECTION, text("Once")))
                        .model(
                                "b",
                                script -> script.fail(ErrorKind.INVALID_REQUEST).chunks("Once", " upon a time"))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> deployment.capabilities(Capability.PREFILL));

        ChatResponse response = read();

        assertThat(response.text()).isEqualTo("Once upon a time");
        assertThat(response.route().attempts())
                .extracting(Route.Attempt::deployment, Route.Attempt::errorKind)
                .containsExactly(
                        Tuple.tuple("fake/a", ErrorKind.STREAM_INTERRUPTED),
                        Tuple.tuple("fake/b", ErrorKind.UNSUPPORTED),
                        Tuple.tuple("fake/b", null));
        assertThat(read().text()).isEqualTo("Once upon a time");
        assertThat(fake.attempts("b"))
                .extracting(seen -> ((ChatRequest) seen.request()).messages().size())
                .as("given a beginning once")
                .containsExactly(2, 1, 1);
    }

    @ParameterizedTest
    @MethodSource("requestsThatABeginningWouldChange")
    void aBeginningIsGivenOnlyWhereItChangesNothingElse(ChatRequest request) {
        route(
                fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Let me look")))
                        .model(
                                "b",
                                script -> script.stream(
                                        text("Let me look"),
                                        new ChatEvent.ToolCallStarted(1, "call-1", "search", null, null),
                                        new ChatEvent.ToolArgumentsDelta(1, "{}"),
                                        new ChatEvent.Finished(
                                                FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> deployment.capabilities(
                        Capability.PREFILL, Capability.TOOLS, Capability.REASONING, Capability.JSON_SCHEMA));
        try (ChatStream stream = router.stream(request)) {
            assertThat(stream.response().toolCalls()).hasSize(1);
            assertThat(stream.response().text()).isEqualTo("Let me look");
        }
        ChatRequest asked = (ChatRequest) fake.attempts("b").get(0).request();
        assertThat(asked.messages()).isEqualTo(request.messages());
    }

    static List<ChatRequest> requestsThatABeginningWouldChange() {
        ChatRequest plain = ChatRequest.of("m", "tell me");
        return List.of(
                plain.toBuilder()
                        .tool(ToolSpec.function("search", "finds", Map.of("type", "object")))
                        .build(),
                plain.toBuilder().responseFormat(ResponseFormat.JSON).build(),
                plain.toBuilder()
                        .reasoning(ReasoningEffort.of(ReasoningEffort.Level.LOW))
                        .build(),
                plain.toBuilder().message(Message.assistant("Sure:")).build());
    }

    @Test
    void aRefusedPrefillIsNoAttemptOfTheCallers() {
        fake = fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once")))
                .model("b", script -> script.fail(ErrorKind.INVALID_REQUEST).chunks("Once", " upon"))
                .build();
        router = builder(StreamRecovery.RESUME, deployment -> deployment.capabilities(Capability.PREFILL))
                .retry(RetryPolicy.builder().maxAttempts(2).build())
                .build();
        assertThat(read().text()).isEqualTo("Once upon");
    }

    @ParameterizedTest
    @EnumSource(names = {"RESUME", "RESUME_OR_RESTART"})
    void theDeploymentThatFinishesTheAnswerIsNamedAndAllAttemptsAreAccounted(StreamRecovery recovery) {
        route(
                fake().model(
                                "a",
                                script -> script.streamThenFail(
                                        ErrorKind.CONNECTION, new ChatEvent.Started("id-a", "model-a"), text("Once")))
                        .model(
                                "b",
                                script -> script.stream(
                                        new ChatEvent.Started("id-b", "model-b"),
                                        text("Once"),
                                        text(" upon"),
                                        new ChatEvent.Finished(FinishReason.STOP),
                                        new ChatEvent.UsageReported(TokenUsage.of(12, 2))))
                        .build(),
                recovery,
                deployment -> {});

        ChatResponse response = read();

        assertThat(response.text()).isEqualTo("Once upon");
        assertThat(response.id()).isEqualTo("id-b");
        assertThat(response.model()).isEqualTo("model-b");
        assertThat(response.usage().outputTokens())
                .as("the broken attempt reported nothing: its word is estimated")
                .isEqualTo(3);
        assertThat(response.usage().inputTokens()).isGreaterThan(12);
    }

    @Test
    void aRecoveryLeavesTheAttemptThatIsReservedForAFallback() {
        fake = fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once")))
                .model("b", script -> script.fail(ErrorKind.SERVER_ERROR))
                .model("small", script -> script.chunks("Once", " upon"))
                .build();
        router = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .retry(RetryPolicy.builder().maxAttempts(2).build())
                .model(
                        "m",
                        model -> model.deployment("fake/a")
                                .deployment("fake/b")
                                .strategy(RoutingStrategies.ordered())
                                .fallback("s"))
                .model("s", model -> model.deployment("fake/small"))
                .build();
        assertThat(read().text()).isEqualTo("Once upon");
        assertThat(fake.attempts("b")).isEmpty();
    }

    @Test
    void aFallbackThatBreaksIsTakenOverByTheNextFallback() {
        fake = fake().model("a", script -> script.fail(ErrorKind.SERVER_ERROR))
                .model("b", script -> script.streamThenFail(ErrorKind.TIMEOUT, text("Once")))
                .model("c", script -> script.chunks("Once", " upon"))
                .build();
        router = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .model("m", model -> model.deployment("fake/a").fallback("s", "t"))
                .model("s", model -> model.deployment("fake/b"))
                .model("t", model -> model.deployment("fake/c"))
                .build();
        assertThat(read().text()).isEqualTo("Once upon");
    }

    @Test
    void aCallMayChooseAnotherRecoveryThanItsRouter() {
        route(
                fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once")))
                        .model("b", script -> script.chunks("Once", " upon"))
                        .build(),
                StreamRecovery.RESTART,
                deployment -> {});
        CallOptions options =
                CallOptions.builder().streamRecovery(StreamRecovery.FAIL).build();
        try (ChatStream stream = router.stream(ChatRequest.of("m", "tell me"), options)) {
            assertThat(failure(stream::response).kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        }
        assertThat(fake.attempts("b")).isEmpty();
    }

    @Test
    void resumesByDefault() {
        fake = fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once")))
                .model("b", script -> script.chunks("Once", " upon"))
                .build();
        router = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a").deployment("fake/b").strategy(RoutingStrategies.ordered()))
                .build();
        assertThat(read().text()).isEqualTo("Once upon");
    }

    @Test
    void aToolCallThatWasCutIsNotResumed() {
        route(
                fake().model(
                                "a",
                                script -> script.streamThenFail(
                                        ErrorKind.CONNECTION,
                                        text("Let me look"),
                                        new ChatEvent.ToolCallStarted(1, "call-1", "search", null, null),
                                        new ChatEvent.ToolArgumentsDelta(1, "{\"que")))
                        .model("b", script -> script.chunks("Let me look"))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> {});
        assertThat(failure().kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(fake.attempts("b")).isEmpty();
    }

    @Test
    void aToolCallThatWasCutIsRestartedWhereThatIsAllowed() {
        route(
                fake().model(
                                "a",
                                script -> script.streamThenFail(
                                        ErrorKind.CONNECTION,
                                        new ChatEvent.ToolCallStarted(0, "call-1", "search", null, null),
                                        new ChatEvent.ToolArgumentsDelta(0, "{\"que")))
                        .model("b", script -> script.chunks("No tool needed"))
                        .build(),
                StreamRecovery.RESUME_OR_RESTART,
                deployment -> {});
        ChatResponse response = read();
        assertThat(response.text()).isEqualTo("No tool needed");
        assertThat(response.toolCalls()).isEmpty();
    }

    @Test
    void aBreakAfterTheFinishReasonLosesNothing() {
        route(
                fake().model(
                                "a",
                                script -> script.streamThenFail(
                                        ErrorKind.CONNECTION, text("done"), new ChatEvent.Finished(FinishReason.STOP)))
                        .build(),
                StreamRecovery.RESTART,
                deployment -> {});
        ChatResponse response = read();
        assertThat(response.text()).isEqualTo("done");
        assertThat(response.warnings()).singleElement().asString().contains("complete");
        assertThat(fake.attempts()).hasSize(1);
    }

    @Test
    void reportsTheTokensOfAllAttempts() {
        route(
                fake().model(
                                "a",
                                script -> script.streamThenFail(
                                        ErrorKind.CONNECTION,
                                        text("one "),
                                        new ChatEvent.UsageReported(TokenUsage.of(10, 1))))
                        .model(
                                "b",
                                script -> script.stream(
                                        text("two"),
                                        new ChatEvent.Finished(FinishReason.STOP),
                                        new ChatEvent.UsageReported(TokenUsage.of(12, 1))))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> deployment.capabilities(Capability.PREFILL));
        assertThat(read().usage()).isEqualTo(TokenUsage.of(22, 2));
    }

    @Test
    void stopsAtTheAttemptBudget() {
        fake = fake().streamThenFail(ErrorKind.CONNECTION, text("x")).build();
        router = builder(StreamRecovery.RESTART, deployment -> {})
                .retry(RetryPolicy.builder().maxAttempts(3).build())
                .build();
        assertThat(failure().kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(fake.attempts()).hasSize(3);
    }

    @Test
    void reasoningOfTheSecondAttemptIsLeftOut() {
        route(
                fake().model(
                                "a",
                                script -> script.streamThenFail(
                                        ErrorKind.CONNECTION,
                                        new ChatEvent.ReasoningDelta(0, "hm", false),
                                        new ChatEvent.TextDelta(1, "The answer")))
                        .model(
                                "b",
                                script -> script.stream(
                                        new ChatEvent.ReasoningDelta(0, "well", false),
                                        new ChatEvent.TextDelta(1, "The answer is"),
                                        new ChatEvent.TextDelta(1, " 42"),
                                        new ChatEvent.Finished(FinishReason.STOP)))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> {});
        ChatResponse response = read();
        assertThat(response.text()).isEqualTo("The answer is 42");
        assertThat(response.message().parts()).hasSize(2);
    }

    @Test
    void closingWhileItIsRecoveredReleasesEverything() {
        route(
                fake().model("a", script -> script.streamThenFail(ErrorKind.CONNECTION, text("Once")))
                        .model("b", script -> script.streamThenStall(text("Once upon")))
                        .build(),
                StreamRecovery.RESUME,
                deployment -> {});
        try (ChatStream stream = router.stream(ChatRequest.of("m", "tell me"))) {
            while (!stream.text().equals("Once upon")) {
                stream.next();
            }
        }
        assertThat(fake.attempts()).hasSize(2);
    }
}
