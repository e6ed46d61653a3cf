package dev.aigw.routing.rollout;

import dev.aigw.api.Outcome;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.engine.call.Listeners;
import dev.aigw.routing.engine.call.PendingFeedback;
import dev.aigw.routing.engine.pool.Assignment;
import dev.aigw.routing.engine.pool.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An A/B test: splits a model's calls among arms by share, with each caller staying in one arm, and compares the arms.
 * Safe for use by many threads.
 *
 * <pre>{@code
 * Experiment tone = Experiment.builder("tone")
 *     .arm("control", null, 50) // the model's own deployments
 *     .arm("warm", "assistant-warm", 50)
 *     .build();
 * .model("assistant", model -> model.deployment("openai/gpt-6.1-terra").route(tone))
 * ...
 * router.feedback(reply.route().callId(), 1.0); // a user likes it
 * System.out.println(tone.report());
 * }</pre>
 *
 * <p>Assignment is by session, else user, else tenant, unless {@code assignBy} sets another unit. With {@code where},
 * only matching calls take part; with {@code segmentBy}, the report has separate figures for each segment.
 */
public final class Experiment implements ModelSelector {

    private static final Logger log = LoggerFactory.getLogger(Experiment.class);

    private record Share(String arm, @Nullable String model, double upTo) {}

    /**
     * A finished call that took part.
     *
     * @param experiment the experiment's name
     * @param arm the arm
     * @param segment the segment; empty if the experiment has none
     * @param query the query of the selection: caller, request, time
     * @param outcome how the call ended for the arm
     */
    public record Exposure(String experiment, String arm, String segment, Query query, Outcome outcome) {}

    private static final int MOST_SEGMENTS = 100;
    private static final String OTHERS = "(others)";

    private final String name;
    private final List<Share> shares;
    private final Predicate<Query> takesPart;
    private final @Nullable Function<Query, @Nullable String> unit;
    private final @Nullable Function<Query, @Nullable String> segment;
    private final ConcurrentMap<String, Map<String, ArmCounts>> counts = new ConcurrentHashMap<>();
    private final PendingFeedback<ArmCounts> scored;
    private final Listeners<Consumer<Exposure>> exposed;

    private Experiment(Builder builder) {
        this.name = builder.name;
        this.takesPart = builder.takesPart == null ? query -> true : builder.takesPart;
        this.unit = builder.unit;
        this.segment = builder.segment;
        this.scored = new PendingFeedback<>(builder.memory);
        this.exposed = new Listeners<>(builder.exposed, log, "experiment listener");
        List<Share> cumulated = new ArrayList<>();
        double sum = 0;
        for (Share share : builder.shares) {
            sum += share.upTo;
            cumulated.add(new Share(share.arm, share.model, sum));
        }
        this.shares = List.copyOf(cumulated);
    }

    /** Starts an experiment; its name makes its assignment independent of other experiments. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    private @Nullable Share share(Query query) {
        if (!takesPart.test(query)) {
            return null;
        }
        String key = unit == null ? null : unit.apply(query);
        double place = 100 * (key == null ? Assignment.place(name, query) : Assignment.placeOf(name, key));
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

    /** Returns the arm under the experiment's name, so that the ledger has the cost of each arm. */
    @Override
    public Map<String, String> labels(Query query, @Nullable Selection selection) {
        String arm = arm(query, selection);
        return arm == null ? Map.of() : Map.of(name, arm);
    }

    @Override
    public void ended(Query query, @Nullable Selection selection, End end) {
        String arm = arm(query, selection);
        if (arm == null) {
            return; // not in the experiment
        }
        String in = segment(query);
        ArmCounts of = Objects.requireNonNull(
                counts.computeIfAbsent(in, any -> emptyCounts()).get(arm));
        of.ended(end);
        if (end.outcome() == Outcome.SUCCESS) {
            scored.put(query.callId(), of);
        }
        Exposure exposure = new Exposure(name, arm, in, query, end.outcome());
        exposed.notify(listener -> listener.accept(exposure));
    }

    @Override
    public void feedback(String callId, double score) {
        ArmCounts of = scored.take(callId);
        if (of != null) {
            of.scored(score);
        }
    }

    private Map<String, ArmCounts> emptyCounts() {
        Map<String, ArmCounts> empty = new LinkedHashMap<>();
        shares.forEach(share -> empty.put(share.arm, new ArmCounts()));
        return Collections.unmodifiableMap(empty);
    }

