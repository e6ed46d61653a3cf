package dev.aigw.routing.redis;

import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.metering.Meters;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One JVM of a fleet: once it gets a byte, it spends a shared budget with several threads, reports each call that was
 * served and of the first that was refused, and, once its input ends, what its ledger and its provider say. It may die
 * at any time.
 */
final class FleetWorker {

    static final int THREADS = 4;
    static final Duration LEASE = Duration.ofSeconds(2);
    static final Price PRICE = Price.usdPerMillion("3", "15");
    static final TokenUsage USAGE = TokenUsage.of(5, 12);
    static final int MOST_OUTPUT = 40;
    static final String SERVED = "served";
    static final String READY = "ready";
    static final String REFUSED = "refused";

    private static final AtomicBoolean TOLD_OF_REFUSAL = new AtomicBoolean();

    private FleetWorker() {}

    static SharedRedis connect(String uri) {
        return SharedRedis.builder()
                .uri(uri)
                .timeout(Duration.ofSeconds(60)) // a busy machine is no outage
                .connectWait(Duration.ofSeconds(60))
                .build();
    }

    static ModelRouter router(FakeProvider fake, TokenMeter meter, BigDecimal budget, SharedLimits shared) {
        return ModelRouter.builder()
                .provider(fake)
                .model("m", model -> model.deployment("fake/m", deployment -> deployment.price(PRICE)))
                .meter(meter)
                .limits(Limits.builder()
                        .limit("budget", limit -> limit.cost(Cost.usd(budget)).per(Window.calendar(Window.Unit.MONTH)))
                        .limit("places", limit -> limit.concurrency(1_000))
                        .shared(shared)
                        .build())
                .build();
    }

    static FakeProvider provider() {
        return FakeProvider.builder("fake")
                .model(
                        "m",
                        script -> script.answer(request -> ChatResponse.builder()
                                .text("an answer")
                                .usage(USAGE)
                                .build()))
                .build();
    }

    static ChatRequest question() {
        return ChatRequest.builder("m")
                .user("a question")
                .maxOutputTokens(MOST_OUTPUT)
                .build();
    }

    public static void main(String[] args) throws InterruptedException {
        PrintStream out = System.out;
        FakeProvider fake = provider();
        TokenMeter meter = Meters.inMemory();
        AtomicBoolean stopped = new AtomicBoolean();
        try (SharedRedis redis = connect(args[0]);
                ModelRouter router = router(
                        fake,
                        meter,
                        new BigDecimal(args[1]),
                        SharedLimits.builder(redis).lease(LEASE).build())) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(() -> {
                    while (!stopped.get()) {
                        call(router, out);
                    }
                });
                threads.add(thread);
            }
            out.println(READY);
            awaitByte();
            threads.forEach(Thread::start);
            awaitEndOfInput();
            stopped.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        out.println(
                "ledger " + Objects.requireNonNull(meter.ledger().total().cost().amount()) + " "
                        + Objects.requireNonNull(PRICE.cost(fake.servedTokens()).amount()));
        out.flush();
    }

    private static void call(ModelRouter router, PrintStream out) {
        try {
            router.chat(question());
            out.println(SERVED);
        } catch (GatewayException e) {
            if (e.kind() != ErrorKind.BUDGET_EXCEEDED) {
                throw e;
            }
            if (TOLD_OF_REFUSAL.compareAndSet(false, true)) {
                out.println(REFUSED);
            }
            Thread.onSpinWait();
        }
    }

    private static void awaitEndOfInput() {
        while (awaitByte() >= 0) {
            Thread.onSpinWait();
        }
    }

    private static int awaitByte() {
        try {
            return System.in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
