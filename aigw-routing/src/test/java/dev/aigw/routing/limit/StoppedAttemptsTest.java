package dev.aigw.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.catalog.ModelCards;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an attempt that did not end well costs: never the longest answer possible, never less than what arrived, and the
 * same in the ledger as in the limits.
 */
class StoppedAttemptsTest extends RouterHarness {

    private static final Price PRICE = Price.usdPerMillion("1", "10");
    private static final ModelCard LONG =
            ModelCard.builder().maxOutputTokens(128_000).price(PRICE).build();
    private static final ChatRequest HELLO = ChatRequest.of("m", "hello");
    private static final long PROMPT = TokenCounter.calibrated().countPrompt(HELLO, "slow");

    private final Limits limits = Limits.builder()
            .limit("budget", limit -> limit.cost(Cost.usd(new BigDecimal("5"))).per(Window.calendar(Window.Unit.DAY)))
            .limit("output", limit -> limit.outputTokens(1_000_000).per(Window.calendar(Window.Unit.DAY)))
            .limit("requests", limit -> limit.requests(100).per(Window.calendar(Window.Unit.DAY)))
            .limit("parallel", limit -> limit.concurrency(10))
            .build();

    private final FakeProvider fake = fake().model(
                    "slow", script -> script.delay(Duration.ofSeconds(10)).reply("an answer of many words"))
            .model("hung", script -> script.hang())
            .model("broken", script -> script.fail(ErrorKind.SERVER_ERROR))
            .model("lost", script -> script.delay(Duration.ofSeconds(2)).fail(ErrorKind.CONNECTION))
            .model(
                    "cut",
                    script -> script.streamThenFail(ErrorKind.CONNECTION, new ChatEvent.TextDelta(0, "x".repeat(400))))
            .model(
                    "reporting",
                    script -> script.streamThenFail(
                            ErrorKind.CONNECTION,
                            new ChatEvent.UsageReported(TokenUsage.of(1_000, 1)),
                            new ChatEvent.TextDelta(0, "x".repeat(400))))
            .reply(ChatResponse.builder()
                    .text("ok")
                    .usage(TokenUsage.of(PROMPT, 50))
                    .build())
            .build();

    StoppedAttemptsTest() {
        super(1);
    }

    private ModelRouter router(ModelCard card, UnaryOperator<ModelRouter.Builder> more, String... upstreams) {
        ModelCards cards = ModelCards.none();
        for (String upstream : upstreams) {
            cards = cards.with(upstream, card);
        }
        return more.apply(builder(fake)
                        .cards(cards)
                        .meter(Meters.inMemory())
                        .limits(limits)
                        .retry(RetryPolicy.builder()
                                .maxAttempts(upstreams.length)
                                .build())
                        .streamRecovery(StreamRecovery.FAIL)
                        .model("m", model -> {
                            for (String upstream : upstreams) {
                                model.deployment(upstream);
                            }
                            model.strategy(RoutingStrategies.ordered());
                        }))
                .build();
    }

    private ModelRouter router(String... upstreams) {
        return router(LONG, builder -> builder, upstreams);
    }

    /** Asserts that limits and ledger agree on the tokens of answers, and that nothing stays reserved. */
    private void settledTo(ModelRouter router, long requests, long inputTokens, long outputTokens) {
        BigDecimal cost = PRICE.cost(TokenUsage.of(inputTokens, outputTokens)).amount();
        assertThat(limits.usage())
                .allSatisfy(usage ->
                        assertThat(usage.reserved()).as(usage.toString()).isEqualByComparingTo("0"));
        assertThat(used("requests")).isEqualByComparingTo(BigDecimal.valueOf(requests));
        assertThat(used("output")).isEqualByComparingTo(BigDecimal.valueOf(outputTokens));
        assertThat(used("budget")).isEqualByComparingTo(cost);
        assertThat(router.snapshot().usage().total().cost().amount()).isEqualByComparingTo(cost);
        assertThat(router.snapshot().usage().total().unpriced()).isZero();
    }

