package dev.aigw.routing.engine.call;

import dev.aigw.api.Cancellation;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watches of all open streams of a router. One timer serves them: it is set for the stream that is due first, and a
 * stream that ends leaves it set, so that a stream usually costs no timer. Safe for use by many threads.
 */
final class StreamWatches {

    private static final Logger log = LoggerFactory.getLogger(StreamWatches.class);

    /** The shortest time between two sweeps, which each look at all open streams. */
    private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    /** A sweep to come. */
    private final class Wakeup implements Runnable {

        private final long dueNanos;
        private Cancellation.@Nullable Registration timer;

        Wakeup(long dueNanos) {
            this.dueNanos = dueNanos;
        }

        /** Starts the timer. The caller holds the lock. */
        void set() {
            long wait = Math.max(0, dueNanos - environment.nanoTime());
            timer = environment.schedule(wait, this);
        }

        /** Runs in the timer's thread. */
        @Override
        public void run() {
            synchronized (StreamWatches.this) {
                if (wakeup != this) {
                    return; // replaced while it came due
                }
                wakeup = null; // before the sweep: a stream that it does not see sets the timer itself
            }
            sweep();
        }

        /** Stops the timer. The caller holds the lock. */
        void cancel() {
            if (timer != null) {
                timer.close();
            }
        }
    }

    private final Environment environment;
    private final Set<StreamWatch> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Wakeup wakeup; // written with the lock of this
    private volatile boolean closed;

    StreamWatches(Environment environment) {
        this.environment = environment;
    }

    /** Watches the stream of a call until the call is over. */
    void start(Call call, ScopedSource source) {
        StreamWatch watch = new StreamWatch(call, source, this);
        open.add(watch);
        wakeAt(watch.dueNanos());
        call.add(watch); // last: if the call is over already, this removes the watch again
    }

    private void wakeAt(long dueNanos) {
        if (isAwakeBy(dueNanos)) {
            return;
        }
        synchronized (this) {
            if (!isAwakeBy(dueNanos)) {
                cancel();
                Wakeup next = new Wakeup(dueNanos);
                wakeup = next;
                next.set();
            }
        }
    }

    private boolean isAwakeBy(long dueNanos) {
        Wakeup known = wakeup;
        return known != null && known.dueNanos - dueNanos <= 0;
    }

    private void sweep() {
        long now = environment.nanoTime();
        long next = Long.MAX_VALUE;
        for (Iterator<StreamWatch> all = open.iterator(); all.hasNext(); ) {
            StreamWatch watch = all.next();
            if (watch.dueNanos() - now <= 0 && !look(watch)) {
                all.remove();
            } else {
                next = Math.min(next, watch.dueNanos() - now);
            }
        }
        if (next != Long.MAX_VALUE) {
            wakeAt(now + Math.max(next, PAUSE_NANOS));
            cancelIfUnused();
        }
    }

    private static boolean look(StreamWatch watch) {
        try {
            return watch.look();
        } catch (RuntimeException e) {
            log.error("a stream that was not closed could not be ended; the others are still watched", e);
            return false;
        }
    }

    void remove(StreamWatch watch) {
        open.remove(watch);
        cancelIfUnused();
    }

    /** Clears the timer as soon as no stream is open. Until then the streams are still watched. */
    void close() {
        closed = true;
        cancelIfUnused();
    }

    private void cancelIfUnused() {
        if (closed && open.isEmpty()) {
            synchronized (this) {
                cancel();
            }
        }
    }

    private void cancel() {
        Wakeup known = wakeup;
        if (known != null) {
            known.cancel();
            wakeup = null;
        }
    }
}
