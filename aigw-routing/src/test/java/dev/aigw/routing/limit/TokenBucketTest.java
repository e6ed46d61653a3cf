package dev.aigw.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final long YEAR = Duration.ofDays(365).toNanos();

    private final AtomicLong clock = new AtomicLong(-5);

    private TokenBucket bucket(long capacity, long amount, long period) {
        return new TokenBucket(capacity, amount, period, clock::get);
    }

    /** However often it is looked at meanwhile, what came back is the exact share of the period, rounded down. */
    @Property(tries = 300)
    void looksBetweenLoseNothing(
            @ForAll @LongRange(min = 1, max = Long.MAX_VALUE / 4) long amount,
            @ForAll @LongRange(min = 1, max = 31_536_000_000_000_000L) long period,
            @ForAll @Size(min = 1, max = 30) List<@LongRange(min = 0, max = 100_000_000_000L) Long> pauses) {
        long capacity = Long.MAX_VALUE / 4;
        TokenBucket bucket = bucket(capacity, amount, period);
        bucket.take(capacity);
        BigInteger elapsed = BigInteger.ZERO;
        for (long pause : pauses) {
            clock.addAndGet(pause);
            elapsed = elapsed.add(BigInteger.valueOf(pause));
            BigInteger back = elapsed.multiply(BigInteger.valueOf(amount)).divide(BigInteger.valueOf(period));
            assertThat(bucket.available())
                    .isEqualTo(back.min(BigInteger.valueOf(capacity)).longValueExact());
        }
    }

    /** The wait that it reports is enough, and a nanosecond less is not. */
    @Property(tries = 300)
    void theWaitIsExact(
            @ForAll @LongRange(min = 1, max = 1_000_000_000_000L) long amount,
            @ForAll @LongRange(min = 1, max = 31_536_000_000_000_000L) long period,
            @ForAll @LongRange(min = 0, max = 1_000_000_000L) long before,
            @ForAll @LongRange(min = 1, max = 1_000_000L) long wanted) {
        TokenBucket bucket = bucket(1_000_000, amount, period);
        bucket.take(1_000_000);
        clock.addAndGet(before);
        long wait = bucket.nanosUntil(wanted);
        Assume.that(wait < Long.MAX_VALUE / 2);
        if (bucket.available() >= wanted) {
            assertThat(wait).isZero();
            return;
        }
        clock.addAndGet(wait - 1);
        assertThat(bucket.available()).isLessThan(wanted);
        clock.addAndGet(1);
        assertThat(bucket.available()).isGreaterThanOrEqualTo(wanted);
    }

    @Test
    void aClockThatGoesBackTakesNothingAway() {
        TokenBucket bucket = bucket(10, 10, 100);
        bucket.take(10);
        clock.addAndGet(50);
        assertThat(bucket.available()).isEqualTo(5);
        clock.addAndGet(-30);
        assertThat(bucket.available()).isEqualTo(5);
        clock.addAndGet(40);
        assertThat(bucket.available()).isEqualTo(6);
    }

    @Test
    void numbersBeyondALongAreStillExact() {
        TokenBucket bucket = bucket(Long.MAX_VALUE / 4, Long.MAX_VALUE / 4, YEAR);
        bucket.take(Long.MAX_VALUE / 4);
        assertThat(bucket.nanosUntil(Long.MAX_VALUE / 4)).isEqualTo(YEAR);
        clock.addAndGet(YEAR / 2);
        assertThat(bucket.available()).isEqualTo(Long.MAX_VALUE / 8);
        clock.addAndGet(YEAR);
        assertThat(bucket.available()).isEqualTo(Long.MAX_VALUE / 4);
    }

    @Test
    void aDebtNeverTurnsIntoTokens() {
        TokenBucket bucket = bucket(10, 1, YEAR);
        for (int i = 0; i < 20; i++) {
            bucket.take(Long.MAX_VALUE / 4);
        }
        assertThat(bucket.available()).isNegative();
        assertThat(bucket.nanosUntil(1)).isEqualTo(Long.MAX_VALUE);
    }
}
