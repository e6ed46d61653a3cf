package dev.aigw.routing.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
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
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.LimitUsage;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.HedgePolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever becomes of attempts (retried, hedged, overtaken, cancelled, left, broken and begun again), billing is
 * notified of each exactly once, with the same figures as the ledger.
 */
class BillingUnderLoadTest {

    private static final int THREADS = 200;
    private static final int CALLS_EACH = 5;
    private static final Price PRICE = Price.usdPerMillion("3", "15");

    private final Queue<MeterRecord> billed = new ConcurrentLinkedQueue<>();
    private final Semaphore settled = new Semaphore(0);
    private final Semaphore ended = new Semaphore(0);
    private final AtomicInteger begun = new AtomicInteger();

    private final FakeProvider fake = FakeProvider.builder("fake")
            .model("plain", script -> script.reply(answer()))
            .model("down", script -> script.fail(ErrorKind.SERVER_ERROR))
            .model("slow", script -> script.delay(Duration.ofMillis(20)).reply(answer()))
            .model(
                    "cut",
                    script -> script.streamThenFail(
                            ErrorKind.CONNECTION,
                            new ChatEvent.UsageReported(TokenUsage.of(7, 1)),
                            new ChatEvent.TextDelta(0, "a beginning")))
            .build();

    private static ChatResponse answer() {
        return ChatResponse.builder()
                .text("an answer of some words")
                .usage(TokenUsage.of(11, 5))
                .build();
    }

    private final RouterListener ends = event -> {
        if (event instanceof RouterEvent.CallStarted) {
            begun.incrementAndGet();
        } else if (event instanceof RouterEvent.CallEnded) {
            ended.release();
        }
    };

    private ModelRouter router(TokenMeter meter, Limits limits) {
        return ModelRouter.builder()
                .provider(fake)
                .meter(meter)
                .limits(limits)
                .listener(ends)
                .breaker(BreakerPolicy.builder()
                        .failureThreshold(1_000_000, 1_000_000)
                        .build())
                .streamRecovery(StreamRecovery.RESTART)
                .hedge(HedgePolicy.builder()
                        .delay(Duration.ofMillis(5))
                        .budget(1)
                        .build())
                .model("plain", model -> model.deployment("fake/plain", d -> d.price(PRICE)))
                .model(
                        "retried",
                        model -> model.deployment("fake/down", d -> d.price(PRICE))
                                .deployment("fake/plain", d -> d.price(PRICE))
                                .strategy(RoutingStrategies.ordered()))
                .model(
                        "fallen",
                        model -> model.deployment("fake/down", d -> d.price(PRICE))
                                .fallback("plain"))
                .model(
                        "hedged",
                        model -> model.deployment(
                                "fake/slow", d -> d.price(PRICE).keys("one", "two")))
                .model(
                        "cut",
                        model -> model.deployment("fake/cut", d -> d.price(PRICE))
                                .deployment("fake/plain", d -> d.price(PRICE))
                                .strategy(RoutingStrategies.ordered()))
                .build();
    }

    @Test
    void billingHearsOfEachAttemptExactlyOnce() throws Exception {
        TokenMeter meter = Meters.builder()
                .recentCalls(THREADS * CALLS_EACH)
                .listener(record -> {
                    billed.add(record);
                    settled.release();
                })
                .listener(record -> {
                    throw new IllegalStateException("a second listener that fails");
                })
                .build();
        Limits limits = Limits.builder()
                .limit(
                        "budget",
                        limit -> limit.cost(Cost.usd(new BigDecimal("1000")))
                                .per(Window.calendar(Window.Unit.MONTH))
                                .by(Dimension.TENANT))
                .build();
        ModelRouter router = router(meter, limits);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        ExecutorService closers = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int first = i;
                work.add(() -> calls(router, closers, first));
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
            assertThat(ended.tryAcquire(begun.get(), 60, TimeUnit.SECONDS)).isTrue();
            assertThat(settled.tryAcquire(fake.attempts().size(), 60, TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            threads.shutdown();
            closers.shutdown();
            router.close();
        }
        assertThat(settled.availablePermits()).as("none is billed twice").isZero();
        assertThat(billed).hasSameSizeAs(fake.attempts());
        assertThat(billed.stream().map(record -> record.callId() + "/" + record.attempt()))
                .doesNotHaveDuplicates();
        assertThat(fake.openStreams()).isZero();
        assertThatTheLedgerAgrees(meter, limits);
    }

    private void assertThatTheLedgerAgrees(TokenMeter meter, Limits limits) {
        UsageLedger.Sum total = meter.ledger().total();
        assertThat(total.attempts()).isEqualTo(billed.size());
        assertThat(total.usage())
                .isEqualTo(billed.stream().map(MeterRecord::usage).reduce(TokenUsage.NONE, TokenUsage::plus));
        BigDecimal cost = BigDecimal.ZERO;
        for (MeterRecord record : billed) {
            cost = record.cost().isKnown() ? cost.add(record.cost().amount()) : cost;
        }
        assertThat(total.cost().amount()).isEqualByComparingTo(cost);

        Map<String, Long> attempts =
                billed.stream().collect(Collectors.groupingBy(MeterRecord::callId, Collectors.counting()));
        attempts.forEach((callId, count) ->
                assertThat(meter.call(callId).attempts()).as(callId).isEqualTo(count));
        assertThat(billed).as("hedged or begun again").anyMatch(record -> record.attempt() > 1);

        LimitUsage budget = limits.usage().get(0);
        assertThat(budget.reserved()).isEqualByComparingTo("0");
        assertThat(budget.used()).as("unreported use counts as reserved").isGreaterThanOrEqualTo(cost);
    }

    private static @Nullable Void calls(ModelRouter router, ExecutorService closers, int first) throws Exception {
        for (int turn = first; turn < first + CALLS_EACH; turn++) {
            try {
                call(router, closers, turn);
            } catch (GatewayException e) {
                assertThat(e.kind()).isIn(ErrorKind.CANCELLED, ErrorKind.SERVER_ERROR, ErrorKind.STREAM_INTERRUPTED);
            }
        }
        return null;
    }

    private static void call(ModelRouter router, ExecutorService closers, int turn) throws Exception {
        CallOptions options =
                CallOptions.builder().caller(Caller.ofTenant("acme")).build();
        switch (turn % 7) {
            case 0 -> router.chat(ask("retried"), options);
            case 1 -> router.chat(ask("fallen"), options);
            case 2 -> router.chat(ask("hedged"), options);
            case 3 -> {
                CompletableFuture<ChatResponse> answer = router.chatAsync(ask("hedged"), options);
                answer.cancel(true);
            }
            case 4 -> {
                try (ChatStream stream = router.stream(ask("cut"), options)) {
                    assertThat(stream.response().text()).isEqualTo("an answer of some words");
                }
            }
            case 5 -> {
                try (ChatStream stream = router.stream(ask("cut"), options)) {
                    stream.iterator().next(); // and leave in the middle
                }
            }
            default -> {
                ChatStream stream = router.stream(ask("plain"), options);
                Future<?> closing = closers.submit(stream::close); // while it is being read
                try {
                    stream.response();
                } finally {
                    closing.get();
                }
            }
        }
    }

    private static ChatRequest ask(String model) {
        return ChatRequest.builder(model).user("a question").maxOutputTokens(40).build();
    }
}
