package dev.aigw.routing.rollout;

import dev.aigw.api.Cancellation;
import dev.aigw.routing.pipeline.Environment;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/** The copies of one router that are under way. Safe for use by many threads. */
final class ShadowRuns {

    /** How long to wait for the threads of copies that were told to stop. */
    private static final Duration STOPPING = Duration.ofSeconds(1);

    private final Environment environment;
    private final Set<ShadowRun> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ShadowRuns(Environment environment) {
        this.environment = environment;
    }

    /** Runs the copy in another thread; false when there is none for it. */
    boolean start(ShadowRun run) {
        running.add(run);
        if (!closed && elsewhere(environment, () -> copy(run))) {
            return true;
        }
        running.remove(run);
        return false;
    }

    private void copy(ShadowRun run) {
        try {
            run.copy();
        } finally {
            running.remove(run);
        }
    }

    /**
     * Runs {@code task} on the environment's executor, but not in this thread: an executor that lets its callers run
     * what it has no room for would delay the call. Returns whether it runs.
     */
    static boolean elsewhere(Environment environment, Runnable task) {
        Handover handover = new Handover(task);
        try {
            environment.executor().execute(handover);
        } catch (RejectedExecutionException | IllegalStateException full) {
            return false; // no room, or the router is closed
        }
        return handover.accepted();
    }

    /** A task that does nothing in the thread that hands it over, as long as that does so. */
    private static final class Handover implements Runnable {

        private final Runnable task;
        private final Thread from = Thread.currentThread();
        private volatile boolean handed;
        private volatile boolean refused;

        Handover(Runnable task) {
            this.task = task;
        }

        boolean accepted() {
            handed = true;
            return !refused;
        }

        @Override
        public void run() {
            if (!handed && Thread.currentThread() == from) {
                refused = true;
            } else {
                task.run();
            }
        }
    }

    /** Starts no more, lets those under way finish as long as their shadows want, and stops the rest. */
    void close() {
        closed = true;
        Duration patience = Duration.ZERO;
        for (ShadowRun run : running) {
            Duration own = run.shadow().finishOnClose();
            patience = patience.compareTo(own) < 0 ? own : patience;
        }
        try {
            if (!await(patience)) {
                running.forEach(ShadowRun::cancel);
                await(STOPPING);
            }
        } catch (InterruptedException e) {
            running.forEach(ShadowRun::cancel);
            Thread.currentThread().interrupt();
        }
    }

    private boolean await(Duration longest) throws InterruptedException {
        List<CompletableFuture<Void>> ends =
                running.stream().map(ShadowRun::over).toList();
        return ends.isEmpty()
                || environment.await(
                        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)),
                        longest.toNanos(),
                        new Cancellation());
    }
}
