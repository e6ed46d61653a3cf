package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.CacheStore;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.Measure;
import dev.aigw.routing.limit.Window;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a user of Redis may not do is named with its fix; and what the documentation lists is enough. */
@Timeout(60)
class RefusalTest {

    private final RedisProcess server = RedisProcess.started("--requirepass the-right-one");

    @AfterEach
    void stop() {
        server.close();
    }

    private SharedRedis connect(String login) {
        return SharedRedis.builder()
                .uri("redis://" + login + "127.0.0.1:" + server.port())
                .timeout(Duration.ofSeconds(20))
                .connectWait(Duration.ofSeconds(20))
                .probeEvery(Duration.ofMillis(20))
                .build();
    }

    private static Allowance budget(SharedRedis redis, Window window) {
        return SharedLimits.builder(redis)
                .outage(Outage.closed())
                .build()
                .allowance(
                        AllowanceSpec.builder()
                                .limit("budget")
                                .measure(Measure.COST)
                                .maximum(BigDecimal.TEN)
                                .window(window)
                                .build(),
                        new VirtualEnvironment(1));
    }

    private static void isRefused(SharedRedis redis, String... words) {
        Allowance budget = budget(redis, Window.calendar(Window.Unit.MONTH));
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> budget.take(BigDecimal.ONE, BigDecimal.ONE, false))
                .withMessageContainingAll(words)
                .withMessageContaining("the shared store does not answer")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("the-wrong-one"));
    }

    @Test
    void aWrongPasswordIsNamed() {
        try (SharedRedis redis = connect(":the-wrong-one@")) {
            isRefused(redis, "refuses the login", "WRONGPASS");
        }
    }

    @Test
    void aMissingPasswordIsNamed() {
        try (SharedRedis redis = connect("")) {
            isRefused(redis, "requires a login", "redis://user:password@host");
        }
    }

    @Test
    void aMissingRightIsNamed() {
        acl("SETUSER poor on >pass ~aigw:* -@all +hello +ping +time +evalsha +eval");
        try (SharedRedis redis = connect("poor:pass@")) {
            isRefused(redis, "lacks a right", "documentation of SharedRedis");
            assertThat(redis.isOut()).isFalse();
        }
    }

    @Test
    void aRefusalDuringAnOutageSaysSo() {
        try (SharedRedis redis = connect(":the-right-one@")) {
            Allowance budget = SharedLimits.builder(redis)
                    .outage(Outage.local(0.1))
                    .build()
                    .allowance(
                            AllowanceSpec.builder()
                                    .limit("budget")
                                    .measure(Measure.COST)
                                    .maximum(BigDecimal.TEN)
                                    .window(Window.rolling(Duration.ofDays(30)))
                                    .build(),
                            new VirtualEnvironment(1));
            server.kill();
            Allowance.Taking refused;
            do {
                refused = budget.take(BigDecimal.valueOf(2), BigDecimal.ONE, false);
            } while (refused.fits());
            assertThat(refused.note()).startsWith("the shared store does not answer");
        }
    }

    @Test
    void theListedRightsAreEnough() throws IOException {
        acl("SETUSER aigw on >pass " + listedRights());
        try (SharedRedis redis = connect("aigw:pass@")) {
            for (Window window : List.of(Window.calendar(Window.Unit.MONTH), Window.rolling(Duration.ofDays(30)))) {
                Allowance budget = budget(redis, window);
                for (int i = 0; i < 100; i++) {
                    Objects.requireNonNull(budget.take(new BigDecimal("0.01"), BigDecimal.ONE, false)
                                    .grant())
                            .settle(new BigDecimal("0.02"));
                }
                ((SharedLimits.Reporting) budget).end().join();
                assertThat(budget.level().used()).isBetween(new BigDecimal("1.9"), new BigDecimal("2"));
            }
            redis.ask(SharedCooldowns.EXTEND.on(
                    List.of(redis.key("cooldowns", "all", "")), List.of("name", "2000000", "1000000", "1000")));
            CacheStore cache = redis.cacheStore();
            cache.put("key", "value".getBytes(StandardCharsets.UTF_8), Duration.ofMinutes(1));
            while (cache.get("key") == null) {
                Thread.onSpinWait();
            }
            assertThat(cache.getAll(List.of("key", "other"))).hasSize(1);
        }
        assertThat(denied()).allMatch(entry -> entry.toString().contains("client")); // the name of the connection
    }

    /** Returns the rights that the guide lists. */
    private static String listedRights() throws IOException {
        String guide = Files.readString(Path.of("guide", "fleet.md"));
        Matcher listed = Pattern.compile("ACL SETUSER aigw on >password ([^`]+)").matcher(guide);
        assertThat(listed.find()).isTrue();
        return listed.group(1).strip().replaceAll("\\s+", " ");
    }

    private void acl(String words) {
        RedisClient client = RedisClient.create();
        try (client;
                StatefulRedisConnection<String, String> connection = client.connect(admin())) {
            CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
            List.of(words.split(" ", -1)).forEach(args::add);
            connection.sync().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
        }
    }

    private List<Object> denied() {
        RedisClient client = RedisClient.create();
        try (client;
                StatefulRedisConnection<String, String> connection = client.connect(admin())) {
            return connection
                    .sync()
                    .dispatch(
                            CommandType.ACL,
                            new NestedMultiOutput<>(StringCodec.UTF8),
                            new CommandArgs<>(StringCodec.UTF8).add("LOG"));
        }
    }

    private RedisURI admin() {
        return RedisURI.create("redis://:the-right-one@127.0.0.1:" + server.port());
    }
}
