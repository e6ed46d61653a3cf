package dev.aigw.api.spi;

import java.util.List;

/** Narrows the deployments to those that one strategy scores best, and lets another choose among them. */
record ThenByStrategy(RoutingStrategy first, RoutingStrategy next) implements RoutingStrategy {

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        return new ThenByPicker(first.bind(deployments), next.bind(deployments));
    }

    @Override
    public String toString() {
        return first + ".thenBy(" + next + ")";
    }

    private record ThenByPicker(Picker first, Picker next) implements Picker {

        @Override
        public int pick(Candidates candidates) {
            int one = first.pick(candidates);
            if (one < 0) {
                return -1;
            }
            int chosen = next.pick(new Best(candidates, first, one, first.score(candidates, one)));
            return chosen < 0 ? one : chosen;
        }

        @Override
        public double score(Candidates candidates, int index) {
            return first.score(candidates, index);
        }

        @Override
        public void began(int index) {
            first.began(index);
            next.began(index);
        }

        @Override
        public void ended(int index, End end, long nanoTime) {
            first.ended(index, end, nanoTime);
            next.ended(index, end, nanoTime);
        }
    }

    /** The candidates that score at least as well as the one chosen first. */
    private static final class Best extends ForwardingCandidates {

        private final Candidates all;
        private final Picker first;
        private final int one;
        private final double score;

        Best(Candidates all, Picker first, int one, double score) {
            super(all);
            this.all = all;
            this.first = first;
            this.one = one;
            this.score = score;
        }

        @Override
        public boolean isEligible(int index) {
            return index == one || (all.isEligible(index) && first.score(all, index) >= score);
        }
    }
}
