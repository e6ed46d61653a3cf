package dev.aigw.routing.observe;

import dev.aigw.api.internal.DaemonThreads;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.routing.engine.call.FailureLog;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers events to another listener in its own thread, so that a slow listener delays no call. The queue is bounded:
 * if it is full, the event is dropped and {@linkplain #dropped() counted}. Events are delivered one at a time, in order
 * of arrival; the listener's exceptions are logged once, then counted. Safe for use by many threads.
 *
 * <p>The code that makes one closes it, after the router.
 *
 * <pre>{@code
 * try (AsyncListener export = AsyncListener.of(exporter, 10_000);
 *         ModelRouter router = ModelRouter.builder().listener(export) ... .build()) {
 *     ...
 * }
 * }</pre>
 */
public final class AsyncListener implements RouterListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AsyncListener.class);
    private static final long CLOSE_MILLIS = Duration.ofSeconds(5).toMillis();

    /** The last event of the queue. */
    private static final RouterEvent END = new RouterEvent() {};

    private final RouterListener listener;
    private final BlockingQueue<RouterEvent> queue;
    private final FailureLog failures;
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    private AsyncListener(RouterListener listener, int capacity) {
        this.listener = listener;
        this.failures = new FailureLog(log, "listener " + listener.getClass().getName());
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.thread = DaemonThreads.create("aigw-events", this::deliver);
    }

    /**
     * Returns a listener that delivers to {@code listener}.
     *
     * @param capacity how many events may wait; positive
     * @throws IllegalArgumentException if the capacity is not positive
     */
    public static AsyncListener of(RouterListener listener, int capacity) {
        Objects.requireNonNull(listener, "listener");
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity is " + capacity + ": use 1 or more, such as 10000");
        }
        AsyncListener async = new AsyncListener(listener, capacity);
        async.thread.start();
        return async;
    }

    @Override
    public void onEvent(RouterEvent event) {
        if (closed || !queue.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    /** Returns how many events were dropped, because the queue was full or this was closed. */
    public long dropped() {
        return dropped.get();
    }

    private void deliver() {
        try {
            for (RouterEvent event = queue.take(); !event.equals(END); event = queue.take()) {
                try {
                    listener.onEvent(event);
                } catch (RuntimeException e) {
                    failures.failed(e);
                }
            }
        } catch (InterruptedException e) {
            log.warn("{} events are lost: the listener did not process them in time", queue.size());
        }
        dropped.addAndGet(queue.size());
    }

    /** Delivers the queued events, for at most 5 seconds, and ends the thread. Closing twice is harmless. */
    @Override
    public void close() {
        closed = true;
        try {
            if (queue.offer(END, CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                thread.join(CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }
}
