package dev.aigw.routing.engine.pool;

import dev.aigw.api.spi.RouterEvent;

/** Receives the events of a router. Safe for use by many threads. */
public interface EventSink {

    /** Drops all events. */
    EventSink NONE = new EventSink() {
        @Override
        public boolean hasListeners() {
            return false;
        }

        @Override
        public void publish(RouterEvent event) {}
    };

    /** Returns whether there are listeners; check before creating an event. */
    boolean hasListeners();

    /** Delivers an event to all listeners; never throws. */
    void publish(RouterEvent event);
}
