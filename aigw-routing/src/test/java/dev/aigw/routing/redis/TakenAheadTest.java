package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.routing.VirtualEnvironment;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.BeforeTry;
import org.jspecify.annotations.Nullable;

/**
 * What JVMs take ahead: few calls ask Redis at a high rate, no limit admits more than it states, nothing is lost, and
 * all that was not used is returned.
 */
class TakenAheadTest {

    private static final BigDecimal ALL = BigDecimal.ONE;
    private static final int JVMS = 3;
    private static final Window MONTH = Window.calendar(Window.Unit.MONTH);
    private static final Window AGES = Window.rolling(Duration.ofDays(300));
    private static final AtomicLong NUMBERS = new AtomicLong();

    private static @Nullable RedisProcess server;

    private final VirtualEnvironment environment = new VirtualEnvironment(1);
    private final List<SharedRedis> open = new ArrayList<>();
    private String name = "";

    @BeforeContainer
    static void start() {
        server = RedisProcess.started();
    }

    @AfterContainer
    static void stop() {
        Objects.requireNonNull(server).close();
    }

    @BeforeTry
    void begin() {
        name = "limit-" + NUMBERS.incrementAndGet();
    }

    @AfterTry
    void close() {
        open.forEach(SharedRedis::close);
        open.clear();
    }

    private SharedRedis connect(String uri, Duration timeout) {
        SharedRedis redis = SharedRedis.builder()
                .uri(uri)
                .timeout(timeout)
                .connectWait(Duration.ofSeconds(20))
                .probeEvery(Duration.ofMillis(20))
                .build();
        open.add(redis);
        return redis;
    }

    private SharedRedis connect() {
        return connect(Objects.requireNonNull(server).uri(), Duration.ofSeconds(20));
    }

    private static SharedLimits limits(SharedRedis redis, Duration ahead) {
        return SharedLimits.builder(redis)
                .outage(Outage.closed())
                .lease(Duration.ofSeconds(1))
                .ahead(ahead)
                .build();
    }

    private AllowanceSpec.Builder spec(long maximum, Window window) {
        return AllowanceSpec.builder()
                .limit(name)
                .measure(Measure.TOKENS)
                .maximum(of(maximum))
                .window(window);
    }

    /** Returns an allowance; a rolling one of long ago, which never refills. */
    private Allowance allowance(SharedLimits limits, AllowanceSpec spec) {
        return Objects.requireNonNull(spec.window()).equals(AGES)
                ? limits.bucket(spec, environment, () -> "1000000")
                : limits.allowance(spec, environment);
    }

    private List<Allowance> jvms(AllowanceSpec spec, Duration ahead) {
        List<Allowance> jvms = new ArrayList<>();
        for (int i = 0; i < JVMS; i++) {
            jvms.add(allowance(limits(connect(), ahead), spec));
        }
        return jvms;
    }

    private static BigDecimal of(long amount) {
        return BigDecimal.valueOf(amount);
    }

    private static Allowance.Grant granted(Allowance.Taking taking) {
        assertThat(taking.fits()).isTrue();
        return Objects.requireNonNull(taking.grant());
    }

