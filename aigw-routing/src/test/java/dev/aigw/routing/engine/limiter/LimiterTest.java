package dev.aigw.routing.engine.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelCard;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.deployment.LimitRule;
import dev.aigw.routing.engine.pool.Breaker;
import dev.aigw.routing.engine.pool.DeploymentDefinition;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.RetryBudget;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimiterTest {

    private static final int LIMIT = 3;

    private final DeploymentRegistry registry = new DeploymentRegistry(
            Environment.system(),
            new Breaker.Config(5, 10, Duration.ofSeconds(1), 0.5),
            Duration.ofMinutes(5),
            new RetryBudget.Size(100, 1));

    private LiveDeployment target(String id) {
        return registry.deployment(new DeploymentDefinition(
                id,
                ProviderAdapter.builder("fake")
                        .chat((request, attempt) -> {
                            throw new AssertionError("nothing is sent");
                        })
                        .build(),
                id,
                null,
                null,
                null,
                1,
                1,
                null,
                Set.of(),
                null,
                ModelCard.UNKNOWN));
    }

    @Test
    void threadsThatComeAndGoAtOnceNeitherPassTheLimitNorWaitForEver() throws Exception {
        LiveDeployment a = target("a");
        LiveDeployment b = target("b");
        ConcurrencyLimit limit = ConcurrencyLimit.fixed(LIMIT).queue(4, Duration.ofMinutes(1));
        registry.limit(java.util.Map.of("a", limit, "b", limit));
        AtomicInteger inA = new AtomicInteger();
        AtomicInteger inB = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger waited = new AtomicInteger();
        int threads = 12;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                SplittableRandom random = new SplittableRandom(i);
                all.add(pool.submit(() -> {
                    for (int round = 0; round < 3_000; round++) {
                        LiveDeployment taken = take(a, b, random, waited);
                        if (taken != null) {
                            AtomicInteger in = taken == a ? inA : inB;
                            most.accumulateAndGet(in.incrementAndGet(), Math::max);
                            LockSupport.parkNanos(1);
                            in.decrementAndGet();
                            taken.limiter().release();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> future : all) {
                future.get(2, TimeUnit.MINUTES);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(most).hasValue(LIMIT);
        assertThat(waited.get()).isPositive();
        for (LiveDeployment target : List.of(a, b)) {
            assertThat(target.inFlight()).isZero();
            assertThat(target.queued()).isZero();
            assertThat(target.hasPermit()).isTrue();
        }
    }

    /** Takes a permit at once, by waiting, or not at all: some give up, at the moment they are served maybe. */
    private static @Nullable LiveDeployment take(
            LiveDeployment a, LiveDeployment b, SplittableRandom random, AtomicInteger waited) throws Exception {
        LiveDeployment first = random.nextBoolean() ? a : b;
        if (first.limiter().tryAcquire()) {
            return first;
        }
        List<CallOptions.Priority> priorities = List.of(CallOptions.Priority.values());
        try (QueuedCall<LiveDeployment> waiter = new QueuedCall<>(priorities.get(random.nextInt(3)))) {
            boolean givesUp = random.nextInt(4) == 0;
            while (true) {
                var bell = waiter.bell();
                waiter.join(a.limiter(), a);
                waiter.join(b.limiter(), b);
                LiveDeployment taken = waiter.take();
                if (taken != null || givesUp || !waiter.isWaiting()) {
                    return taken;
                }
                waited.incrementAndGet();
                bell.get(1, TimeUnit.MINUTES);
                taken = waiter.take();
                if (taken != null) {
                    return taken;
                }
            }
        }
    }

    @Test
    void aLimitThatShrinksAdmitsNoAttemptUntilEnoughHaveEnded() {
        LiveDeployment a = target("a");
        AtomicInteger limit = new AtomicInteger(2);
        registry.limit(java.util.Map.of("a", ConcurrencyLimit.adaptive(() -> new LimitRule() {
            @Override
            public int limit() {
                return limit.get();
            }

            @Override
            public void onAttempt(long startNanos, long latencyNanos, int inFlight, boolean dropped) {
                limit.set(dropped ? 0 : 2);
            }
        })));
        assertThat(a.limiter().tryAcquire()).isTrue();
        assertThat(a.limiter().tryAcquire()).isTrue();
        a.limiter().learn(0, 1, true);
        assertThat(a.concurrencyLimit()).as("never less than one").isEqualTo(1);
        try (QueuedCall<LiveDeployment> waiter = new QueuedCall<>(CallOptions.Priority.NORMAL)) {
            assertThat(waiter.join(a.limiter(), a)).isTrue();
            a.limiter().release();
            assertThat(waiter.take()).isNull();
            a.limiter().release();
            assertThat(waiter.take()).isSameAs(a);
            assertThat(a.inFlight()).isEqualTo(1);
            a.limiter().release();
        }
        assertThat(a.inFlight()).isZero();
    }

    @Test
    void aPermitGivenToWhoHasLeftGoesToTheNext() {
        LiveDeployment a = target("a");
        registry.limit(java.util.Map.of("a", ConcurrencyLimit.fixed(1)));
        assertThat(a.limiter().tryAcquire()).isTrue();
        try (QueuedCall<LiveDeployment> next = new QueuedCall<>(CallOptions.Priority.NORMAL)) {
            try (QueuedCall<LiveDeployment> leaves = new QueuedCall<>(CallOptions.Priority.HIGH)) {
                leaves.join(a.limiter(), a);
                next.join(a.limiter(), a);
                a.limiter().release(); // serves the urgent one, which leaves without looking
                assertThat(next.take()).isNull();
            }
            assertThat(next.take()).isSameAs(a);
        }
    }
}
