package dev.aigw.routing.rollout;

import dev.aigw.api.Cost;
import dev.aigw.api.Outcome;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.engine.call.Listeners;
import dev.aigw.routing.engine.call.PendingFeedback;
import dev.aigw.routing.engine.pool.Assignment;
import dev.aigw.routing.engine.pool.Query;
import dev.aigw.routing.engine.pool.Selections;
import dev.aigw.routing.engine.time.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a growing share of a model's calls to a new model, compares the two, and promotes the new model or rolls it
 * back automatically. Safe for use by many threads.
 *
 * <pre>{@code
 * Canary canary = Canary.builder("assistant-v2").stages(5, 25, 50, 100).build();
 * ModelRouter.builder()
 *     .model("assistant", model -> model.deployment("openai/gpt-6.1-terra").route(canary))
 *     .model("assistant-v2", model -> model.deployment("openai/gpt-6.2-sol").fallback("assistant"))
 *     ...
 * canary.state(); // the share it has now, and why
 * canary.rollback();
 * }</pre>
 *
 * <p>Assignment is sticky, by session, user or tenant. A stage lasts until the new model has served its minimum of
 * calls and time. Failed calls, calls slower than a chosen percentile of the old model and, if enabled, costs and
 * users' scores are evidence. Sequential tests decide; they may be checked after every call, and each rolls back a good
 * version in at most one of twenty rollouts ({@code level}). A version that always fails is rolled back after a few
 * calls, one that is slightly worse after many. Failures caused by the caller (an invalid request, a filter, a
 * cancelled call) count for neither.
 */
public final class Canary implements ModelSelector {

    private static final Logger log = LoggerFactory.getLogger(Canary.class);

    /** The phase of a canary. */
    public enum Phase {
        /** The new model has a share. */
        RUNNING,
        /** The share stays until {@link Canary#resume()}. */
        PAUSED,
        /** The new model has all calls. */
        PROMOTED,
        /** The old model has all calls. */
        ROLLED_BACK
    }

    /**
     * The state of a canary.
     *
     * @param phase its phase
     * @param percent the share of the new model, from 0 to 100
     * @param reason why
     */
    public record State(Phase phase, double percent, String reason) {}

    private final String model;
    private final double[] stages;
    private final int minimumCalls;
    private final Duration minimumTime;
    private final Listeners<Consumer<State>> listeners;
    private final @Nullable PendingFeedback<Boolean> scored;

    private final Object lock = new Object();
    private final CanaryGuards guards;
    private int stage;
    private int callsInStage;
    private @Nullable Instant stageBegan;
    private volatile State state;

    private Canary(Builder builder) {
        this.model = builder.model;
        this.stages = builder.stages;
        this.minimumCalls = builder.minimumCalls;
        this.minimumTime = builder.minimumTime;
        this.listeners = new Listeners<>(builder.listeners, log, "canary listener");
        this.scored = builder.scoreTolerance == null ? null : new PendingFeedback<>(builder.memory);
        this.guards = new CanaryGuards(new CanaryGuards.Settings(
                builder.level,
                builder.tolerance,
                builder.latencyShare,
                builder.latencyFactor,
                builder.cost,
                builder.scoreTolerance));
        this.state = new State(Phase.RUNNING, stages[0], "begun");
    }

    /** Starts a canary for the model of this name. */
    public static Builder builder(String model) {
        return new Builder(model);
    }

    /** Returns its present state. */
    public State state() {
        return state;
    }

    @Override
    public @Nullable Selection select(Query query) {
        State now = state;
        return Assignment.place(model, query) * 100 < now.percent
                ? new Selection(model, "canary at " + now.percent + " percent")
                : null;
    }

    @Override
    public Set<String> models() {
        return Set.of(model);
    }

    @Override
    public void ended(Query query, @Nullable Selection selection, End end) {
        if (end.outcome() == Outcome.ABANDONED || Selections.isCallersOwn(end)) {
            return;
        }
        boolean failed = end.outcome() == Outcome.FAILED;
        boolean isNew = selection != null;
        State change = null;
        synchronized (lock) {
            if (!isNew) {
                guards.addOld(failed, end.latencyNanos(), end.cost());
                change = state.phase == Phase.RUNNING ? takeBack() : null;
            } else if (state.phase == Phase.RUNNING) {
                guards.addNew(failed, end.latencyNanos(), end.cost());
                change = judge(query.now());
            }
        }
        if (scored != null && !failed) {
            scored.put(query.callId(), isNew);
        }
        if (change != null) {
            notifyListeners(change);
        }
    }

