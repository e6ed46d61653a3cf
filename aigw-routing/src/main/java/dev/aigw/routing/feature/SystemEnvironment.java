package dev.aigw.routing.feature;

import dev.aigw.api.Cancellation;
import dev.aigw.api.internal.DaemonThreads;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

    private final Object lock = new Object();
    private volatile @Nullable Executor executor;
    private @Nullable ExecutorService owned;
    private volatile @Nullable ScheduledThreadPoolExecutor scheduler;
    private boolean closed;

    SystemEnvironment(@Nullable Executor executor) {
        this.executor = executor;
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
        Executor current = executor;
        return current != null ? current : createExecutor();
    }

    private Executor createExecutor() {
        synchronized (lock) {
            Executor current = executor;
            if (current == null) {
                requireOpen();
                owned = virtualThreads();
                current = owned;
                executor = current;
            }
            return current;
        }
    }

    /** Returns virtual threads on Java 21 and later, else an unbounded pool. */
    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException beforeJava21) {
            return Executors.newCachedThreadPool(DaemonThreads.numbered("aigw-call-"));
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
        ExecutorService calls;
        ScheduledThreadPoolExecutor timer;
        synchronized (lock) {
            closed = true;
            calls = owned;
            timer = scheduler;
        }
        if (calls != null) {
            calls.shutdown();
        }
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
