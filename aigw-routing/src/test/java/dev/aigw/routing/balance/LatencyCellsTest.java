package dev.aigw.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencyCellsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Percentage CLOSE = Percentage.withPercentage(0.1);

    private final LatencyCells cells = new LatencyCells(2, 10 * SECOND);

    @Test
    void aCellKnowsNothingUntilItHears() {
        cells.observe(0, 5_000_000, SECOND);

        assertThat(cells.read(0, SECOND)).isEqualTo(5_000_000);
        assertThat(cells.read(1, SECOND)).isZero();
    }

    @Test
    void aRiseCountsAtOnce() {
        cells.observe(0, 5_000_000, SECOND);
        cells.observe(0, 80_000_000, 2 * SECOND);

        assertThat(cells.read(0, 2 * SECOND)).isEqualTo(80_000_000);
    }

    @Test
    void aFallCountsByTheTimeSinceTheLast() {
        cells.observe(0, 100_000_000, SECOND);
        cells.observe(0, 20_000_000, 11 * SECOND);

        double kept = Math.exp(-1);
        assertThat(cells.read(0, 11 * SECOND)).isCloseTo(100_000_000 * kept + 20_000_000 * (1 - kept), CLOSE);
    }

    @Test
    void manyFallsAtOnceDoNotCountAndDoNotStopTheClock() {
        cells.observe(0, 100_000_000, SECOND);
        for (int i = 0; i < 1_000; i++) {
            cells.observe(0, 1_000_000, SECOND + i);
        }

        assertThat(cells.read(0, SECOND)).isEqualTo(100_000_000);
        for (int i = 0; i < 100_000; i++) {
            cells.observe(0, 1_000_000, SECOND + i * SECOND / 1_000);
        }
        assertThat(cells.read(0, 101 * SECOND)).isCloseTo(1_000_000, within(200_000.0));
    }

    @Test
    void silenceFadesAnEstimate() {
        cells.observe(0, 100_000_000, SECOND);

        assertThat(cells.read(0, 11 * SECOND)).isCloseTo(100_000_000 * Math.exp(-1), CLOSE);
        assertThat(cells.read(0, 1_000 * SECOND)).isLessThan(1);
    }

    @Test
    void aClockReadingFromThePastIsTakenAsNow() {
        cells.observe(0, 100_000_000, 5 * SECOND);

        assertThat(cells.read(0, SECOND)).isEqualTo(100_000_000);
    }

    @Test
    void readingsBelowZeroAndAcrossTheWrapAreFine() {
        long wrap = Integer.MAX_VALUE * (1L << 20);
        cells.observe(0, 100_000_000, wrap);
        cells.observe(1, 100_000_000, -SECOND);

        assertThat(cells.read(0, wrap + 10 * SECOND)).isCloseTo(100_000_000 * Math.exp(-1), CLOSE);
        assertThat(cells.read(1, 9 * SECOND)).isCloseTo(100_000_000 * Math.exp(-1), CLOSE);
    }
}
