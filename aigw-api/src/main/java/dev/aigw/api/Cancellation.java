package dev.aigw.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A one-way switch that stops work under way. Tripping it closes the socket of the call that carries it.
 *
 * <pre>{@code
 * Cancellation cancellation = new Cancellation();
 * CallOptions options = CallOptions.builder().cancellation(cancellation).build();
 * cancelButton.onClick(cancellation::cancel);
 * client.chat(request, options); // throws GatewayException of kind CANCELLED once cancelled
 * }</pre>
 *
 * <p>Safe for use by many threads. An action runs exactly once, in the thread that cancels, or at once in the
 * registering thread if already cancelled; actions must be quick and must not throw.
 */
public final class Cancellation {

    /** Undoes {@link Cancellation#onCancel}; closing it twice is harmless. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    private final Object lock = new Object();
    private volatile boolean cancelled;
    private @Nullable Action first; // a ring in order of registration: the last comes before the first

    /** Creates a switch that is not tripped. */
    public Cancellation() {}

    /** Returns a new switch that trips with {@code parent}. Close the registration when the child's work is over. */
    public static Linked childOf(@Nullable Cancellation parent) {
        Cancellation child = new Cancellation();
        return new Linked(child, parent == null ? () -> {} : parent.onCancel(child::cancel));
    }

    /** Trips the switch; the second and later calls do nothing. */
    public void cancel() {
        List<Action> run;
        synchronized (lock) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            run = registered();
            first = null;
        }
        for (Action action : run) {
            action.runnable.run();
        }
    }

    private List<Action> registered() {
        Action head = first;
        if (head == null) {
            return List.of();
        }
        List<Action> all = new ArrayList<>(2);
        for (Action each = head; all.isEmpty() || each != head; each = each.next) {
            all.add(each);
        }
        for (Action each : all) {
            each.unlink();
        }
        return all;
    }

    /** Returns whether the switch is tripped. */
    public boolean isCancelled() {
        return cancelled;
    }

    /**
     * Throws if the switch is tripped.
     *
     * @throws GatewayException of kind {@link ErrorKind#CANCELLED}
     */
    public void throwIfCancelled() {
        if (cancelled) {
            throw GatewayException.of(ErrorKind.CANCELLED, "the caller cancelled the call");
        }
    }

    /** Runs {@code action} when the switch trips, unless the registration is closed before. */
    public Registration onCancel(Runnable action) {
        Action entry = new Action(this, Objects.requireNonNull(action, "action"));
        synchronized (lock) {
            if (!cancelled) {
                Action head = first;
                if (head == null) {
                    first = entry;
                } else {
                    entry.linkBefore(head);
                }
                return entry;
            }
        }
        action.run();
        return entry;
    }

    private void remove(Action action) {
        synchronized (lock) {
            if (first == action) {
                first = action.next == action ? null : action.next;
            }
            action.unlink();
        }
    }

    private static final class Action implements Registration {
        private final Cancellation owner;
        private final Runnable runnable;
        private Action previous = this;
        private Action next = this;

        Action(Cancellation owner, Runnable runnable) {
            this.owner = owner;
            this.runnable = runnable;
        }

        private void linkBefore(Action head) {
            previous = head.previous;
            next = head;
            previous.next = this;
            head.previous = this;
        }

        private void unlink() {
            previous.next = next;
            next.previous = previous;
            previous = this;
            next = this;
        }

        @Override
        public void close() {
            owner.remove(this);
        }
    }

    /**
     * A child switch and the registration that ties it to its parent.
     *
     * @param cancellation the child
     * @param registration unties the child from its parent
     */
    public record Linked(Cancellation cancellation, Registration registration) implements AutoCloseable {
        /** Unties the child from its parent; the child stays usable. */
        @Override
        public void close() {
            registration.close();
        }
    }
}
