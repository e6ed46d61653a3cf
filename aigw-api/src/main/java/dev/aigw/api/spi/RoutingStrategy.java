package dev.aigw.api.spi;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelCard;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which deployment of a model serves an attempt. The router binds it once to a model's deployments, so that it
 * can prepare tables, and calls the bound picker for every attempt.
 *
 * <p>The simplest custom strategy is a lambda:
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

    /** Binds to a model's deployments. Their order and number stay the same for the life of the picker. */
    Picker bind(List<? extends Deployment> deployments);

    /**
     * Returns a strategy that lets {@code next} choose among the deployments that this one scores best, for example
     * among the cheapest.
     */
    default RoutingStrategy thenBy(RoutingStrategy next) {
        return new ThenByStrategy(this, next);
    }

    /** A strategy bound to its deployments. Implementations are safe for use by many threads. */
    @FunctionalInterface
    interface Picker {

        /**
         * Returns the index of an eligible deployment, or -1 when none is. If a picker throws or returns an index that
         * is not eligible, the attempt fails with an error that says so.
         */
        int pick(Candidates candidates);

        /** Returns the current score of a deployment, for explanations; higher is better. */
        default double score(Candidates candidates, int index) {
            return candidates.get(index).weight();
        }

        /** Called when an attempt on a deployment chosen here starts. */
        default void began(int index) {}

        /** Called when an attempt that started has ended; exactly once for each, from any thread. */
        default void ended(int index, End end, long nanoTime) {}
    }

    /** The deployments to choose from. Valid only during {@link Picker#pick}. */
    interface Candidates {

        /** Returns the number of deployments bound, eligible or not. */
        int size();

        /**
         * Returns whether the deployment can take this attempt: it is not cooling down, was not tried before, and has
         * the capabilities needed.
         */
        boolean isEligible(int index);

        /** Returns a deployment. */
        Deployment get(int index);

        /** Returns the kind of call. */
        Operation<?, ?> operation();

        /** Returns the request to be served. */
        ModelRequest request();

        /** Returns the options of the call. */
        CallOptions options();

        /** Returns the estimated number of prompt tokens, at four characters a token; media do not count. */
        long promptTokens();

        /**
         * Returns the deployments that have lately served the call's session, whose prompt caches so have the beginning
         * of this prompt, the one with most of it first. Estimated from the usage they reported, and only until their
         * caches expire; empty for a call without a {@linkplain CallOptions#sessionKey() session key}.
         */
        default List<WarmPrompt> warmPrompts() {
            return List.of();
        }

        /** Returns the time of the choice, as {@link System#nanoTime()}; virtual in tests. */
        long nanoTime();

        /** Returns the date and time of the choice, for prices that change; virtual in tests. */
        Instant time();

        /** Returns the random source to use, seeded in tests. */
        RandomGenerator random();
    }

    /**
     * A deployment whose prompt cache has the beginning of a prompt.
     *
     * @param deployment its {@link Deployment#id() id}
     * @param tokens how much of the prompt it has, in tokens as {@link Candidates#promptTokens} estimates them
     */
    record WarmPrompt(String deployment, long tokens) {}

    /** A deployment and its live statistics. */
    interface Deployment {

        /** Returns the id, for example {@code openai/gpt-6.1-terra#2}. */
        String id();

        /** Returns the name of the provider adapter. */
        String provider();

        /** Returns the vendor's id of the model. */
        String upstreamModel();

        /** Returns its weight relative to the model's other deployments; positive, 1 by default. */
        double weight();

        /** Returns its tier; deployments of a lower tier come first. */
        default int tier() {
            return 1;
        }

        /** Returns its region, or null. */
        @Nullable
        String region();

        /** Returns its labels. */
        Set<String> tags();

        /** Returns what is known of the model it serves: capabilities, context window, price. */
        default ModelCard card() {
            return ModelCard.UNKNOWN;
        }

        /** Returns the number of its attempts in flight. */
        int inFlight();

        /**
         * Returns the share of its rate limit that is left, from 0 for nothing to 1 for all: what the provider reported
         * last, plus what has come back since, evenly until the reset. 1 when the provider has not reported any.
         */
        default double headroom(long nanoTime) {
            return 1;
        }

        /**
         * Returns a moving average of its latency in nanoseconds (of streams, up to the first content); 0 before the
         * first reply.
         */
        double latencyNanos();
    }
}
