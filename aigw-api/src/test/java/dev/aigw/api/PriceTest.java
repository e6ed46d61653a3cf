package dev.aigw.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.TokenUsage.Bucket;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class PriceTest {

    private static final Instant NEW_YEAR = Instant.parse("2027-01-01T00:00:00Z");
    private static final Price PRICE = Price.usdPerMillion("1", "10")
            .with(Bucket.CACHE_READ, "0.1")
            .with(Bucket.CACHE_WRITE, "1.25")
            .with(Bucket.CACHE_WRITE_LONG, "2")
            .tier("batch", "0.5")
            .tier("priority", "2")
            .above(200_000, Price.usdPerMillion("2", "15"))
            .from(NEW_YEAR, Price.usdPerMillion("0.5", "5"));

    private static BigDecimal amount(Cost cost) {
        return Objects.requireNonNull(cost.amount(), "unknown");
    }

    private static TokenUsage of(Bucket bucket, long tokens) {
        return TokenUsage.builder().set(bucket, tokens).build();
    }

    @Property
    void everyBucketIsChargedItsOwnPriceToTheLastDigit(
            @ForAll Bucket bucket,
            @ForAll @BigRange(min = "0", max = "1000") @Scale(6) BigDecimal price,
            @ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long tokens) {
        Price only = Price.usdPerMillion("0", "0").with(bucket, price.toPlainString());
        assertThat(amount(only.cost(of(bucket, tokens))))
                .isEqualByComparingTo(price.multiply(BigDecimal.valueOf(tokens)).movePointLeft(6));
        for (Bucket other : Bucket.values()) {
            if (other != bucket) {
                assertThat(amount(only.cost(of(other, tokens)))).isEqualByComparingTo("0");
            }
        }
    }

    @Property
    void whatIsChargedTogetherIsWhatIsChargedApart(
            @ForAll Bucket one,
            @ForAll Bucket other,
            @ForAll @LongRange(min = 0, max = 100_000) long tokens,
            @ForAll @LongRange(min = 0, max = 100_000) long more) {
        TokenUsage both = of(one, tokens).plus(of(other, more));
        assertThat(PRICE.cost(both)).isEqualTo(PRICE.cost(of(one, tokens)).plus(PRICE.cost(of(other, more))));
    }

    @Property
    void aLongPromptIsMoreExpensiveAsAWholeFromTheTokenAboveTheThreshold(
            @ForAll @LongRange(min = 1, max = 1_000_000) long prompt,
            @ForAll @LongRange(min = 0, max = 100_000) long cached,
            @ForAll @LongRange(min = 0, max = 100_000) long answer) {
        TokenUsage usage = TokenUsage.builder()
                .input(prompt)
                .set(Bucket.CACHE_READ, cached)
                .output(answer)
                .build();
        BigDecimal expected = prompt + cached > 200_000
                ? BigDecimal.valueOf(2 * (prompt + cached) + 15 * answer)
                : BigDecimal.valueOf(prompt + 10 * answer).add(BigDecimal.valueOf(cached, 1));
        assertThat(amount(PRICE.cost(usage))).isEqualByComparingTo(expected.movePointLeft(6));
    }

    @Property
    void theDateChoosesThePriceTheLengthItsPartAndTheTierItsFactor(
            @ForAll @LongRange(min = -3, max = 3) long seconds,
            @ForAll @LongRange(min = 1, max = 400_000) long prompt,
            @ForAll @LongRange(min = 0, max = 100_000) long answer,
            @ForAll boolean batch) {
        Price early =
                Price.usdPerMillion("1", "10").tier("batch", "0.5").above(200_000, Price.usdPerMillion("2", "15"));
        Price late = Price.usdPerMillion("3", "8").tier("batch", "0.25").above(100_000, Price.usdPerMillion("4", "20"));
        long perMillion;
        long share;
        if (seconds < 0) {
            perMillion = prompt > 200_000 ? 2 * prompt + 15 * answer : prompt + 10 * answer;
            share = batch ? 50 : 100;
        } else {
            perMillion = prompt > 100_000 ? 4 * prompt + 20 * answer : 3 * prompt + 8 * answer;
            share = batch ? 25 : 100;
        }
        Cost cost = early.from(NEW_YEAR, late)
                .cost(TokenUsage.of(prompt, answer), batch ? "batch" : null, NEW_YEAR.plusSeconds(seconds));
        assertThat(amount(cost)).isEqualByComparingTo(BigDecimal.valueOf(perMillion * share, 8));
    }

    @Test
    void theThresholdItselfIsNotExceeded() {
        assertThat(amount(PRICE.cost(TokenUsage.of(200_000, 0)))).isEqualByComparingTo("0.2");
        assertThat(amount(PRICE.cost(TokenUsage.of(200_001, 0)))).isEqualByComparingTo("0.400002");
    }

    @Test
    void ofSeveralThresholdsTheHighestOneExceededCounts() {
        Price price = Price.usdPerMillion("1", "1")
                .above(100, Price.usdPerMillion("2", "2"))
                .above(10, Price.usdPerMillion("3", "3"));
        assertThat(amount(price.cost(TokenUsage.of(10, 0)))).isEqualByComparingTo("0.00001");
        assertThat(amount(price.cost(TokenUsage.of(11, 0)))).isEqualByComparingTo("0.000033");
        assertThat(amount(price.cost(TokenUsage.of(101, 0)))).isEqualByComparingTo("0.000202");
    }

    @Test
    void cacheWritesCostByTheirLifetime() {
        assertThat(amount(PRICE.cost(of(Bucket.CACHE_WRITE, 1_000_000)).plus(Cost.ZERO)))
                .as("above the border all prompt tokens cost the same")
                .isEqualByComparingTo("2");
        assertThat(amount(PRICE.cost(of(Bucket.CACHE_WRITE, 100_000)))).isEqualByComparingTo("0.125");
        assertThat(amount(PRICE.cost(of(Bucket.CACHE_WRITE_LONG, 100_000)))).isEqualByComparingTo("0.2");
    }

    @Test
    void theTierThatServedSetsTheFactorAboveTheThresholdToo() {
        Instant before = NEW_YEAR.minusSeconds(1);
        TokenUsage small = TokenUsage.of(100_000, 0);
        assertThat(amount(PRICE.cost(small, null, before))).isEqualByComparingTo("0.1");
        assertThat(amount(PRICE.cost(small, "default", before))).isEqualByComparingTo("0.1");
        assertThat(amount(PRICE.cost(small, "batch", before))).isEqualByComparingTo("0.05");
        assertThat(amount(PRICE.cost(small, "priority", before))).isEqualByComparingTo("0.2");
        assertThat(amount(PRICE.cost(TokenUsage.of(300_000, 0), "batch", before)))
                .isEqualByComparingTo("0.3");
    }

    @Test
    void aTierThatNobodyPricedIsUnknown() {
        assertThat(PRICE.cost(TokenUsage.of(1, 1), "scale", NEW_YEAR)).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void aBucketWithoutAPriceMakesTheCostUnknownOnlyWhereItIsUsed() {
        Price price = Price.usdPerMillion("1", "1").unknown(Bucket.OUTPUT_IMAGE);
        assertThat(price.cost(of(Bucket.OUTPUT_IMAGE, 1).plus(TokenUsage.of(1, 1))))
                .isEqualTo(Cost.UNKNOWN);
        assertThat(amount(price.cost(TokenUsage.of(1, 1)))).isEqualByComparingTo("0.000002");
    }

    @Test
    void aPriceIsValidFromItsDateOn() {
        TokenUsage usage = TokenUsage.of(1_000, 0);
        assertThat(amount(PRICE.cost(usage, null, NEW_YEAR.minusNanos(1)))).isEqualByComparingTo("0.001");
        assertThat(amount(PRICE.cost(usage, null, NEW_YEAR))).isEqualByComparingTo("0.0005");
        assertThat(amount(PRICE.cost(usage))).as("without a date").isEqualByComparingTo("0.001");
    }

    @Test
    void nothingUsedIsUnknownNotZero() {
        assertThat(PRICE.cost(TokenUsage.NONE)).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void aTierMayHaveAmountsOfItsOwn() {
        Price price = Price.usdPerMillion("2", "10")
                .with(Bucket.CACHE_READ, "0.2")
                .tier("flex", "0.5")
                .tier("fast", Price.usdPerMillion("5", "20").above(100_000, Price.usdPerMillion("7", "30")));
        assertThat(amount(price.cost(of(Bucket.CACHE_READ, 1_000), "flex", NEW_YEAR)))
                .isEqualByComparingTo("0.0001");
        assertThat(amount(price.cost(of(Bucket.CACHE_READ, 1_000), "fast", NEW_YEAR)))
                .isEqualByComparingTo("0.005");
        assertThat(amount(price.cost(TokenUsage.of(100_001, 0), "fast", NEW_YEAR)))
                .isEqualByComparingTo("0.700007");
        assertThat(amount(price.cost(TokenUsage.of(100_001, 0), null, NEW_YEAR)))
                .isEqualByComparingTo("0.200002");
    }

    @Test
    void aVendorsToolIsChargedByUseWhateverTheTier() {
        Price price = Price.usdPerMillion("1", "1")
                .tier("batch", "0.5")
                .above(10, Price.usdPerMillion("2", "2"))
                .serverTool("web_search", "0.01");
        TokenUsage three =
                TokenUsage.builder().input(20).serverTool("web_search", 3).build();
        assertThat(amount(price.cost(three, "batch", NEW_YEAR))).isEqualByComparingTo("0.03002");
        assertThat(amount(price.cost(
                        TokenUsage.builder().serverTool("web_search", 1).build())))
                .isEqualByComparingTo("0.01");
        assertThat(price.cost(
                        three.plus(TokenUsage.builder().serverTool("code", 1).build())))
                .as("a tool without a price")
                .isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void eachAnsweredRequestIsChargedOnceWhateverTheTierTheHourAndTheLength() {
        Price longer = Price.usdPerMillion("2", "2");
        Price price = Price.usdPerMillion("1", "1")
                .tier("batch", "0.5")
                .above(10, longer)
                .during(DailyHours.utc("01:00", "04:00"), Price.usdPerMillion("3", "3"))
                .perRequest("0.005");
        Instant peak = Instant.parse("2026-11-30T02:00:00Z");

        assertThat(amount(price.cost(TokenUsage.of(10, 0)))).isEqualByComparingTo("0.00501");
        assertThat(amount(price.cost(TokenUsage.of(20, 0), "batch", NEW_YEAR))).isEqualByComparingTo("0.00502");
        assertThat(amount(price.cost(TokenUsage.of(10, 0), null, peak))).isEqualByComparingTo("0.00503");
        assertThat(amount(price.above(10, longer.perRequest("1")).cost(TokenUsage.of(20, 0))))
                .as("a price of its own")
                .isEqualByComparingTo("1.00004");
        assertThat(amount(price.times("10").cost(TokenUsage.of(10, 0)))).isEqualByComparingTo("0.0051");
        assertThat(price.cost(TokenUsage.NONE)).isEqualTo(Cost.UNKNOWN);
        assertThat(price).isNotEqualTo(price.perRequest("0.006"));
    }

    @Test
    void peakHoursHaveTheirOwnPriceOnTheirDays() {
        DailyHours peak = DailyHours.utc("06:00", "10:00")
                .on(DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY);
        Price price = Price.usdPerMillion("1", "1").during(peak, Price.usdPerMillion("2", "2"));
        TokenUsage million = TokenUsage.of(1_000_000, 0);
        assertThat(amount(price.cost(million, null, Instant.parse("2026-11-30T05:59:59Z"))))
                .isEqualByComparingTo("1");
        assertThat(amount(price.cost(million, null, Instant.parse("2026-11-30T06:00:00Z"))))
                .isEqualByComparingTo("2");
        assertThat(amount(price.cost(million, null, Instant.parse("2026-11-30T10:00:00Z"))))
                .isEqualByComparingTo("1");
        assertThat(amount(price.cost(million, null, Instant.parse("2026-11-29T07:00:00Z"))))
                .as("a Sunday")
                .isEqualByComparingTo("1");
    }

    @Test
    void aVendorsToolCostsTheSameAtPeakHours() {
        Instant peak = Instant.parse("2026-11-30T02:00:00Z");
        TokenUsage searched = TokenUsage.builder()
                .set(Bucket.INPUT, 1_000_000)
                .serverTool("web_search", 2)
                .build();
        Price higher = Price.usdPerMillion("3", "30");
        Price price = Price.usdPerMillion("1", "10")
                .serverTool("web_search", "0.01")
                .during(DailyHours.utc("01:00", "04:00"), higher);
        assertThat(amount(price.cost(searched, null, peak))).isEqualByComparingTo("3.02");
        assertThat(amount(price.serverTool("web_search", "0.5").cost(searched, null, peak)))
                .isEqualByComparingTo("4");
        assertThat(amount(price.during(DailyHours.utc("01:00", "03:00"), higher.serverTool("web_search", "1"))
                        .cost(searched, null, peak)))
                .isEqualByComparingTo("5");
    }

    @Test
    void tiersOfALongPromptAreItsOwnIfItHasAny() {
        TokenUsage longPrompt = TokenUsage.builder()
                .set(Bucket.INPUT, 1_000_000)
                .serverTool("web_search", 1)
                .build();
        Price price = Price.usdPerMillion("1", "10")
                .serverTool("web_search", "7")
                .tier("batch", Price.usdPerMillion("0.5", "5"))
                .above(
                        200_000,
                        Price.usdPerMillion("2", "20")
                                .serverTool("web_search", "8")
                                .tier("batch", Price.usdPerMillion("1.5", "15"))
                                .tier("flex", "0.25"));
        assertThat(amount(price.cost(longPrompt, "batch", NEW_YEAR))).isEqualByComparingTo("9.5");
        assertThat(amount(price.cost(longPrompt, "flex", NEW_YEAR))).isEqualByComparingTo("8.5");
        assertThat(price.cost(longPrompt, "priority", NEW_YEAR)).isEqualTo(Cost.UNKNOWN);
        assertThat(amount(price.cost(of(Bucket.INPUT, 100_000), "batch", NEW_YEAR)))
                .isEqualByComparingTo("0.05");
    }

    @Test
    void noChangeIsMissedWhenClocksChange() {
        ZoneId zone = ZoneId.of("Europe/Berlin");
        for (List<String> hours : List.of(
                List.of("01:30", "02:30"),
                List.of("02:15", "02:45"),
                List.of("02:30", "03:30"),
                List.of("02:30", "02:10"),
                List.of("00:00", "02:30"))) {
            Price price = Price.usdPerMillion("1", "1")
                    .during(
                            DailyHours.of(LocalTime.parse(hours.get(0)), LocalTime.parse(hours.get(1)), zone),
                            Price.usdPerMillion("2", "2"));
            for (String night : List.of("2026-03-28T20:00:00Z", "2026-10-24T20:00:00Z")) {
                Instant next = price.nextChange(Instant.parse(night));
                for (int minutes = 1; minutes < 24 * 60; minutes++) {
                    Instant time = Instant.parse(night).plus(Duration.ofMinutes(minutes));
                    boolean changed = !price.at(time).equals(price.at(time.minusSeconds(60)));
                    assertThat(changed && time.isBefore(next))
                            .as("%s at %s", hours, time)
                            .isFalse();
                    if (!time.isBefore(next)) {
                        assertThat(next).as("%s at %s", hours, time).isEqualTo(time);
                        next = price.nextChange(time);
                    }
                }
            }
        }
    }

    @Test
    void anyInstantHasAPrice() {
        for (String zone : List.of("Z", "+14:00", "-12:00", "Europe/Berlin")) {
            Price price = Price.usdPerMillion("1", "1")
                    .during(
                            DailyHours.of(LocalTime.of(1, 0), LocalTime.of(2, 0), ZoneId.of(zone)),
                            Price.usdPerMillion("2", "2"));
            for (Instant time : List.of(Instant.MIN, Instant.MAX, Instant.MAX.minus(Duration.ofDays(400)))) {
                assertThat(price.cost(of(Bucket.INPUT, 1), null, time).amount()).isNotNull();
                assertThat(price.nextChange(time)).isAfterOrEqualTo(time);
            }
        }
    }

    @Test
    void aDayOfTheWeekMayBeNamedTwice() {
        DailyHours hours = DailyHours.utc("01:00", "02:00");
        assertThat(hours.on(DayOfWeek.MONDAY, DayOfWeek.MONDAY)).isEqualTo(hours.on(DayOfWeek.MONDAY));
    }

    @Test
    void hoursOverMidnightBelongToTheDayOnWhichTheyStart() {
        DailyHours night = DailyHours.utc("22:00", "02:00").on(DayOfWeek.FRIDAY);
        assertThat(night.include(Instant.parse("2026-11-27T23:00:00Z"))).isTrue();
        assertThat(night.include(Instant.parse("2026-11-28T01:59:59Z"))).isTrue();
        assertThat(night.include(Instant.parse("2026-11-28T02:00:00Z"))).isFalse();
        assertThat(night.include(Instant.parse("2026-11-27T01:00:00Z"))).isFalse();
        assertThat(night.include(Instant.parse("2026-11-28T23:00:00Z"))).isFalse();
    }

    @Property
    void aPriceStaysTheSameUntilItsNextChange(
            @ForAll @LongRange(min = 0, max = 20 * 24 * 60) long minutes,
            @ForAll @LongRange(min = 0, max = 23) long start,
            @ForAll @LongRange(min = 0, max = 23) long end,
            @ForAll DayOfWeek day) {
        ZoneId berlin = ZoneId.of("Europe/Berlin"); // clocks change on 25 October 2026
        DailyHours hours = DailyHours.of(LocalTime.of((int) start, 0), LocalTime.of((int) end, 0), berlin)
                .on(day);
        Instant time = Instant.parse("2026-10-18T00:00:00Z").plus(Duration.ofMinutes(minutes));
        Price price = Price.usdPerMillion("1", "1")
                .during(hours, Price.usdPerMillion("2", "2"))
                .from(Instant.parse("2026-10-26T11:30:00Z"), Price.usdPerMillion("3", "3"));
        Instant change = price.nextChange(time);
        Price now = price.at(time);
        for (Instant later = time;
                later.isBefore(change) && later.isBefore(time.plus(Duration.ofDays(2)));
                later = later.plus(Duration.ofMinutes(30))) {
            assertThat(price.at(later).perMillion(Bucket.INPUT)).isEqualTo(now.perMillion(Bucket.INPUT));
        }
    }

    @Test
    void aPromotionEndsAtItsDate() {
        Price price = Price.usdPerMillion("1.50", "7.50").until(NEW_YEAR, Price.usdPerMillion("0.75", "3.75"));
        TokenUsage million = TokenUsage.of(1_000_000, 0);
        assertThat(amount(price.cost(million, null, NEW_YEAR.minusNanos(1)))).isEqualByComparingTo("0.75");
        assertThat(amount(price.cost(million, null, NEW_YEAR))).isEqualByComparingTo("1.5");
        assertThat(price.nextChange(NEW_YEAR.minusNanos(1))).isEqualTo(NEW_YEAR);
        assertThat(price.nextChange(NEW_YEAR)).isEqualTo(Instant.MAX);
    }

    @Test
    void aFactorMultipliesEveryAmountOfTokens() {
        Price regional = PRICE.tier("fast", Price.usdPerMillion("4", "20"))
                .serverTool("web_search", "0.01")
                .times("1.1");
        Instant before = NEW_YEAR.minusSeconds(1);
        assertThat(amount(regional.cost(TokenUsage.of(100_000, 0), null, before)))
                .isEqualByComparingTo("0.11");
        assertThat(amount(regional.cost(TokenUsage.of(100_000, 0), "batch", before)))
                .isEqualByComparingTo("0.055");
        assertThat(amount(regional.cost(TokenUsage.of(100_000, 0), "fast", before)))
                .isEqualByComparingTo("0.44");
        assertThat(amount(regional.cost(TokenUsage.of(300_000, 0), null, before)))
                .isEqualByComparingTo("0.66");
        assertThat(amount(regional.cost(TokenUsage.of(100_000, 0), null, NEW_YEAR)))
                .isEqualByComparingTo("0.055");
        TokenUsage search = TokenUsage.builder().serverTool("web_search", 1).build();
        assertThat(amount(regional.cost(search, null, before))).isEqualByComparingTo("0.01");
    }

    @Test
    void refusesWhatCannotBeAPrice() {
        assertThatThrownBy(() -> Price.usdPerMillion("-1", "1")).hasMessageContaining("negative");
        assertThatThrownBy(() -> Price.usdPerMillion("a", "1")).hasMessageContaining("decimal number");
        assertThatThrownBy(() -> PRICE.above(1, PRICE)).hasMessageContaining("outer price");
        assertThatThrownBy(() -> PRICE.from(NEW_YEAR, PRICE)).hasMessageContaining("outer price");
        assertThatThrownBy(() -> PRICE.above(1, Price.perMillion("EUR", "1", "1")))
                .hasMessageContaining("use one currency");
        assertThatThrownBy(() -> PRICE.during(DailyHours.utc("00:00", "01:00"), PRICE))
                .hasMessageContaining("outer price");
        assertThatThrownBy(() -> PRICE.tier("flex", PRICE)).hasMessageContaining("outer price");
        assertThatThrownBy(() -> PRICE.until(NEW_YEAR, PRICE)).hasMessageContaining("outer price");
        assertThatThrownBy(() -> DailyHours.utc("25:00", "01:00")).hasMessageContaining("time of day");
        assertThatThrownBy(() -> DailyHours.utc("01:00", "02:00").on()).hasMessageContaining("at least one day");
    }

    @Test
    void anAmountThatCannotBeMeantIsRefused() {
        for (String amount : List.of("1e999999999", "1e-999999999", "1e12", "0." + "1".repeat(200), "9".repeat(5000))) {
            assertThatThrownBy(() -> Price.usdPerMillion(amount, "1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not plausible");
        }
        assertThat(Price.usdPerMillion("0e999999999", "1")).isEqualTo(Price.usdPerMillion("0", "1"));
    }
}
