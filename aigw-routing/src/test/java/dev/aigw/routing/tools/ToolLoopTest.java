package dev.aigw.routing.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.metering.Meters;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The conversation of a loop: its rounds, its bounds, and what the model reads. */
class ToolLoopTest extends ToolLoopHarness {

    @ParameterizedTest
    @EnumSource
    void itRunsToolsUntilTheModelAnswers(Run way) {
        FakeProvider fake = fake().reply(calls(weather("1", "Oslo"), weather("2", "Rome")))
                .reply(answer("Rome."))
                .build();
        try (ModelRouter router = router(fake)) {
            ToolRun run = run(way, loop(router).tools(weather()).build());

            assertThat(run.end()).isEqualTo(ToolRun.End.ANSWERED);
            assertThat(run.text()).isEqualTo("Rome.");
            assertThat(run.rounds()).hasSize(2);
            assertThat(run.usage().inputTokens()).isEqualTo(300);
            assertThat(run.usage().outputTokens()).isEqualTo(30);
            assertThat(run.route().attempts()).hasSize(2);
            assertThat(run.route().model()).isEqualTo("m");
            assertThat(run.messages()).hasSize(4);
            assertThat(run.newMessages()).hasSize(3).isEqualTo(run.messages().subList(1, 4));
            assertThat(texts(run.messages())).containsExactly("sun in Oslo", "sun in Rome");
            assertThat(run.rounds().get(0).outcomes())
                    .extracting(ToolOutcome::status)
                    .containsOnly(ToolOutcome.Status.SUCCEEDED);
            assertThat(sent(fake, 1)).isEqualTo(run.messages().subList(0, 3));
            settled(router, fake);
        }
    }

    @Test
    void reasoningAndSignaturesGoBackUnchanged() {
        List<ContentPart> parts = List.of(
                new ContentPart.Reasoning("hm", null, "sig", null, "fake/x"),
                new ContentPart.Text("Let me look."),
                new dev.aigw.api.chat.ToolCall("1", "weather", "{\"name\":\"Oslo\"}", "sig2", "fake/x"),
                new ContentPart.Raw("fake", Map.of("type", "server_tool_use")));
        FakeProvider fake = fake().reply(ChatResponse.builder().parts(parts).build())
                .reply(answer("Cold."))
                .build();
        try (ModelRouter router = router(fake)) {
            run(Run.PLAIN, loop(router).tools(weather()).build());

            assertThat(sent(fake, 1).get(1).parts()).isEqualTo(parts);
        }
    }

    @ParameterizedTest
    @EnumSource
    void argumentsThatDoNotFitAreAnsweredWithTheMember(Run way) {
        with(
                fake().reply(calls(call("1", "weather", "{\"name\":{\"city\":\"Oslo\"}}")))
                        .reply(calls(weather("2", "Oslo")))
                        .reply(answer("Cold.")),
                router -> {
                    ToolRun run = run(way, loop(router).tools(weather()).build());

                    assertThat(run.text()).isEqualTo("Cold.");
                    ToolOutcome bad = run.rounds().get(0).outcomes().get(0);
                    assertThat(bad.status()).isEqualTo(ToolOutcome.Status.BAD_ARGUMENTS);
                    assertThat(bad.result().isError()).isTrue();
                    assertThat(bad.result().text())
                            .startsWith("This call did not run: ")
                            .contains("weather", "name");
                });
    }

    @Test
    void argumentsThatAreCutOffAreNotRun() {
        with(
                fake().reply(calls(call("1", "weather", "{\"name\":\"Os")).toBuilder()
                                .finishReason(FinishReason.of(FinishReason.Kind.LENGTH, "length"))
                                .build())
                        .reply(answer("Sorry.")),
                router -> {
                    ToolRun run = run(Run.PLAIN, loop(router).tools(weather()).build());

                    assertThat(run.rounds().get(0).outcomes().get(0).status())
                            .isEqualTo(ToolOutcome.Status.BAD_ARGUMENTS);
                });
    }

