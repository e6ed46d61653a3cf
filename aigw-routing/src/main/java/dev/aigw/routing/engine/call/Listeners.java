package dev.aigw.routing.engine.call;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * Notifies listeners in the thread of a call. The call continues whatever they throw. Immutable, and as thread-safe as
 * the listeners.
 *
 * @param <L> their type
 */
public final class Listeners<L> {

    private final Listener<L>[] all;

    private record Listener<L>(L listener, FailureLog failures) {}

    /**
     * Copies the listeners.
     *
     * @param subject how log messages call a listener, before the name of its class
     */
    public Listeners(List<? extends L> listeners, Logger log, String subject) {
        List<Listener<L>> copy = new ArrayList<>(listeners.size());
        for (L listener : listeners) {
            copy.add(new Listener<>(
                    listener,
                    new FailureLog(log, subject + " " + listener.getClass().getName())));
        }
        @SuppressWarnings({"unchecked", "rawtypes"}) // there is no other way to make a generic array
        Listener<L>[] array = copy.toArray(new Listener[0]);
        this.all = array;
    }

    /** Returns whether there are no listeners. */
    public boolean isEmpty() {
        return all.length == 0;
    }

    /** Notifies each listener, in the order they were added. */
    public void notify(Consumer<? super L> event) {
        for (Listener<L> each : all) {
            try {
                event.accept(each.listener);
            } catch (RuntimeException e) {
                each.failures.failed(e);
            }
        }
    }
}
