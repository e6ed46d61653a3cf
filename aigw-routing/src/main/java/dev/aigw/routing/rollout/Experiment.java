package dev.aigw.routing.rollout;

import dev.aigw.api.Outcome;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ModelSelector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Splits a model's calls among arms by share, each caller staying in one arm, and reports how the arms compare (an A/B
 * test). Safe for use by many threads.
 *
 * <pre>{@code
 * Experiment tone = Experiment.builder("tone")
 *     .arm("control", null, 50) // the model's own deployments
 *     .arm("warm", "assistant-warm", 50)
 *     .build();
 * .model("assistant", model -> model.deployment("openai/gpt-5-mini").route(tone))
 * ...
 * System.out.println(tone.report());
 * }</pre>
 */
public final class Experiment implements ModelSelector {

    private record Share(String arm, @Nullable String model, double upTo) {}

    private static final class Counts {
        final LongAdder exposures = new LongAdder();
        final LongAdder succeeded = new LongAdder();
        final LongAdder failed = new LongAdder();
        final LongAdder nanos = new LongAdder();
        final LongAdder tokens = new LongAdder();
    }

    private final String name;
    private final List<Share> shares;
    private final Map<String, Counts> counts = new LinkedHashMap<>();
    private final List<BiConsumer<String, Query>> exposed;

    private Experiment(Builder builder) {
        this.name = builder.name;
        this.exposed = List.copyOf(builder.exposed);
        List<Share> cumulated = new ArrayList<>();
        double sum = 0;
        for (Share share : builder.shares) {
            sum += share.upTo;
            cumulated.add(new Share(share.arm, share.model, sum));
            counts.put(share.arm, new Counts());
        }
        this.shares = List.copyOf(cumulated);
    }

    /** Starts an experiment; its name makes its assignment independent of other experiments'. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    private @Nullable Share share(Query query) {
        double place = Assignment.place(name, query) * 100;
        for (Share share : shares) {
            if (place < share.upTo) {
                return share;
            }
        }
        return null;
    }

    @Override
    public @Nullable Selection select(Query query) {
        Share share = share(query);
        return share == null || share.model == null
                ? null
                : new Selection(share.model, "arm " + share.arm + " of experiment " + name);
    }

    @Override
    public Set<String> models() {
        Set<String> models = new LinkedHashSet<>();
        for (Share share : shares) {
            if (share.model != null) {
                models.add(share.model);
            }
        }
        return models;
    }

    /** Returns the arm under the experiment's name, so that the ledger can tell what each arm costs. */
    @Override
    public Map<String, String> labels(Query query, @Nullable Selection selection) {
        String arm = arm(selection);
        return arm == null ? Map.of() : Map.of(name, arm);
    }

    @Override
    public void ended(Query query, @Nullable Selection selection, End end) {
        String arm = arm(selection);
        if (arm == null) {
            return; // not in the experiment
        }
        Counts of = Objects.requireNonNull(counts.get(arm));
        of.exposures.increment();
        if (end.outcome() == Outcome.SUCCESS) {
            of.succeeded.increment();
            of.nanos.add(end.durationNanos());
        } else if (end.outcome() == Outcome.FAILED) {
            of.failed.increment();
        }
        of.tokens.add(end.usage().totalTokens());
        exposed.forEach(listener -> listener.accept(arm, query));
    }

    /** Returns the arm that a choice belongs to, or null for calls outside of the experiment. */
    private @Nullable String arm(@Nullable Selection selection) {
        for (Share share : shares) {
            if (Objects.equals(share.model, selection == null ? null : selection.model())) {
                return share.arm;
            }
        }
        return null;
    }

    /** Returns how the arms compare so far. */
    public ExperimentReport report() {
        List<ExperimentReport.Arm> arms = new ArrayList<>();
        counts.forEach((arm, of) -> arms.add(new ExperimentReport.Arm(
                arm,
                of.exposures.sum(),
                of.succeeded.sum(),
                of.failed.sum(),
                of.succeeded.sum() == 0 ? 0 : of.nanos.sum() / of.succeeded.sum() / 1_000_000,
                of.tokens.sum())));
        return new ExperimentReport(name, arms);
    }

    /** Builds an {@link Experiment}. Not safe for use by several threads. */
    public static final class Builder {

        private final String name;
        private final List<Share> shares = new ArrayList<>();
        private final List<BiConsumer<String, Query>> exposed = new ArrayList<>();

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        /**
         * Adds an arm. The first one is the control that the others are compared with.
         *
         * @param arm its name
         * @param model the model that answers, or null for the model that was asked for, by its own deployments
         * @param percent its share of the calls, above 0; what all leave of 100 stays out of the experiment
         */
        public Builder arm(String arm, @Nullable String model, double percent) {
            shares.add(new Share(Objects.requireNonNull(arm, "arm"), model, percent));
            return this;
        }

        /** Adds one who learns of each call's arm when the call is over. */
        public Builder exposure(BiConsumer<String, Query> listener) {
            exposed.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Returns the experiment.
         *
         * @throws IllegalArgumentException if shares are not positive or pass 100, there are fewer than two arms, or
         *     two have the same name or model
         */
        public Experiment build() {
            Set<String> names = new LinkedHashSet<>();
            Set<String> models = new LinkedHashSet<>();
            double sum = 0;
            for (Share share : shares) {
                if (!(share.upTo > 0)) {
                    throw new IllegalArgumentException("experiment \"" + name + "\": arm \"" + share.arm + "\" has "
                            + share.upTo + " percent; use a share above 0, or remove the arm");
                }
                if (!names.add(share.arm) || !models.add(String.valueOf(share.model))) {
                    throw new IllegalArgumentException("experiment \"" + name + "\": arm \"" + share.arm
                            + "\" has the name or the model of another; give each its own");
                }
                sum += share.upTo;
            }
            if (sum > 100.000001) {
                throw new IllegalArgumentException(
                        "experiment \"" + name + "\": the shares come to " + sum + " percent; use at most 100");
            }
            if (shares.size() < 2) {
                throw new IllegalArgumentException(
                        "experiment \"" + name + "\" has fewer than two arms: there is nothing to compare");
            }
            if (sum < 99.999999 && models.contains("null")) {
                throw new IllegalArgumentException("experiment \"" + name
                        + "\": an arm without a model cannot be told from calls outside of the experiment;"
                        + " give the arms 100 percent in all, or give it a model");
            }
            return new Experiment(this);
        }
    }
}
