package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When it is worth taking ahead, and how much. */
class LaneTest {

    private static final long LIFE = Duration.ofHours(1).toNanos();
    private static final BigDecimal MUCH = BigDecimal.valueOf(1_000_000);

    private final Lane lane = new Lane(LIFE);

    private void calls(int count, long amount) {
        for (int i = 0; i < count; i++) {
            lane.count(BigDecimal.valueOf(amount));
        }
    }

    private static Chunk chunk(long amount) {
        return new Chunk(BigDecimal.valueOf(amount), System.nanoTime() + LIFE, null);
    }

    @Test
    void fewCallsTakeNothingAhead() {
        calls(Lane.FEWEST_CALLS - 1, 10);
        assertThat(lane.want(MUCH)).isZero();
    }

    @Test
    void manyCallsTakeAboutWhatTheyTook() {
        calls(100, 10);
        assertThat(lane.want(MUCH)).isBetween(BigDecimal.valueOf(1_000), BigDecimal.valueOf(1_300));
    }

    @Test
    void nearTheEndOfALimitChunksShrinkToNone() {
        calls(100, 10);
        assertThat(lane.want(BigDecimal.valueOf(2_000))).isEqualByComparingTo("100");
        lane.asked(null);
        assertThat(lane.want(BigDecimal.valueOf(500))).isZero();
        assertThat(lane.want(BigDecimal.valueOf(-500))).isZero();
    }

    @Test
    void oneThreadAsksAndOthersWaitForIt() {
        calls(100, 10);
        assertThat(lane.want(MUCH)).isPositive();
        assertThat(lane.want(MUCH)).isZero();
        CompletableFuture<Void> waiting = Objects.requireNonNull(lane.asking());
        assertThat(waiting).isNotDone();
        lane.asked(chunk(1_000));
        assertThat(waiting).isDone();
        assertThat(lane.asking()).isNull();
        assertThat(lane.take(BigDecimal.TEN)).isNotNull();
    }

    @Test
    void aChunkThatIsGoodForOtherCallsIsKept() {
        calls(100, 10);
        lane.asked(chunk(500));
        assertThat(lane.take(BigDecimal.valueOf(600))).isNull();
        assertThat(lane.want(MUCH)).isZero();
    }

    @Test
    void aChunkGivesWhatItHasAndTakesBackWhatWasNotUsed() {
        Chunk chunk = chunk(10);
        assertThat(chunk.take(BigDecimal.valueOf(8))).isTrue();
        assertThat(chunk.take(BigDecimal.valueOf(3))).isFalse();
        assertThat(chunk.settle(BigDecimal.valueOf(8), BigDecimal.valueOf(2))).isTrue();
        assertThat(chunk.take(BigDecimal.valueOf(8))).isTrue();
        assertThat(chunk.end()).isTrue();
        assertThat(chunk.end()).isFalse();
        assertThat(chunk.settle(BigDecimal.valueOf(8), BigDecimal.ZERO)).isFalse();
        assertThat(chunk.used()).isEqualByComparingTo("2");
        assertThat(chunk.open()).isEqualByComparingTo("8");
        assertThat(chunk.left()).isZero();
        assertThat(chunk.take(BigDecimal.ZERO)).isFalse();
    }
}
