package dev.aigw.routing.balance;

import dev.aigw.api.spi.RoutingStrategy.Candidates;
import java.util.random.RandomGenerator;

/**
 * Draws an eligible deployment at random, all with the same probability.
 *
 * <p>It first draws a few times among all deployments and rejects those that are not eligible. If none is, one pass
 * keeps the k-th eligible one with probability 1/k. So a draw costs the same for ten deployments as for a thousand, as
 * long as many are eligible.
 */
final class Draws {

    /** Draws before the pass. With half the deployments eligible, one draw in 256 needs the pass. */
    private static final int TRIES = 8;

    private Draws() {}

    /** Returns the index of an eligible deployment other than {@code except}, or -1 if there is none. */
    static int eligible(Candidates candidates, int except) {
        int size = candidates.size();
        if (size == 0) {
            return -1;
        }
        RandomGenerator random = candidates.random();
        for (int i = 0; i < TRIES; i++) {
            int index = random.nextInt(size);
            if (index != except && candidates.isEligible(index)) {
                return index;
            }
        }
        int chosen = -1;
        int seen = 0;
        for (int i = 0; i < size; i++) {
            if (i != except && candidates.isEligible(i) && random.nextInt(++seen) == 0) {
                chosen = i;
            }
        }
        return chosen;
    }
}
