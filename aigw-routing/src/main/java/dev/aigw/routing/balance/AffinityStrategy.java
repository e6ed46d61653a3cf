package dev.aigw.routing.balance;

import dev.aigw.api.spi.End;
import dev.aigw.api.spi.RoutingStrategy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.ToLongFunction;

/**
 * Sends calls with the same key to the same deployment, unless its load exceeds its share by more than a factor.
 *
 * <p>V. Mirrokni, M. Thorup and M. Zadimoghaddam, "Consistent Hashing with Bounded Loads", SODA 2018: from the key's
 * position on a {@link HashRing}, the first owner is chosen that is eligible and below its bound: the factor times its
 * share, by weight, of this model's attempts under way. So the overflow of a busy deployment always goes to the same
 * next one.
 *
 * <p>First of all, a session stays at a deployment whose prompt cache has its prompt, below that one's bound.
 */
record AffinityStrategy(ToLongFunction<Candidates> key, double factor) implements RoutingStrategy {

    /** How many owners per deployment are tried along the ring before all deployments are tried in order of load. */
    private static final int STEPS_PER_DEPLOYMENT = 4;

    AffinityStrategy {
        if (!(factor >= 1) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException(
                    "affinity: the load factor is " + factor + ": use 1 or more, such as 1.25");
        }
    }

    @Override
    public Picker bind(List<? extends Deployment> deployments) {
        if (deployments.isEmpty()) {
            return candidates -> -1;
        }
        return new AffinityPicker(this, deployments);
    }

    @Override
    public String toString() {
        return "affinity";
    }

    private static final class AffinityPicker implements Picker {

        private final AffinityStrategy strategy;
        private final HashRing ring;
        private final Map<String, Integer> indices = new HashMap<>();
        private final double[] shares;
        private final AtomicIntegerArray inFlight;
        private final AtomicInteger allInFlight = new AtomicInteger();

        AffinityPicker(AffinityStrategy strategy, List<? extends Deployment> deployments) {
            this.strategy = strategy;
            this.ring = new HashRing(deployments);
            double sum = deployments.stream().mapToDouble(Deployment::weight).sum();
            this.shares = deployments.stream()
                    .mapToDouble(each -> each.weight() / sum)
                    .toArray();
            this.inFlight = new AtomicIntegerArray(shares.length);
            for (int i = 0; i < shares.length; i++) {
                indices.put(deployments.get(i).id(), i);
            }
        }

        @Override
        public int pick(Candidates candidates) {
            int all = allInFlight.get() + 1;
            for (WarmPrompt warm : candidates.warmPrompts()) {
                Integer index = indices.get(warm.deployment());
                if (index != null && inFlight.get(index) < bound(index, all) && candidates.isEligible(index)) {
                    return index;
                }
            }
            int place = ring.placeOf(strategy.key.applyAsLong(candidates));
            int steps = Math.min(ring.size(), STEPS_PER_DEPLOYMENT * shares.length);
            for (int step = 0; step < steps; step++) {
                int owner = ring.ownerAt(place + step);
                if (inFlight.get(owner) < bound(owner, all) && candidates.isEligible(owner)) {
                    return owner;
                }
            }
            return leastLoaded(candidates);
        }

        private double bound(int owner, int all) {
            return Math.ceil(strategy.factor * all * shares[owner]);
        }

        private int leastLoaded(Candidates candidates) {
            int best = -1;
            double least = 0;
            for (int i = 0; i < shares.length; i++) {
                if (candidates.isEligible(i)) {
                    double load = (inFlight.get(i) + 1) / shares[i];
                    if (best < 0 || load < least) {
                        best = i;
                        least = load;
                    }
                }
            }
            return best;
        }

        /**
         * Returns 2 for the one with most of the prompt in its cache; if none has, 1 for the key's owner; 0 for others.
         */
        @Override
        public double score(Candidates candidates, int index) {
            for (WarmPrompt warm : candidates.warmPrompts()) {
                Integer place = indices.get(warm.deployment());
                if (place != null) {
                    return place == index ? 2 : 0;
                }
            }
            return ring.ownerAt(ring.placeOf(strategy.key.applyAsLong(candidates))) == index ? 1 : 0;
        }

        @Override
        public void began(int index) {
            inFlight.incrementAndGet(index);
            allInFlight.incrementAndGet();
        }

        @Override
        public void ended(int index, End end, long nanoTime) {
            inFlight.decrementAndGet(index);
            allInFlight.decrementAndGet();
        }
    }
}
