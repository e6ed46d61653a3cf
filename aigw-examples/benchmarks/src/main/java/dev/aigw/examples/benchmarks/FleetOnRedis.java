package dev.aigw.examples.benchmarks;

import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.Measure;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.redis.Outage;
import dev.aigw.routing.redis.SharedLimits;
import dev.aigw.routing.redis.SharedRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * Measures what shared limits cost a Redis, by its own statistics: messages and its CPU time for each call. From that it
 * computes the load of 1,000 JVMs, and then lets 1,000 simulated JVMs, each with its own connection and its own limits,
 * call for a few seconds.
 *
 * <p>The server is the program that the variable {@code AIGW_TEST_REDIS} of the environment names, else the one that
 * embedded-redis brings. It needs about 2,100 file descriptors.
 */
public final class FleetOnRedis {

    private static final int JVMS = 1_000;
    private static final int SECONDS = 4;
    private static final BigDecimal ALL = BigDecimal.ONE;
    private static final BigDecimal PLENTY = new BigDecimal("1000000000");

    private FleetOnRedis() {}

    /** A limit to measure. */
    private record Kind(String name, Measure measure, @Nullable Window window, BigDecimal taken, BigDecimal used) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("requests, rolling", Measure.REQUESTS, Window.rolling(Duration.ofMinutes(1)), ALL, ALL),
            new Kind(
                    "tokens, rolling",
                    Measure.TOKENS,
                    Window.rolling(Duration.ofMinutes(1)),
                    BigDecimal.valueOf(900),
                    BigDecimal.valueOf(300)),
            new Kind(
                    "budget, calendar",
                    Measure.COST,
                    Window.calendar(Window.Unit.MONTH),
                    new BigDecimal("0.0123"),
                    new BigDecimal("0.0045")),
            new Kind("concurrency", Measure.CONCURRENCY, null, ALL, ALL));

    /** What a run cost: messages of a call, and microseconds of a script and of all CPU time for each message. */
    private record Load(double messages, double scriptMicros, double cpuMicros) {}

    /** Measures and prints. */
    public static void main(String[] args) throws Exception {
        int port = freePort();
        Process server = start(port);
        RedisURI uri = RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withTimeout(Duration.ofSeconds(20))
                .build();
        RedisClient client = RedisClient.create(uri);
        try (client;
                StatefulRedisConnection<String, String> connection = client.connect()) {
            Statistics redis = new Statistics(connection.sync());
            System.out.println(redis.version());
            measureAll(client, uri, redis);
            simulate(client, uri, redis);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private static void measureAll(RedisClient client, RedisURI uri, Statistics redis) throws Exception {
        System.out.println("| limit | calls/s of a JVM and key | ahead | messages a call | script, µs | CPU a message, µs |"
                + " 1,000 JVMs: messages/s | cores of Redis |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
        for (Kind kind : KINDS) {
            for (int rate : new int[] {10, 100, 1_000}) {
                for (Duration ahead : List.of(Duration.ZERO, Duration.ofSeconds(1))) {
                    Load load = measure(client, uri, redis, kind, rate, ahead);
                    double messages = load.messages * rate * JVMS;
                    System.out.printf(
                            Locale.ROOT,
                            "| %s | %,d | %s | %.3f | %.1f | %.1f | %,.0f | %.2f |%n",
                            kind.name,
                            rate,
                            ahead.isZero() ? "no" : "1 s",
                            load.messages,
                            load.scriptMicros,
                            load.cpuMicros,
                            messages,
                            messages * load.cpuMicros / 1e6);
                }
            }
        }
    }

    private static SharedLimits limits(RedisClient client, RedisURI uri, Duration ahead, List<SharedRedis> open) {
        SharedRedis redis = SharedRedis.builder()
                .client(client, uri)
                .timeout(Duration.ofSeconds(5))
                .connectWait(Duration.ofSeconds(20))
                .build();
        open.add(redis);
        return SharedLimits.builder(redis)
                .outage(Outage.closed())
                .ahead(ahead)
                .build();
    }

    private static AllowanceSpec spec(Kind kind, String key) {
        BigDecimal maximum = kind.measure == Measure.CONCURRENCY ? BigDecimal.valueOf(10_000) : PLENTY;
        return AllowanceSpec.builder()
                .limit("limit")
                .key(List.of(key))
                .measure(kind.measure)
                .maximum(maximum)
                .window(kind.window)
                .build();
    }

    private static Load measure(
            RedisClient client, RedisURI uri, Statistics redis, Kind kind, int rate, Duration ahead) throws Exception {
        List<SharedRedis> open = new ArrayList<>();
        Allowance allowance;
        try (Environment environment = Environment.system()) {
            allowance = limits(client, uri, ahead, open).allowance(spec(kind, kind.name + rate + ahead), environment);
            pace(allowance, kind, rate, 1); // learns the rate
            redis.reset();
            long calls = pace(allowance, kind, rate, SECONDS);
            return redis.load(calls);
        } finally {
            open.forEach(SharedRedis::close);
        }
    }

    /** Takes and settles at this rate; returns how often. */
    private static long pace(Allowance allowance, Kind kind, int rate, int seconds) {
        long began = System.nanoTime();
        long calls = (long) rate * seconds;
        for (long i = 0; i < calls; i++) {
            long due = began + i * 1_000_000_000L / rate;
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            once(allowance, kind);
        }
        return calls;
    }

    private static void once(Allowance allowance, Kind kind) {
        Allowance.Grant grant = allowance.take(kind.taken, ALL, false).grant();
        if (grant == null) {
            throw new IllegalStateException("the limit is too small for this measurement");
        }
        grant.settle(kind.used);
    }

    /** Lets a thousand JVMs use one budget and one limit of requests, 30 calls a second each. */
    private static void simulate(RedisClient client, RedisURI uri, Statistics redis) throws Exception {
        List<SharedRedis> open = new ArrayList<>();
        try (Environment environment = Environment.system()) {
            List<Allowance> requests = new ArrayList<>();
            List<Allowance> budgets = new ArrayList<>();
            for (int jvm = 0; jvm < JVMS; jvm++) {
                SharedLimits limits = limits(client, uri, Duration.ofSeconds(1), open);
                requests.add(limits.allowance(spec(KINDS.get(0), "fleet"), environment));
                budgets.add(limits.allowance(spec(KINDS.get(2), "fleet"), environment));
            }
            int rounds = 30 * SECONDS;
            redis.reset();
            long began = System.nanoTime();
            for (int round = 0; round < rounds; round++) {
                for (int jvm = 0; jvm < JVMS; jvm++) {
                    once(requests.get(jvm), KINDS.get(0));
                    once(budgets.get(jvm), KINDS.get(2));
                }
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            long calls = (long) rounds * JVMS;
            Load load = redis.load(calls);
            System.out.printf(
                    Locale.ROOT,
                    "%,d JVMs with 2 limits each made %,d calls in %.1f s (%,.0f a second, %.1f of each JVM):"
                            + " %.3f messages a call, %.1f µs of script and %.1f µs of CPU a message, %.2f cores of"
                            + " Redis%n",
                    JVMS,
                    calls,
                    seconds,
                    calls / seconds,
                    calls / seconds / JVMS,
                    load.messages,
                    load.scriptMicros,
                    load.cpuMicros,
                    load.messages * calls * load.cpuMicros / 1e6 / seconds);
        } finally {
            open.forEach(SharedRedis::close);
        }
    }

    /** What Redis says of itself. */
    private static final class Statistics {

        private final RedisCommands<String, String> redis;
        private double cpu;

        Statistics(RedisCommands<String, String> redis) {
            this.redis = redis;
        }

        String version() {
            String info = redis.info("server");
            Matcher valkey = Pattern.compile("valkey_version:(\\S+)").matcher(info);
            return valkey.find() ? "Valkey " + valkey.group(1) : "Redis " + text(info, "redis_version:(\\S+)");
        }

        void reset() {
            redis.configResetstat();
            cpu = cpuSeconds();
        }

        Load load(long calls) {
            double spent = cpuSeconds() - cpu;
            String info = redis.info("commandstats");
            double messages = number(info, "cmdstat_evalsha:calls=(\\d+)");
            double micros = number(info, "cmdstat_evalsha:calls=\\d+,usec=(\\d+)");
            return new Load(messages / calls, micros / messages, spent * 1e6 / messages);
        }

        private double cpuSeconds() {
            String info = redis.info("cpu");
            return number(info, "used_cpu_sys:([\\d.]+)") + number(info, "used_cpu_user:([\\d.]+)");
        }

        private static double number(String info, String pattern) {
            return Double.parseDouble(text(info, pattern));
        }

        private static String text(String info, String pattern) {
            Matcher found = Pattern.compile(pattern).matcher(info);
            if (!found.find()) {
                throw new IllegalStateException("Redis does not say " + pattern);
            }
            return found.group(1);
        }
    }

    private static Process start(int port) throws IOException {
        String named = System.getenv("AIGW_TEST_REDIS");
        File program =
                named == null ? ExecutableProvider.newJarResourceProvider().get() : new File(named);
        Process server = new ProcessBuilder(
                        program.getPath(), "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "")
                .redirectErrorStream(true)
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        while (line != null && !line.toLowerCase(Locale.ROOT).contains("ready to accept connections")) {
            line = lines.readLine();
        }
        if (line == null) {
            throw new IllegalStateException("the server " + program + " did not start");
        }
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
