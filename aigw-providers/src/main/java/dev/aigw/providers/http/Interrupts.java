package dev.aigw.providers.http;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends exchanges whose thread is interrupted: a platform thread that waits for a socket does not notice it by itself.
 * One daemon thread looks at the threads at work twenty times a second; it ends when there has been no exchange for a
 * second. Safe for use by many threads.
 */
final class Interrupts {

    private static final long PERIOD_NANOS = Duration.ofMillis(50).toNanos();
    private static final int IDLE_ROUNDS = 20;
    private static final Interrupts ALL = new Interrupts();

    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean running = new AtomicBoolean();

    private Interrupts() {}

    /** An exchange, and the thread that waits for it now. A stream that nobody closes is not kept alive. */
    static final class Watched extends WeakReference<Exchange> {

        private volatile @Nullable Thread worker;

        private Watched(Exchange exchange) {
            super(exchange);
        }

        /** Names the thread that waits from now on, or null. */
        void worker(@Nullable Thread thread) {
            worker = thread;
        }

        void end() {
            worker = null;
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

    private void start() {
        if (!running.get() && running.compareAndSet(false, true)) {
            Thread thread = new Thread(this::run, "aigw-interrupts");
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            thread.start();
        }
    }

    private void run() {
        int idle = 0;
        while (idle < IDLE_ROUNDS) {
            LockSupport.parkNanos(PERIOD_NANOS);
            idle = watched.isEmpty() ? idle + 1 : 0;
            watched.forEach(this::look);
        }
        running.set(false);
        if (!watched.isEmpty()) { // one came between the last look and here
            start();
        }
    }

    private void look(Watched entry) {
        Exchange exchange = entry.get();
        if (exchange == null) {
            watched.remove(entry);
            return;
        }
        Thread worker = entry.worker;
        if (worker != null && worker.isInterrupted()) {
            exchange.interrupted();
        }
    }
}
