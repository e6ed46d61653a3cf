package dev.aigw.routing.redis;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits that an interrupt does not end: what is closed is closed in any thread. */
final class Uninterrupted {

    private static final Logger log = LoggerFactory.getLogger(SharedRedis.class);

    private Uninterrupted() {}

    /**
     * Waits until the future is done, whatever its result, but no longer than this. Keeps an interrupt of the thread.
     */
    static void await(Future<?> future, long nanos) {
        boolean interrupted = false;
        long end = System.nanoTime() + nanos;
        try {
            while (!future.isDone()) {
                try {
                    future.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException | TimeoutException e) {
                    log.debug("closing the connection to Redis did not end well", e);
                    return;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
