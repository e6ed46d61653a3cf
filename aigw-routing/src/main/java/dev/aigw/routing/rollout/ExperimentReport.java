package dev.aigw.routing.rollout;

import java.util.List;
import java.util.Locale;

/**
 * How the arms of an experiment compare. Immutable.
 *
 * @param experiment its name
 * @param arms the arms; the first is the control
 */
public record ExperimentReport(String experiment, List<Arm> arms) {

    /** The two-sided 95 percent point of the normal distribution. */
    private static final double Z = 1.959963984540054;

    /** Copies the list. */
    public ExperimentReport {
        arms = List.copyOf(arms);
    }

    /**
     * What is known of one arm.
     *
     * @param name its name
     * @param exposures the calls that ended, abandoned ones included
     * @param succeeded those that succeeded
     * @param failed those that failed
     * @param meanMillis the mean time of those that succeeded
     * @param tokens the tokens of all
     */
    public record Arm(String name, long exposures, long succeeded, long failed, long meanMillis, long tokens) {

        /** Returns the share of calls that succeeded, of those that succeeded or failed. */
        public double successRate() {
            return succeeded + failed == 0 ? 0 : (double) succeeded / (succeeded + failed);
        }
    }

    /**
     * A difference of success rates and its 95 percent confidence interval.
     *
     * @param difference the arm's rate less the control's
     * @param low the lower end
     * @param high the upper end
     */
    public record Effect(double difference, double low, double high) {

        /** Returns whether the interval leaves no difference out. */
        public boolean isSignificant() {
            return low > 0 || high < 0;
        }
    }

    /**
     * Returns how an arm's success rate differs from the control's, by Newcombe's hybrid score interval (method 10 of
     * "Interval estimation for the difference between independent proportions", Statistics in Medicine, 1998). The
     * interval is for one look at the end: looking again and again finds differences that are none.
     *
     * @throws IllegalArgumentException if there is no such arm
     */
    public Effect effect(String arm) {
        Arm control = arms.get(0);
        Arm other = arms.stream()
                .filter(known -> known.name().equals(arm))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no arm \"" + arm + "\"; arms are "
                        + arms.stream().map(Arm::name).toList()));
        double p1 = other.successRate();
        double p2 = control.successRate();
        double[] w1 = wilson(other);
        double[] w2 = wilson(control);
        double difference = p1 - p2;
        return new Effect(
                difference,
                difference - Math.hypot(p1 - w1[0], w2[1] - p2),
                difference + Math.hypot(w1[1] - p1, p2 - w2[0]));
    }

    /** Returns Wilson's score interval (1927) of the success rate. */
    private static double[] wilson(Arm arm) {
        double n = arm.succeeded() + arm.failed();
        if (n == 0) {
            return new double[] {0, 1};
        }
        double p = arm.successRate();
        double center = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
        double half = Z / (1 + Z * Z / n) * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        return new double[] {center - half, center + half};
    }

    /** Returns a table for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("experiment ").append(experiment);
        for (Arm arm : arms) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n  %-12s %,8d calls  %6.2f %% succeeded  %,6d ms  %,10d tokens",
                    arm.name(),
                    arm.exposures(),
                    arm.successRate() * 100,
                    arm.meanMillis(),
                    arm.tokens()));
            if (!arm.equals(arms.get(0))) {
                Effect effect = effect(arm.name());
                text.append(String.format(
                        Locale.ROOT,
                        "  %+.2f points (%+.2f to %+.2f)",
                        effect.difference * 100,
                        effect.low * 100,
                        effect.high * 100));
            }
        }
        return text.toString();
    }
}
