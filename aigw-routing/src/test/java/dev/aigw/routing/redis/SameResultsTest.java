package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.limit.Allowance;
import dev.aigw.routing.limit.AllowanceSpec;
import dev.aigw.routing.limit.Measure;
import dev.aigw.routing.limit.Window;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * A rolling limit decides the same in one JVM and in Redis, to the last unit and nanosecond, whatever is taken, forced,
 * settled and waited for; and neither forgets a debt, a burst or a reservation before it has refilled. Redis' expiry is
 * tried by virtual time: a key is deleted when the life that its last command gave it is over. What is taken ahead is
 * tried by {@link TakenAheadTest}.
 */
class SameResultsTest {

    private static final BigDecimal[] SHARES = {BigDecimal.ONE, new BigDecimal("0.5"), new BigDecimal("0.3")};

    private static @Nullable RedisProcess server;
    private static @Nullable SharedRedis redis;
    private static final AtomicLong NUMBERS = new AtomicLong();

    @BeforeContainer
    static void start() {
        server = RedisProcess.started();
        redis = SharedRedis.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(20))
                .connectWait(Duration.ofSeconds(20))
                .build();
    }

    @AfterContainer
    static void stop() {
        Objects.requireNonNull(redis).close();
        Objects.requireNonNull(server).close();
    }

    /** A limit: money has fractions, and so more units than fit in a double. */
    record Shape(boolean money, long maximum, long burst, long periodMicros) {

        AllowanceSpec spec() {
            return AllowanceSpec.builder()
                    .limit("limit-" + NUMBERS.incrementAndGet())
                    .measure(money ? Measure.COST : Measure.TOKENS)
                    .maximum(BigDecimal.valueOf(maximum))
                    .burst(BigDecimal.valueOf(burst))
                    .window(Window.rolling(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(periodMicros))))
                    .build();
        }
    }

    /** One step: what to do, how much of the burst, in millionths, and which of the open grants. */
    record Step(int what, long part, int which, int share) {}

    @Provide
    Arbitrary<Shape> shapes() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(1, 50_000_000),
                        Arbitraries.longs().between(1, 50_000_000),
                        Arbitraries.longs()
                                .between(1_000_000, Duration.ofDays(31).toNanos() / 1_000))
                .as(Shape::new);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.longs().between(0, 3_000_000),
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(0, SHARES.length - 1))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    @Property(tries = 150, afterFailure = AfterFailureMode.RANDOM_SEED)
    void aRollingLimitDecidesTheSameInOneJvmAndInRedis(
            @ForAll("shapes") Shape shape, @ForAll("steps") List<Step> steps) {
        new Both(shape).run(steps);
    }

    /** One allowance here and the same one in Redis, at the same virtual time. */
    private static final class Both {

        private final Shape shape;
        private final AllowanceSpec spec;
        private final VirtualEnvironment environment = new VirtualEnvironment(1);
        private final SharedLimits limits = SharedLimits.builder(Objects.requireNonNull(redis))
                .outage(Outage.closed())
                .ahead(Duration.ZERO)
                .build();
        private final List<Allowance.Grant[]> open = new ArrayList<>();
        private Allowance here;
        private Allowance there;
        private long forgottenNanos = Long.MAX_VALUE;

        Both(Shape shape) {
            this.shape = shape;
            this.spec = shape.spec();
            this.here = spec.local(environment);
            this.there = shared();
        }

        private Allowance shared() {
            return limits.bucket(spec, environment, () -> Long.toString(environment.nanoTime() / 1_000));
        }

        void run(List<Step> steps) {
            for (Step step : steps) {
                switch (step.what) {
                    case 0, 1 -> take(step, false);
                    case 2 -> take(step, true);
                    case 3 -> settle(step);
                    default -> pause(step);
                }
                assertThat(there.level()).usingRecursiveComparison().isEqualTo(here.level());
                noteLife();
            }
        }

        private BigDecimal amount(Step step) {
            BigDecimal part = BigDecimal.valueOf(shape.burst).multiply(BigDecimal.valueOf(step.part, 6));
            return shape.money ? part : part.setScale(0, RoundingMode.DOWN);
        }

        private void take(Step step, boolean force) {
            Allowance.Taking local = here.take(amount(step), SHARES[step.share], force);
            Allowance.Taking shared = there.take(amount(step), SHARES[step.share], force);
            assertThat(shared.fits()).isEqualTo(local.fits());
            assertThat(shared.remaining()).isEqualTo(local.remaining());
            assertThat(shared.frees()).isEqualTo(local.frees());
            assertThat(shared.grant() == null).isEqualTo(local.grant() == null);
            if (local.grant() != null && shared.grant() != null) {
                open.add(new Allowance.Grant[] {local.grant(), shared.grant()});
            }
        }

        private void settle(Step step) {
            if (!open.isEmpty()) {
                Allowance.Grant[] both = open.remove(step.which % open.size());
                both[0].settle(amount(step));
                both[1].settle(amount(step));
            }
        }

        /** Waits up to twelve periods, and forgets whatever may be forgotten. */
        private void pause(Step step) {
            long micros = shape.periodMicros / 1_000_000 * step.part * (step.which < 2 ? 4 : 1);
            environment.advance(Duration.ofNanos(micros * 1_000));
            if (environment.nanoTime() >= forgottenNanos) {
                Objects.requireNonNull(redis).<Long>ask(commands -> commands.del(key()));
            }
            if (here.isUnused()) {
                here = spec.local(environment);
            }
            if (there.isUnused()) {
                there = shared();
            }
        }

        /** Notes until when the key lives; keys of a full bucket are gone at once. */
        private void noteLife() {
            long millis = Objects.requireNonNull(redis).<Long>ask(commands -> commands.pttl(key()));
            assertThat(millis).as("a key without an end").isNotEqualTo(-1);
            forgottenNanos = millis < 0
                    ? Long.MAX_VALUE
                    : environment.nanoTime()
                            + TimeUnit.MILLISECONDS.toNanos(Math.min(millis, Long.MAX_VALUE / 2_000_000));
        }

        private String key() {
            return ((SharedBucket) there).key();
        }
    }
}
