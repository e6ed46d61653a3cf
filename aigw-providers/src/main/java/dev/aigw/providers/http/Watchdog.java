package dev.aigw.providers.http;

import dev.aigw.api.internal.DaemonThreads;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends exchanges that take too long, stay silent, or whose thread is interrupted: a platform thread that waits for a
 * socket does not notice an interrupt by itself. One daemon thread looks at all exchanges twenty times a second, and at
 * the time at which the next one ends; without exchanges it sleeps, and after a minute, or when a transport is closed,
 * it ends. Safe for use by many threads.
 *
 * <p>Okio's timeouts would take a lock of the whole JVM at the beginning and end of each, and wake a thread.
 */
final class Watchdog {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    /** The deadline of what has none. */
    static final long NEVER = Long.MAX_VALUE;

    private static final long PERIOD_NANOS = Duration.ofMillis(50).toNanos();
    private static final long MOST_AT_ONCE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long IDLE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int IDLE_ROUNDS = 20;
    private static final Watchdog ALL = new Watchdog();

    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile boolean asleep;
    private volatile boolean resting;
    private volatile @Nullable Thread thread;

    private Watchdog() {}

    /** An exchange, and the thread that waits for it now. A stream that nobody closes is not kept alive. */
    static final class Watched extends WeakReference<Exchange> {

        private volatile @Nullable Thread worker;
        private volatile long connectEnd = NEVER;
        private volatile long contentEnd = NEVER;
        private volatile long idleNanos = NEVER;
        private volatile long heartbeatNanos = NEVER;

        // plain: the reader writes worker after them, and the watchdog reads worker before them
        private int signs;
        private int gains;

        // used by the watchdog only
        private boolean known;
        private int seenSigns;
        private int seenGains;
        private long silentNanos;
        private long fruitlessNanos;

        private Watched(Exchange exchange) {
            super(exchange);
        }

        /** Names the thread that waits from now on, or null. */
        void worker(@Nullable Thread thread) {
            worker = thread;
        }

        /** Sets how long connecting may take from now on; {@link #NEVER} is for ever. */
        void connecting(long nanos) {
            connectEnd = ALL.end(nanos);
        }

        /** Sets how long the first content may take from now on; {@link #NEVER} is for ever. */
        void content(long nanos) {
            contentEnd = ALL.end(nanos);
        }

        /**
         * Sets how long a worker may wait from now on without a sign of life, and without a gain.
         *
         * @param idle {@link #NEVER} is for ever
         * @param heartbeats {@link #NEVER} is for ever
         */
        void silence(long idle, long heartbeats) {
            idleNanos = idle;
            heartbeatNanos = heartbeats;
        }

        /** Notes a sign of life, in the thread that reads. */
        void alive() {
            signs++;
        }

        /** Notes that more of the answer came, in the thread that reads. */
        void gained() {
            gains++;
        }

        void end() {
            worker = null;
            connectEnd = NEVER;
            contentEnd = NEVER;
            ALL.watched.remove(this);
        }
    }

    /** Watches an exchange until {@link Watched#end()}. */
    static Watched watch(Exchange exchange) {
        Watched entry = new Watched(exchange);
        entry.worker = Thread.currentThread();
        ALL.watched.add(entry);
        ALL.start();
        return entry;
    }

    /** Ends the thread unless it watches something: the next exchange starts it again. */
    static void rest() {
        ALL.resting = true;
        LockSupport.unpark(ALL.thread);
    }

    private long end(long nanos) {
        if (nanos == NEVER) {
            return NEVER;
        }
        long end = System.nanoTime() + nanos;
        if (nanos < 2 * PERIOD_NANOS) {
            LockSupport.unpark(thread); // it may look too late otherwise
        }
        return end == NEVER ? NEVER - 1 : end;
    }

    private void start() {
        if (resting) {
            resting = false;
        }
        if (asleep) {
            LockSupport.unpark(thread);
        }
        if (!running.get() && running.compareAndSet(false, true)) {
            Thread made = DaemonThreads.create("aigw-watchdog", this::run);
            thread = made;
            made.start();
        }
    }

    private void run() {
        int idle = 0;
        long wait = PERIOD_NANOS;
        long before = System.nanoTime();
        while (idle <= IDLE_ROUNDS && !(resting && watched.isEmpty())) {
            LockSupport.parkNanos(wait);
            wait = PERIOD_NANOS;
            long now = System.nanoTime();
            long passed =
                    Math.min(now - before, MOST_AT_ONCE_NANOS); // while this JVM stood still, nothing could arrive
            before = now;
            for (Watched entry : watched) {
                wait = Math.min(wait, look(entry, now, passed));
            }
            idle = watched.isEmpty() ? idle + 1 : 0;
            if (idle == IDLE_ROUNDS) {
                asleep = true;
                if (watched.isEmpty() && !resting) {
                    LockSupport.parkNanos(IDLE_NANOS);
                }
                asleep = false;
                idle = watched.isEmpty() ? idle : 0;
            }
        }
        running.set(false);
        if (!watched.isEmpty()) { // one came between the last look and here
            start();
        }
    }

    /** Returns for how long the thread may wait until it looks again. */
    private long look(Watched entry, long now, long passed) {
        Exchange exchange = entry.get();
        if (exchange == null) {
            watched.remove(entry);
            return PERIOD_NANOS;
        }
        try {
            Thread worker = entry.worker;
            if (worker != null && worker.isInterrupted()) {
                exchange.interrupted();
            }
            if (worker != null) {
                lookForSilence(entry, exchange, passed);
            }
            long connectLeft = left(entry.connectEnd, now);
            if (connectLeft <= 0) {
                entry.connectEnd = NEVER;
                exchange.connectTimedOut();
            }
            long contentLeft = left(entry.contentEnd, now);
            if (contentLeft <= 0) {
                entry.contentEnd = NEVER;
                exchange.contentTimedOut();
            }
            return Math.max(1, Math.min(positive(connectLeft), positive(contentLeft)));
        } catch (RuntimeException e) {
            LOG.warn("a listener of an HTTP client threw when its call was cancelled", e);
            return PERIOD_NANOS;
        }
    }

    /** Counts how long the worker has waited; the time in which the application reads nothing does not count. */
    private static void lookForSilence(Watched entry, Exchange exchange, long passed) {
        boolean alive = entry.signs != entry.seenSigns;
        boolean gained = entry.gains != entry.seenGains;
        entry.seenSigns = entry.signs;
        entry.seenGains = entry.gains;
        long waited = entry.known ? passed : 0; // a new one has waited since some time within the period
        entry.known = true;
        entry.silentNanos = alive || gained ? 0 : entry.silentNanos + waited;
        entry.fruitlessNanos = gained ? 0 : entry.fruitlessNanos + waited;
        if (entry.silentNanos >= entry.idleNanos) {
            entry.idleNanos = NEVER;
            exchange.silent(false);
        } else if (entry.fruitlessNanos >= entry.heartbeatNanos) {
            entry.heartbeatNanos = NEVER;
            exchange.silent(true);
        }
    }

    private static long left(long end, long now) {
        return end == NEVER ? NEVER : end - now;
    }

    private static long positive(long left) {
        return left <= 0 ? NEVER : left;
    }
}
