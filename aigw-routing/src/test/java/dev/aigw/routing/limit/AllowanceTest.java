package dev.aigw.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.routing.VirtualEnvironment;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AllowanceTest {

    private static final BigDecimal ALL = BigDecimal.ONE;

    private final VirtualEnvironment environment = new VirtualEnvironment(1);

    private static BigDecimal of(String amount) {
        return new BigDecimal(amount);
    }

    private static Allowance.Grant granted(Allowance.Taking taking) {
        assertThat(taking.fits()).isTrue();
        return Objects.requireNonNull(taking.grant());
    }

    private BucketAllowance bucket(long amount, Duration period, long burst) {
        return new BucketAllowance(BigDecimal.valueOf(amount), period, BigDecimal.valueOf(burst), false, environment);
    }

    @Test
    void aBucketRefillsEvenlyAndSaysWhenAnAmountWillFit() {
        BucketAllowance bucket = bucket(60, Duration.ofMinutes(1), 10);
        granted(bucket.take(of("10"), ALL, false));
        Allowance.Taking refused = bucket.take(of("5"), ALL, false);
        assertThat(refused.fits()).isFalse();
        assertThat(refused.remaining()).isEqualByComparingTo("0");
        assertThat(refused.frees()).isEqualTo(Duration.ofSeconds(5));
        environment.advance(Duration.ofSeconds(5));
        granted(bucket.take(of("5"), ALL, false));
    }

    @Test
    void moreThanTheBucketsCapacityNeverFits() {
        Allowance.Taking refused = bucket(60, Duration.ofMinutes(1), 10).take(of("11"), ALL, false);
        assertThat(refused.fits()).isFalse();
        assertThat(refused.frees()).isNull();
    }

    @Test
    void aBucketTakesBackWhatWasNotUsedAndOwesWhatWasUsedBeyond() {
        BucketAllowance bucket = bucket(100, Duration.ofSeconds(100), 100);
        granted(bucket.take(of("60"), ALL, false)).settle(of("10"));
        assertThat(bucket.level().used()).isEqualByComparingTo("10");
        assertThat(bucket.level().reserved()).isEqualByComparingTo("0");
        granted(bucket.take(of("90"), ALL, false)).settle(of("120"));
        assertThat(bucket.level().used()).isEqualByComparingTo("130");
        environment.advance(Duration.ofSeconds(30));
        assertThat(bucket.take(of("1"), ALL, false).frees()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aBucketCountsMoneyFinely() {
        BucketAllowance bucket = new BucketAllowance(of("2"), Duration.ofHours(1), of("2"), true, environment);
        granted(bucket.take(of("0.00000125"), ALL, false)).settle(of("0.0000005"));
        assertThat(bucket.level().used()).isEqualByComparingTo("0.0000005");
    }

    @Test
    void aBucketOfMuchMoneyInLittleTimeCountsCoarserAndNeverTooLittle() {
        BucketAllowance bucket = new BucketAllowance(of("5000"), Duration.ofSeconds(1), of("5000"), true, environment);
        granted(bucket.take(of("0.000000001"), ALL, false));
        assertThat(bucket.level().reserved()).isEqualByComparingTo("0.00001");
    }

    @Test
    void theCalendarKeepsExactSumsAndBeginsAnewWithTheWindow() {
        CalendarAllowance day = new CalendarAllowance(of("1"), Window.calendar(Window.Unit.DAY), environment);
        granted(day.take(of("0.7"), ALL, false)).settle(of("0.4000000001"));
        Allowance.Taking refused = day.take(of("0.6"), ALL, false);
        assertThat(refused.fits()).isFalse();
        assertThat(refused.remaining()).isEqualByComparingTo("0.5999999999");
        assertThat(refused.frees()).isEqualTo(Duration.ofDays(1).minusSeconds(1));
        Allowance.Grant late = granted(day.take(of("0.5"), ALL, false));
        environment.advance(Duration.ofDays(1));
        granted(day.take(of("1"), ALL, false));
        late.settle(of("0.5"));
        assertThat(day.level().used()).as("the late one is yesterday's").isEqualByComparingTo("0");
        assertThat(day.level().reserved()).isEqualByComparingTo("1");
    }

    @Test
    void placesAreFreeAgainOnceLeft() {
        ConcurrencyAllowance places = new ConcurrencyAllowance(2);
        Allowance.Grant first = granted(places.take(ALL, ALL, false));
        granted(places.take(ALL, ALL, false));
        assertThat(places.take(ALL, ALL, false).fits()).isFalse();
        first.settle(ALL);
        granted(places.take(ALL, ALL, false));
    }

    @Test
    void aShareLeavesTheRestToOthers() {
        for (Allowance allowance : List.of(
                bucket(10, Duration.ofSeconds(10), 10),
                new CalendarAllowance(of("10"), Window.calendar(Window.Unit.DAY), environment))) {
            granted(allowance.take(of("5"), of("0.5"), false));
            assertThat(allowance.take(of("1"), of("0.5"), false).fits()).isFalse();
            granted(allowance.take(of("5"), ALL, false));
        }
        ConcurrencyAllowance places = new ConcurrencyAllowance(4);
        granted(places.take(ALL, of("0.5"), false));
        granted(places.take(ALL, of("0.5"), false));
        assertThat(places.take(ALL, of("0.5"), false).fits()).isFalse();
        granted(places.take(ALL, ALL, false));
    }

    @Test
    void whatIsForcedCountsAndSaysThatItDoesNotFit() {
        CalendarAllowance day = new CalendarAllowance(of("1"), Window.calendar(Window.Unit.DAY), environment);
        Allowance.Taking forced = day.take(of("3"), ALL, true);
        assertThat(forced.fits()).isFalse();
        assertThat(forced.grant()).isNotNull();
        assertThat(day.level().reserved()).isEqualByComparingTo("3");
    }

    /** Whatever is taken and however it is settled, no more is out than the limit, and sums are those of the model. */
    @Property(tries = 300)
    void neverMoreIsOutThanTheLimit(@ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 40) Integer> steps) {
        VirtualEnvironment clock = new VirtualEnvironment(1);
        CalendarAllowance month = new CalendarAllowance(of("100"), Window.calendar(Window.Unit.MONTH), clock);
        List<Allowance.Grant> open = new ArrayList<>();
        long used = 0;
        long reserved = 0;
        for (int step : steps) {
            if (step % 3 == 0 && !open.isEmpty()) {
                Allowance.Grant grant = open.remove(0);
                long actual = step % 2 == 0 ? 0 : grant.amount().longValueExact();
                grant.settle(BigDecimal.valueOf(actual));
                used += actual;
                reserved -= grant.amount().longValueExact();
            } else {
                Allowance.Taking taking = month.take(BigDecimal.valueOf(step), ALL, false);
                assertThat(taking.fits()).isEqualTo(step == 0 || used + reserved + step <= 100);
                if (taking.grant() != null) {
                    open.add(taking.grant());
                    reserved += step;
                }
            }
            assertThat(month.level().used()).isEqualByComparingTo(BigDecimal.valueOf(used));
            assertThat(month.level().reserved()).isEqualByComparingTo(BigDecimal.valueOf(reserved));
            assertThat(used + reserved).isLessThanOrEqualTo(100);
        }
    }
}
