package dev.aigw.api.spi;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelCard;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which deployment of a model serves an attempt. The router binds it once to a model's deployments, so that
 * tables are made ahead, and asks the bound picker for every attempt.
 *
 * <p>The simplest strategy of one's own is a lambda:
 *
 * <pre>{@code
 * RoutingStrategy quietest = deployments -> candidates -> {
 *   int best = -1;
 *   for (int i = 0; i < candidates.size(); i++) {
 *     if (candidates.isEligible(i)
 *         && (best < 0 || candidates.get(i).inFlight() < candidates.get(best).inFlight())) {
 *       best = i;
 *     }
 *   }
 *   return best;
 * };
 * }</pre>
 */
@FunctionalInterface
public interface RoutingStrategy {

    /** Binds to a model's deployments, whose order and number stay as they are for the life of the picker. */
    Picker bind(List<? extends Deployment> deployments);

    /**
     * Returns a strategy that lets {@code next} choose among the deployments to which this one gives the best score, as
     * among those of the lowest price.
     */
    default RoutingStrategy thenBy(RoutingStrategy next) {
        return new ThenByStrategy(this, next);
    }

    /** A strategy bound to its deployments. Safe for use by many threads. */
    @FunctionalInterface
    interface Picker {

        /**
         * Returns the index of an eligible deployment, or -1 when none is. A picker that throws or returns an index
         * that is not eligible fails the attempt with an error that says so.
         */
        int pick(Candidates candidates);

        /** Returns how much this strategy favours a deployment at present, for explanations; larger is more. */
        default double score(Candidates candidates, int index) {
            return candidates.get(index).weight();
        }

        /** Notes that an attempt on a deployment chosen here begins. */
        default void began(int index) {}

        /** Notes how an attempt that began ended; called exactly once for each, from any thread. */
        default void ended(int index, End end, long nanoTime) {}
    }

    /** What a picker chooses from. Valid only during the call of {@link Picker#pick}. */
    interface Candidates {

        /** Returns the number of deployments bound, eligible or not. */
        int size();

        /** Returns whether the deployment can take this attempt: not held, not tried before, able to. */
        boolean isEligible(int index);

        /** Returns a deployment. */
        Deployment get(int index);

        /** Returns the kind of call. */
        Operation<?, ?> operation();

        /** Returns the request to be served. */
        ModelRequest request();

        /** Returns what the caller said beside it. */
        CallOptions options();

        /** Returns about how many tokens the prompt is, by its characters: four to a token; media do not count. */
        long promptTokens();

        /** Returns the time of the choice, as {@link System#nanoTime()}; virtual in tests. */
        long nanoTime();

        /** Returns the source of chance to use, seeded in tests. */
        RandomGenerator random();
    }

    /** A deployment and its live statistics, as a strategy sees them. */
    interface Deployment {

        /** Returns the id, for example {@code openai/gpt-5-mini#2}. */
        String id();

        /** Returns the name of the provider adapter. */
        String provider();

        /** Returns the vendor's id of the model. */
        String upstreamModel();

        /** Returns the share it shall take relative to its siblings; positive, 1 by default. */
        double weight();

        /** Returns its place in the order of tiers; those of a lower tier come first. */
        default int tier() {
            return 1;
        }

        /** Returns where it is, or null. */
        @Nullable
        String region();

        /** Returns its labels. */
        Set<String> tags();

        /** Returns what is known of the model it serves: capabilities, context window, price. */
        default ModelCard card() {
            return ModelCard.UNKNOWN;
        }

        /** Returns the attempts under way on it. */
        int inFlight();

        /**
         * Returns how much of its rate limit is left, from 0 for nothing to 1 for all: what the provider said last, and
         * what has come back since, evenly until the reset. 1 when it has not said.
         */
        default double headroom(long nanoTime) {
            return 1;
        }

        /**
         * Returns a moving average of its replies' latency in nanoseconds (of streams, to the first content); 0 before
         * any.
         */
        double latencyNanos();
    }
}
