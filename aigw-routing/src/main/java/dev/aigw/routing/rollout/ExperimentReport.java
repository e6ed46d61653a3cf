package dev.aigw.routing.rollout;

import dev.aigw.api.internal.SetOnce;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The comparison of an experiment's arms. Immutable.
 *
 * @param experiment its name
 * @param arms the arms; the first is the control
 * @param segments the same for each segment; empty without segments
 */
public record ExperimentReport(String experiment, List<Arm> arms, Map<String, ExperimentReport> segments) {

    /** The two-sided 95 percent quantile of the normal distribution. */
    private static final double Z = 1.959963984540054;

    /** Copies list and map. */
    public ExperimentReport {
        arms = List.copyOf(arms);
        segments = Collections.unmodifiableMap(new LinkedHashMap<>(segments));
    }

    /**
     * The scores of an arm's answers.
     *
     * @param count how many there are
     * @param mean their mean, from 0 to 1; 0 without any
     * @param deviation their standard deviation; 0 with fewer than two
     */
    public record Scores(long count, double mean, double deviation) {

        /** No scores. */
        public static final Scores NONE = new Scores(0, 0, 0);
    }

    /** The figures of one arm. Immutable. */
    public static final class Arm {

        private final String name;
        private final long exposures;
        private final long succeeded;
        private final long failed;
        private final long meanMillis;
        private final long tokens;
        private final Scores scores;

        private Arm(Builder builder) {
            this.name = builder.name;
            this.exposures = builder.exposures;
            this.succeeded = builder.succeeded;
            this.failed = builder.failed;
            this.meanMillis = builder.meanMillis;
            this.tokens = builder.tokens;
            this.scores = builder.scores;
        }

        /** Starts an arm without calls. */
        public static Builder builder(String name) {
            return new Builder(name);
        }

        /** Returns its name. */
        public String name() {
            return name;
        }

        /** Returns the calls that ended, abandoned ones included. */
        public long exposures() {
            return exposures;
        }

        /** Returns the calls that succeeded. */
        public long succeeded() {
            return succeeded;
        }

        /** Returns the calls that failed. */
        public long failed() {
            return failed;
        }

        /** Returns the mean duration of the calls that succeeded. */
        public long meanMillis() {
            return meanMillis;
        }

        /** Returns the tokens of all calls. */
        public long tokens() {
            return tokens;
        }

        /** Returns the users' scores of its answers. */
        public Scores scores() {
            return scores;
        }

        /** Returns the share of successes among the calls that succeeded or failed. */
        public double successRate() {
            return succeeded + failed == 0 ? 0 : (double) succeeded / (succeeded + failed);
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || (other instanceof Arm that
                            && name.equals(that.name)
                            && exposures == that.exposures
                            && succeeded == that.succeeded
                            && failed == that.failed
                            && meanMillis == that.meanMillis
                            && tokens == that.tokens
                            && scores.equals(that.scores));
        }

        @Override
        public int hashCode() {
            return Objects.hash(name, exposures, succeeded, failed, meanMillis, tokens, scores);
        }

        @Override
        public String toString() {
            return "Arm{" + name + ", exposures=" + exposures + ", succeeded=" + succeeded + ", failed=" + failed
                    + ", meanMillis=" + meanMillis + ", tokens=" + tokens + ", " + scores + "}";
        }

        /**
         * Builds an {@link Arm}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
         * several threads.
         */
        public static final class Builder {

            private final SetOnce once = new SetOnce();
            private final String name;
            private long exposures;
            private long succeeded;
            private long failed;
            private long meanMillis;
            private long tokens;
            private Scores scores = Scores.NONE;

            private Builder(String name) {
                this.name = Objects.requireNonNull(name, "name");
            }

            /** Sets the calls that ended, abandoned ones included; 0 by default. */
            public Builder exposures(long exposures) {
                once.check(0, "exposures");
                this.exposures = exposures;
                return this;
            }

            /** Sets the calls that succeeded; 0 by default. */
            public Builder succeeded(long succeeded) {
                once.check(1, "succeeded");
                this.succeeded = succeeded;
                return this;
            }

            /** Sets the calls that failed; 0 by default. */
            public Builder failed(long failed) {
                once.check(2, "failed");
                this.failed = failed;
                return this;
            }