    @Test
    void aToolWithoutArgumentsTakesNone() {
        for (String arguments : List.of("", "{}", "null", "{\"x\":1}")) {
            with(fake().reply(calls(call("1", "now", arguments))).reply(answer("Noon.")), router -> {
                ToolRun run = run(
                        Run.PLAIN,
                        loop(router)
                                .tools(Tool.of("now", "Returns the time.", () -> "12:00"))
                                .build());

                assertThat(texts(run.messages())).containsExactly("12:00");
            });
        }
    }

    @Test
    void anUnknownToolIsAnsweredWithTheNamesOfAll() {
        with(
                fake().reply(calls(call("1", "wether", "{}"), weather("2", "Oslo")))
                        .reply(answer("Cold.")),
                router -> {
                    ToolRun run = run(
                            Run.PLAIN,
                            loop(router)
                                    .tools(weather(), Tool.of("now", "The time.", () -> "12:00"))
                                    .build());

                    assertThat(results(run.messages()).get(0).isError()).isTrue();
                    assertThat(texts(run.messages()))
                            .containsExactly(
                                    "There is no tool named wether. The tools are: weather, now", "sun in Oslo");
                });
    }

    @ParameterizedTest
    @EnumSource
    void aToolsExceptionGoesToTheModel(Run way) {
        with(fake().reply(calls(weather("1", "Oslo"))).reply(answer("Unknown.")), router -> {
            IllegalStateException failure = new IllegalStateException("x".repeat(10_000));
            ToolRun run = run(way, loop(router).tools(failing(failure)).build());

            ToolOutcome outcome = run.rounds().get(0).outcomes().get(0);
            assertThat(outcome.status()).isEqualTo(ToolOutcome.Status.FAILED);
            assertThat(outcome.failure()).isSameAs(failure);
            assertThat(outcome.result().isError()).isTrue();
            assertThat(outcome.result().text())
                    .startsWith("The tool weather failed: xxx")
                    .hasSizeLessThan(600)
                    .doesNotContain("\tat ");
        });
    }

