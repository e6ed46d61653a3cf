package dev.aigw.routing.engine.call;

import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.routing.engine.pool.EventSink;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The events of a router, delivered to its listeners in the thread in which they happen. */
public final class Events implements EventSink {

    private final Listeners<RouterListener> listeners;
    private final boolean hasListeners;

    Events(List<RouterListener> listeners) {
        this.listeners = new Listeners<>(listeners, LoggerFactory.getLogger(Events.class), "listener");
        this.hasListeners = !listeners.isEmpty();
    }

    @Override
    public boolean hasListeners() {
        return hasListeners;
    }

    @Override
    public void publish(RouterEvent event) {
        listeners.notify(listener -> listener.onEvent(event));
    }
}
