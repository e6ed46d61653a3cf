package dev.aigw.routing.rollout;

import dev.aigw.api.Cancellation;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The copies under way in one router. Safe for use by many threads. */
final class ShadowRuns {

    private static final Logger log = LoggerFactory.getLogger(ShadowRuns.class);

    /** How long to wait for the threads of stopped copies. */
    private static final Duration STOPPING = Duration.ofSeconds(1);

    private final Environment environment;
    private final Set<ShadowRun> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ShadowRuns(Environment environment) {
        this.environment = environment;
    }

    /** Runs the copy in another thread; false if none is available. */
    boolean start(ShadowRun run) {
        running.add(run);
        if (!closed && elsewhere(run.environment(), () -> copy(run))) {
            return true;
        }
        running.remove(run);
        run.over().complete(null); // close() may already wait for it
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
     * Runs {@code task} on the environment's executor, but never in this thread: an executor that runs rejected tasks
     * in the calling thread would delay the call. Returns whether it runs.
     */
    static boolean elsewhere(Environment environment, Runnable task) {
        Handover handover = new Handover(task);
        try {
            environment.executor().execute(handover);
        } catch (RejectedExecutionException | IllegalStateException full) {
            return false; // the executor is full or the router is closed
        } catch (RuntimeException | Error e) {
            log.warn("no thread is available for the copy of a call; the call continues without it", e);
            return false;
        }
        return handover.accepted();
    }

    /** A task that does nothing if it runs in the thread that submits it. */
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

    /** Starts no more copies, waits for those under way as long as their shadows allow, and stops the rest. */
    void close() {
        closed = true;
        List<Duration> patiences = running.stream()
                .map(run -> run.shadow().finishOnClose())
                .distinct()
                .sorted()
                .toList();
        Duration waited = Duration.ZERO;
        try {
            for (Duration patience : patiences) {
                await(run -> run.shadow().finishOnClose().compareTo(patience) >= 0, patience.minus(waited));
                waited = patience;
                running.stream()
                        .filter(run -> run.shadow().finishOnClose().compareTo(patience) <= 0)
                        .forEach(ShadowRun::cancel);
            }
            await(run -> true, STOPPING);
        } catch (InterruptedException e) {
            running.forEach(ShadowRun::cancel);
            Thread.currentThread().interrupt();
        }
    }

    private void await(Predicate<ShadowRun> which, Duration longest) throws InterruptedException {
        List<CompletableFuture<Void>> ends =
                running.stream().filter(which).map(ShadowRun::over).toList();
        if (!ends.isEmpty()) {
            environment.await(
                    CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)),
                    TimeUnit.NANOSECONDS.convert(longest), // capped at 292 years
                    new Cancellation());
        }
    }
}
