package dev.aigw.routing.feature;

import dev.aigw.api.Cancellation;
import dev.aigw.api.internal.DaemonThreads;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The environment for production. Threads are made when first needed. */
final class SystemEnvironment implements Environment {

    /** What is scheduled once this is closed: it never runs. */
    private static final Cancellation.Registration NOTHING = () -> {};

    /**
     * Where tasks run.
     *
     * @param calls runs async calls, within their bounds
     * @param inner runs what calls and the router itself start, and never lets it wait behind calls
     * @param owned gives them threads; null if the application's executor does
     */
    private record Lanes(
            Executor calls, Executor inner, @Nullable ExecutorService owned) {}

    private final Object lock = new Object();
    private final @Nullable Integer asyncCalls;
    private final @Nullable Integer asyncQueue;
    private volatile @Nullable Lanes executors;
    private volatile @Nullable ScheduledThreadPoolExecutor scheduler;
    private boolean closed;

    /** Creates one whose tasks all run on the application's executor. */
    SystemEnvironment(Executor executor) {
        this.asyncCalls = null;
        this.asyncQueue = null;
        this.executors = new Lanes(executor, executor, null);
    }

    /**
     * Creates one with threads of its own.
     *
     * @param asyncCalls how many async calls run at once; null for the usual number
     * @param asyncQueue how many more may wait; null for the usual number
     */
    SystemEnvironment(@Nullable Integer asyncCalls, @Nullable Integer asyncQueue) {
        this.asyncCalls = asyncCalls;
        this.asyncQueue = asyncQueue;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public RandomGenerator random() {
        return ThreadLocalRandom.current();
    }

    @Override
    public Executor executor() {
        return lanes().inner;
    }

    @Override
    public Executor callExecutor() {
        return lanes().calls;
    }

    private Lanes lanes() {
        Lanes current = executors;
        if (current != null) {
            return current;
        }
        synchronized (lock) {
            current = executors;
            if (current == null) {
                requireOpen();
                current = create();
                executors = current;
            }
            return current;
        }
    }

    private Lanes create() {
        ExecutorService virtual = virtualThreads();
        if (virtual != null && asyncCalls == null && asyncQueue == null) {
            return new Lanes(virtual, virtual, virtual);
        }
        int atOnce = asyncCalls == null ? USUAL_ASYNC_CALLS : asyncCalls;
        int mostWaiting = asyncQueue == null ? USUAL_ASYNC_QUEUE : asyncQueue;
        ExecutorService threads =
                virtual != null ? virtual : Executors.newCachedThreadPool(DaemonThreads.numbered("aigw-call-"));
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        Lane calls =
                new Lane(threads, workers, atOnce, mostWaiting, "raise asyncCalls or asyncQueue, or call less often");
        Lane inner = new Lane(
                threads,
                workers,
                virtual != null ? Integer.MAX_VALUE : atOnce,
                0,
                "raise asyncCalls, or call less often");
        Executor entry = task -> {
            if (workers.contains(Thread.currentThread())) {
                runFromCall(task, inner);
            } else {
                calls.execute(task);
            }
        };
        return new Lanes(entry, inner, threads);
    }

    /**
     * Runs a task that something in a worker starts and may wait for. It does not wait behind calls, which could be
     * that one. Without a free thread it takes the one that would wait.
     */
    private static void runFromCall(Runnable task, Lane inner) {
        try {
            inner.execute(task);
        } catch (RejectedExecutionException full) {
            task.run();
        }
    }

    /** Returns an executor with a virtual thread for each task, on Java 21 and later; null before. */
    private static @Nullable ExecutorService virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException beforeJava21) {
            return null;
        }
    }

    @Override
    public boolean await(CompletableFuture<?> signal, long nanos, Cancellation cancellation)
            throws InterruptedException {
        CountDownLatch woken = new CountDownLatch(1);
        CompletionStage<?> stage = signal;
        stage.whenComplete((value, failure) -> woken.countDown());
        try (Cancellation.Registration ignored = cancellation.onCancel(woken::countDown)) {
            woken.await(nanos, TimeUnit.NANOSECONDS);
        }
        if (signal.isDone()) {
            return true;
        }
        cancellation.throwIfCancelled();
        return false;
    }

    @Override
    public Cancellation.Registration schedule(long nanos, Runnable action) {
        try {
            Future<?> future = scheduler().schedule(action, nanos, TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closedNow) {
            return NOTHING;
        }
    }

    private ScheduledThreadPoolExecutor scheduler() {
        ScheduledThreadPoolExecutor current = scheduler;
        if (current != null) {
            return current;
        }
        synchronized (lock) {
            current = scheduler;
            if (current == null) {
                if (closed) {
                    throw new RejectedExecutionException("closed");
                }
                current = new ScheduledThreadPoolExecutor(1, DaemonThreads.numbered("aigw-timer-"));
                current.setRemoveOnCancelPolicy(true);
                scheduler = current;
            }
            return current;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the router is closed: build a new one");
        }
    }

    @Override
    public void close() {
        Lanes lanes;
        ScheduledThreadPoolExecutor timer;
        synchronized (lock) {
            closed = true;
            lanes = executors;
            timer = scheduler;
        }
        if (lanes != null && lanes.owned != null) {
            lanes.owned.shutdown();
        }
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
