package dev.aigw.routing.route;

import dev.aigw.api.Outcome;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.engine.call.PendingFeedback;
import dev.aigw.routing.engine.pool.Query;
import dev.aigw.routing.engine.pool.Selections;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Learns from scores which of several models serves best, and sends it most calls while it keeps trying the others:
 * Thompson sampling with a Beta posterior for each (Thompson, 1933; Chapelle and Li, "An Empirical Evaluation of
 * Thompson Sampling", 2011). Safe for use by many threads.
 *
 * <p>Scores come from {@code router.feedback(callId, score)}; a failed call scores 0, unless the caller caused the
 * failure. Each selection's reason, also in {@code explain}, has its propensity: the probability of the choice, which
 * an offline evaluation needs to correct for the bias of the choice.
 *
 * <p>It learns which model is best overall, not which is best for which question, as trained routers do (RouteLLM,
 * arXiv:2406.18665). For that, give each kind of question its own model name and bandit.
 */
public final class Bandit implements ModelSelector {

    /** How many draws of the posterior estimate a propensity. */
    private static final int DRAWS = 100;

    /**
     * The statistics of one model.
     *
     * @param model its name
     * @param cost its relative cost
     * @param scored the number of its scores, failures included
     * @param meanScore their mean, 0 without any
     */
    public record Arm(String model, double cost, long scored, double meanScore) {}

    private static final class Posterior {
        final double cost;
        double good = 1;
        double bad = 1;
        long scored;

        Posterior(double cost) {
            this.cost = cost;
        }
    }

    private final Object lock = new Object();
    private final Map<String, Posterior> arms = new LinkedHashMap<>();
    private final double costWeight;
    private final PendingFeedback<String> served;

    private Bandit(Builder builder) {
        builder.costs.forEach((model, cost) -> arms.put(model, new Posterior(cost)));
        this.costWeight = builder.costWeight;
        this.served = new PendingFeedback<>(builder.memory);
    }

    /** Starts a bandit. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public @Nullable Selection select(Query query) {
        String chosen;
        int wins = 0;
        synchronized (lock) {
            chosen = draw(query.random());
            for (int i = 0; i < DRAWS; i++) {
                wins += draw(query.random()).equals(chosen) ? 1 : 0;
            }
        }
        double propensity = (wins + 1.0) / (DRAWS + 1.0);
        return new Selection(chosen, String.format(Locale.ROOT, "bandit, propensity %.2f", propensity));
    }

    private String draw(RandomGenerator random) {
        String best = "";
        double most = Double.NEGATIVE_INFINITY;
        for (Map.Entry<String, Posterior> arm : arms.entrySet()) {
            Posterior of = arm.getValue();
            double utility = beta(of.good, of.bad, random) - costWeight * of.cost;
            if (utility > most) {
                most = utility;
                best = arm.getKey();
            }
        }
        return best;
    }

    @Override
    public Set<String> models() {
        return Set.copyOf(arms.keySet());
    }

    @Override
    public void ended(Query query, @Nullable Selection selection, End end) {
        if (selection == null) {
            return;
        }
        if (end.outcome() == Outcome.SUCCESS) {
            served.put(query.callId(), selection.model());
        } else if (end.outcome() == Outcome.FAILED && !Selections.isCallersOwn(end)) {
            score(selection.model(), 0);
        }
    }

    @Override
    public void feedback(String callId, double score) {
        String model = served.take(callId);
        if (model != null) {
            score(model, score);
        }
    }

    private void score(String model, double score) {
        synchronized (lock) {
            Posterior of = Objects.requireNonNull(arms.get(model));
            of.good += score;
            of.bad += 1 - score;
            of.scored++;
        }
    }

    /** Returns the statistics of the models so far. */
    public List<Arm> arms() {
        List<Arm> known = new ArrayList<>();
        synchronized (lock) {
            arms.forEach((model, of) ->
                    known.add(new Arm(model, of.cost, of.scored, of.scored == 0 ? 0 : (of.good - 1) / of.scored)));
        }
        return known;
    }

    /** Draws from a Beta distribution, by two Gamma draws. */
    private static double beta(double good, double bad, RandomGenerator random) {
        double a = gamma(good, random);
        double b = gamma(bad, random);
        return a / (a + b);
    }

    /** Draws from a Gamma distribution of a shape of 1 or more, by Marsaglia and Tsang (2000). */
    private static double gamma(double shape, RandomGenerator random) {
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = 1 + c * x;
            if (v <= 0) {
                continue;
            }
            double cubed = v * v * v;
            if (Math.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * cubed + d * Math.log(cubed)) {
                return d * cubed;
            }
        }
    }

    /**
     * Builds a {@link Bandit}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final Map<String, Double> costs = new LinkedHashMap<>();
        private double costWeight;
        private Duration memory = Duration.ofHours(1);

        private Builder() {}

        /** Adds a model. */
        public Builder arm(String model) {
            return arm(model, 0);
        }

        /** Adds a model with its cost relative to the others, from 0 to 1. */
        public Builder arm(String model, double cost) {
            if (!(cost >= 0 && cost <= 1)) {
                throw new IllegalArgumentException("the cost of \"" + model + "\" is " + cost
                        + ": use a share of the most expensive model's cost, from 0 to 1");
            }
            if (costs.put(Objects.requireNonNull(model, "model"), cost) != null) {
                throw new IllegalArgumentException("arm \"" + model + "\" is added twice: remove one");
            }
            return this;
        }

        /** Sets how much score a cost of 1 is worth, from 0 to 1; 0 by default, so that cost does not matter. */
        public Builder costWeight(double weight) {
            once.check(0, "costWeight");
            this.costWeight = weight;
            return this;
        }

        /** Sets how long after a call its score may arrive; an hour by default. */
        public Builder memory(Duration memory) {
            once.check(1, "memory");
            this.memory = memory;
            return this;
        }

        /**
         * Returns the bandit.
         *
         * @throws IllegalArgumentException if there are fewer than two arms, or a bound is violated
         */
        public Bandit build() {
            if (costs.size() < 2) {
                throw new IllegalArgumentException(
                        "a bandit needs two models to choose from: add them with arm(model)");
            }
            if (!(costWeight >= 0 && costWeight <= 1)) {
                throw new IllegalArgumentException("costWeight is " + costWeight + ": use 0 to 1");
            }
            return new Bandit(this);
        }
    }
}
