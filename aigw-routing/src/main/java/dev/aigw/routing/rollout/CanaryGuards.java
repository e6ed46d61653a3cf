package dev.aigw.routing.rollout;

import dev.aigw.api.Cost;
import dev.aigw.routing.engine.time.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The tests that can reject a canary: of failures, slow answers, costs and scores. Guarded by its owner's lock. */
final class CanaryGuards {

    /**
     * What is tested, and how strictly.
     *
     * @param level the probability that a test rejects a good version, for each test
     * @param tolerance how much worse rates may be
     * @param latencyShare the percentile of the old model
     * @param latencyFactor the multiple of that percentile that counts as slow
     * @param cost the comparison of costs, or null for none
     * @param scoreTolerance how much lower scores may be, or null to ignore scores
     */
    record Settings(
            double level,
            double tolerance,
            double latencyShare,
            double latencyFactor,
            @Nullable CostWatch cost,
            @Nullable Double scoreTolerance) {}

    /**
     * A comparison of costs.
     *
     * @param cap the most that a call counts
     * @param factor the multiple of the old model's costs that is too much
     */
    record CostWatch(Cost cap, double factor) {

        /** Returns a cost as a share of the cap, or null if it is unknown in the cap's currency. */
        @Nullable
        Double share(Cost cost) {
            BigDecimal most = cap.amount();
            BigDecimal amount = cost.amount();
            if (amount == null || most == null) {
                return null;
            }
            boolean free = amount.signum() == 0;
            return free || cost.currency().equals(cap.currency())
                    ? (Double) Math.min(1, amount.doubleValue() / most.doubleValue())
                    : null;
        }

        String money(double share) {
            BigDecimal most = cap.amount();
            return String.format(Locale.ROOT, "%.6f %s", most == null ? 0 : share * most.doubleValue(), cap.currency());
        }
    }

    private final Settings settings;
    private final Arm baseline = new Arm();
    private final Arm canary = new Arm();
    private BettingTest failures;
    private BettingTest slowness;
    private @Nullable PairedTest costs;
    private @Nullable PairedTest badness;
    private long slowNanos;

    CanaryGuards(Settings settings) {
        this.settings = settings;
        this.failures = new BettingTest(settings.level);
        this.slowness = new BettingTest(settings.level);
        begin();
    }

    /** Restarts the tests. */
    void begin() {
        failures = new BettingTest(settings.level);
        slowness = new BettingTest(settings.level);
        costs = settings.cost == null ? null : new PairedTest(settings.level, settings.cost.factor, 0);
        badness = settings.scoreTolerance == null ? null : new PairedTest(settings.level, 1, settings.scoreTolerance);
    }

    /** Clears the statistics of the new model. */
    void clear() {
        canary.clear();
    }

    /** Adds a call of the old model. */
    void addOld(boolean failed, long latencyNanos, Cost cost) {
        baseline.add(failed, latencyNanos);
        Double share = settings.cost == null ? null : settings.cost.share(cost);
        if (costs != null && share != null) {
            costs.addOld(share);
        }
    }

    /** Adds a call of the new model. */
    void addNew(boolean failed, long latencyNanos, Cost cost) {
        canary.add(failed, latencyNanos);
        failures.add(failed, baseline.failureRate() + settings.tolerance);
        slowNanos = baseline.percentileNanos(settings.latencyShare);
        if (!failed && slowNanos > 0) {
            slowness.add(
                    latencyNanos > slowNanos * settings.latencyFactor, 1 - settings.latencyShare + settings.tolerance);
        }
        Double share = settings.cost == null ? null : settings.cost.share(cost);
        if (costs != null && share != null) {
            costs.addNew(share);
        }
    }

    /** Adds a score of an answer of one of the two. */
    void addScore(boolean isNew, double score) {
        if (badness != null && isNew) {
            badness.addNew(1 - score);
        } else if (badness != null) {
            badness.addOld(1 - score);
        }
    }

    /** Returns why the new model must be rolled back, or null. */
    @Nullable
    String verdict() {
        if (failures.isRejected()) {
            return "it fails more often: " + canary.failed + " of " + canary.calls + " calls, against "
                    + baseline.failed + " of " + baseline.calls;
        }
        if (slowness.isRejected()) {
            return "it is slower: too many of " + canary.calls + " calls took more than " + settings.latencyFactor
                    + " times " + Durations.text(Duration.ofNanos(slowNanos)) + ", within which "
                    + Math.round(settings.latencyShare * 100) + " percent of the old model's calls stay";
        }
        if (costs != null && settings.cost != null && costs.isRejected()) {
            return "it costs more: " + settings.cost.money(costs.newSide().mean()) + " a call, against "
                    + settings.cost.money(costs.oldSide().mean());
        }
        if (badness != null && badness.isRejected()) {
            return String.format(
                    Locale.ROOT,
                    "its answers score lower: %.2f on average of %d, against %.2f of %d",
                    1 - badness.newSide().mean(),
                    badness.newSide().count(),
                    1 - badness.oldSide().mean(),
                    badness.oldSide().count());
        }
        return null;
    }

    /** Returns the counts of both. */
    String counts() {
        return canary.failed + " of " + canary.calls + " calls failed, against " + baseline.failed + " of "
                + baseline.calls;
    }
}
