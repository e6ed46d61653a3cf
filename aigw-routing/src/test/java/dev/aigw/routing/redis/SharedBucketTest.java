package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aigw.api.GatewayException;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.Measure;
import dev.aigw.routing.limit.Window;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Token buckets in Redis, as two JVMs see them. They refill so slowly that time plays no part. */
@Timeout(120)
class SharedBucketTest {

    private static final BigDecimal ALL = BigDecimal.ONE;

    private final RedisProcess server = RedisProcess.started();
    private final Environment environment = Environment.system();
    private final List<SharedRedis> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(SharedRedis::close);
        server.close();
        environment.close();
    }

    private SharedLimits jvm(Outage outage) {
        SharedRedis redis = SharedRedis.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(20))
                .connectWait(Duration.ofSeconds(20))
                .probeEvery(Duration.ofMillis(20))
                .build();
        open.add(redis);
        return SharedLimits.builder(redis).outage(outage).build();
    }

    private Allowance tokens(SharedLimits jvm, long maximum) {
        BigDecimal most = BigDecimal.valueOf(maximum);
        return jvm.allowance(
                AllowanceSpec.builder()
                        .limit("tokens")
                        .key(List.of("a{c}me", "x,y"))
                        .measure(Measure.TOKENS)
                        .maximum(most)
                        .window(Window.rolling(Duration.ofDays(300)))
                        .build(),
                environment);
    }

    private static BigDecimal of(long amount) {
        return BigDecimal.valueOf(amount);
    }

    private static Allowance.Grant granted(Allowance.Taking taking) {
        assertThat(taking.fits()).isTrue();
        return Objects.requireNonNull(taking.grant());
    }

    private static void awaitRemaining(Allowance allowance, long wanted) {
        while (allowance.level().remaining().compareTo(of(wanted)) != 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void jvmsEmptyOneBucketTogetherAndGiveBackWhatTheyDidNotUse() {
        Allowance here = tokens(jvm(Outage.closed()), 100);
        Allowance there = tokens(jvm(Outage.closed()), 100);
        Allowance.Grant grant = granted(here.take(of(70), ALL, false));
        Allowance.Taking refused = there.take(of(31), ALL, false);
        assertThat(refused.fits()).isFalse();
        assertThat(refused.remaining()).isEqualByComparingTo(of(30));
        assertThat(refused.frees()).isBetween(Duration.ofDays(2), Duration.ofDays(3));
        assertThat(there.take(of(101), ALL, false).frees()).isNull();
        assertThat(here.level().reserved()).isEqualByComparingTo(of(70));
        grant.settle(of(10));
        awaitRemaining(there, 90);
        granted(there.take(of(10), of(1).divide(of(5)), false));
        assertThat(there.take(of(1), of(1).divide(of(5)), false).fits()).isFalse();
    }

    @Test
    void whatIsForcedOrUsedBeyondIsADebt() {
        Allowance bucket = tokens(jvm(Outage.closed()), 100);
        Allowance.Taking forced = bucket.take(of(150), ALL, true);
        assertThat(forced.fits()).isFalse();
        Objects.requireNonNull(forced.grant()).settle(of(160));
        while (bucket.level().used().compareTo(of(160)) != 0) {
            Thread.onSpinWait();
        }
        assertThat(bucket.take(of(1), ALL, false).fits()).isFalse();
    }

    @Test
    void manyThreadsOfSeveralJvmsNeverTakeMoreThanThereIs() throws Exception {
        List<Allowance> jvms = List.of(tokens(jvm(Outage.closed()), 500), tokens(jvm(Outage.closed()), 500));
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            CountDownLatch start = new CountDownLatch(16);
            List<Future<Long>> taken = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Allowance bucket = jvms.get(i % 2);
                taken.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    long sum = 0;
                    for (int call = 0; call < 50; call++) {
                        Allowance.Grant grant = bucket.take(of(3), ALL, false).grant();
                        if (grant != null) {
                            grant.settle(of(2));
                            sum += 2;
                        }
                    }
                    return sum;
                }));
            }
            long sum = 0;
            for (Future<Long> one : taken) {
                sum += one.get();
            }
            assertThat(sum).isBetween(400L, 500L);
            awaitRemaining(jvms.get(0), 500 - sum);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aReportWhoseAnswerIsLostCountsOnce() {
        Allowance there = tokens(jvm(Outage.closed()), 1_000);
        try (TcpProxy proxy = new TcpProxy(server.port());
                SharedRedis redis = SharedRedis.builder()
                        .uri(proxy.uri())
                        .timeout(Duration.ofMillis(500))
                        .connectWait(Duration.ofSeconds(20))
                        .probeEvery(Duration.ofMillis(20))
                        .build()) {
            SharedBucket here = (SharedBucket)
                    tokens(SharedLimits.builder(redis).outage(Outage.closed()).build(), 1_000);
            Allowance.Grant grant = granted(here.take(of(700), ALL, false));
            granted(there.take(of(200), ALL, false));
            proxy.silence(true);
            grant.settle(of(100)); // reaches Redis late, when it has been given up
            while (!redis.isOut()) {
                assertThatExceptionOfType(RedisOutage.class).isThrownBy(() -> redis.ask(commands -> commands.get("k")));
            }
            proxy.silence(false);
            while (here.tick()) {
                Thread.onSpinWait();
            }
            assertThat(there.level().remaining()).isEqualByComparingTo(of(700));
        }
    }

    @Test
    void anOutageIsRationedAndMadeUpFor() throws Exception {
        SharedLimits rationing = jvm(Outage.local(0.5));
        Allowance rationed = tokens(rationing, 100);
        Allowance closed = tokens(jvm(Outage.closed()), 100);
        granted(rationed.take(of(60), ALL, false)).settle(of(60));
        awaitRemaining(rationed, 40);
        CountDownLatch back = new CountDownLatch(1);
        rationing.redis().onBack(back::countDown);
        server.kill();
        assertThatExceptionOfType(GatewayException.class).isThrownBy(() -> closed.take(of(1), ALL, false));
        granted(rationed.take(of(15), ALL, false)).settle(of(10)); // of 20, half of what was left
        assertThat(rationed.take(of(11), ALL, false).fits()).isFalse();
        Allowance.Grant across = granted(rationed.take(of(10), ALL, false));
        server.start(); // it has forgotten the 60
        back.await();
        awaitRemaining(closed, 80);
        across.settle(of(3));
        awaitRemaining(closed, 87);
    }
}
