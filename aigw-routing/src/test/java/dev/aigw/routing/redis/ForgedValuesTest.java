package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.Measure;
import dev.aigw.routing.limit.Window;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever others write where limits and cooldowns are, no call fails of it, and it is repaired. */
@Timeout(120)
class ForgedValuesTest {

    private static final BigDecimal ALL = BigDecimal.ONE;
    private static final List<String> TEXTS = List.of(
            "",
            "x",
            "-1",
            "1e400",
            "nan",
            "inf",
            "1 -1",
            "1 1",
            "0000 0000",
            "9".repeat(400) + " 1",
            "1 " + "9".repeat(400),
            "9".repeat(15) + " " + "9".repeat(15),
            "|",
            "1|1|1|1",
            "\\u0000\\uffff");

    private final RedisProcess server = RedisProcess.started();
    private final SharedRedis redis = SharedRedis.builder()
            .uri(server.uri())
            .timeout(Duration.ofSeconds(20))
            .connectWait(Duration.ofSeconds(20))
            .build();

    @AfterEach
    void stop() {
        redis.close();
        server.close();
    }

    private Allowance allowance(Measure measure, Window window) {
        return SharedLimits.builder(redis)
                .outage(Outage.open())
                .build()
                .allowance(
                        AllowanceSpec.builder()
                                .limit("limit")
                                .measure(measure)
                                .maximum(BigDecimal.valueOf(1_000_000))
                                .window(window)
                                .build(),
                        new VirtualEnvironment(1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the ways to write something else to a key. */
    private List<Runnable> forgeries(String key) {
        List<Runnable> all = new ArrayList<>();
        for (String text : TEXTS) {
            byte[] value = bytes(text);
            all.add(() -> redis.<String>ask(commands -> commands.set(key, value)));
            all.add(() -> redis.<Long>ask(commands -> commands.rpush(key, value)));
            all.add(() -> redis.<Long>ask(commands -> commands.sadd(key, value)));
            all.add(() -> redis.<Long>ask(commands -> commands.hset(
                    key, Map.of("uw", value, "up", value, "rw", value, "rp", value, "o:x", value))));
            all.add(() -> redis.<Long>ask(commands -> commands.zadd(key, 1.0, value)));
            all.add(() -> redis.<Long>ask(commands -> commands.zadd(key, Double.POSITIVE_INFINITY, value)));
            all.add(() -> redis.<Long>ask(commands -> commands.zadd(key, Double.NEGATIVE_INFINITY, bytes(text + "|" + text + "|7"))));
        }
        return all;
    }

    private void isRepaired(Allowance allowance) {
        redis.ask(commands -> commands.flushall());
        Objects.requireNonNull(allowance.take(ALL, ALL, false).grant());
        ((SharedLimits.Reporting) allowance).end().join();
        List<String> keys = redis.ask(commands -> commands.keys("aigw:*"));
        assertThat(keys).isNotEmpty();
        for (String key : keys) {
            for (Runnable forgery : forgeries(key)) {
                redis.ask(commands -> commands.del(key));
                forgery.run();
                Allowance.Taking taking = allowance.take(ALL, ALL, true);
                assertThat(taking.note()).as("no outage").isNull();
                Objects.requireNonNull(taking.grant()).settle(ALL);
                allowance.level();
                assertThat(redis.isOut()).isFalse();
            }
        }
        redis.ask(commands -> commands.flushall());
        assertThat(allowance.take(ALL, ALL, false).fits()).isTrue();
    }

    @Test
    void aBudgetOfTheCalendarRepairsThem() {
        isRepaired(allowance(Measure.COST, Window.calendar(Window.Unit.MONTH)));
    }

    @Test
    void aRollingLimitRepairsThem() {
        isRepaired(allowance(Measure.TOKENS, Window.rolling(Duration.ofDays(30))));
    }

    @Test
    void cooldownsRepairThem() {
        String key = redis.key("cooldowns", "all", "");
        for (Runnable forgery : forgeries(key)) {
            redis.ask(commands -> commands.del(key));
            forgery.run();
            redis.ask(SharedCooldowns.EXTEND.on(List.of(key), List.of("name", "2000000", "1000000", "1000")));
            Double end = redis.ask(commands -> commands.zscore(key, bytes("name")));
            assertThat(end).isEqualTo(2_000_000);
        }
    }

    @Test
    void namesOfCooldownsThatNobodyWroteAreNone() {
        TEXTS.forEach(text -> assertThat(CooldownName.parse(text)).isNull());
        TEXTS.forEach(text -> assertThat(CooldownName.parse(text + " " + text + " " + text)).isNull());
    }
}
