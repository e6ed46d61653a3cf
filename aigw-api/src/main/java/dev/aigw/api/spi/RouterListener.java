package dev.aigw.api.spi;

/**
 * Watches what happens in a router; it cannot change it. It runs in the thread in which the event happens, mostly that
 * of a call, so it must be quick; what it throws is logged and dropped. Implementations are safe for use by many
 * threads.
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

    /** Something has happened. Further kinds of events may come with later versions: ignore those you don't know. */
    void onEvent(RouterEvent event);
}
