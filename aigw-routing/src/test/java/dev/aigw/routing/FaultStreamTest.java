package dev.aigw.routing;

import static dev.aigw.api.ErrorKind.CONNECTION;
import static dev.aigw.api.ErrorKind.MALFORMED_RESPONSE;
import static dev.aigw.api.ErrorKind.OVERLOADED;
import static dev.aigw.api.ErrorKind.RATE_LIMITED;
import static dev.aigw.api.ErrorKind.STREAM_INTERRUPTED;
import static dev.aigw.routing.FaultLab.LONG;
import static dev.aigw.routing.FaultLab.assertRoute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.fake.SeenRequest;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.RouterHarness.Way;
import dev.aigw.routing.resilience.HedgePolicy;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers that break over real sockets, before and after their first content, and ends that are odd but complete. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultStreamTest {

    static Stream<Arguments> breaksMidway() {
        return Stream.of(
                arguments(Fault.cut(), MALFORMED_RESPONSE),
                arguments(Fault.cutInsideCharacter(), MALFORMED_RESPONSE),
                arguments(Fault.endEarly(), MALFORMED_RESPONSE),
                arguments(Fault.errorMidway("engine_overloaded"), OVERLOADED),
                arguments(Fault.errorMidway("rate_limit_exceeded"), RATE_LIMITED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaksMidway")
    void aStreamThatBreaksAfterContentIsNeverCompleteAndKeepsWhatCame(Fault fault, ErrorKind plain)
            throws InterruptedException {
        try (FaultLab lab =
                new FaultLab().unrecovered().server("a", fault).server("b").withSpare()) {
            GatewayException e = lab.failure(Way.STREAM);

            assertThat(e.kind()).isEqualTo(STREAM_INTERRUPTED);
            assertThat(e.deployment()).isEqualTo("a/x");
            assertTruncated(e);
            assertThat(lab.seen("a")).hasSize(1);
            assertThat(lab.seen("b")).isEmpty();
            assertThat(lab.seen("spare")).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaksMidway")
    void aPlainReplyThatBreaksInItsMiddleIsAnOrdinaryFailedAttempt(Fault fault, ErrorKind plain)
            throws InterruptedException {
        for (Way way : new Way[] {Way.SYNC, Way.ASYNC}) {
            try (FaultLab lab = new FaultLab().server("a", fault).server("b")) {
                ChatResponse answer = lab.chat(way);

                assertThat(answer.text()).isEqualTo(FaultLab.answerOf("b"));
                assertRoute(answer.route(), "a/x", plain, "b/x", null);
                assertThat(lab.seen("a")).hasSize(1);
            }
        }
    }

    @Test
    void aResetInTheMiddleNeverMakesACompleteAnswer() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            try (FaultLab lab =
                    new FaultLab().unrecovered().server("a", Fault.cutByReset()).server("b")) {
                // where the reset strikes is not certain: it may overtake the content sent before it
                ChatResponse answer = null;
                try {
                    answer = lab.chat(Way.STREAM);
                } catch (GatewayException e) {
                    assertThat(e.kind()).isEqualTo(STREAM_INTERRUPTED);
                    assertTruncated(e);
                }
                if (answer != null) {
                    assertThat(answer.text()).isEqualTo(FaultLab.answerOf("b"));
                    assertRoute(answer.route(), "a/x", CONNECTION, "b/x", null);
                }
            }
        }
    }

    private static void assertTruncated(GatewayException e) {
        ChatResponse partial = (ChatResponse) e.partial();
        assertThat(partial).isNotNull();
        assertThat(partial.text()).isNotEmpty().doesNotContain("\uFFFD");
        assertThat(FaultLab.answerOf("a")).startsWith(partial.text());
    }

    @Test
    void aCutInsideToolCallArgumentsNeverMakesACallOfThem() throws InterruptedException {
        ChatResponse tools = ChatResponse.builder()
                .part(new ToolCall("call_1", "transfer", "{\"amount\":1000000,\"to\":\"Zoë\"}"))
                .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                .build();
        try (FaultServer server = FaultServer.builder()
                        .script(Fault.cutInsideToolCall(), Fault.cutInsideToolCall())
                        .answer(request -> tools)
                        .start();
                ModelRouter router = ModelRouter.builder()
                        .provider(OpenAiAdapter.builder(Dialects.OPENAI)
                                .baseUrl(server.baseUrl())
                                .build())
                        .model("m", model -> model.deployment("openai/x"))
                        .build()) {
            try (ChatStream stream = router.stream("m", "hello")) {
                GatewayException e =
                        org.assertj.core.api.Assertions.catchThrowableOfType(GatewayException.class, stream::response);
                assertThat(e.kind()).isEqualTo(STREAM_INTERRUPTED);
                assertThat(((ChatResponse) e.partial()).finishReason().kind())
                        .isNotEqualTo(FinishReason.Kind.TOOL_CALLS);
            }
            // a plain reply that is cut there is asked for again
            ChatResponse answer = router.chat("m", "hello");
            assertThat(answer.toolCalls()).isEqualTo(tools.toolCalls());
            assertRoute(answer.route(), "openai/x", MALFORMED_RESPONSE, "openai/x", null);
            assertThat(server.requests()).hasSize(3);
        }
    }

    /** Ends that are odd, yet say that the answer is complete. */
    static Stream<Arguments> oddEnds() {
        return Stream.of(
                arguments(Fault.withoutSentinel()),
                arguments(Fault.endTwice()),
                arguments(Fault.wrongLength(100)),
                arguments(Fault.contentType("text/plain")),
                arguments(Fault.pace(Duration.ofMillis(1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddEnds")
    void aStreamWithAFinishReasonIsCompleteAtOnceHoweverItEnds(Fault fault) throws InterruptedException {
        try (FaultLab lab = new FaultLab().server("a", fault).server("b")) {
            try (ChatStream stream = lab.router().stream(ChatRequest.of("m", "hello"))) {
                ChatResponse answer = stream.response();
                assertThat(answer.text()).isEqualTo(FaultLab.answerOf("a"));
                assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
                assertThat(answer.warnings()).isEmpty();
            }
            assertRoute(lab.chat(Way.STREAM).route(), "a/x", null);
            assertThat(lab.seen("b")).isEmpty();
        }
    }

    @Test
    void aTerminalEventThatIsDuplicatedFinishesOnce() throws InterruptedException {
        try (FaultLab lab = new FaultLab().server("a", Fault.endTwice())) {
            int finished = 0;
            try (ChatStream stream = lab.router().stream(ChatRequest.of("m", "hello"))) {
                for (ChatEvent event : stream) {
                    finished += event instanceof ChatEvent.Finished ? 1 : 0;
                }
            }
            assertThat(finished).isEqualTo(1);
        }
    }

    @Test
    void anEventThatCannotBeReadInterruptsTheStream() throws InterruptedException {
        try (FaultLab lab =
                new FaultLab().unrecovered().server("a", Fault.malformed()).server("b")) {
            assertThat(lab.failure(Way.STREAM).kind()).isEqualTo(STREAM_INTERRUPTED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReplyShorterThanItPromisedIsNotTaken(Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .unrecovered()
                .server("a", way == Way.STREAM ? Fault.cut() : Fault.wrongLength(50))
                .server("b")) {
            if (way == Way.STREAM) {
                assertThat(lab.failure(way).kind()).isEqualTo(STREAM_INTERRUPTED);
            } else {
                assertRoute(lab.chat(way).route(), "a/x", MALFORMED_RESPONSE, "b/x", null);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReplyLongerThanItPromisedNeitherPassesNorSpoilsTheNext(Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab().server("a", Fault.wrongLength(-20)).server("b")) {
            if (way == Way.STREAM) {
                // what is missing is the sentinel and the usage: the finish reason was there
                assertThat(lab.chat(way).text()).isEqualTo(FaultLab.answerOf("a"));
            } else {
                assertRoute(lab.chat(way).route(), "a/x", MALFORMED_RESPONSE, "b/x", null);
            }
            for (int i = 0; i < 5; i++) {
                assertThat(lab.chat(way).text()).isIn(FaultLab.answerOf("a"), FaultLab.answerOf("b"));
            }
        }
    }

    @Test
    void anInterruptionReportsTheEarlierFailuresOfItsCallToo() throws InterruptedException {
        try (FaultLab lab =
                new FaultLab().unrecovered().server("a", Fault.status(503)).server("b", Fault.cut())) {
            GatewayException e = lab.failure(Way.STREAM);

            assertThat(e.kind()).isEqualTo(STREAM_INTERRUPTED);
            assertThat(e.deployment()).isEqualTo("b/x");
            FaultLab.assertSuppressed(e, OVERLOADED);
            assertRoute(e.route(), "a/x", OVERLOADED, "b/x", STREAM_INTERRUPTED);
        }
    }

    // ------------------------------------------------------------------------------------------ recovery and hedges

    static Stream<Arguments> recoveries() {
        return Stream.of(
                arguments(Fault.cut(), StreamRecovery.RESUME),
                arguments(Fault.cutInsideCharacter(), StreamRecovery.RESUME),
                arguments(Fault.endEarly(), StreamRecovery.RESUME),
                arguments(Fault.errorMidway("engine_overloaded"), StreamRecovery.RESUME),
                arguments(Fault.cut(), StreamRecovery.RESTART),
                arguments(Fault.errorMidway("engine_overloaded"), StreamRecovery.RESTART));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("recoveries")
    void aStreamThatBreaksIsTakenUpByTheNextDeployment(Fault fault, StreamRecovery recovery)
            throws InterruptedException {
        String answer = "Größer als zwei Stücke, überall gleich, und vollständig.";
        try (FaultLab lab = new FaultLab()
                        .answer(answer)
                        .server("a", fault)
                        .server("b")
                        .router(builder -> builder.streamRecovery(recovery));
                ChatStream stream = lab.router().stream(ChatRequest.of("m", "hello"))) {
            StringBuilder text = new StringBuilder();
            int restarts = 0;
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.Restarted) {
                    restarts++;
                    text.setLength(0);
                } else if (event instanceof ChatEvent.TextDelta delta) {
                    text.append(delta.text());
                }
            }
            assertThat(text).hasToString(answer);
            assertThat(stream.response().text()).isEqualTo(answer);
            assertThat(restarts).isEqualTo(recovery == StreamRecovery.RESTART ? 1 : 0);
            assertThat(lab.seen("a")).hasSize(1);
            assertThat(lab.seen("b")).hasSize(1);
        }
    }

    @Test
    void whereNoDeploymentRepeatsTheBeginningResumingFailsAsTheStreamDid() throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", request -> Fault.cut())
                .server("b")
                .router(builder -> builder.streamRecovery(StreamRecovery.RESUME))) {
            GatewayException e = lab.failure(Way.STREAM);

            assertThat(e.kind()).isEqualTo(STREAM_INTERRUPTED);
            assertTruncated(e);
            assertThat(lab.seen("b")).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHedgeAnswersForASilentDeploymentWhichSeesItsClientLeave(Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", request -> Fault.silence())
                .server("b")
                .router(builder -> builder.hedge(HedgePolicy.after(Duration.ofMillis(50))))) {
            ChatResponse answer = lab.chat(way);

            assertThat(answer.text()).isEqualTo(FaultLab.answerOf("b"));
            assertThat(lab.seen("b")).hasSize(1);
            assertThat(lab.seen("a")).hasSizeLessThanOrEqualTo(1);
            for (SeenRequest request : lab.seen("a")) {
                assertThat(request.awaitClosedByClient(LONG)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anErrorInsideA200NeverWinsTheRaceOfAHedge(Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", request -> Fault.slowHeaders(Duration.ofMillis(700)))
                .server("b", request -> Fault.errorInside("engine_overloaded"))
                .router(builder -> builder.hedge(HedgePolicy.after(Duration.ofMillis(50))))) {
            assertThat(lab.chat(way).text()).isEqualTo(FaultLab.answerOf("a"));
        }
    }

    @Test
    void aConsumerThatLeavesClosesTheConnection() throws InterruptedException {
        try (FaultLab lab = new FaultLab().server("a", Fault.stall())) {
            try (ChatStream stream = lab.router().stream(ChatRequest.of("m", "hello"))) {
                assertThat(stream.next()).isNotNull();
            }
            SeenRequest request = lab.seen("a").get(0);
            assertThat(request.awaitClosedByClient(LONG)).isTrue();
            // it was abandoned, so it counts neither way
            RouterSnapshot.DeploymentState state =
                    lab.router().snapshot().models().get(0).deployments().get(0);
            assertThat(state.abandoned()).isEqualTo(1);
            assertThat(state.failed()).isZero();
        }
    }
}
