package dev.aigw.api.spi;

/**
 * Is notified of what happens in a router and cannot change it. It runs in the thread of the event, usually that of a
 * call, so it must be quick. What it throws is logged and dropped. Implementations are safe for use by many threads.
 *
 * <pre>{@code
 * RouterListener failures = event -> {
 *     if (event instanceof RouterEvent.CallEnded ended && ended.end().outcome() == Outcome.FAILED) {
 *         alerts.raise(ended.call().model(), ended.end().failure());
 *     }
 * };
 * }</pre>
 */
@FunctionalInterface
public interface RouterListener {

    /** Called with an event. Later versions may add kinds of events: ignore those that you don't know. */
    void onEvent(RouterEvent event);
}
