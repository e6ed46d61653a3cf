package dev.aigw.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.HedgePolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Hundreds of threads spend one budget; some fail, some cancel, some walk away from their streams, some are hedged. */
class BudgetUnderLoadTest {

    private static final int THREADS = 300;
    private static final int CALLS_EACH = 8;
    private static final Price PRICE = Price.usdPerMillion("3", "15");
    private static final long MOST_OUTPUT = 40;

    /** The cancellations of calls under way, by the text of their question. */
    private final ConcurrentMap<String, Cancellation> cancellations = new ConcurrentHashMap<>();

    private final FakeProvider fake = FakeProvider.builder("fake")
            .model("plain", script -> script.answer(this::answer))
            .model("slow", script -> script.delay(Duration.ofMillis(20)).answer(this::answer))
            .model(
                    "stream",
                    script -> script.stream(
                            new ChatEvent.UsageReported(TokenUsage.of(7, 30)),
                            new ChatEvent.TextDelta(0, "some text, "),
                            new ChatEvent.TextDelta(0, "and some more"),
                            new ChatEvent.Finished(FinishReason.STOP)))
            .model(
                    "cut",
                    script -> script.streamThenFail(
                            ErrorKind.CONNECTION,
                            new ChatEvent.UsageReported(TokenUsage.of(7, 20)),
                            new ChatEvent.TextDelta(0, "some text")))
            .build();

    private ChatResponse answer(ChatRequest request) {
        String question = request.lastUserText();
        if (question.startsWith("fail")) {
            throw GatewayException.of(ErrorKind.CONTENT_FILTERED, "refused");
        }
        if (question.startsWith("cancel")) {
            Objects.requireNonNull(cancellations.get(question)).cancel();
            throw GatewayException.of(ErrorKind.CANCELLED, "the caller cancelled the call");
        }
        return ChatResponse.builder()
                .text("an answer")
                .usage(TokenUsage.of(5, 12 + question.length() % 8))
                .build();
    }

    @Test
    void whatIsSettledIsWhatTheLedgerSaysAndWhatWasServedAndNeverPassesTheBudget() throws Exception {
        BigDecimal budget = new BigDecimal("0.25");
        Limits limits = Limits.builder()
                .limit(
                        "budget",
                        limit -> limit.cost(Cost.usd(budget))
                                .per(Window.calendar(Window.Unit.MONTH))
                                .by(Dimension.TENANT)
                                .strict())
                .limit("places", limit -> limit.concurrency(10_000))
                .build();
        TokenMeter meter = Meters.inMemory();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger passedTheBudget = new AtomicInteger();
        try (ModelRouter router = ModelRouter.builder()
                .provider(fake)
                .model("plain", model -> model.deployment("fake/plain", deployment -> deployment.price(PRICE)))
                .model("stream", model -> model.deployment("fake/stream", deployment -> deployment.price(PRICE)))
                .model("cut", model -> model.deployment("fake/cut", deployment -> deployment.price(PRICE)))
                .streamRecovery(StreamRecovery.FAIL)
                .breaker(BreakerPolicy.builder()
                        .failureThreshold(1_000_000, 1_000_000)
                        .build())
                .model(
                        "hedged",
                        model -> model.deployment(
                                "fake/slow",
                                deployment -> deployment.price(PRICE).keys("one", "two")))
                .hedge(HedgePolicy.builder()
                        .delay(Duration.ofMillis(5))
                        .budget(1)
                        .build())
                .meter(meter)
                .limits(limits)
                .build()) {
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                CountDownLatch start = new CountDownLatch(THREADS);
                List<Future<?>> done = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    int thread = i;
                    done.add(threads.submit(() -> {
                        start.countDown();
                        start.await();
                        for (int call = 0; call < CALLS_EACH; call++) {
                            try {
                                call(router, thread, call);
                            } catch (GatewayException e) {
                                if (e.kind() == ErrorKind.BUDGET_EXCEEDED) {
                                    refused.incrementAndGet();
                                }
                            }
                            LimitUsage now = of(limits, "budget");
                            if (now.used().add(now.reserved()).compareTo(budget) > 0) {
                                passedTheBudget.incrementAndGet();
                            }
                        }
                        return null;
                    }));
                }
                for (Future<?> one : done) {
                    one.get();
                }
            } finally {
                threads.shutdown();
            }
        }
        UsageLedger.Sum ledger = meter.ledger().total();
        LimitUsage settled = of(limits, "budget");
        assertThat(refused.get()).as("the budget ran out").isPositive();
        assertThat(passedTheBudget.get()).isZero();
        assertThat(settled.reserved()).isEqualByComparingTo("0");
        assertThat(of(limits, "places").reserved()).isEqualByComparingTo("0");
        assertThat(fake.openStreams()).isZero();

        BigDecimal served =
                Objects.requireNonNull(PRICE.cost(fake.servedTokens()).amount());
        BigDecimal settledTotal = settled.used();
        assertThat(ledger.cost().amount())
                .as("the ledger and the limits have the same account")
                .isEqualByComparingTo(settledTotal);
        assertThat(ledger.attempts()).isEqualTo(fake.attempts().size());
        assertThat(ledger.unpriced()).isZero();
        assertThat(ledger.abandoned()).as("cancelled or overtaken").isPositive();
        assertThat(fake.attempts("slow")).as("hedges among them").anyMatch(seen -> seen.number() > 1);
        assertThat(settledTotal.subtract(served))
                .as("each of these may have cost one call and nothing")
                .isBetween(BigDecimal.ZERO, reservation().multiply(BigDecimal.valueOf(ledger.abandoned())));
    }

    private static BigDecimal reservation() {
        long prompt = TokenCounter.calibrated().countPrompt(question("plain", "cancel-000-0"), "plain");
        return Objects.requireNonNull(
                PRICE.cost(TokenUsage.of(prompt, MOST_OUTPUT)).amount());
    }

    private static ChatRequest question(String model, String text) {
        return ChatRequest.builder(model)
                .user(text)
                .maxOutputTokens((int) MOST_OUTPUT)
                .build();
    }

    private void call(ModelRouter router, int thread, int call) {
        String[] ways = {"plain", "fail", "cancel", "leave", "read", "hedged", "cut"};
        String way = ways[(thread + call) % ways.length];
        String text = "%s-%03d-%d".formatted(way, thread, call);
        Cancellation cancellation = new Cancellation();
        CallOptions options = CallOptions.builder()
                .caller(Caller.ofTenant("acme"))
                .cancellation(cancellation)
                .build();
        switch (way) {
            case "leave", "read", "cut" -> {
                String model = way.equals("cut") ? "cut" : "stream";
                try (ChatStream stream = router.stream(question(model, text), options)) {
                    for (ChatEvent event : stream) {
                        if (way.equals("leave") && event instanceof ChatEvent.TextDelta) {
                            return;
                        }
                    }
                }
            }
            case "hedged" -> router.chat(question("hedged", text), options);
            default -> {
                cancellations.put(text, cancellation);
                router.chat(question("plain", text), options);
            }
        }
    }

    private static LimitUsage of(Limits limits, String name) {
        return limits.usage().stream()
                .filter(usage -> usage.limit().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
