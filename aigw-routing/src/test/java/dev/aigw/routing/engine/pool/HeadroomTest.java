package dev.aigw.routing.engine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.RateLimit;
import dev.aigw.api.spi.RateLimit.Unit;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HeadroomTest {

    private static final long NOW = -5_000_000_000L; // clock readings may be negative
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final ModelRequest SHORT = ChatRequest.of("m", "four");

    private static Headroom of(Unit unit, long limit, long remaining) {
        return Headroom.of(List.of(new RateLimit(unit, limit, remaining, MINUTE)), NOW);
    }

    private static long after(double seconds) {
        return NOW + (long) (seconds * 1e9);
    }

    private static boolean isExhausted(Headroom headroom, double seconds, ModelRequest request) {
        return headroom.isExhausted(new Query(
                ChatRequest.CHAT, request, CallOptions.DEFAULT, List.of(), after(seconds), Environment.system(), null));
    }

    @Test
    void whatIsUsedUpStaysSoUntilTheReset() {
        Headroom headroom = of(Unit.REQUESTS, 60, 0);
        assertThat(isExhausted(headroom, 0, SHORT)).isTrue();
        assertThat(isExhausted(headroom, 59.9, SHORT)).isTrue();
        assertThat(isExhausted(headroom, 60, SHORT)).isFalse();
        assertThat(headroom.at(after(60))).isEqualTo(1);
    }

    @Test
    void whatWasSentSinceCountsAndComesBackEvenly() {
        Headroom headroom = of(Unit.REQUESTS, 60, 2);
        assertThat(headroom.at(NOW)).isEqualTo(2 / 60.0);
        headroom.sent(SHORT);
        assertThat(isExhausted(headroom, 0, SHORT)).isFalse();
        headroom.sent(SHORT);
        assertThat(headroom.at(NOW)).isZero();
        assertThat(isExhausted(headroom, 0.9, SHORT)).isTrue();
        assertThat(isExhausted(headroom, 1.1, SHORT)).isFalse(); // one a second
        assertThat(headroom.at(after(30))).isEqualTo(0.5);
    }

    @Test
    void tokensMustSufficeForThePrompt() {
        ModelRequest longer = ChatRequest.of("m", "x".repeat(4_000));
        for (Unit unit : List.of(Unit.TOKENS, Unit.INPUT_TOKENS)) {
            Headroom headroom = of(unit, 10_000, 1_500);
            assertThat(isExhausted(headroom, 0, longer)).isFalse();
            headroom.sent(longer);
            assertThat(isExhausted(headroom, 0, longer)).isTrue();
            assertThat(isExhausted(headroom, 0, SHORT)).isFalse();
        }
    }

    @Test
    void aPromptThatNeverFitsIsNoReasonToGoPastAFullLimit() {
        Headroom headroom = of(Unit.TOKENS, 100, 100);
        assertThat(isExhausted(headroom, 0, ChatRequest.of("m", "x".repeat(4_000))))
                .isFalse();
    }

    @Test
    void tokensOfAnswersAreNotCountedAhead() {
        Headroom headroom = of(Unit.OUTPUT_TOKENS, 100, 1);
        headroom.sent(SHORT);
        assertThat(isExhausted(headroom, 0, SHORT)).isFalse();
        assertThat(isExhausted(of(Unit.OUTPUT_TOKENS, 100, 0), 0, SHORT)).isTrue();
    }

    @Test
    void ofSeveralLimitsTheOneWithTheLeastLeftCounts() {
        Headroom headroom = Headroom.of(
                List.of(
                        new RateLimit(Unit.REQUESTS, 10, 5, MINUTE),
                        new RateLimit(Unit.TOKENS, 1_000, 0, Duration.ofSeconds(10))),
                NOW);
        assertThat(headroom.at(NOW)).isZero();
        assertThat(isExhausted(headroom, 9, SHORT)).isTrue();
        assertThat(isExhausted(headroom, 10, SHORT)).isFalse();
        assertThat(headroom.at(after(12))).isEqualTo(0.6);
    }

    @Test
    void aShareAloneOnlyShowsWhenNothingIsLeft() {
        assertThat(isExhausted(Headroom.of(0, MINUTE, NOW), 59, SHORT)).isTrue();
        assertThat(isExhausted(Headroom.of(0, MINUTE, NOW), 60, SHORT)).isFalse();
        assertThat(isExhausted(Headroom.of(0.01, MINUTE, NOW), 0, SHORT)).isFalse();
        assertThat(Headroom.of(7, MINUTE, NOW).at(NOW)).isEqualTo(1);
    }

    @Property
    void theShareStaysBetweenNoneAndAllAndOnlyGrowsWithTime(
            @ForAll @IntRange(min = 1, max = 1000) int limit,
            @ForAll @IntRange(max = 2000) int remaining,
            @ForAll @IntRange(max = 100) int sent,
            @ForAll @IntRange(max = 90) int seconds) {
        Headroom headroom = of(Unit.REQUESTS, limit, remaining);
        for (int i = 0; i < sent; i++) {
            headroom.sent(SHORT);
        }
        double before = headroom.at(after(seconds));
        assertThat(before).isBetween(0.0, 1.0);
        assertThat(headroom.at(after(seconds + 1))).isGreaterThanOrEqualTo(before);
    }

    @Test
    void aResetBeyondTheClockIsOneThatNeverComes() {
        Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
        Headroom headroom = Headroom.of(List.of(new RateLimit(Unit.REQUESTS, 100, 5, forever)), NOW);
        assertThat(headroom.at(after(1_000))).isBetween(0.05, 0.051);
        assertThat(isExhausted(Headroom.of(0, forever, NOW), 1_000, SHORT)).isTrue();
    }

    @Test
    void aResetAtOnceAppliesToACallThatReadTheClockJustBefore() {
        Headroom headroom = Headroom.of(List.of(new RateLimit(Unit.REQUESTS, 100, 0, Duration.ZERO)), NOW);
        assertThat(headroom.at(NOW - 1)).isEqualTo(1);
        assertThat(isExhausted(headroom, -1e-9, SHORT)).isFalse();
    }
}
