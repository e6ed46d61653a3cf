package dev.aigw.routing.rollout;

import dev.aigw.routing.deployment.Switch;
import dev.aigw.routing.engine.call.Listeners;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches an alias between two models, for all calls at once, and back. Safe for use by many threads.
 *
 * <pre>{@code
 * BlueGreen assistant = BlueGreen.of("assistant-blue", "assistant-green");
 * ModelRouter router = ModelRouter.builder()
 *     .model("assistant-blue", model -> model.deployment("vllm/llama-3"))
 *     .model("assistant-green", model -> model.deployment("vllm-next/llama-4"))
 *     .alias("assistant", assistant)
 *     ...
 * assistant.switchTo("assistant-green").thenRun(oldServers::stop);
 * }</pre>
 *
 * <p>A call by the alias is admitted to the active model once and keeps it to its end, streams included, even if it
 * uses the alias again, for example as a fallback: no call sees both models. Once {@link #switchTo} has returned, no
 * further call is admitted to the old model, and when its last call is over, the old model has drained; background
 * refreshes of stale replies count too. Each model has its own cache entries. Calls that use the name of one of the two
 * models are not affected and not counted.
 *
 * <p>One instance may serve several aliases and several routers, which are then switched together.
 */
public final class BlueGreen implements Switch {

    private static final Logger log = LoggerFactory.getLogger(BlueGreen.class);

    /** The kind of a step. */
    public enum Step {
        /** Calls go to the other model from now on. */
        SWITCHED,
        /** The last call on the old model is over. */
        DRAINED
    }

    /**
     * A step of a switch.
     *
     * @param step the kind of step
     * @param from the old model
     * @param to the new model
     * @param inFlight calls under way on the old model
     */
    public record Event(Step step, String from, String to, long inFlight) {}

    /** One of the two models. Fields that are neither final nor atomic are guarded by the switch's lock. */
    private static final class Side {

        final String model;
        final AtomicLong inFlight = new AtomicLong();
        volatile boolean draining;

        @Nullable
        CompletableFuture<Void> drained;

        Side(String model) {
            this.model = model;
        }
    }

    private final Side first;
    private final Side second;
    private final Listeners<Consumer<Event>> listeners;
    private final Object lock = new Object();
    private volatile Side active;

    private BlueGreen(Builder builder) {
        this.first = new Side(builder.active);
        this.second = new Side(builder.standby);
        this.listeners = new Listeners<>(builder.listeners, log, "blue-green listener");
        this.active = first;
    }

    /** Returns a switch between two models, the first of which is active. */
    public static BlueGreen of(String active, String standby) {
        return builder(active, standby).build();
    }

    /** Starts a switch between two models, the first of which is active. */
    public static Builder builder(String active, String standby) {
        return new Builder(active, standby);
    }

    /** Returns the active model. */
    public String active() {
        return active.model;
    }

    /**
     * Returns the calls under way that were admitted to a model.
     *
     * @throws IllegalArgumentException if it is neither of the two models
     */
    public long inFlight(String model) {
        return side(model).inFlight.get();
    }

    /** Switches to the model that is not active, as {@link #switchTo} does. */
    public CompletableFuture<Void> switchOver() {
        return turn(null);
    }

    /**
     * Makes a model active. When this returns, no further call is admitted to the other. Switching to the active model
     * changes nothing.
     *
     * @return completes when the last call on the other model is over, at once if there is none; exceptionally if that
     *     model becomes active again before. Dependent actions run in the thread that ended the call, so run slow ones
     *     elsewhere ({@code thenRunAsync}). Cancelling it changes nothing
     * @throws IllegalArgumentException if it is neither of the two models
     */
    public CompletableFuture<Void> switchTo(String model) {
        return turn(side(model));
    }

    private CompletableFuture<Void> turn(@Nullable Side wanted) {
        Side to;
        Side from;
        CompletableFuture<Void> broken;
        CompletableFuture<Void> drained;
        Event event;
        synchronized (lock) {
            to = wanted == null ? other(active) : wanted;
            from = other(to);
            if (active == to) {
                return from.drained == null ? CompletableFuture.completedFuture(null) : from.drained.copy();
            }
            broken = to.drained;
            to.drained = null;
            to.draining = false;
            drained = new CompletableFuture<>();
            from.drained = drained;
            active = to; // all calls admitted earlier are counted by now
            event = new Event(Step.SWITCHED, from.model, to.model, from.inFlight.get());
        }
        if (broken != null) {
            broken.completeExceptionally(
                    new IllegalStateException("\"" + to.model + "\" was made active again before it had drained"));
        }
        CompletableFuture<Void> handle = drained.copy();
        notifyListeners(event);
        synchronized (lock) {
            from.draining |= drained == from.drained; // only now, so that listeners are notified of both steps in order
        }
        settle(from);
        return handle;
    }

    private Side side(String model) {
        if (model.equals(first.model)) {
            return first;
        }
        if (model.equals(second.model)) {
            return second;
        }
        throw new IllegalArgumentException("there is no model \"" + model + "\" to switch to: use \"" + first.model
                + "\" or \"" + second.model + "\"");
    }

    private Side other(Side side) {
        return side == first ? second : first;
    }

    @Override
    public Set<String> models() {
        return Set.of(first.model, second.model);
    }

    @Override
    public String current() {
        return active.model;
    }

    @Override
    public String enter() {
        while (true) {
            Side now = active;
            now.inFlight.incrementAndGet();
            if (now == active) { // a switch after this check sees the call counted
                return now.model;
            }
            leave(now);
        }
    }

    @Override
    public boolean enterAgain(String model) {
        Side side = side(model);
        synchronized (lock) { // so that a draining model is reported as drained before this, or waits for it
            if (side != active && side.drained == null) {
                return false;
            }
            side.inFlight.incrementAndGet();
            return true;
        }
    }

    @Override
    public void leave(String model) {
        leave(side(model));
    }

    private void leave(Side side) {
        if (side.inFlight.decrementAndGet() == 0 && side.draining) {
            settle(side);
        }
    }

    /** Completes the futures that wait for it, if the model has drained. */
    private void settle(Side side) {
        CompletableFuture<Void> drained;
        synchronized (lock) {
            drained = side.drained;
            if (drained == null || !side.draining || side.inFlight.get() > 0) {
                return;
            }
            side.drained = null;
            side.draining = false;
        }
        notifyListeners(new Event(Step.DRAINED, side.model, other(side).model, 0));
        drained.complete(null);
    }

    private void notifyListeners(Event event) {
        log.info("{} {} to {}, {} calls under way", event.step, event.from, event.to, event.inFlight);
        listeners.notify(listener -> listener.accept(event));
    }

    @Override
    public String toString() {
        return "BlueGreen{" + first.model + ", " + second.model + ", active=" + active.model + "}";
    }

    /** Builds a {@link BlueGreen}. Not safe for use by several threads. */
    public static final class Builder {

        private final String active;
        private final String standby;
        private final List<Consumer<Event>> listeners = new ArrayList<>();

        private Builder(String active, String standby) {
            this.active = Objects.requireNonNull(active, "active");
            this.standby = Objects.requireNonNull(standby, "standby");
        }

        /** Adds a listener that is notified of each step, in the thread that caused it, so it must return quickly. */
        public Builder listener(Consumer<Event> listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Returns the switch.
         *
         * @throws IllegalArgumentException if both models are the same
         */
        public BlueGreen build() {
            if (active.equals(standby)) {
                throw new IllegalArgumentException(
                        "both models of the switch are \"" + active + "\": there is nothing to switch to");
            }
            return new BlueGreen(this);
        }
    }
}
