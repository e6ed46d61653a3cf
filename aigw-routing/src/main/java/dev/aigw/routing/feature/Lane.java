package dev.aigw.routing.feature;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a bounded number of tasks at once, in threads of another executor. Further ones wait in a bounded queue, and
 * those beyond it are refused. Safe for use by many threads.
 */
final class Lane implements Executor {

    private final Executor threads;
    private final Set<Thread> workers;
    private final int atOnce;
    private final int mostWaiting;
    private final String remedy;
    private final Deque<Runnable> waiting = new ArrayDeque<>(); // guarded by itself, like the count
    private int running;

    /**
     * Creates an idle one.
     *
     * @param threads gives each task a thread at once, or refuses it
     * @param workers gets the threads while they run tasks
     * @param remedy ends the message of a refusal: what would have let the task in
     */
    Lane(Executor threads, Set<Thread> workers, int atOnce, int mostWaiting, String remedy) {
        this.threads = threads;
        this.workers = workers;
        this.atOnce = atOnce;
        this.mostWaiting = mostWaiting;
        this.remedy = remedy;
    }

    /** Runs a task, now or when one before it ends; throws {@link RejectedExecutionException} if too many wait. */
    @Override
    public void execute(Runnable task) {
        synchronized (waiting) {
            if (running >= atOnce) {
                if (waiting.size() >= mostWaiting) {
                    throw new RejectedExecutionException(
                            running + " tasks are under way and " + waiting.size() + " wait: " + remedy);
                }
                waiting.add(task);
                return;
            }
            running++;
        }
        boolean started = false;
        try {
            threads.execute(() -> work(task));
            started = true;
        } finally {
            if (!started) { // it is shut down, or the machine has no thread left
                synchronized (waiting) {
                    running--;
                }
            }
        }
    }

    private void work(Runnable first) {
        Thread thread = Thread.currentThread();
        workers.add(thread);
        try {
            for (Runnable task = first; task != null; task = next()) {
                run(task, thread);
            }
        } finally {
            workers.remove(thread);
        }
    }

    /**
     * Runs a task as a thread of its own would: what it throws, and an interrupt meant for it, is not the next one's.
     */
    private static void run(Runnable task, Thread thread) {
        try {
            task.run();
        } catch (Throwable thrown) {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } finally {
            Thread.interrupted();
        }
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            Runnable next = waiting.poll();
            if (next == null) {
                running--;
            }
            return next;
        }
    }
}
