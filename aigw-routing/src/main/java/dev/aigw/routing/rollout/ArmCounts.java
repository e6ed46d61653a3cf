package dev.aigw.routing.rollout;

import dev.aigw.api.Outcome;
import dev.aigw.api.spi.End;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** The counts of one arm of an experiment in one segment. Safe for use by many threads. */
final class ArmCounts {

    private final LongAdder exposures = new LongAdder();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder tokens = new LongAdder();
    private final LongAdder scores = new LongAdder();
    private final DoubleAdder scoreSum = new DoubleAdder();
    private final DoubleAdder scoreSquares = new DoubleAdder();

    void ended(End end) {
        exposures.increment();
        if (end.outcome() == Outcome.SUCCESS) {
            succeeded.increment();
            nanos.add(end.durationNanos());
        } else if (end.outcome() == Outcome.FAILED) {
            failed.increment();
        }
        tokens.add(end.usage().totalTokens());
    }

    void scored(double score) {
        scores.increment();
        scoreSum.add(score);
        scoreSquares.add(score * score);
    }

    /** Adds these counts to {@code all}. */
    void addTo(ArmCounts all) {
        all.exposures.add(exposures.sum());
        all.succeeded.add(succeeded.sum());
        all.failed.add(failed.sum());
        all.nanos.add(nanos.sum());
        all.tokens.add(tokens.sum());
        all.scores.add(scores.sum());
        all.scoreSum.add(scoreSum.sum());
        all.scoreSquares.add(scoreSquares.sum());
    }

    ExperimentReport.Arm report(String name) {
        long good = succeeded.sum();
        return ExperimentReport.Arm.builder(name)
                .exposures(exposures.sum())
                .succeeded(good)
                .failed(failed.sum())
                .meanMillis(good == 0 ? 0 : nanos.sum() / good / 1_000_000)
                .tokens(tokens.sum())
                .scores(scoreReport())
                .build();
    }

    private ExperimentReport.Scores scoreReport() {
        long count = scores.sum();
        if (count == 0) {
            return ExperimentReport.Scores.NONE;
        }
        double mean = Math.min(1, scoreSum.sum() / count);
        double variance = count < 2 ? 0 : Math.max(0, scoreSquares.sum() - count * mean * mean) / (count - 1);
        return new ExperimentReport.Scores(count, mean, Math.sqrt(variance));
    }
}
