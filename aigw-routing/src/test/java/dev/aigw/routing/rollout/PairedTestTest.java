package dev.aigw.routing.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class PairedTestTest {

    private static final double LEVEL = 0.05;
    private static final int RUNS = 400;

    /** Five in a hundred, and three standard deviations of this many runs. */
    private static final int MOST_ACCUSED = (int) (RUNS * LEVEL + 3 * Math.sqrt(RUNS * LEVEL * (1 - LEVEL)));

    /** Returns after how many new observations the new side is accused, or -1. */
    private static int accusedAfter(
            PairedTest test,
            Random random,
            int calls,
            double share,
            ToDoubleFunction<Double> oldSide,
            ToDoubleFunction<Double> newSide) {
        int seen = 0;
        for (int i = 0; i < calls; i++) {
            double time = (double) i / calls;
            if (random.nextDouble() < share) {
                test.addNew(newSide.applyAsDouble(time));
                seen++;
            } else {
                test.addOld(oldSide.applyAsDouble(time));
            }
            if (test.isRejected()) {
                return seen;
            }
        }
        return -1;
    }

    private static int accused(double share, ToDoubleFunction<Random> oldSide, ToDoubleFunction<Random> newSide) {
        int accused = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            accused += accusedAfter(
                                    new PairedTest(LEVEL, 1, 0),
                                    random,
                                    2_000,
                                    share,
                                    time -> oldSide.applyAsDouble(random),
                                    time -> newSide.applyAsDouble(random))
                            >= 0
                    ? 1
                    : 0;
        }
        return accused;
    }

    private static double yesOrNo(Random random, double chance) {
        return random.nextDouble() < chance ? 1 : 0;
    }

    @Test
    void anEqualSideIsSeldomAccusedHoweverOftenOneLooks() {
        for (double share : new double[] {0.05, 0.5, 0.8}) {
            assertThat(accused(share, random -> yesOrNo(random, 0.2), random -> yesOrNo(random, 0.2)))
                    .as("of %s, yes or no, at a share of %s", RUNS, share)
                    .isLessThanOrEqualTo(MOST_ACCUSED);
            assertThat(accused(share, Random::nextDouble, random -> yesOrNo(random, 0.5)))
                    .as("of %s, equal means of other distributions, at a share of %s", RUNS, share)
                    .isLessThanOrEqualTo(MOST_ACCUSED);
        }
    }

    @Test
    void aDriftOfBothSidesRejectsNeither() {
        int accused = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            ToDoubleFunction<Double> drifting = time -> yesOrNo(random, 0.1 + 0.8 * time);
            accused += accusedAfter(new PairedTest(LEVEL, 1, 0), random, 2_000, 0.25, drifting, drifting) >= 0 ? 1 : 0;
        }
        assertThat(accused).isLessThanOrEqualTo(MOST_ACCUSED);
    }

    @Test
    void aSideThatIsMuchWorseIsAccusedAfterAFewObservations() {
        int most = 0;
        long sum = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            int after = accusedAfter(
                    new PairedTest(LEVEL, 1, 0.02),
                    random,
                    10_000,
                    0.05,
                    time -> yesOrNo(random, 0.1),
                    time -> yesOrNo(random, 0.9));
            assertThat(after).isPositive();
            most = Math.max(most, after);
            sum += after;
        }
        assertThat(most).isLessThan(45);
        assertThat((double) sum / RUNS).isBetween(5.0, 20.0);
    }

    @Test
    void aSideWithinTheToleranceOrTheFactorIsSeldomAccused() {
        int beyondTolerance = 0;
        int beyondFactor = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            beyondTolerance += accusedAfter(
                                    new PairedTest(LEVEL, 1, 0.1),
                                    random,
                                    2_000,
                                    0.5,
                                    time -> yesOrNo(random, 0.2),
                                    time -> yesOrNo(random, 0.3))
                            >= 0
                    ? 1
                    : 0;
            beyondFactor += accusedAfter(
                                    new PairedTest(LEVEL, 1.5, 0),
                                    random,
                                    2_000,
                                    0.5,
                                    time -> 0.2 * random.nextDouble(),
                                    time -> 0.3 * random.nextDouble())
                            >= 0
                    ? 1
                    : 0;
        }
        assertThat(beyondTolerance).isLessThanOrEqualTo(MOST_ACCUSED);
        assertThat(beyondFactor).isLessThanOrEqualTo(MOST_ACCUSED);
    }

    @Test
    void withoutTheOldSideNothingIsDecided() {
        PairedTest test = new PairedTest(LEVEL, 1, 0);
        for (int i = 0; i < 1_000; i++) {
            test.addNew(1);
        }
        assertThat(test.isRejected()).isFalse();
        assertThat(test.newSide().count()).isEqualTo(1_000);
        assertThat(test.newSide().mean()).isEqualTo(1);
    }
}