    /** Returns how many scripts Redis has run. */
    private static long scripts(SharedRedis redis) {
        Matcher calls = Pattern.compile("cmdstat_evalsha:calls=(\\d+)")
                .matcher(redis.<String>ask(commands -> commands.info("commandstats")));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    /** Takes and settles one, as often as said, and returns how often it was admitted. */
    private static long spend(Allowance allowance, long calls) {
        long admitted = 0;
        for (long i = 0; i < calls; i++) {
            Allowance.Grant grant = allowance.take(ALL, ALL, false).grant();
            if (grant != null) {
                grant.settle(ALL);
                admitted++;
            }
        }
        return admitted;
    }

    private static void end(List<Allowance> jvms) {
        jvms.forEach(jvm -> ((SharedLimits.Reporting) jvm).end().join());
    }

    private static long inParallel(List<Allowance> jvms, int threadsOfEach, long calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(jvms.size() * threadsOfEach);
        try {
            List<Future<Long>> sums = new ArrayList<>();
            for (Allowance jvm : jvms) {
                for (int i = 0; i < threadsOfEach; i++) {
                    sums.add(threads.submit(() -> spend(jvm, calls)));
                }
            }
            long sum = 0;
            for (Future<Long> one : sums) {
                sum += one.get();
            }
            return sum;
        } finally {
            threads.shutdown();
        }
    }

    private void atAHighRateFewCallsAskRedis(Window window) throws Exception {
        SharedRedis observer = connect();
        List<Allowance> jvms = jvms(spec(10_000_000, window).build(), Duration.ofMinutes(1));
        long before = scripts(observer);
        long admitted = inParallel(jvms, 4, 5_000);
        long asked = scripts(observer) - before;
        assertThat(admitted).isEqualTo(JVMS * 4 * 5_000L);
        assertThat(asked).isLessThan(admitted / 10);
        end(jvms);
        assertThat(jvms.get(0).level().remaining()).isEqualByComparingTo(of(10_000_000 - admitted));
        assertThat(jvms.get(0).level().reserved()).isZero();
    }

    @Example
    void atAHighRateFewCallsAskRedisForACalendarLimit() throws Exception {
        atAHighRateFewCallsAskRedis(MONTH);
    }

    @Example
    void atAHighRateFewCallsAskRedisForARollingLimit() throws Exception {
        atAHighRateFewCallsAskRedis(AGES);
    }

    private void aLimitThatIsNearlySpentIsSpentToItsEndAndNoFurther(Window window) throws Exception {
        List<Allowance> jvms = jvms(spec(3_000, window).build(), Duration.ofMinutes(1));
        long admitted = inParallel(jvms, 2, 2_000);
        assertThat(admitted).isLessThanOrEqualTo(3_000);
        end(jvms);
        admitted += inParallel(jvms, 2, 2_000);
        assertThat(admitted).isEqualTo(3_000);
    }

    @Example
    void aCalendarLimitThatIsNearlySpentIsSpentToItsEndAndNoFurther() throws Exception {
        aLimitThatIsNearlySpentIsSpentToItsEndAndNoFurther(MONTH);
    }

    @Example
    void aRollingLimitThatIsNearlySpentIsSpentToItsEndAndNoFurther() throws Exception {
        aLimitThatIsNearlySpentIsSpentToItsEndAndNoFurther(AGES);
    }

    @Example
    void aSmallLimitIsExactWhereverItsCallsArrive() {
        SharedRedis observer = connect();
        for (Window window : List.of(MONTH, AGES)) {
            List<Allowance> jvms = jvms(spec(30, window).build(), Duration.ofMinutes(1));
            long before = scripts(observer);
            for (int i = 0; i < 30; i++) {
                granted(jvms.get(i == 29 ? 1 : 0).take(ALL, ALL, false));
            }
            assertThat(jvms.get(2).take(ALL, ALL, false).fits()).isFalse();
            assertThat(scripts(observer) - before).isBetween(31L, 32L);
        }
    }

    @Example
    void aStrictLimitAsksForEachCall() {
        SharedRedis observer = connect();
        Allowance strict = allowance(
                limits(connect(), Duration.ofMinutes(1)),
                spec(10_000_000, AGES).strict(true).build());
        long before = scripts(observer);
        assertThat(spend(strict, 500)).isEqualTo(500);
        assertThat(scripts(observer) - before).isBetween(500L, 501L);
    }

    /** What is taken ahead for a second, of a limit of 2,000 in 100 s, refills 20 of them in this time. */
    @Example
    void aRollingLimitIsExceededByNoMoreThanRefillsInTheTimeAhead() throws Exception {
        Duration period = Duration.ofSeconds(100);
        Duration ahead = Duration.ofSeconds(1);
        long maximum = 2_000;
        List<Allowance> jvms = jvms(spec(maximum, Window.rolling(period)).build(), ahead);
        ExecutorService threads = Executors.newFixedThreadPool(JVMS);
        try {
            CountDownLatch start = new CountDownLatch(JVMS);
            List<Future<List<long[]>>> all = new ArrayList<>();
            for (Allowance jvm : jvms) {
                all.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    List<long[]> admitted = new ArrayList<>();
                    long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
                    while (System.nanoTime() < end) {
                        long before = System.nanoTime();
                        Allowance.Grant grant = jvm.take(ALL, ALL, false).grant();
                        if (grant != null) {
                            admitted.add(new long[] {before, System.nanoTime()});
                            grant.settle(ALL);
                        }
                    }
                    return admitted;
                }));
            }
            List<long[]> calls = new ArrayList<>();
            for (Future<List<long[]>> one : all) {
                calls.addAll(one.get());
            }
            long[] begins = calls.stream().mapToLong(call -> call[0]).sorted().toArray();
            long[] ends = calls.stream().mapToLong(call -> call[1]).sorted().toArray();
            assertThat(calls).hasSizeGreaterThan((int) maximum);
            for (int first = 0; first < begins.length; first += 97) {
                for (int last = first; last < ends.length; last += 97) {
                    long from = begins[first];
                    long to = ends[last];
                    long within = calls.stream()
                            .filter(call -> call[0] >= from && call[1] <= to)
                            .count();
                    double allowed = maximum + (double) maximum * (to - from + ahead.toNanos()) / period.toNanos();
                    assertThat((double) within).isLessThanOrEqualTo(allowed + 1);
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    @Example
    void closingReturnsWhatWasTakenAhead() {
        for (Window window : List.of(MONTH, AGES)) {
            AllowanceSpec spec = spec(100_000, window).build();
            SharedRedis mortal = connect();
            Allowance here = allowance(limits(mortal, Duration.ofMinutes(1)), spec);
            assertThat(spend(here, 100)).isEqualTo(100);
            Allowance there = allowance(limits(connect(), Duration.ZERO), spec);
            assertThat(there.level().remaining()).as("taken ahead").isLessThan(of(99_900));
            mortal.close();
            assertThat(there.level().remaining()).isEqualByComparingTo(of(99_900));
        }
    }

    @Example
    void whatADeadJvmHadTakenAheadOfACalendarLimitReturnsWithinTheLease() {
        AllowanceSpec spec = spec(100_000, MONTH).build();
        try (TcpProxy proxy = new TcpProxy(Objects.requireNonNull(server).port())) {
            Allowance dead =
                    allowance(limits(connect(proxy.uri(), Duration.ofMillis(500)), Duration.ofMinutes(1)), spec);
            assertThat(spend(dead, 100)).isEqualTo(100);
            Allowance there = allowance(limits(connect(), Duration.ZERO), spec);
            assertThat(there.level().reserved()).isPositive();
            proxy.silence(true);
            while (there.level().reserved().signum() != 0) {
                Thread.onSpinWait();
            }
            assertThat(there.level().remaining()).isGreaterThanOrEqualTo(of(99_900));
        }
    }

    @Example
    void aTakeWhoseAnswerIsLostIsUndoneAlthoughItCameLate() {
        for (Window window : List.of(MONTH, AGES)) {
            AllowanceSpec spec = spec(1_000, window).build();
            Allowance there = allowance(limits(connect(), Duration.ZERO), spec);
            try (TcpProxy proxy = new TcpProxy(Objects.requireNonNull(server).port())) {
                SharedRedis redis = connect(proxy.uri(), Duration.ofMillis(500));
                SharedLimits limits = SharedLimits.builder(redis)
                        .outage(Outage.local(0.5))
                        .lease(Duration.ofMinutes(5))
                        .build();
                Allowance here = allowance(limits, spec);
                granted(there.take(of(100), ALL, false)).settle(of(100));
                granted(here.take(of(10), ALL, false)).settle(of(10));
                proxy.silence(true);
                assertThat(here.take(of(800), ALL, false).fits()).isFalse(); // reaches Redis when nobody waits
                proxy.silence(false);
                SharedLimits.Reporting reporting = (SharedLimits.Reporting) here;
                do {
                    reporting.end().join();
                } while (reporting.tick() && redis.isOut());
                while (there.level().remaining().compareTo(of(890)) != 0) {
                    reporting.end().join();
                }
                assertThat(here.level().remaining()).isEqualByComparingTo(of(890));
            }
        }
    }

    /** One step of a JVM: what it does, how often, and the amounts. */
    record Step(int jvm, int what, int calls, long amount, long used) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, JVMS - 1),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.longs().between(0, 50),
                        Arbitraries.longs().between(0, 60))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    @Property(tries = 40, afterFailure = AfterFailureMode.RANDOM_SEED)
    void noLimitAdmitsMoreThanItHasAndAllIsAccountedFor(@ForAll("steps") List<Step> steps, @ForAll boolean rolling) {
        long maximum = 10_000;
        AllowanceSpec spec = spec(maximum, rolling ? AGES : MONTH).build();
        SharedRedis redis = connect();
        List<Allowance> jvms = LongStream.range(0, JVMS)
                .mapToObj(i -> limits(redis, Duration.ofMinutes(1)))
                .map(limits -> allowance(limits, spec))
                .toList();
        List<List<Allowance.Grant>> grants = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        long reserved = 0;
        long used = 0;
        long beyond = 0;
        for (Step step : steps) {
            Allowance jvm = jvms.get(step.jvm);
            List<Allowance.Grant> mine = grants.get(step.jvm);
            for (int i = 0; i < step.calls; i++) {
                if (step.what == 5) {
                    end(List.of(jvm));
                } else if (step.what > 2 && !mine.isEmpty()) {
                    Allowance.Grant grant = mine.remove(mine.size() / 2);
                    grant.settle(of(step.used));
                    reserved -= grant.amount().longValueExact();
                    used += step.used;
                    beyond += Math.max(0, step.used - grant.amount().longValueExact());
                } else if (step.what <= 2) {
                    Allowance.Grant grant =
                            jvm.take(of(step.amount), ALL, false).grant();
                    if (grant != null) {
                        mine.add(grant);
                        reserved += step.amount;
                    }
                }
                assertThat(used + reserved - beyond).isLessThanOrEqualTo(maximum);
            }
        }
        end(jvms);
        assertThat(jvms.get(0).level().remaining()).isEqualByComparingTo(of(Math.max(0, maximum - used - reserved)));
        if (!rolling) {
            assertThat(jvms.get(0).level().used()).isEqualByComparingTo(of(used));
            assertThat(jvms.get(0).level().reserved()).isEqualByComparingTo(of(reserved));
        }
    }
}