    private String segment(Query query) {
        if (segment == null) {
            return "";
        }
        String known = segment.apply(query);
        String of = known == null ? "(none)" : known;
        return counts.containsKey(of) || counts.size() < MOST_SEGMENTS ? of : OTHERS;
    }

    /** Returns the arm of a selection, or null for calls outside the experiment. */
    private @Nullable String arm(Query query, @Nullable Selection selection) {
        if (!takesPart.test(query)) {
            return null;
        }
        for (Share share : shares) {
            if (Objects.equals(share.model, selection == null ? null : selection.model())) {
                return share.arm;
            }
        }
        return null;
    }

    /** Returns the comparison of the arms so far. */
    public ExperimentReport report() {
        Map<String, ArmCounts> all = emptyCounts();
        Map<String, ExperimentReport> segments = new TreeMap<>();
        counts.forEach((in, arms) -> {
            arms.forEach((arm, of) -> of.addTo(Objects.requireNonNull(all.get(arm))));
            segments.put(in, new ExperimentReport(name, arms(arms), Map.of()));
        });
        return new ExperimentReport(name, arms(all), segment == null ? Map.of() : segments);
    }

    private static List<ExperimentReport.Arm> arms(Map<String, ArmCounts> counts) {
        List<ExperimentReport.Arm> arms = new ArrayList<>();
        counts.forEach((arm, of) -> arms.add(of.report(arm)));
        return arms;
    }

    /**
     * Builds an {@link Experiment}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final String name;
        private final List<Share> shares = new ArrayList<>();
        private final List<Consumer<Exposure>> exposed = new ArrayList<>();
        private @Nullable Predicate<Query> takesPart;
        private @Nullable Function<Query, @Nullable String> unit;
        private @Nullable Function<Query, @Nullable String> segment;
        private Duration memory = Duration.ofHours(1);

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        /**
         * Adds an arm. The first one is the control that the others are compared with.
         *
         * @param arm its name
         * @param model the model that answers, or null for the requested model's own deployments
         * @param percent its share of the calls, above 0; the rest up to 100 is outside the experiment
         */
        public Builder arm(String arm, @Nullable String model, double percent) {
            shares.add(new Share(Objects.requireNonNull(arm, "arm"), model, percent));
            return this;
        }

        /** Restricts the experiment to matching calls; the others stay with the requested model. */
        public Builder where(Predicate<Query> segment) {
            once.check(0, "where");
            this.takesPart = Objects.requireNonNull(segment, "segment");
            return this;
        }

        /**
         * Sets the unit that stays in one arm, such as a customer's whole company. If it returns null for a call,
         * assignment is by session, else user, else tenant.
         */
        public Builder assignBy(Function<Query, @Nullable String> unit) {
            once.check(1, "assignBy");
            this.unit = Objects.requireNonNull(unit, "unit");
            return this;
        }

        /**
         * Sets the segments of exposures and report, such as tiers or languages: up to 100, further ones are combined.
         * An arm may be good for one and bad for another. With many segments, some differences are random.
         */
        public Builder segmentBy(Function<Query, @Nullable String> segment) {
            once.check(2, "segmentBy");
            this.segment = Objects.requireNonNull(segment, "segment");
            return this;
        }

        /** Sets how long after a call its score may arrive; an hour by default. */
        public Builder memory(Duration memory) {
            once.check(3, "memory");
            this.memory = Objects.requireNonNull(memory, "memory");
            return this;
        }

        /** Adds a listener that is notified of each finished call that took part, in the thread that ended it. */
        public Builder exposure(Consumer<Exposure> listener) {
            exposed.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Returns the experiment.
         *
         * @throws IllegalArgumentException if shares are not positive or exceed 100, there are fewer than two arms, or
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
                        "experiment \"" + name + "\": the shares add up to " + sum + " percent; use at most 100");
            }
            if (shares.size() < 2) {
                throw new IllegalArgumentException(
                        "experiment \"" + name + "\" has fewer than two arms: there is nothing to compare");
            }
            if (sum < 99.999999 && models.contains("null")) {
                throw new IllegalArgumentException("experiment \"" + name
                        + "\": an arm without a model cannot be distinguished from calls outside the experiment;"
                        + " give the arms 100 percent in all, or give it a model");
            }
            return new Experiment(this);
        }
    }
}
