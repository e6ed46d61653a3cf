package dev.aigw.routing.rollout;

/**
 * A sequential test of whether the mean of a new side exceeds a multiple of the old side's by more than a tolerance.
 * Observations are from 0 to 1. It may be checked after every observation: the probability that it ever rejects a new
 * side that does not exceed this is at most the given level, for any distributions, even if both drift together.
 *
 * <p>It bets on pairs. The observations of each side since the last pair are averaged; a capital of 1 is spread over
 * several stakes, each multiplied by {@code 1 + stake * (new - factor * old - tolerance)}. That can gain in the long
 * run only if the new mean is above, so a capital of 1/level is evidence (Shekhar and Ramdas, "Nonparametric two-sample
 * testing by betting", IEEE Transactions on Information Theory, 2024; Waudby-Smith and Ramdas, 2023; the bound is
 * Ville's). Without new observations of the old side there are no pairs, and nothing is decided. Not safe for use by
 * several threads.
 */
final class PairedTest {

    private final double level;
    private final double factor;
    private final double tolerance;
    private final Capital capital = new Capital();
    private final Mean oldSide = new Mean();
    private final Mean newSide = new Mean();
    private double oldSum;
    private int oldCount;
    private double newSum;
    private int newCount;

    /** The mean of all observations of one side. */
    static final class Mean {

        private double sum;
        private long count;

        private void add(double x) {
            sum += x;
            count++;
        }

        long count() {
            return count;
        }

        double mean() {
            return count == 0 ? 0 : sum / count;
        }
    }

    PairedTest(double level, double factor, double tolerance) {
        this.level = level;
        this.factor = factor;
        this.tolerance = tolerance;
    }

    /** Adds an observation of the old side. */
    void addOld(double x) {
        oldSide.add(x);
        oldSum += x;
        oldCount++;
        pair();
    }

    /** Adds an observation of the new side. */
    void addNew(double x) {
        newSide.add(x);
        newSum += x;
        newCount++;
        pair();
    }

    private void pair() {
        if (oldCount > 0 && newCount > 0) {
            double gain = newSum / newCount - factor * oldSum / oldCount - tolerance;
            capital.bet(gain, 1 / (factor + tolerance)); // the loss if the new side has 0 and the old one 1
            oldSum = 0;
            oldCount = 0;
            newSum = 0;
            newCount = 0;
        }
    }

    /** Returns whether the new side is above, at the given level. */
    boolean isRejected() {
        return capital.amount() >= 1 / level;
    }

    Mean oldSide() {
        return oldSide;
    }

    Mean newSide() {
        return newSide;
    }
}
