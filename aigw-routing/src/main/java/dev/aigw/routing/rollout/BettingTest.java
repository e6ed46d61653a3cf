package dev.aigw.routing.rollout;

/**
 * Tests, after every call, whether something happens more often than at a given rate. It may be looked at as often as
 * one likes: the chance that it ever accuses one that keeps within the rate is at most the given level.
 *
 * <p>It bets against the rate: a capital of 1 is spread over several stakes, each multiplied by {@code 1 + stake * (x -
 * rate)} with every outcome x, 0 or 1. No bet gains in the long run unless the rate is passed, so that a capital of
 * 1/level is evidence (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", 2023; the
 * bound is Ville's). Not safe for use by several threads.
 */
final class BettingTest {

    /** Shares of the largest stake that cannot ruin. */
    private static final double[] STAKES = {0.02, 0.05, 0.1, 0.2, 0.4, 0.8};

    private final double level;
    private final double[] logCapital = new double[STAKES.length];

    BettingTest(double level) {
        this.level = level;
    }

    /** Takes in one outcome, against the rate as it is known now. */
    void add(boolean happened, double rate) {
        double bounded = Math.min(0.99, Math.max(0.001, rate));
        for (int i = 0; i < STAKES.length; i++) {
            double stake = STAKES[i] / bounded;
            logCapital[i] += Math.log1p(stake * ((happened ? 1 : 0) - bounded));
        }
    }

    /** Returns whether the rate is passed, beyond reasonable doubt. */
    boolean isRejected() {
        return evidence() >= 1 / level;
    }

    /** Returns the capital: how many times likelier than chance. */
    double evidence() {
        double capital = 0;
        for (double log : logCapital) {
            capital += Math.exp(Math.min(log, 700)) / STAKES.length;
        }
        return capital;
    }
}
