package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedRedisTest {

    private static final Command<byte[]> GET = redis -> redis.get("k");
    private static final Script ADD = new Script("return {redis.call('INCRBY', KEYS[1], ARGV[1])}");

    private final RedisProcess server = RedisProcess.started();

    @AfterEach
    void stop() {
        server.close();
    }

    private static SharedRedisBuilder at(String uri) {
        return SharedRedis.builder().uri(uri).probeEvery(Duration.ofMillis(20));
    }

    /** Returns a connection whose bound no busy machine passes. */
    private static SharedRedis patient(String uri) {
        return at(uri).timeout(Duration.ofSeconds(20))
                .connectWait(Duration.ofSeconds(20))
                .build();
    }

    private static SharedRedis brisk(String uri) {
        return at(uri).timeout(Duration.ofMillis(200))
                .connectWait(Duration.ofSeconds(20))
                .build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns what opens when Redis is back. */
    private static CountDownLatch back(SharedRedis redis) {
        CountDownLatch back = new CountDownLatch(1);
        redis.onBack(back::countDown);
        return back;
    }

    private static void askUntilOut(SharedRedis redis) {
        while (!redis.isOut()) {
            assertThatExceptionOfType(RedisOutage.class).isThrownBy(() -> redis.ask(GET));
        }
    }

    @Test
    void asksAndAnswers() throws Exception {
        try (SharedRedis redis = patient(server.uri())) {
            String done = redis.ask(commands -> commands.set("k", bytes("v")));
            assertThat(done).isEqualTo("OK");
            assertThat(redis.ask(GET)).isEqualTo(bytes("v"));
            assertThat(redis.start(GET).toCompletableFuture().get()).isEqualTo(bytes("v"));
            assertThat(redis.isOut()).isFalse();
        }
    }

    @Test
    void aScriptIsLoadedAgainWhereItIsForgotten() {
        try (SharedRedis redis = patient(server.uri())) {
            Command<List<Object>> add = ADD.on(List.of("n"), List.of("2"));
            assertThat(redis.ask(add)).containsExactly(2L);
            assertThat(redis.ask(add)).containsExactly(4L);
            redis.ask(commands -> commands.scriptFlush());
            assertThat(redis.ask(add)).containsExactly(6L);
        }
    }

    @Test
    void whatRedisRefusesFailsAndIsNoOutageOfOthers() {
        try (SharedRedis redis = patient(server.uri())) {
            redis.ask(commands -> commands.set("k", bytes("v")));
            for (int i = 0; i < 5; i++) {
                assertThatExceptionOfType(RedisOutage.class)
                        .isThrownBy(() -> redis.ask(commands -> commands.hget("k", "field")))
                        .withMessageContaining("WRONGTYPE");
            }
            assertThat(redis.ask(GET)).isEqualTo(bytes("v"));
        }
    }

    @Test
    void aKilledServerIsNoticedOnceAndFoundAgainOnTheSamePort() throws Exception {
        try (SharedRedis redis = patient(server.uri())) {
            CountDownLatch back = back(redis);
            server.kill();
            askUntilOut(redis);
            assertThatThrownBy(() -> redis.start(GET).toCompletableFuture().get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(RedisOutage.class);
            server.start();
            back.await();
            assertThat(redis.ask(ADD.on(List.of("n"), List.of("1")))).containsExactly(1L);
        }
    }

    @Test
    void aServerThatFallsSilentCostsAFewBoundsAndThenNothing() throws Exception {
        try (TcpProxy proxy = new TcpProxy(server.port());
                SharedRedis redis = brisk(proxy.uri())) {
            CountDownLatch back = back(redis);
            proxy.silence(true);
            askUntilOut(redis);
            assertThat(redis.start(GET).toCompletableFuture()).isCompletedExceptionally();
            proxy.silence(false);
            back.await();
            assertThat(redis.isOut()).isFalse();
        }
    }

    @Test
    void aCommandWithoutAnAnswerEndsWithoutAnybodyWaiting() {
        try (TcpProxy proxy = new TcpProxy(server.port());
                SharedRedis redis = brisk(proxy.uri())) {
            proxy.silence(true);
            CompletableFuture<byte[]> answer = redis.start(GET).toCompletableFuture();
            assertThatThrownBy(answer::get).hasCauseInstanceOf(RedisOutage.class);
        }
    }

    @Test
    void startsDuringAnOutageAndIsThereWhenRedisComes() throws Exception {
        server.kill();
        try (SharedRedis redis = at(server.uri())
                .timeout(Duration.ofSeconds(20))
                .connectWait(Duration.ofMillis(100))
                .build()) {
            CountDownLatch back = back(redis);
            assertThat(redis.isOut()).isTrue();
            assertThatExceptionOfType(RedisOutage.class).isThrownBy(() -> redis.ask(GET));
            server.start();
            back.await();
            assertThat(redis.ask(GET)).isNull();
        }
    }

    @Test
    void closesItsConnectionAndNotTheClientItWasGiven() {
        RedisURI uri = RedisURI.create(server.uri());
        RedisClient client = RedisClient.create();
        try (client;
                var watcher = client.connect(uri)) {
            SharedRedis redis = SharedRedis.builder()
                    .client(client, uri)
                    .timeout(Duration.ofSeconds(20))
                    .connectWait(Duration.ofSeconds(20))
                    .build();
            assertThat(redis.ask(GET)).isNull();
            long before = clients(watcher.sync().clientList());
            redis.close();
            redis.close();
            assertThatExceptionOfType(RedisOutage.class).isThrownBy(() -> redis.ask(GET));
            while (clients(watcher.sync().clientList()) != before - 1) {
                Thread.onSpinWait();
            }
            assertThat(watcher.sync().ping()).isEqualTo("PONG");
        }
    }

    private static long clients(String list) {
        return list.lines().count();
    }

    @Test
    void anInterruptedThreadIsNotKept() {
        Command<byte[]> unanswered = redis -> new CompletableFuture<>();
        try (SharedRedis redis = patient(server.uri())) {
            while (redis.isOut()) {
                Thread.onSpinWait();
            }
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(GatewayException.class)
                    .isThrownBy(() -> redis.ask(unanswered))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(redis.ask(GET)).as("no outage of others").isNull();
        }
    }

    @Test
    void anInterruptedThreadClosesItAndStaysInterrupted() {
        SharedRedis redis = patient(server.uri());
        Thread.currentThread().interrupt();
        redis.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThatExceptionOfType(RedisOutage.class).isThrownBy(() -> redis.ask(GET));
    }

    @Test
    void timeIsRedisTime() {
        try (SharedRedis redis = patient(server.uri())) {
            Instant before = Instant.now().minusSeconds(5);
            assertThat(redis.clock().now()).isBetween(before, before.plusSeconds(10));
        }
        ServerClock clock = new ServerClock();
        long asked = System.nanoTime();
        clock.read(1_000_000, asked, asked + TimeUnit.SECONDS.toNanos(2));
        assertThat(clock.micros()).isLessThan(TimeUnit.HOURS.toMicros(1));
    }

    @Test
    void keysOfOneTagLieInOneSlot() {
        try (SharedRedis redis = at(server.uri())
                .prefix("mine")
                .connectWait(Duration.ofSeconds(20))
                .build()) {
            String one = redis.key("limit", "budget:acme", "");
            String other = redis.key("limit", "budget:acme", ":reservations");
            assertThat(one).isEqualTo("mine:limit:{budget:acme}");
            assertThat(SlotHash.getSlot(one)).isEqualTo(SlotHash.getSlot(other));
            assertThat(SlotHash.getSlot(one)).isNotEqualTo(SlotHash.getSlot(redis.key("limit", "budget:other", "")));
        }
    }

    @Test
    void sharedLimitsRefuseToSetTheSameThingTwice() {
        try (SharedRedis redis = patient(server.uri())) {
            SharedLimits.Builder builder =
                    SharedLimits.builder(redis).outage(Outage.open()).lease(Duration.ofSeconds(9));
            assertThatThrownBy(() -> builder.outage(Outage.closed())).hasMessageContaining("outage is set twice");
            assertThatThrownBy(() -> builder.lease(Duration.ofSeconds(8))).hasMessageContaining("lease is set twice");
        }
    }

    @Test
    void aBuilderSaysWhatIsMissing() {
        assertThatThrownBy(() -> SharedRedis.builder().build()).hasMessageContaining(".uri(");
        assertThatThrownBy(() -> SharedRedis.builder().uri("redis://a").uri("redis://b"))
                .hasMessageContaining("set twice");
        assertThatThrownBy(() -> SharedRedis.builder().prefix("{x}")).hasMessageContaining("braces");
        assertThatThrownBy(() -> SharedRedis.builder().timeout(Duration.ZERO)).hasMessageContaining("positive");
        assertThatThrownBy(() -> SharedRedis.builder().cluster(new RedisURI[0])).hasMessageContaining("no node");
    }
}
