package dev.aigw.routing.balance;

import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Draws two eligible deployments at random and chooses the one that should answer sooner: the one with the smaller
 * product of estimated latency (see {@link LatencyCells}) and attempts under way, the new one included, divided by
 * weight.
 *
 * <p>Plain and streamed calls have separate estimates, since the latency of a stream ends at its first content. A
 * deployment without an estimate gets one attempt at once, and a second only after the first is over.
 */
record PeakEwmaStrategy(Duration decay) implements RoutingStrategy {

    /** The least latency that a failure counts as, so that failing at once does not look fast. */
    private static final double FAILURE_NANOS = 1e9;

    /** The estimate for a deployment that is busy with its first attempt. */
    private static final double UNKNOWN_NANOS = 1e12;

    PeakEwmaStrategy {
        if (decay.isNegative() || decay.isZero()) {
            throw new IllegalArgumentException(
                    "peakEwma: the decay time is " + Durations.text(decay) + ": use a positive one");
        }
    }

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        return new PeakEwmaPicker(new LatencyCells(2 * deployments.size(), decay.toNanos()));
    }

    @Override
    public String toString() {
        return "peakEwma";
    }

    private record PeakEwmaPicker(LatencyCells cells) implements Picker {

        @Override
        public int pick(Candidates candidates) {
            int one = Draws.eligible(candidates, -1);
            if (one < 0) {
                return -1;
            }
            int other = Draws.eligible(candidates, one);
            return other >= 0 && load(candidates, other) < load(candidates, one) ? other : one;
        }

        private double load(Candidates candidates, int index) {
            Deployment deployment = candidates.get(index);
            int inFlight = deployment.inFlight();
            boolean streamed =
                    ChatStream.class.isAssignableFrom(candidates.operation().replyType());
            double latency = cells.read(cell(index, streamed), candidates.nanoTime());
            if (latency == 0) {
                latency = deployment.latencyNanos(); // known from an earlier routing table
            }
            if (latency == 0) {
                latency = inFlight == 0 ? 0 : UNKNOWN_NANOS;
            }
            return latency * (inFlight + 1) / deployment.weight();
        }

        /** Returns the negated load, in seconds of latency times attempts. */
        @Override
        public double score(Candidates candidates, int index) {
            return -load(candidates, index) / 1e9;
        }

        @Override
        public void ended(int index, End end, long nanoTime) {
            int cell = cell(index, end.firstContentNanos() > 0);
            double latency = end.latencyNanos();
            switch (end.outcome()) {
                case SUCCESS -> cells.observe(cell, latency, nanoTime);
                case FAILED -> {
                    if (speaksOfHealth(end.failure())) {
                        double known = cells.read(cell, nanoTime);
                        cells.observe(cell, Math.max(FAILURE_NANOS, Math.max(known, latency)), nanoTime);
                    }
                }
                case ABANDONED -> {
                    if (latency > cells.read(cell, nanoTime)) {
                        cells.observe(cell, latency, nanoTime); // it would have taken longer still
                    }
                }
            }
        }

        private static int cell(int index, boolean streamed) {
            return 2 * index + (streamed ? 1 : 0);
        }

        private static boolean speaksOfHealth(@Nullable GatewayException failure) {
            return failure == null
                    || switch (failure.kind()) {
                        case INVALID_REQUEST,
                                CONTENT_FILTERED,
                                CONTEXT_TOO_LONG,
                                PAYLOAD_TOO_LARGE,
                                UNSUPPORTED,
                                LIMIT_EXCEEDED,
                                BUDGET_EXCEEDED,
                                GUARD_REJECTED -> false;
                        default -> true;
                    };
        }
    }
}
