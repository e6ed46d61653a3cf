package dev.aigw.routing.rollout;

/** The difference of two means of scores from 0 to 1. Immutable. */
final class ScoreDifference {

    /** The two-sided 95 percent quantile of the normal distribution. */
    private static final double Z = 1.959963984540054;

    private ScoreDifference() {}

    /**
     * Returns how {@code arm} differs from {@code control}. The interval is Welch's ("The generalization of 'Student's'
     * problem when several different population variances are involved", Biometrika, 1947), for both samples with a 0
     * and a 1 added, as Agresti and Caffo do for rates ("Simple and effective confidence intervals for proportions and
     * differences of proportions", The American Statistician, 2000), so that a few equal scores prove nothing. The size
     * is Hedges' g ("Distribution theory for Glass's estimator of effect size", 1981).
     */
    static ExperimentReport.ScoreEffect of(ExperimentReport.Scores arm, ExperimentReport.Scores control) {
        Sample one = new Sample(arm);
        Sample two = new Sample(control);
        double error = Math.sqrt(one.meanVariance() + two.meanVariance());
        double half = t(degrees(one, two)) * error;
        double middle = one.mean - two.mean;
        return new ExperimentReport.ScoreEffect(
                arm.mean() - control.mean(),
                Math.max(-1, middle - half),
                Math.min(1, middle + half),
                size(arm, control));
    }

    /** A sample with a 0 and a 1 added. */
    private static final class Sample {

        private final double count;
        private final double mean;
        private final double variance;

        Sample(ExperimentReport.Scores scores) {
            double n = scores.count();
            double squares =
                    Math.max(0, n - 1) * scores.deviation() * scores.deviation() + n * scores.mean() * scores.mean();
            this.count = n + 2;
            this.mean = (n * scores.mean() + 1) / count;
            this.variance = (squares + 1 - count * mean * mean) / (count - 1);
        }

        double meanVariance() {
            return variance / count;
        }
    }

    /** Returns the degrees of freedom, by Welch and Satterthwaite. */
    private static double degrees(Sample one, Sample two) {
        double a = one.meanVariance();
        double b = two.meanVariance();
        return (a + b) * (a + b) / (a * a / (one.count - 1) + b * b / (two.count - 1));
    }

    /**
     * Returns the two-sided 95 percent quantile of Student's distribution, by expansion 26.7.5 of Abramowitz and
     * Stegun, accurate to 0.01 from four degrees of freedom on.
     */
    static double t(double degrees) {
        double z2 = Z * Z;
        double g1 = Z * (z2 + 1) / 4;
        double g2 = Z * ((5 * z2 + 16) * z2 + 3) / 96;
        double g3 = Z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
        double g4 = Z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92_160;
        return Z + (g1 + (g2 + (g3 + g4 / degrees) / degrees) / degrees) / degrees;
    }

    /** Returns the difference in standard deviations; NaN if they are unknown. */
    private static double size(ExperimentReport.Scores arm, ExperimentReport.Scores control) {
        double n = arm.count() + control.count();
        if (arm.count() < 2 || control.count() < 2) {
            return Double.NaN;
        }
        double pooled = Math.sqrt(((arm.count() - 1) * arm.deviation() * arm.deviation()
                        + (control.count() - 1) * control.deviation() * control.deviation())
                / (n - 2));
        return pooled == 0 ? Double.NaN : (arm.mean() - control.mean()) / pooled * (1 - 3 / (4 * n - 9));
    }
}