            /** Sets the mean duration of the calls that succeeded; 0 by default. */
            public Builder meanMillis(long meanMillis) {
                once.check(3, "meanMillis");
                this.meanMillis = meanMillis;
                return this;
            }

            /** Sets the tokens of all calls; 0 by default. */
            public Builder tokens(long tokens) {
                once.check(4, "tokens");
                this.tokens = tokens;
                return this;
            }

            /** Sets the users' scores of its answers; {@link Scores#NONE} by default. */
            public Builder scores(Scores scores) {
                once.check(5, "scores");
                this.scores = Objects.requireNonNull(scores, "scores");
                return this;
            }

            /** Returns the arm. */
            public Arm build() {
                return new Arm(this);
            }
        }
    }

    /**
     * A difference of success rates and its 95 percent confidence interval.
     *
     * @param difference the arm's rate minus the control's
     * @param low the lower end
     * @param high the upper end
     */
    public record Effect(double difference, double low, double high) {

        /** Returns whether the interval excludes zero. */
        public boolean isSignificant() {
            return low > 0 || high < 0;
        }
    }

    /**
     * A difference of mean scores and its 95 percent confidence interval.
     *
     * @param difference the arm's mean minus the control's
     * @param low the lower end
     * @param high the upper end
     * @param size the difference in standard deviations (Hedges' g: about 0.2 is small, 0.8 large); NaN if it cannot be
     *     computed
     */
    public record ScoreEffect(double difference, double low, double high, double size) {

        /** Returns whether the interval excludes zero. */
        public boolean isSignificant() {
            return low > 0 || high < 0;
        }
    }

    /**
     * Returns how the scores of an arm's answers differ from the control's, by Welch's interval with two added scores
     * (after Agresti and Caffo, 2000). It is valid for one look at the end. Only scored calls count: if users score
     * only bad answers, it compares bad answers.
     *
     * @throws IllegalArgumentException if there is no such arm
     */
    public ScoreEffect scoreEffect(String arm) {
        return ScoreDifference.of(find(arm).scores(), arms.get(0).scores());
    }

    private Arm find(String arm) {
        return arms.stream()
                .filter(known -> known.name().equals(arm))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no arm \"" + arm + "\"; arms are "
                        + arms.stream().map(Arm::name).toList()));
    }

    /**
     * Returns how an arm's success rate differs from the control's, by Newcombe's hybrid score interval (method 10 of
     * "Interval estimation for the difference between independent proportions", Statistics in Medicine, 1998). The
     * interval is valid for one look at the end; repeated looks find differences that do not exist.
     *
     * @throws IllegalArgumentException if there is no such arm
     */
    public Effect effect(String arm) {
        Arm control = arms.get(0);
        Arm other = find(arm);
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

    /** Returns a readable table. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("experiment ").append(experiment);
        rows(text);
        segments.forEach((segment, report) -> {
            text.append(String.format("%n segment %s", segment));
            report.rows(text);
        });
        return text.toString();
    }

    private void rows(StringBuilder text) {
        for (Arm arm : arms) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n  %-12s %,8d calls  %6.2f %% succeeded  %,6d ms  %,10d tokens",
                    arm.name(),
                    arm.exposures(),
                    arm.successRate() * 100,
                    arm.meanMillis(),
                    arm.tokens()));
            boolean control = arm.equals(arms.get(0));
            if (!control) {
                Effect effect = effect(arm.name());
                text.append(String.format(
                        Locale.ROOT,
                        "  %+.2f points (%+.2f to %+.2f)",
                        effect.difference * 100,
                        effect.low * 100,
                        effect.high * 100));
            }
            if (arm.scores().count() > 0) {
                text.append(String.format(
                        Locale.ROOT,
                        "  score %.3f of %,d",
                        arm.scores().mean(),
                        arm.scores().count()));
            }
            if (!control && arm.scores().count() > 0) {
                ScoreEffect effect = scoreEffect(arm.name());
                text.append(String.format(
                        Locale.ROOT,
                        "  %+.3f (%+.3f to %+.3f), size %.2f",
                        effect.difference,
                        effect.low,
                        effect.high,
                        effect.size));
            }
        }
    }
}