    private BigDecimal used(String limit) {
        return limits.usage().stream()
                .filter(usage -> usage.limit().equals(limit))
                .map(LimitUsage::used)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private CallOptions stoppedAfter(Duration time) {
        Cancellation stop = new Cancellation();
        environment.schedule(time.toNanos(), stop::cancel);
        return CallOptions.builder().cancellation(stop).build();
    }

    @ParameterizedTest
    @EnumSource
    void aStopBeforeTheFirstTokenCostsThePromptAndWhatIsGeneratedInTheTime(Way way) {
        try (ModelRouter router = router("fake/slow")) {
            environment.simulate(() -> {
                for (int i = 0; i < 4; i++) {
                    CallOptions options = stoppedAfter(Duration.ofMillis(500));
                    assertThat(failure(() -> way.chat(router, environment, HELLO, options))
                                    .kind())
                            .isEqualTo(ErrorKind.CANCELLED);
                }
            });
            settledTo(router, 4, 4 * PROMPT, 4 * 50); // 100 tokens in a second before anything is learnt
        }
    }

    @Test
    void whatIsGeneratedIsLearntFromEarlierAnswersAndNeverMoreThanTheRequestAllows() {
        try (ModelRouter router = router("fake/slow")) {
            for (int i = 0; i < 20; i++) { // ten seconds for six tokens each
                router.chat(HELLO);
            }
            BigDecimal before = used("output");
            failure(() -> router.chat(HELLO, stoppedAfter(Duration.ofSeconds(5))));
            assertThat(used("output").subtract(before)).isEqualByComparingTo("2");
            BigDecimal again = used("output");
            ChatRequest shorter = HELLO.toBuilder().maxOutputTokens(1).build();
            failure(() -> router.chat(shorter, stoppedAfter(Duration.ofSeconds(9))));
            assertThat(used("output").subtract(again)).isEqualByComparingTo("1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTimeoutCostsThePromptAndNoMoreThanAUsualAnswer(Way way) {
        Timeouts short1 = Timeouts.builder()
                .attempt(Duration.ofSeconds(1))
                .firstEvent(Duration.ofSeconds(1))
                .build();
        try (ModelRouter router = router(LONG, builder -> builder.timeouts(short1), "fake/hung")) {
            environment.simulate(() -> assertThat(
                            failure(() -> way.chat(router, environment, HELLO, CallOptions.DEFAULT))
                                    .kind())
                    .isEqualTo(ErrorKind.TIMEOUT));
            settledTo(router, 1, PROMPT, 100);
        }
        Timeouts long1 = Timeouts.builder()
                .attempt(Duration.ofHours(1))
                .firstEvent(Duration.ofHours(1))
                .build();
        BigDecimal before = used("output");
        try (ModelRouter router = router(LONG, builder -> builder.timeouts(long1), "fake/hung")) {
            environment.simulate(() -> failure(() -> way.chat(router, environment, HELLO, CallOptions.DEFAULT)));
            assertThat(used("output").subtract(before)).isEqualByComparingTo("4096");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHedgesLoserCostsWhatItGeneratedUntilThen(Way way) {
        HedgePolicy hedge =
                HedgePolicy.builder().delay(Duration.ofMillis(100)).budget(1).build();
        try (ModelRouter router = router(LONG, builder -> builder.hedge(hedge), "fake/hung", "fake/quick")) {
            environment.simulate(() -> assertThat(way.chat(router, environment, HELLO, CallOptions.DEFAULT)
                            .text())
                    .isEqualTo("ok"));
            settledTo(router, 1, 2 * PROMPT, 50 + 10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheProviderRefusesOrNeverGetsCostsNothing(Way way) {
        ProviderAdapter unreachable = ProviderAdapter.builder("off")
                .chat((request, attempt) -> {
                    attempt.reached(false);
                    environment.await(Duration.ofSeconds(3).toNanos(), attempt.cancellation());
                    throw GatewayException.of(ErrorKind.CONNECTION, "no connection to the provider");
                })
                .build();
        try (ModelRouter router = router(
                LONG,
                builder -> builder.provider(unreachable)
                        .model("off", model -> model.deployment("off/any", deployment -> deployment.price(PRICE))),
                "fake/broken")) {
            environment.simulate(() -> {
                failure(() -> way.chat(router, environment, HELLO, CallOptions.DEFAULT));
                failure(() -> way.chat(router, environment, ChatRequest.of("off", "hello"), CallOptions.DEFAULT));
                failure(() -> way.chat(
                        router, environment, ChatRequest.of("off", "hello"), stoppedAfter(Duration.ofSeconds(1))));
            });
            settledTo(router, 3, 0, 0);
        }
    }

    @Test
    void aConnectionThatBreaksBeforeTheAnswerCostsThePromptAndWhatWasGenerated() {
        try (ModelRouter router = router("fake/lost")) {
            assertThat(failure(() -> router.chat(HELLO)).kind()).isEqualTo(ErrorKind.CONNECTION);
            settledTo(router, 1, PROMPT, 200);
        }
    }

    @Test
    void aCutStreamCostsWhatArrived() {
        try (ModelRouter router = router("fake/cut")) {
            assertThat(failure(() -> Way.STREAM.chat(router, "m")).kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
            settledTo(router, 1, PROMPT, 100);
        }
    }

    @Test
    void aCutStreamThatReportedItsPromptCostsThatAndWhatArrived() {
        try (ModelRouter router = router("fake/reporting")) {
            assertThat(failure(() -> Way.STREAM.chat(router, "m")).kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
            settledTo(router, 1, 1_000, 100);
        }
    }

    /** Each of 30 answers reports 1,000 tokens of reasoning, of which the stream shows nothing, or all. */
    private FakeProvider thinking(boolean shown) {
        TokenUsage usage =
                TokenUsage.builder().input(PROMPT).reasoning(1_000).output(10).build();
        return fake().model("thinks", script -> {
                    for (int i = 0; i < 30; i++) {
                        ChatResponse.Builder reply = ChatResponse.builder();
                        if (shown) {
                            reply.part(new ContentPart.Reasoning("x".repeat(4_000), null, null, null, null));
                        }
                        script.reply(reply.text("x".repeat(40)).usage(usage).build());
                    }
                    script.streamThenFail(ErrorKind.CONNECTION, new ChatEvent.TextDelta(0, "x".repeat(400)));
                })
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCutStreamCostsTheReasoningThatItsModelUsuallyDoesNotShow(boolean shown) {
        try (ModelRouter router = builder(thinking(shown))
                .cards(ModelCards.none().with("fake/thinks", LONG))
                .meter(Meters.inMemory())
                .limits(limits)
                .retry(RetryPolicy.builder().maxAttempts(1).build())
                .streamRecovery(StreamRecovery.FAIL)
                .model("m", model -> model.deployment("fake/thinks"))
                .build()) {
            for (int i = 0; i < 30; i++) {
                Way.STREAM.chat(router, "m");
            }
            assertThat(failure(() -> Way.STREAM.chat(router, "m")).kind()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
            settledTo(router, 31, 31 * PROMPT, 30 * 1_010 + 100 + (shown ? 0 : 1_000));
        }
    }

    @Test
    void aStreamThatItsReaderClosesCostsWhatArrived() {
        try (ModelRouter router = router("fake/cut")) {
            try (ChatStream stream = router.stream(HELLO)) {
                assertThat(stream.iterator().next()).isInstanceOf(ChatEvent.TextDelta.class);
            }
            settledTo(router, 1, PROMPT, 100);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatADeploymentsConcurrencyRefusesIsNoRequestAndTakesNothing(Way way) {
        ConcurrencyLimit one = ConcurrencyLimit.fixed(1).queue(0, Duration.ZERO);
        try (ModelRouter router = builder(fake)
                .limits(limits)
                .meter(Meters.inMemory())
                .model(
                        "m",
                        model -> model.deployment(
                                "fake/quick",
                                deployment -> deployment.price(PRICE).concurrency(one)))
                .build()) {
            try (ChatStream first = router.stream(HELLO)) {
                for (int i = 0; i < 5; i++) {
                    assertThat(failure(() -> way.chat(router, "m")).route()).isNotNull();
                }
                assertThat(first.response().text()).isEqualTo("ok");
            }
            settledTo(router, 1, PROMPT, 50);
            settled(router, fake);
        }
    }

    @Test
    void whatConcurrencyRefusesIsNoRequest() {
        Limits both = Limits.builder()
                .limit("rpm", limit -> limit.requests(2).per(Window.rolling(Duration.ofMinutes(1))))
                .limit("parallel", limit -> limit.concurrency(1))
                .build();
        try (ModelRouter router = builder(fake)
                .limits(both)
                .model("m", model -> model.deployment("fake/quick"))
                .build()) {
            try (ChatStream first = router.stream(HELLO)) {
                for (int i = 0; i < 5; i++) {
                    assertThat(failure(() -> router.chat(HELLO)).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
                }
                assertThat(first.response().text()).isEqualTo("ok");
            }
            router.chat(HELLO);
            assertThat(both.usage())
                    .filteredOn(usage -> usage.limit().equals("rpm"))
                    .extracting(usage -> usage.used().intValueExact())
                    .isEqualTo(List.of(2));
        }
    }
}
