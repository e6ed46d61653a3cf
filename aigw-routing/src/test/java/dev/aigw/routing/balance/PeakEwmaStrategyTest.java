package dev.aigw.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RoutingStrategy.Picker;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeakEwmaStrategyTest {

    private static final long MILLI = 1_000_000L;

    private final FakeCandidates candidates = FakeCandidates.ofWeights(1, 1);
    private final Picker picker = RoutingStrategies.peakEwma().bind(candidates.deployments);

    @Test
    void takesTheQuickerOfTwo() {
        ended(0, 200);
        ended(1, 50);

        assertThat(picker.pick(candidates)).isEqualTo(1);
        assertThat(picker.score(candidates, 1)).isGreaterThan(picker.score(candidates, 0));
    }

    @Test
    void aQuickDeploymentIsLeftWhenItIsBusyEnough() {
        ended(0, 200);
        ended(1, 50);
        candidates.deployments.set(1, candidates.get(1).inFlight(4));

        assertThat(picker.pick(candidates)).isZero();
    }

    @Test
    void anUnknownDeploymentTakesOneAttemptAndNoSecondBeforeItIsOver() {
        ended(0, 50);

        assertThat(picker.pick(candidates)).isEqualTo(1);
        candidates.deployments.set(1, candidates.get(1).inFlight(1));
        candidates.deployments.set(0, candidates.get(0).inFlight(100));
        assertThat(picker.pick(candidates)).isZero();
    }

    @Test
    void whatIsKnownFromAnEarlierTableCounts() {
        candidates.deployments.set(0, candidates.get(0).latencyNanos(30 * MILLI));
        candidates.deployments.set(1, candidates.get(1).latencyNanos(90 * MILLI));

        assertThat(picker.pick(candidates)).isZero();
    }

    @Test
    void oneThatWasSlowIsTriedAgainInTime() {
        ended(0, 500);
        ended(1, 50);
        assertThat(picker.pick(candidates)).isEqualTo(1);

        candidates.nanoTime += Duration.ofSeconds(30).toNanos();
        ended(1, 50);

        assertThat(picker.pick(candidates)).isZero();
    }

    @Test
    void streamsGoByTheTimeToTheirFirstContentApartFromPlainCalls() {
        ended(0, 50);
        ended(1, 200);
        picker.ended(0, streamed(90, 5_000), candidates.nanoTime);
        picker.ended(1, streamed(20, 9_000), candidates.nanoTime);

        assertThat(picker.pick(candidates)).isZero();
        candidates.operation = ChatRequest.CHAT_STREAM;
        assertThat(picker.pick(candidates)).isEqualTo(1);
    }

    @Test
    void failingAtOnceDoesNotLookQuick() {
        picker.ended(0, failed(ErrorKind.SERVER_ERROR, 1), candidates.nanoTime);
        ended(1, 400);

        assertThat(picker.pick(candidates)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"INVALID_REQUEST", "CONTENT_FILTERED", "CONTEXT_TOO_LONG", "UNSUPPORTED"})
    void aFailureThatIsTheRequestsOwnSaysNothing(ErrorKind kind) {
        ended(0, 100);
        ended(1, 400);
        picker.ended(0, failed(kind, 5_000), candidates.nanoTime);

        assertThat(picker.pick(candidates)).isZero();
    }

    @Test
    void anAttemptGivenUpCountsOnlyIfItWasSlowerThanKnown() {
        ended(0, 100);
        ended(1, 150);
        picker.ended(1, end(Outcome.ABANDONED, null, 1, 0), candidates.nanoTime);
        assertThat(picker.pick(candidates)).isZero();

        picker.ended(0, end(Outcome.ABANDONED, null, 900, 0), candidates.nanoTime);
        assertThat(picker.pick(candidates)).isEqualTo(1);
    }

    @Test
    void amongEqualsEachHasTheSameShare() {
        FakeCandidates equals = FakeCandidates.ofWeights(1, 1, 1, 1, 1);
        equals.ineligible.set(2);

        ChiSquare.assertShares(RoutingStrategies.peakEwma(), equals);
    }

    @Test
    void refusesADecayThatIsNoTime() {
        assertThatThrownBy(() -> RoutingStrategies.peakEwma(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("positive");
    }

    private void ended(int index, long millis) {
        picker.ended(index, end(Outcome.SUCCESS, null, millis, 0), candidates.nanoTime);
    }

    private static End failed(ErrorKind kind, long millis) {
        return end(Outcome.FAILED, GatewayException.of(kind, "no"), millis, 0);
    }

    private static End streamed(long firstMillis, long millis) {
        return end(Outcome.SUCCESS, null, millis, firstMillis);
    }

    private static End end(Outcome outcome, GatewayException failure, long millis, long firstMillis) {
        return End.builder(outcome)
                .failure(failure)
                .durationNanos(millis * MILLI)
                .firstContentNanos(firstMillis * MILLI)
                .build();
    }
}
