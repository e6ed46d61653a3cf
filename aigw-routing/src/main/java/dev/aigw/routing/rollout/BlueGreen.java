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
 * An alias for one of two models, that is switched from one to the other at once, and back. Safe for use by many
 * threads.
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
 * <p>A call by the alias is let in to the active model once, and keeps it to its end, streams included, however often
 * the alias leads to it (as a fallback, say): no call sees both. Once {@link #switchTo} has returned, no further call
 * is let in to the old model, and when the last one that was is over, the old model has drained; the refresh of a stale
 * reply in the background is such a call, too. Results in the cache are each model's own. Calls that ask for one of the
 * two by its own name pass by all of this and are not counted.
 *
 * <p>One instance may be under several aliases and in several routers, which are then switched together.
 */
public final class BlueGreen implements Switch {

    private static final Logger log = LoggerFactory.getLogger(BlueGreen.class);

    /** What has happened to a switch. */
    public enum Step {
        /** Calls go to the other model from now on. */
        SWITCHED,
        /** The last call on the model that was left is over. */
        DRAINED
    }

    /**
     * A step of a switch.
     *
     * @param step what has happened
     * @param from the model that was left
     * @param to the model that was switched to
     * @param inFlight calls under way on the model that was left
     */
    public record Event(Step step, String from, String to, long inFlight) {}

    /** One of the two models. What is not final or atomic is guarded by the switch's lock. */
    private static final class Colour {

        final String model;
        final AtomicLong inFlight = new AtomicLong();
        volatile boolean draining;

        @Nullable
        CompletableFuture<Void> drained;

        Colour(String model) {
            this.model = model;
        }
    }

    private final Colour first;
    private final Colour second;
    private final Listeners<Consumer<Event>> listeners;
    private final Object lock = new Object();
    private volatile Colour active;

    private BlueGreen(Builder builder) {
        this.first = new Colour(builder.active);
        this.second = new Colour(builder.standby);
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
     * Returns how many calls are under way that were let in to a model.
     *
     * @throws IllegalArgumentException if the model is none of the two
     */
    public long inFlight(String model) {
        return colour(model).inFlight.get();
    }

    /** Switches to the other model, whichever it is, as {@link #switchTo} does. */
    public CompletableFuture<Void> switchOver() {
        return turn(null);
    }

    /**
     * Makes a model the active one. When this returns, no further call is let in to the other. Switching to the active
     * model changes nothing.
     *
     * @return completes when the last call on the other model is over, at once when there is none; exceptionally when
     *     that model becomes active again before. What depends on it runs in the thread that ended the call, so let
     *     anything slow run elsewhere ({@code thenRunAsync}). Cancelling it changes nothing
     * @throws IllegalArgumentException if the model is none of the two
     */
    public CompletableFuture<Void> switchTo(String model) {
        return turn(colour(model));
    }

    private CompletableFuture<Void> turn(@Nullable Colour wanted) {
        Colour to;
        Colour from;
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
            active = to; // whoever was let in before is counted by now
            event = new Event(Step.SWITCHED, from.model, to.model, from.inFlight.get());
        }
        if (broken != null) {
            broken.completeExceptionally(
                    new IllegalStateException("\"" + to.model + "\" was made active again before it had drained"));
        }
        CompletableFuture<Void> handle = drained.copy();
        tell(event);
        synchronized (lock) {
            from.draining |= drained == from.drained; // only now, so that listeners learn of both steps in order
        }
        settle(from);
        return handle;
    }

    private Colour colour(String model) {
        if (model.equals(first.model)) {
            return first;
        }
        if (model.equals(second.model)) {
            return second;
        }
        throw new IllegalArgumentException("there is no model \"" + model + "\" to switch to: use \"" + first.model
                + "\" or \"" + second.model + "\"");
    }

    private Colour other(Colour colour) {
        return colour == first ? second : first;
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
            Colour now = active;
            now.inFlight.incrementAndGet();
            if (now == active) { // the switch that comes after this look sees the call counted
                return now.model;
            }
            leave(now);
        }
    }

    @Override
    public boolean enterAgain(String model) {
        Colour colour = colour(model);
        synchronized (lock) { // so that a model that drains is told to have drained before this, or waits for it
            if (colour != active && colour.drained == null) {
                return false;
            }
            colour.inFlight.incrementAndGet();
            return true;
        }
    }

    @Override
    public void leave(String model) {
        leave(colour(model));
    }

    private void leave(Colour colour) {
        if (colour.inFlight.decrementAndGet() == 0 && colour.draining) {
            settle(colour);
        }
    }

    /** Lets those know who wait for it, if the model has drained. */
    private void settle(Colour colour) {
        CompletableFuture<Void> drained;
        synchronized (lock) {
            drained = colour.drained;
            if (drained == null || !colour.draining || colour.inFlight.get() > 0) {
                return;
            }
            colour.drained = null;
            colour.draining = false;
        }
        tell(new Event(Step.DRAINED, colour.model, other(colour).model, 0));
        drained.complete(null);
    }

    private void tell(Event event) {
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

        /** Adds one who learns of each step, in the thread that brought it about; so it must be quick. */
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