    @Test
    void anExceptionWithoutAMessageHasItsName() {
        with(fake().reply(calls(weather("1", "Oslo"))).reply(answer("Unknown.")), router -> {
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router).tools(failing(new IllegalStateException())).build());

            assertThat(texts(run.messages())).containsExactly("The tool weather failed: IllegalStateException");
        });
    }

    @Test
    void theApplicationMayWordAToolsError() {
        with(fake().reply(calls(weather("1", "Oslo"))).reply(answer("Unknown.")), router -> {
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router)
                            .tools(failing(new IllegalStateException("jdbc:secret")))
                            .explainErrors((call, failure) -> call.name() + " is not available")
                            .build());

            assertThat(texts(run.messages())).containsExactly("weather is not available");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aToolsExceptionMayEndTheLoop(Run way) {
        with(fake().reply(calls(weather("1", "Oslo"))).reply(answer("never")), router -> {
            IllegalStateException cause = new IllegalStateException("broken");
            ToolLoop loop = loop(router).tools(failing(cause)).failOnToolError().build();

            GatewayException failure = failure(() -> run(way, loop));

            assertThat(failure.kind()).isEqualTo(ErrorKind.INTERNAL);
            assertThat(failure).hasCause(cause).hasMessageContaining("weather");
            ToolRun run = ToolRun.of(failure);
            assertThat(run).isNotNull();
            assertThat(run.end()).isEqualTo(ToolRun.End.FAILED);
            assertThat(results(run.messages()))
                    .as("the conversation can be continued")
                    .hasSize(1);
        });
    }

    @Test
    void anErrorEndsTheLoop() {
        with(fake().reply(calls(weather("1", "Oslo"))).reply(answer("never")), router -> {
            StackOverflowError error = new StackOverflowError();
            Tool tool = Tool.of("weather", "d", City.class, city -> {
                throw error;
            });

            assertThatThrownBy(() -> run(Run.PLAIN, loop(router).tools(tool).build()))
                    .isSameAs(error);
        });
    }

    private static Tool failing(RuntimeException failure) {
        return Tool.of("weather", "Returns the weather.", City.class, city -> {
            throw failure;
        });
    }

    // --------------------------------------------------------------------------------------------------------- bounds

    @ParameterizedTest
    @EnumSource
    void atTheLimitOfRoundsTheConversationCanBeContinued(Run way) {
        FakeProvider fake = fake().reply(calls(weather("1", "Oslo")))
                .reply(calls(weather("2", "Rome")))
                .reply(answer("Rome."))
                .build();
        List<String> ran = new ArrayList<>();
        Tool tool = Tool.of("weather", "d", City.class, city -> {
            ran.add(city.name());
            return "sun";
        });
        try (ModelRouter router = router(fake)) {
            ToolLoop loop = loop(router).tools(tool).maxRounds(2).build();
            ToolRun run = run(way, loop);

            assertThat(run.end()).isEqualTo(ToolRun.End.ROUNDS);
            assertThat(run.isAnswered()).isFalse();
            assertThat(run.pendingCalls()).containsExactly(weather("2", "Rome"));
            assertThat(ran).as("a tool whose result nobody reads does not run").containsExactly("Oslo");
            assertThat(results(run.messages())).hasSize(2);
            GatewayException failure = failure(run::text);
            assertThat(failure.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
            assertThat(failure).hasMessageContaining("limit of 2 rounds").hasMessageContaining("maxRounds");
            assertThat(ToolRun.of(failure)).isSameAs(run);

            ChatRequest next = ChatRequest.builder("m").messages(run.messages()).build().toBuilder()
                    .user("Go on.")
                    .build();
            assertThat(run(way, loop, next, CallOptions.DEFAULT).text()).isEqualTo("Rome.");
            settled(router, fake);
        }
    }

    @Test
    void atTheLimitItMayAnswerWithoutTools() {
        FakeProvider fake = fake().reply(calls(weather("1", "Oslo")))
                .reply(calls(weather("2", "Rome")))
                .reply(answer("Oslo is cold."))
                .build();
        try (ModelRouter router = router(fake)) {
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router).tools(weather()).maxRounds(2).answerAtLimit().build());

            assertThat(run.end()).isEqualTo(ToolRun.End.ROUNDS);
            assertThat(run.text()).isEqualTo("Oslo is cold.");
            assertThat(request(fake, 2).toolChoice()).isEqualTo(ToolChoice.NONE);
            assertThat(request(fake, 2).tools()).as("what the prompt cache has").isNotEmpty();
        }
    }

    @Test
    void moreCallsThanAllowedDoNotRun() {
        with(fake().reply(calls(weather("1", "Oslo"), weather("2", "Rome"), weather("3", "Bonn"))), router -> {
            ToolRun run =
                    run(Run.PLAIN, loop(router).tools(weather()).maxCalls(2).build());

            assertThat(run.end()).isEqualTo(ToolRun.End.CALLS);
            assertThat(run.pendingCalls()).hasSize(3);
            assertThat(run.rounds().get(0).outcomes())
                    .extracting(ToolOutcome::status)
                    .containsOnly(ToolOutcome.Status.NOT_RUN);
            assertThat(results(run.messages())).hasSize(3);
        });
    }

    @Test
    void aModelThatRepeatsACallThatFailsIsStopped() {
        with(fake().reply(calls(call("1", "weather", "{\"name\":[]}"))), router -> {
            ToolRun run = run(Run.PLAIN, loop(router).tools(weather()).build());

            assertThat(run.end()).isEqualTo(ToolRun.End.FAILURES);
            assertThat(run.rounds()).hasSize(3);
        });
    }

    @ParameterizedTest
    @EnumSource
    void atTheLimitOfTokensNoFurtherCallIsMade(Run way) {
        with(fake().reply(calls(weather("1", "Oslo"))), router -> {
            ToolRun run = run(way, loop(router).tools(weather()).maxTokens(220).build());

            assertThat(run.end()).isEqualTo(ToolRun.End.TOKENS);
            assertThat(run.usage().totalTokens()).isEqualTo(220);
            assertThat(run.rounds()).hasSize(2);
        });
    }

    @Test
    void tokensThatAreNotReportedAreEstimated() {
        with(
                fake().reply(calls(weather("1", "Oslo")).toBuilder()
                        .usage(TokenUsage.NONE)
                        .build()),
                router -> {
                    ToolRun run = run(
                            Run.PLAIN,
                            loop(router).tools(weather()).maxTokens(60).build());

                    assertThat(run.end()).isEqualTo(ToolRun.End.TOKENS);
                    assertThat(run.usage().provenance()).isEqualTo(TokenUsage.Provenance.ESTIMATED);
                });
    }

    @Test
    void theCostIsByThePrice() {
        with(fake().reply(calls(weather("1", "Oslo"))), router -> {
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router)
                            .tools(weather())
                            .price(Price.usdPerMillion("1000", "10000"))
                            .maxCost(Cost.usd(new BigDecimal("0.4")))
                            .build());

            assertThat(run.end()).isEqualTo(ToolRun.End.COST);
            assertThat(run.cost()).isEqualTo(Cost.usd(new BigDecimal("0.4")));
            assertThat(failure(run::text).kind()).isEqualTo(ErrorKind.BUDGET_EXCEEDED);
        });
    }

    @ParameterizedTest
    @EnumSource
    void theCostIsByTheMetersRecordsOfAllAttempts(Run way) {
        TokenMeter meter = Meters.builder().recentCalls(100).build();
        FakeProvider fake = fake().reply(calls(weather("1", "Oslo")))
                .fail(ErrorKind.CONNECTION)
                .reply(answer("Cold."))
                .build();
        try (ModelRouter router = builder(fake)
                .meter(meter)
                .model(
                        "m",
                        model -> model.deployment("fake/big", big -> big.price(Price.usdPerMillion("1000", "10000"))))
                .build()) {
            ToolRun run = run(
                    way,
                    loop(router)
                            .tools(weather())
                            .meter(meter)
                            .maxCost(Cost.usd(BigDecimal.TEN))
                            .build());

            assertThat(run.end()).isEqualTo(ToolRun.End.ANSWERED);
            assertThat(run.cost())
                    .isEqualTo(Cost.usd(new BigDecimal("0.684"))); // the second attempt can have cost its prompt
            assertThat(run.cost()).isEqualTo(meter.ledger().total().cost());
            assertThat(run.route().attempts()).hasSize(3);
        }
    }

    @Test
    void aCostThatIsNotKnownEndsABoundedLoop() {
        TokenMeter forgetful = Meters.inMemory();
        with(fake().reply(calls(weather("1", "Oslo"))), router -> {
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router)
                            .tools(weather())
                            .meter(forgetful)
                            .maxCost(Cost.usd(BigDecimal.TEN))
                            .build());

            assertThat(run.end()).isEqualTo(ToolRun.End.COST);
            assertThat(run.reason()).contains("not known");
            assertThat(run.cost().isKnown()).isFalse();
        });
    }

    // -------------------------------------------------------------------------------------------------- model's
    // answers

    @ParameterizedTest
    @EnumSource
    void aForcedChoiceHoldsUntilAToolWasCalled(Run way) {
        FakeProvider fake = fake().reply(ChatResponse.builder().build())
                .reply(calls(weather("1", "Oslo")))
                .reply(answer("Cold."))
                .build();
        try (ModelRouter router = router(fake)) {
            ChatRequest request = ChatRequest.builder("m")
                    .user("Oslo?")
                    .toolChoice(ToolChoice.tool("weather"))
                    .build();
            ToolRun run = run(way, loop(router).tools(weather()).build(), request, CallOptions.DEFAULT);

            assertThat(run.text()).isEqualTo("Cold.");
            assertThat(fake.attempts().stream().map(each -> ((ChatRequest) each.request()).toolChoice()))
                    .containsExactly(ToolChoice.tool("weather"), ToolChoice.tool("weather"), ToolChoice.AUTO);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyAnswerIsAskedForOnceMore(Run way) {
        FakeProvider fake = fake().reply(calls(weather("1", "Oslo")))
                .reply(ChatResponse.builder().build())
                .reply(answer("Cold."))
                .build();
        try (ModelRouter router = builder(fake)
                .model("m", model -> model.deployment("fake/big"))
                .cache(Caches.inMemory().maximumEntries(10).build())
                .build()) {
            ToolRun run = run(way, loop(router).tools(weather()).build());

            assertThat(run.text()).isEqualTo("Cold.");
            assertThat(run.rounds()).hasSize(3);
            assertThat(sent(fake, 2)).isEqualTo(sent(fake, 1));
            assertThat(run.messages()).hasSize(4);
        }
    }

    @Test
    void twoEmptyAnswersEndTheLoop() {
        with(fake().reply(calls(weather("1", "Oslo"))).reply(answer(" ")), router -> {
            ToolRun run = run(Run.PLAIN, loop(router).tools(weather()).build());

            assertThat(run.end()).isEqualTo(ToolRun.End.EMPTY);
            assertThat(run.rounds()).hasSize(3);
            assertThat(failure(run::text).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
            assertThat(run.messages())
                    .as("no empty message, which vendors refuse")
                    .hasSize(3);
        });
    }

    @Test
    void aPausedAnswerIsContinued() {
        ContentPart part = new ContentPart.Raw("fake", Map.of("type", "server_tool_use"));
        FakeProvider fake = fake().reply(ChatResponse.builder()
                        .part(part)
                        .finishReason(FinishReason.of(FinishReason.Kind.PAUSED, "pause_turn"))
                        .build())
                .reply(answer("Found."))
                .build();
        try (ModelRouter router = router(fake)) {
            ToolSpec search = ToolSpec.raw("fake", "web_search", Map.of("type", "web_search"));
            ToolRun run = run(
                    Run.PLAIN,
                    loop(router).tools(weather()).build(),
                    ChatRequest.builder("m").user("Search.").tool(search).build(),
                    CallOptions.DEFAULT);

            assertThat(run.text()).isEqualTo("Found.");
            assertThat(sent(fake, 1).get(1).parts()).containsExactly(part);
            assertThat(request(fake, 0).tools()).hasSize(2).contains(search);
        }
    }

    @Test
    void callsOfAFilteredAnswerDoNotRun() {
        with(
                fake().reply(calls(weather("1", "Oslo")).toBuilder()
                        .finishReason(FinishReason.of(FinishReason.Kind.CONTENT_FILTER, "content_filter"))
                        .build()),
                router -> {
                    ToolRun run = run(Run.PLAIN, loop(router).tools(weather()).build());

                    assertThat(run.end()).isEqualTo(ToolRun.End.REFUSED);
                    assertThat(run.rounds().get(0).outcomes().get(0).status()).isEqualTo(ToolOutcome.Status.NOT_RUN);
                    assertThat(failure(run::text).kind()).isEqualTo(ErrorKind.CONTENT_FILTERED);
                });
    }

    @Test
    void callsOfToolsThatTheRequestDeclaresAreForTheApplication() {
        with(fake().reply(calls(call("1", "show", "{}"), weather("2", "Oslo"))), router -> {
            ChatRequest request = ChatRequest.builder("m")
                    .user("Show me Oslo.")
                    .tool(ToolSpec.function("show", "Shows a map.", Map.of("type", "object")))
                    .build();
            ToolRun run = run(Run.PLAIN, loop(router).tools(weather()).build(), request, CallOptions.DEFAULT);

            assertThat(run.end()).isEqualTo(ToolRun.End.APPLICATION_CALLS);
            assertThat(run.pendingCalls()).containsExactly(call("1", "show", "{}"));
            assertThat(results(run.messages()))
                    .extracting(ContentPart.ToolResult::toolCallId)
                    .containsExactly("2");
        });
    }

    @Test
    void callsWithoutAnIdOfTheirOwnGetOne() {
        with(
                fake().reply(calls(weather("a", "Oslo"), weather("a", "Rome"), weather("", "Bonn")))
                        .reply(answer("Rome.")),
                router -> {
                    ToolRun run = run(Run.PLAIN, loop(router).tools(weather()).build());

                    assertThat(run.messages().get(1).toolCalls())
                            .extracting(dev.aigw.api.chat.ToolCall::id)
                            .containsExactly("a", "a_2", "call_2");
                    assertThat(results(run.messages()))
                            .extracting(ContentPart.ToolResult::toolCallId)
                            .containsExactly("a", "a_2", "call_2");
                    assertThat(texts(run.messages())).containsExactly("sun in Oslo", "sun in Rome", "sun in Bonn");
                });
    }

    @ParameterizedTest
    @EnumSource
    void aModelCallThatFailsLeavesTheConversation(Run way) {
        with(
                fake().reply(calls(weather("1", "Oslo"))).fail(GatewayException.of(ErrorKind.INVALID_REQUEST, "no")),
                router -> {
                    GatewayException failure =
                            failure(() -> run(way, loop(router).tools(weather()).build()));

                    assertThat(failure.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
                    assertThat(failure.route().attempts()).as("of all rounds").hasSize(2);
                    ToolRun run = ToolRun.of(failure);
                    assertThat(run).isNotNull();
                    assertThat(run.messages()).hasSize(3);
                    assertThat(texts(run.messages())).containsExactly("sun in Oslo");
                    assertThat(run.usage().totalTokens()).isEqualTo(110);
                    assertThat(run.isAnswered()).isFalse();
                });
    }

    // ------------------------------------------------------------------------------------------------------- what is
    // sent

    @Test
    void allCallsOfARunShareASession() {
        List<String> sessions = new ArrayList<>();
        with(fake().reply(calls(weather("1", "Oslo"))).reply(answer("Cold.")), router -> {
            ToolLoop loop = ToolLoop.builder(new Noting(router, options -> sessions.add(options.sessionKey())))
                    .environment(environment)
                    .tools(weather())
                    .build();
            run(Run.PLAIN, loop);
            run(Run.PLAIN, loop);
            run(
                    Run.PLAIN,
                    loop,
                    ChatRequest.of("m", "Well?"),
                    CallOptions.builder().sessionKey("mine").build());

            assertThat(sessions).hasSize(4).doesNotContainNull();
            assertThat(sessions.get(0)).isEqualTo(sessions.get(1)).isNotEqualTo(sessions.get(2));
            assertThat(sessions.get(3)).isEqualTo("mine");
        });
    }

    @Test
    void eachModelCallHasItsOwnIdempotencyKey() {
        List<String> keys = new ArrayList<>();
        with(fake().reply(calls(weather("1", "Oslo"))).reply(answer("Cold.")), router -> {
            ToolLoop loop = ToolLoop.builder(new Noting(router, options -> keys.add(options.idempotencyKey())))
                    .tools(weather())
                    .build();
            run(
                    Run.PLAIN,
                    loop,
                    ChatRequest.of("m", "Well?"),
                    CallOptions.builder().idempotencyKey("k").build());

            assertThat(keys).containsExactly("k", "k-2");
        });
    }

    @Test
    void aLongResultIsCutWithANote() {
        with(fake().reply(calls(weather("1", "Oslo"))).reply(answer("Long.")), router -> {
            Tool tool = Tool.of("weather", "d", City.class, city -> "a".repeat(900) + "z".repeat(100));
            ToolRun run =
                    run(Run.PLAIN, loop(router).tools(tool).maxResultChars(90).build());

            assertThat(texts(run.messages()).get(0))
                    .startsWith("a".repeat(60) + "\n[… 910 of 1000 characters were left out here")
                    .endsWith("]\n" + "z".repeat(30));
        });
    }

    @Test
    void twoToolsOfOneNameAreRefused() {
        with(fake().reply("hi"), router -> {
            ToolLoop loop = loop(router)
                    .tools(weather())
                    .tools(() -> List.of(weather()))
                    .build();
            assertThatThrownBy(() -> run(Run.PLAIN, loop))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("weather");
        });
    }

    @Test
    void wrongSettingsNameTheFix() {
        with(fake().reply("hi"), router -> {
            assertThatThrownBy(() -> loop(router).maxRounds(0)).hasMessageContaining("use 1 or more");
            assertThatThrownBy(() -> loop(router).maxCost(Cost.ZERO).build())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("meter(…) or price(…)");
            assertThatThrownBy(() -> loop(router).maxCost(Cost.UNKNOWN)).hasMessageContaining("Cost.usd");
        });
    }

    @Test
    void contentStaysOutOfToString() {
        with(fake().reply(calls(weather("1", "secret"))).reply(answer("secret")), router -> {
            ToolRun run = run(Run.STREAM, loop(router).tools(weather()).build());

            assertThat(String.valueOf(run)).doesNotContain("secret");
            assertThat(String.valueOf(run.rounds().get(0).outcomes())).doesNotContain("secret");
            assertThat(String.valueOf(events)).doesNotContain("secret");
            assertThat(Message.user("x").toString()).doesNotContain("secret");
        });
    }
}
