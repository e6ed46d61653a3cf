package dev.aigw.providers.http.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.spi.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResetHeadersTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void whatTheVendorSaysOutrightComesFirst() {
        assertThat(wait(Map.of("retry-after", "7"))).isEqualTo(Duration.ofSeconds(7));
        assertThat(wait(Map.of("retry-after", "1.5"))).isEqualTo(Duration.ofMillis(1500));
        assertThat(wait(Map.of("retry-after", "7", "retry-after-ms", "250"))).isEqualTo(Duration.ofMillis(250));
        assertThat(wait(Map.of("x-ms-retry-after-ms", "90"))).isEqualTo(Duration.ofMillis(90));
        assertThat(wait(Map.of("retry-after", "Fri, 02 Jan 2026 03:05:05 GMT"))).isEqualTo(Duration.ofMinutes(1));
        assertThat(wait(Map.of("retry-after", "Fri, 02 Jan 2026 03:00:00 GMT"))).isEqualTo(Duration.ZERO);
    }

    @Test
    void theExhaustedDimensionDecidesNotTheSmallest() {
        assertThat(wait(Map.of(
                        "x-ratelimit-remaining-requests", "10",
                        "x-ratelimit-reset-requests", "12ms",
                        "x-ratelimit-remaining-tokens", "0",
                        "x-ratelimit-reset-tokens", "6m0s")))
                .isEqualTo(Duration.ofMinutes(6));
        assertThat(wait(Map.of(
                        "anthropic-ratelimit-requests-remaining", "3",
                        "anthropic-ratelimit-requests-reset", "2026-01-02T03:04:06Z",
                        "anthropic-ratelimit-output-tokens-remaining", "0",
                        "anthropic-ratelimit-output-tokens-reset", "2026-01-02T03:04:35Z")))
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void eachLimitIsReportedByItself() {
        assertThat(ResetHeaders.limits(
                        Map.of(
                                "x-ratelimit-limit-requests", "100",
                                "x-ratelimit-remaining-requests", "90",
                                "x-ratelimit-reset-requests", "6s",
                                "x-ratelimit-limit-tokens", "1000",
                                "x-ratelimit-remaining-tokens", "250",
                                "x-ratelimit-reset-tokens", "45s")::get,
                        NOW))
                .containsExactly(
                        new RateLimit(RateLimit.Unit.REQUESTS, 100, 90, Duration.ofSeconds(6)),
                        new RateLimit(RateLimit.Unit.TOKENS, 1000, 250, Duration.ofSeconds(45)));
        assertThat(ResetHeaders.limits(
                        Map.of(
                                "anthropic-ratelimit-input-tokens-limit", "80000",
                                "anthropic-ratelimit-input-tokens-remaining", "20000",
                                "anthropic-ratelimit-input-tokens-reset", "2026-01-02T03:04:35Z",
                                "anthropic-ratelimit-output-tokens-limit", "8000",
                                "anthropic-ratelimit-output-tokens-remaining", "0",
                                "anthropic-ratelimit-output-tokens-reset", "2026-01-02T03:04:05Z")::get,
                        NOW))
                .containsExactly(
                        new RateLimit(RateLimit.Unit.INPUT_TOKENS, 80_000, 20_000, Duration.ofSeconds(30)),
                        new RateLimit(RateLimit.Unit.OUTPUT_TOKENS, 8_000, 0, Duration.ZERO));
    }

    @Test
    void aLimitNeedsItsSizeAndARemainderThatIsNoneBelowZero() {
        assertThat(ResetHeaders.limits(Map.of("x-ratelimit-remaining-tokens", "5")::get, NOW))
                .isEmpty();
        assertThat(ResetHeaders.limits(
                        Map.of("x-ratelimit-limit-tokens", "0", "x-ratelimit-remaining-tokens", "5")::get, NOW))
                .isEmpty();
        assertThat(ResetHeaders.limits(
                        Map.of("x-ratelimit-limit-tokens", "10", "x-ratelimit-remaining-tokens", "-1")::get, NOW))
                .isEmpty();
        assertThat(ResetHeaders.limits(
                        Map.of("x-ratelimit-limit-tokens", "10", "x-ratelimit-remaining-tokens", "15")::get, NOW))
                .containsExactly(new RateLimit(RateLimit.Unit.TOKENS, 10, 15, Duration.ofMinutes(1)));
    }

    @Test
    void withoutAnExhaustedDimensionThereIsNoWait() {
        assertThat(wait(Map.of())).isNull();
        assertThat(wait(Map.of("x-ratelimit-remaining-tokens", "-1", "x-ratelimit-reset-tokens", "5s")))
                .isNull();
        assertThat(wait(Map.of("retry-after", "-1"))).isNull();
        assertThat(wait(Map.of("retry-after", "soon"))).isNull();
    }

    @Test
    void numbersAreSecondsOrEpochs() {
        assertThat(ResetHeaders.parse("45.83s", NOW)).isEqualTo(Duration.ofMillis(45_830));
        assertThat(ResetHeaders.parse("1h2m3s", NOW)).isEqualTo(Duration.ofSeconds(3723));
        assertThat(ResetHeaders.parse("20", NOW)).isEqualTo(Duration.ofSeconds(20));
        assertThat(ResetHeaders.parse(String.valueOf(NOW.getEpochSecond() + 20), NOW))
                .isEqualTo(Duration.ofSeconds(20));
        assertThat(ResetHeaders.parse(String.valueOf(NOW.toEpochMilli() + 20_000), NOW))
                .isBetween(Duration.ofMillis(19_999), Duration.ofMillis(20_001));
    }

    @Property
    void neverThrowsAndNeverNegativeNorEndless(@ForAll @StringLength(max = 40) String value) {
        Duration wait = ResetHeaders.parse(value, NOW);
        if (wait != null) {
            assertThat(wait).isBetween(Duration.ZERO, Duration.ofDays(31));
        }
    }

    @Property
    void durationsSurviveTheirOwnNotation(
            @ForAll @IntRange(max = 500) int hours,
            @ForAll @IntRange(max = 59) int minutes,
            @ForAll @IntRange(max = 59) int seconds,
            @ForAll @IntRange(max = 999) int millis) {
        Duration wait = ResetHeaders.parse(hours + "h" + minutes + "m" + seconds + "s" + millis + "ms", NOW);
        Duration expected = Duration.ofHours(hours)
                .plusMinutes(minutes)
                .plusSeconds(seconds)
                .plusMillis(millis);
        assertThat(wait).isNotNull();
        assertThat(wait.minus(expected).abs()).isLessThan(Duration.ofMillis(1));
    }

    @Property
    void datesSurviveTheirOwnNotation(@ForAll @LongRange(max = 2_000_000) long ahead) {
        Instant at = NOW.plusSeconds(ahead);
        Duration expected = Duration.ofSeconds(ahead);
        assertThat(ResetHeaders.parse(at.toString(), NOW)).isEqualTo(expected);
        assertThat(ResetHeaders.parse(DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atZone(ZoneOffset.UTC)), NOW))
                .isEqualTo(expected);
    }

    private static @Nullable Duration wait(Map<String, String> headers) {
        return ResetHeaders.retryAfter(headers::get, NOW);
    }
}
