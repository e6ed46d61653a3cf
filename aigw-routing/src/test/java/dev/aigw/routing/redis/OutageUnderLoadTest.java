package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.spi.TokenMeter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.Measure;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.metering.Meters;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls go on while Redis is killed, stays away, and comes back with nothing in it. */
@Timeout(300)
class OutageUnderLoadTest {

    private static final int THREADS = 8;
    private static final int CALLS_OF_A_PHASE = 200;
    private static final BigDecimal BUDGET = new BigDecimal("1000");

    @Test
    void callsGoOnAndAllOfThemAreCountedInTheEnd() throws Exception {
        FakeProvider fake = FleetWorker.provider();
        TokenMeter meter = Meters.inMemory();
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        try (RedisProcess server = RedisProcess.started();
                SharedRedis redis = SharedRedis.builder()
                        .uri(server.uri())
                        .connectWait(Duration.ofSeconds(60))
                        .build();
                SharedRedis observer = FleetWorker.connect(server.uri());
                ModelRouter router = FleetWorker.router(
                        fake,
                        meter,
                        BUDGET,
                        SharedLimits.builder(redis).outage(Outage.local(0.5)).build())) {
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                done.add(threads.submit(() -> {
                    while (!stopped.get()) {
                        router.chat(FleetWorker.question());
                        calls.incrementAndGet();
                    }
                    return null;
                }));
            }
            try {
                awaitMore(calls, done);
                server.kill();
                awaitMore(calls, done);
                server.start();
                awaitMore(calls, done);
            } finally {
                stopped.set(true);
                threads.shutdown();
            }
            for (Future<?> one : done) {
                one.get();
            }
            BigDecimal ledger =
                    Objects.requireNonNull(meter.ledger().total().cost().amount());
            assertThat(ledger)
                    .isEqualByComparingTo(Objects.requireNonNull(
                            FleetWorker.PRICE.cost(fake.servedTokens()).amount()));
            SharedLimits other = SharedLimits.of(observer);
            Allowance budget = other.allowance(
                    AllowanceSpec.builder()
                            .limit("budget")
                            .measure(Measure.COST)
                            .maximum(BUDGET)
                            .window(Window.calendar(Window.Unit.MONTH))
                            .build(),
                    new VirtualEnvironment(1));
            Allowance places = other.allowance(
                    AllowanceSpec.builder()
                            .limit("places")
                            .measure(Measure.CONCURRENCY)
                            .maximum(BigDecimal.valueOf(1_000))
                            .build(),
                    new VirtualEnvironment(1));
            awaitSettled(budget, ledger);
            awaitSettled(places, BigDecimal.ZERO);
        }
    }

    /** Waits until many more calls have been answered; or one failed, which none may. */
    private static void awaitMore(AtomicInteger calls, List<Future<?>> done) throws Exception {
        int until = calls.get() + CALLS_OF_A_PHASE;
        while (calls.get() < until) {
            for (Future<?> one : done) {
                if (one.isDone()) {
                    one.get();
                }
            }
            Thread.onSpinWait();
        }
    }

    private static void awaitSettled(Allowance allowance, BigDecimal used) {
        Allowance.Level level;
        do {
            level = allowance.level();
            assertThat(level.used()).as("never more than was spent").isLessThanOrEqualTo(used);
        } while (level.used().compareTo(used) != 0 || level.reserved().signum() != 0);
    }
}
