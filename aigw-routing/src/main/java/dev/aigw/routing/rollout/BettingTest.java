package dev.aigw.routing.rollout;

/**
 * A sequential test of whether events are more frequent than a given rate. It may be checked after every observation:
 * the probability that it ever rejects a side that stays within the rate is at most the given level.
 *
 * <p>It bets against the rate: a capital of 1 is spread over several stakes, each multiplied by {@code 1 + stake * (x -
 * rate)} for every outcome x, 0 or 1. No bet gains in the long run unless the rate is exceeded, so a capital of 1/level
 * is evidence (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", 2023; the bound is
 * Ville's). Not safe for use by several threads.
 */
final class BettingTest {

    private final double level;
    private final Capital capital = new Capital();

    BettingTest(double level) {
        this.level = level;
    }

    /** Adds one outcome, against the present estimate of the rate. */
    void add(boolean happened, double rate) {
        double bounded = Math.min(0.99, Math.max(0.001, rate));
        capital.bet((happened ? 1 : 0) - bounded, 1 / bounded);
    }

    /** Returns whether the rate is exceeded, at the given level. */
    boolean isRejected() {
        return capital.amount() >= 1 / level;
    }
}
