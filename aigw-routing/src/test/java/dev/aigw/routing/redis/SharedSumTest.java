package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
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
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sums over windows of the calendar, and of calls under way, as two JVMs see them. */
@Timeout(120)
class SharedSumTest {

    private static final BigDecimal ALL = BigDecimal.ONE;
    private static final Duration LONG_LEASE = Duration.ofMinutes(5);

    private static @Nullable RedisProcess shared;

    private final VirtualEnvironment environment = new VirtualEnvironment(1);
    private final List<SharedRedis> open = new ArrayList<>();
    private RedisProcess server = Objects.requireNonNull(shared);

    @BeforeAll
    static void startOnce() {
        shared = RedisProcess.started();
    }

    @AfterAll
    static void stopOnce() {
        Objects.requireNonNull(shared).close();
    }

    @BeforeEach
    void empty() {
        connect().ask(redis -> redis.flushall());
    }

    @AfterEach
    void close() {
        open.forEach(SharedRedis::close);
        if (server != shared) {
            server.close();
        }
    }

    private void ownServer(String... settings) {
        server = RedisProcess.started(settings);
    }

    private SharedRedis connect() {
        SharedRedis redis = SharedRedis.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(20))
                .connectWait(Duration.ofSeconds(20))
                .probeEvery(Duration.ofMillis(20))
                .build();
        open.add(redis);
        return redis;
    }

    private SharedLimits jvm(Duration lease, Outage outage) {
        return SharedLimits.builder(connect()).lease(lease).outage(outage).build();
    }

    private SharedLimits jvm() {
        return jvm(LONG_LEASE, Outage.closed());
    }

    private Allowance budget(SharedLimits jvm, String maximum) {
        return budget(jvm, maximum, Window.Unit.MONTH);
    }

    private Allowance budget(SharedLimits jvm, String maximum, Window.Unit unit) {
        return jvm.allowance(
                AllowanceSpec.builder()
                        .limit("budget")
                        .key(List.of("acme"))
                        .measure(Measure.COST)
                        .maximum(of(maximum))
                        .window(Window.calendar(unit))
                        .build(),
                environment);
    }

    private Allowance places(SharedLimits jvm, int maximum) {
        BigDecimal most = BigDecimal.valueOf(maximum);
        return jvm.allowance(
                AllowanceSpec.builder()
                        .limit("places")
                        .measure(Measure.CONCURRENCY)
                        .maximum(most)
                        .build(),
                environment);
    }

    private static BigDecimal of(String amount) {
        return new BigDecimal(amount);
    }

    private static Allowance.Grant granted(Allowance.Taking taking) {
        assertThat(taking.fits()).isTrue();
        return Objects.requireNonNull(taking.grant());
    }

    private static void level(Allowance allowance, String used, String reserved, String remaining) {
        Allowance.Level level = allowance.level();
        assertThat(level.used()).as("used").isEqualByComparingTo(used);
        assertThat(level.reserved()).as("reserved").isEqualByComparingTo(reserved);
        assertThat(level.remaining()).as("remaining").isEqualByComparingTo(remaining);
    }

    private static void awaitLevel(Allowance allowance, Predicate<Allowance.Level> wanted) {
        while (!wanted.test(allowance.level())) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatOneReservesAnotherDoesNotHave() {
        Allowance here = budget(jvm(), "10");
        Allowance there = budget(jvm(), "10");
        Allowance.Grant grant = granted(here.take(of("7"), ALL, false));
        level(there, "0", "7", "3");
        Allowance.Taking refused = there.take(of("4"), ALL, false);
        assertThat(refused.fits()).isFalse();
        assertThat(refused.grant()).isNull();
        assertThat(refused.remaining()).isEqualByComparingTo("3");
        assertThat(refused.frees()).isBetween(Duration.ZERO, Duration.ofDays(31));
        grant.settle(of("2.5"));
        level(here, "2.5", "0", "7.5");
        granted(there.take(of("7.5"), ALL, false));
        assertThat(there.take(of("11"), ALL, false).frees()).isNull();
    }

    @Test
    void moneyIsExactToTwelvePlacesAndRoundedUpBeyond() {
        Allowance budget = budget(jvm(), "9007199254740991"); // 2^53 - 1
        granted(budget.take(of("9007199254740990.999999999999"), ALL, false));
        assertThat(budget.take(of("0.000000000002"), ALL, false).fits()).isFalse();
        granted(budget.take(of("0.000000000001"), ALL, false)).settle(of("0.0000000000005"));
        level(budget, "0.000000000001", "9007199254740990.999999999999", "0");
    }

    @Test
    void oneMayTakeBeyondTheLimitAndSettleBeyondItsReservation() {
        Allowance budget = budget(jvm(), "1");
        Allowance.Taking forced = budget.take(of("3"), ALL, true);
        assertThat(forced.fits()).isFalse();
        Objects.requireNonNull(forced.grant()).settle(of("5"));
        level(budget, "5", "0", "0");
        granted(budget.take(of("0"), ALL, false));
    }

    @Test
    void aShareIsKeptForOthers() {
        Allowance budget = budget(jvm(), "10");
        granted(budget.take(of("5"), of("0.5"), false));
        assertThat(budget.take(of("0.1"), of("0.5"), false).fits()).isFalse();
        granted(budget.take(of("5"), ALL, false));
    }

    @Test
    void settlingTwiceCountsOnce() {
        Allowance budget = budget(jvm(), "10");
        Allowance.Grant grant = granted(budget.take(of("5"), ALL, false));
        grant.settle(of("1"));
        grant.settle(of("1"));
        level(budget, "1", "0", "9");
    }

    @Test
    void aWindowThatEndsTakesItsReservationsAlong() {
        Allowance budget = budget(jvm(), "10", Window.Unit.SECOND);
        Allowance.Grant grant = granted(budget.take(of("10"), ALL, true));
        awaitLevel(budget, level -> level.reserved().signum() == 0);
        Allowance.Grant next = granted(budget.take(of("0"), ALL, false));
        grant.settle(of("9"));
        next.settle(of("0"));
        assertThat(budget.level().used()).isZero();
    }

    @Test
    void placesAreTakenAndFreedAcrossJvms() {
        Allowance here = places(jvm(), 2);
        Allowance there = places(jvm(), 2);
        Allowance.Grant one = granted(here.take(of("1"), ALL, false));
        granted(there.take(of("1"), ALL, false));
        assertThat(there.take(of("1"), ALL, false).fits()).isFalse();
        one.settle(of("1"));
        level(here, "0", "1", "1");
        granted(there.take(of("1"), ALL, false));
    }

    @Test
    void whatADeadJvmReservedIsGivenBackAndWhatALiveOneReservedStays() {
        SharedLimits mortal = jvm(Duration.ofSeconds(1), Outage.closed());
        Allowance dead = budget(mortal, "10");
        Allowance alive = budget(jvm(Duration.ofSeconds(1), Outage.closed()), "10");
        granted(dead.take(of("7"), ALL, false));
        Allowance.Grant kept = granted(alive.take(of("2"), ALL, false));
        mortal.redis().close(); // no longer renews
        awaitLevel(alive, level -> level.remaining().compareTo(of("8")) == 0);
        level(alive, "0", "2", "8");
        kept.settle(of("1"));
        level(alive, "1", "0", "9");
    }

    @Test
    void whatIsSettledAfterItExpiredCountsStill() {
        SharedLimits slow = jvm(Duration.ofSeconds(1), Outage.closed());
        Allowance budget = budget(slow, "10");
        Allowance.Grant grant = granted(budget.take(of("7"), ALL, false));
        String key = slow.redis().ask(redis -> redis.keys("*:reservations")).get(0);
        slow.redis().ask(redis -> redis.zadd(key, 1.0, member(slow.redis(), key)));
        level(budget, "0", "0", "10");
        grant.settle(of("6"));
        level(budget, "6", "0", "4");
    }

    private static byte[] member(SharedRedis redis, String key) {
        return redis.ask(commands -> commands.zrange(key, 0, 0)).get(0);
    }

    @Test
    void anOutageRefusesPassesOrRations() throws Exception {
        ownServer();
        Allowance closed = budget(jvm(LONG_LEASE, Outage.closed()), "100");
        Allowance opened = budget(jvm(LONG_LEASE, Outage.open()), "100");
        SharedLimits rationing = jvm(LONG_LEASE, Outage.local(0.25));
        Allowance rationed = budget(rationing, "100");
        Allowance places = places(rationing, 5);
        granted(rationed.take(of("60"), ALL, false)).settle(of("60"));
        granted(places.take(of("1"), ALL, false));
        level(closed, "60", "0", "40");
        server.kill();

        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> closed.take(of("1"), ALL, false))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED))
                .withMessageContaining("budget");
        granted(opened.take(of("1000"), ALL, false)).settle(of("3"));
        Allowance.Grant nine = granted(rationed.take(of("9"), ALL, false)); // of 10, a quarter of the 40 left
        assertThat(rationed.take(of("2"), ALL, false).fits()).isFalse();
        nine.settle(of("4"));
        granted(rationed.take(of("6"), ALL, false)).settle(of("5"));
        Allowance.Grant later = granted(rationed.take(of("1"), ALL, false));
        granted(places.take(of("1"), ALL, false)); // two of five, a quarter rounded up
        assertThat(places.take(of("1"), ALL, false).fits()).isFalse();

        server.start(); // it has forgotten everything
        awaitLevel(
                closed,
                level -> level.used().compareTo(of("72")) == 0
                        && level.reserved().compareTo(of("1")) == 0);
        later.settle(of("2"));
        awaitLevel(closed, level -> level.used().compareTo(of("74")) == 0);
        level(closed, "74", "0", "26");
        level(places, "0", "2", "3");
    }

    @Test
    void whatWasSettledIsNotCountedTwiceWhereRedisForgotNothing() throws Exception {
        ownServer("--appendonly yes", "--appendfsync always");
        SharedLimits jvm = jvm(LONG_LEASE, Outage.open());
        CountDownLatch back = new CountDownLatch(1);
        jvm.redis().onBack(back::countDown);
        Allowance budget = budget(jvm, "100");
        granted(budget.take(of("5"), ALL, false)).settle(of("5"));
        Allowance.Grant across = granted(budget.take(of("5"), ALL, false));
        level(budget, "5", "5", "90");
        server.kill();
        granted(budget.take(of("7"), ALL, false)).settle(of("7"));
        across.settle(of("1"));
        server.start();
        back.await();
        level(budget, "13", "0", "87");
    }

    @Test
    void aSumIsThatOfDecimalsWhateverIsDoneInWhateverOrder() {
        Random random = new Random(7);
        List<Allowance> jvms = List.of(budget(jvm(), "50"), budget(jvm(), "50"), budget(jvm(), "50"));
        BigDecimal used = BigDecimal.ZERO;
        BigDecimal reserved = BigDecimal.ZERO;
        List<Allowance.Grant> grants = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            if (random.nextBoolean() || grants.isEmpty()) {
                BigDecimal amount = BigDecimal.valueOf(random.nextLong(3_000_000_000_000L), 12);
                BigDecimal share = random.nextInt(4) == 0 ? of("0.5") : ALL;
                boolean fits = used.add(reserved).add(amount).compareTo(share.multiply(of("50"))) <= 0;
                Allowance.Taking taking = jvms.get(random.nextInt(3)).take(amount, share, false);
                assertThat(taking.fits()).isEqualTo(fits);
                if (taking.grant() != null) {
                    reserved = reserved.add(amount);
                    grants.add(taking.grant());
                }
            } else {
                Allowance.Grant grant = grants.remove(random.nextInt(grants.size()));
                BigDecimal actual = grant.amount()
                        .multiply(BigDecimal.valueOf(random.nextInt(100), 4))
                        .setScale(12, java.math.RoundingMode.CEILING);
                grant.settle(actual);
                used = used.add(actual);
                reserved = reserved.subtract(grant.amount());
                jvms.forEach(Allowance::level); // settling does not wait, asking after it does
            }
        }
        level(
                jvms.get(0),
                used.toPlainString(),
                reserved.toPlainString(),
                of("50").subtract(used).subtract(reserved).max(BigDecimal.ZERO).toPlainString());
        assertThat(used).isPositive();
    }
}