    @Override
    public void feedback(String callId, double score) {
        Boolean isNew = scored == null ? null : scored.take(callId);
        if (isNew == null) {
            return;
        }
        State change = null;
        synchronized (lock) {
            if (state.phase == Phase.RUNNING) {
                guards.addScore(isNew, score);
                change = takeBack();
            }
        }
        if (change != null) {
            notifyListeners(change);
        }
    }

    /** Returns the new state if the tests reject the new model. */
    private @Nullable State takeBack() {
        String reason = guards.verdict();
        return reason == null ? null : change(new State(Phase.ROLLED_BACK, 0, reason));
    }

    /** Judges after another call of the new model; returns the new state if it changes. */
    private @Nullable State judge(Instant now) {
        if (stageBegan == null) {
            stageBegan = now;
        }
        callsInStage++;
        State back = takeBack();
        if (back != null) {
            return back;
        }
        boolean ripe = callsInStage >= minimumCalls
                && Duration.between(stageBegan, now).compareTo(minimumTime) >= 0;
        if (!ripe) {
            return null;
        }
        stage++;
        callsInStage = 0;
        stageBegan = now;
        return change(
                stage < stages.length && state.percent < 100
                        ? new State(Phase.RUNNING, stages[stage], guards.counts())
                        : new State(Phase.PROMOTED, 100, guards.counts()));
    }

    private State change(State next) {
        state = next;
        return next;
    }

    private void notifyListeners(State change) {
        log.info("canary {}: {} at {} percent, {}", model, change.phase, change.percent, change.reason);
        listeners.notify(listener -> listener.accept(change));
    }

    /** Gives the new model all calls, regardless of the tests. */
    public void promote() {
        override(new State(Phase.PROMOTED, 100, "promoted by hand"));
    }

    /** Gives the old model all calls, regardless of the tests. */
    public void rollback() {
        override(new State(Phase.ROLLED_BACK, 0, "rolled back by hand"));
    }

    /** Keeps the share until {@link #resume()}; has no effect after a promotion or rollback. */
    public void pause() {
        State next;
        synchronized (lock) {
            if (state.phase != Phase.RUNNING) {
                return;
            }
            next = change(new State(Phase.PAUSED, state.percent, "paused by hand"));
        }
        notifyListeners(next);
    }

    /** Continues after a pause, or starts over after a promotion or rollback. */
    public void resume() {
        State next;
        synchronized (lock) {
            if (state.phase == Phase.RUNNING) {
                return;
            }
            if (state.phase != Phase.PAUSED) {
                stage = 0;
                guards.clear();
            }
            callsInStage = 0;
            stageBegan = null;
            guards.begin();
            next = change(new State(Phase.RUNNING, stages[Math.min(stage, stages.length - 1)], "resumed by hand"));
        }
        notifyListeners(next);
    }

    private void override(State next) {
        synchronized (lock) {
            state = next;
        }
        notifyListeners(next);
    }

    /**
     * Builds a {@link Canary}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final String model;
        private double[] stages = {5, 25, 50, 100};
        private int minimumCalls = 100;
        private Duration minimumTime = Duration.ZERO;
        private double tolerance = 0.01;
        private double level = 0.05;
        private double latencyShare = 0.95;
        private double latencyFactor = 1.5;
        private CanaryGuards.@Nullable CostWatch cost;
        private @Nullable Double scoreTolerance;
        private Duration memory = Duration.ofHours(1);
        private final List<Consumer<State>> listeners = new ArrayList<>();

        private Builder(String model) {
            this.model = Objects.requireNonNull(model, "model");
        }

        /** Sets the shares in percent, rising; 5, 25, 50 and 100 by default. */
        public Builder stages(double... percent) {
            once.check(0, "stages");
            this.stages = percent.clone();
            return this;
        }

        /** Sets the least calls of the new model in a stage; 100 by default. */
        public Builder minimumCalls(int calls) {
            once.check(1, "minimumCalls");
            this.minimumCalls = calls;
            return this;
        }

