package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.Measure;
import dev.aigw.routing.limit.Window;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real cluster of three, and a real sentinel that promotes a replica. */
@Timeout(180)
class TopologyTest {

    private static final BigDecimal TEN = BigDecimal.TEN;

    private static SharedRedis open(SharedRedisBuilder builder) {
        return builder.timeout(Duration.ofSeconds(20))
                .connectWait(Duration.ofSeconds(20))
                .probeEvery(Duration.ofMillis(50))
                .build();
    }

    private static Allowance allowance(SharedLimits limits, Window window, String tenant) {
        return limits.allowance(
                AllowanceSpec.builder()
                        .limit("tokens")
                        .key(List.of(tenant))
                        .measure(Measure.TOKENS)
                        .maximum(TEN)
                        .window(window)
                        .build(),
                new VirtualEnvironment(1));
    }

    private static void spendTwice(SharedLimits limits, String tenant) {
        Allowance month = allowance(limits, Window.calendar(Window.Unit.MONTH), tenant);
        Objects.requireNonNull(month.take(TEN, BigDecimal.ONE, false).grant()).settle(BigDecimal.ONE);
        assertThat(month.level().used()).isEqualByComparingTo(BigDecimal.ONE);
        assertThat(month.take(TEN, BigDecimal.ONE, false).fits()).isFalse();
        Allowance rolling = allowance(limits, Window.rolling(Duration.ofDays(300)), tenant);
        assertThat(rolling.take(TEN, BigDecimal.ONE, false).fits()).isTrue();
        assertThat(rolling.take(TEN, BigDecimal.ONE, false).fits()).isFalse();
    }

    @Test
    void inAClusterEachKeyOfALimitLivesOnSomeNodeWithAllThatBelongsToIt() {
        List<RedisProcess> nodes = IntStream.range(0, 3)
                .mapToObj(i -> RedisProcess.started("--cluster-enabled yes"))
                .toList();
        try {
            join(nodes);
            try (SharedRedis redis =
                    open(SharedRedis.builder().cluster(nodes.get(0).uri()))) {
                SharedLimits limits =
                        SharedLimits.builder(redis).outage(Outage.closed()).build();
                for (int tenant = 0; tenant < 12; tenant++) {
                    spendTwice(limits, "tenant " + tenant);
                }
                List<String> keys = redis.ask(commands -> commands.keys("*"));
                assertThat(keys.stream().map(TopologyTest::node).distinct()).hasSize(3);
            }
        } finally {
            nodes.forEach(RedisProcess::close);
        }
    }

    private static int node(String key) {
        return SlotHash.getSlot(key) * 3 / SlotHash.SLOT_COUNT;
    }

    private static void join(List<RedisProcess> nodes) {
        RedisClient client = RedisClient.create();
        List<StatefulRedisConnection<String, String>> connections = new ArrayList<>();
        try (client) {
            for (int i = 0; i < nodes.size(); i++) {
                StatefulRedisConnection<String, String> connection =
                        client.connect(RedisURI.create(nodes.get(i).uri()));
                connections.add(connection);
                int node = i;
                connection
                        .sync()
                        .clusterAddSlots(IntStream.range(0, SlotHash.SLOT_COUNT)
                                .filter(slot -> slot * 3 / SlotHash.SLOT_COUNT == node)
                                .toArray());
                connection.sync().clusterMeet("127.0.0.1", nodes.get(0).port());
            }
            for (StatefulRedisConnection<String, String> connection : connections) {
                while (!connection.sync().clusterInfo().contains("cluster_state:ok")
                        || !connection.sync().clusterInfo().contains("cluster_known_nodes:3")) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void whenASentinelPromotesAReplicaItIsFound() throws Exception {
        try (RedisProcess master = RedisProcess.started();
                RedisProcess replica = replicaOf(master);
                RedisProcess sentinel = RedisProcess.sentinel(
                        "sentinel monitor mymaster 127.0.0.1 " + master.port() + " 1",
                        "sentinel down-after-milliseconds mymaster 500",
                        "sentinel failover-timeout mymaster 5000")) {
            awaitDiscovery(sentinel);
            try (SharedRedis redis =
                    open(SharedRedis.builder().uri("redis-sentinel://127.0.0.1:" + sentinel.port() + "/0#mymaster"))) {
                SharedLimits limits =
                        SharedLimits.builder(redis).outage(Outage.open()).build();
                Allowance month = allowance(limits, Window.calendar(Window.Unit.MONTH), "acme");
                Objects.requireNonNull(month.take(TEN, BigDecimal.ONE, false).grant())
                        .settle(BigDecimal.ONE);
                assertThat(month.level().used()).isEqualByComparingTo(BigDecimal.ONE);
                CountDownLatch back = new CountDownLatch(1);
                redis.onBack(back::countDown);
                master.kill();
                while (!redis.isOut()) {
                    Objects.requireNonNull(month.take(BigDecimal.ZERO, BigDecimal.ONE, false)
                                    .grant())
                            .settle(BigDecimal.ONE);
                }
                back.await();
                String role = redis.ask(commands -> commands.info("replication"));
                assertThat(role).contains("role:master");
                while (month.level().reserved().signum() != 0) {
                    Thread.onSpinWait();
                }
                assertThat(month.level().used()).isGreaterThan(BigDecimal.ONE);
                assertThat(replica.port()).isNotEqualTo(master.port());
            }
        }
    }

    /** Starts a replica and waits until its master counts on it. */
    private static RedisProcess replicaOf(RedisProcess master) {
        RedisProcess replica = RedisProcess.started("--replicaof 127.0.0.1 " + master.port());
        RedisClient client = RedisClient.create();
        try (client;
                StatefulRedisConnection<String, String> connection = client.connect(RedisURI.create(master.uri()))) {
            while (!connection.sync().info("replication").contains("state=online")) {
                Thread.onSpinWait();
            }
        }
        return replica;
    }

    /** Waits until the sentinel knows the replica. */
    private static void awaitDiscovery(RedisProcess sentinel) {
        RedisClient client = RedisClient.create();
        try (client;
                StatefulRedisSentinelConnection<String, String> connection =
                        client.connectSentinel(RedisURI.create(sentinel.uri()))) {
            while (connection.sync().replicas("mymaster").isEmpty()) {
                Thread.onSpinWait();
            }
        }
    }
}
