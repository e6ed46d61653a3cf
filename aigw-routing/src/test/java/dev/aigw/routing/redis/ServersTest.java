package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aigw.api.spi.CacheStore;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.Measure;
import dev.aigw.routing.limit.Window;
import java.io.File;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Redis 7 and 8 and Valkey 8 and 9, where this machine has them: on its path, or among the programs that the variable
 * {@code AIGW_TEST_SERVERS} of the environment names, separated like a path. A server that is missing is reported as a
 * skipped test. All other tests run with one server; see {@link RedisProcess}.
 */
@Timeout(120)
class ServersTest {

    private static final List<String> WANTED = List.of("Redis 6", "Redis 7", "Redis 8", "Valkey 8", "Valkey 9");
    private static final Pattern VERSION = Pattern.compile("(Redis|Valkey) server v=(\\d+)");
    private static final BigDecimal ALL = BigDecimal.ONE;

    @TestFactory
    Stream<DynamicTest> servesLimitsCooldownsAndReplies() {
        Map<String, File> found = found();
        return WANTED.stream().map(name -> DynamicTest.dynamicTest(name, () -> {
            File program = found.get(name);
            assumeTrue(
                    program != null,
                    () -> name + " IS NOT TESTED: this machine has no such program on its path or in AIGW_TEST_SERVERS");
            serves(Objects.requireNonNull(program));
        }));
    }

    private static Map<String, File> found() {
        List<File> programs = new ArrayList<>(List.of(RedisProcess.embedded()));
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        for (String folder : path.split(File.pathSeparator, -1)) {
            programs.add(new File(folder, "redis-server"));
            programs.add(new File(folder, "valkey-server"));
        }
        String named = Objects.requireNonNullElse(System.getenv("AIGW_TEST_SERVERS"), "");
        Stream.of(named.split(File.pathSeparator, -1)).map(File::new).forEach(programs::add);
        Map<String, File> found = new LinkedHashMap<>();
        programs.stream().filter(File::canExecute).filter(File::isFile).forEach(program -> {
            Matcher version = VERSION.matcher(version(program));
            if (version.find()) {
                found.putIfAbsent(version.group(1) + " " + version.group(2), program);
            }
        });
        return found;
    }

    private static String version(File program) {
        try {
            Process process = new ProcessBuilder(program.getPath(), "--version")
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // not a program
        }
    }

    private static void serves(File program) {
        try (RedisProcess server = RedisProcess.started(program);
                SharedRedis redis = SharedRedis.builder()
                        .uri(server.uri())
                        .timeout(Duration.ofSeconds(20))
                        .connectWait(Duration.ofSeconds(20))
                        .build()) {
            counts(redis, Measure.COST, Window.calendar(Window.Unit.MONTH));
            counts(redis, Measure.COST, Window.rolling(Duration.ofDays(300)));
            Allowance places = allowance(redis, Measure.CONCURRENCY, null);
            Allowance.Grant place = Objects.requireNonNull(places.take(ALL, ALL, false).grant());
            assertThat(places.level().reserved()).isEqualByComparingTo(ALL);
            place.settle(ALL);
            assertThat(places.level().reserved()).isZero();
            String key = redis.key("cooldowns", "all", "");
            redis.<Long>ask(commands -> commands.sadd(key, new byte[] {1}));
            redis.ask(SharedCooldowns.EXTEND.on(List.of(key), List.of("name", "2000000", "1000000", "1000")));
            CacheStore cache = redis.cacheStore();
            cache.put("key", new byte[] {7}, Duration.ofMinutes(1));
            while (cache.get("key") == null) {
                Thread.onSpinWait();
            }
        }
    }

    private static Allowance allowance(SharedRedis redis, Measure measure, @Nullable Window window) {
        return SharedLimits.builder(redis)
                .outage(Outage.closed())
                .build()
                .allowance(
                        AllowanceSpec.builder()
                                .limit("limit")
                                .measure(measure)
                                .maximum(BigDecimal.valueOf(1_000))
                                .window(window)
                                .build(),
                        new VirtualEnvironment(1));
    }

    private static void counts(SharedRedis redis, Measure measure, Window window) {
        Allowance allowance = allowance(redis, measure, window);
        for (int i = 0; i < 200; i++) {
            Objects.requireNonNull(allowance.take(ALL, ALL, false).grant()).settle(new BigDecimal("0.5"));
        }
        ((SharedLimits.Reporting) allowance).end().join();
        assertThat(allowance.level().used()).isBetween(new BigDecimal("99.9"), BigDecimal.valueOf(100));
        assertThat(allowance.take(BigDecimal.valueOf(950), ALL, false).fits()).isFalse();
        for (String key : redis.<List<String>>ask(commands -> commands.keys("*"))) {
            redis.<Long>ask(commands -> commands.del(key));
            redis.<Long>ask(commands -> commands.rpush(key, new byte[] {1}));
            assertThat(allowance.take(ALL, ALL, true).note()).isNull();
        }
        redis.<String>ask(commands -> commands.flushall());
    }
}