        /** Sets the least duration of a stage; zero by default. */
        public Builder minimumTime(Duration time) {
            once.check(2, "minimumTime");
            this.minimumTime = time;
            return this;
        }

        /** Sets how much worse the new model's rates may be, as a share of calls; 0.01 by default. */
        public Builder tolerance(double share) {
            once.check(3, "tolerance");
            this.tolerance = share;
            return this;
        }

        /** Sets the probability that a test rolls back a good version, for each test; 0.05 by default. */
        public Builder level(double level) {
            once.check(4, "level");
            this.level = level;
            return this;
        }

        /**
         * Sets what is slow: more than {@code factor} times the old model's percentile {@code share}; 0.95 and 1.5 by
         * default.
         */
        public Builder latency(double share, double factor) {
            once.check(5, "latency");
            this.latencyShare = share;
            this.latencyFactor = factor;
            return this;
        }

        /**
         * Compares the costs of calls, failed attempts included: the new model's may be up to {@code factor} times the
         * old one's on average. A call that costs more than {@code cap} counts as the cap, so that one very expensive
         * call among a few proves nothing. The closer the cap is to usual costs, the sooner an expensive model is
         * detected. Calls of unknown cost do not count. Not compared by default.
         *
         * <p>Calls of the new model are compared with those of the old one at the same time, so this decides nothing at
         * a share of 100 percent; the same applies to {@link #score}.
         */
        public Builder cost(Cost cap, double factor) {
            once.check(6, "cost");
            this.cost = new CanaryGuards.CostWatch(Objects.requireNonNull(cap, "cap"), factor);
            return this;
        }

        /**
         * Compares the scores of {@code router.feedback}: the new model's may be lower by {@code tolerance} on average,
         * from 0 up to 1. Not compared by default. Scores come late, so set {@link #minimumTime}.
         */
        public Builder score(double tolerance) {
            once.check(7, "score");
            this.scoreTolerance = tolerance;
            return this;
        }

        /** Sets how long after a call its score may arrive; an hour by default. */
        public Builder memory(Duration memory) {
            once.check(8, "memory");
            this.memory = memory;
            return this;
        }

        /** Adds a listener that is notified of each change of state, in the thread of the call that caused it. */
        public Builder listener(Consumer<State> listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Returns the canary.
         *
         * @throws IllegalArgumentException if a bound is violated; the message names it
         */
        public Canary build() {
            check(stages.length > 0, "a canary needs a stage: use stages(5, 25, 50, 100)");
            double before = 0;
            for (double percent : stages) {
                check(
                        percent > before && percent <= 100,
                        "canary stages are " + Arrays.toString(stages) + ": use rising shares above 0 and up to 100");
                before = percent;
            }
            check(minimumCalls >= 1, "minimumCalls is " + minimumCalls + ": use 1 or more");
            check(!minimumTime.isNegative(), "minimumTime is " + Durations.text(minimumTime) + ": use zero or more");
            check(tolerance >= 0 && tolerance < 1, "tolerance is " + tolerance + ": use a share from 0 to 1");
            check(level > 0 && level < 1, "level is " + level + ": use a probability such as 0.05");
            check(
                    latencyShare > 0 && latencyShare < 1 && latencyFactor >= 1,
                    "latency is " + latencyFactor + " times percentile " + latencyShare
                            + ": use a factor of 1 or more and a share such as 0.95");
            check(
                    scoreTolerance == null || (scoreTolerance >= 0 && scoreTolerance < 1),
                    "score tolerance is " + scoreTolerance + ": use a difference of scores such as 0.05");
            if (cost != null) {
                BigDecimal cap = cost.cap().amount();
                check(
                        cap != null && cap.signum() > 0 && cost.factor() >= 1,
                        "cost is compared up to " + cost.cap() + " and " + cost.factor()
                                + " times: use a known cap above zero and a factor of 1 or more");
            }
            check(
                    !memory.isNegative() && !memory.isZero(),
                    "memory is " + Durations.text(memory) + ": use a positive duration");
            return new Canary(this);
        }

        private static void check(boolean holds, String message) {
            if (!holds) {
                throw new IllegalArgumentException(message);
            }
        }
    }
}
