package dev.aigw.routing.engine.pool;

import dev.aigw.api.spi.RouterEvent;

/** Where events of a router go. Safe for use by many threads. */
public interface EventSink {

    /** Nobody listens. */
    EventSink NONE = new EventSink() {
        @Override
        public boolean isHeard() {
            return false;
        }

        @Override
        public void publish(RouterEvent event) {}
    };

    /** Returns whether anybody listens: ask before an event is made. */
    boolean isHeard();

    /** Delivers an event to all who listen; never throws. */
    void publish(RouterEvent event);
}
