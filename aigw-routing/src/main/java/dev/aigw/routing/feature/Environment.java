package dev.aigw.routing.feature;

import dev.aigw.api.Cancellation;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Time, randomness and threads: everything nondeterministic that a router uses, in one place so that tests can replace
 * it and replay a race. Safe for use by many threads.
 */
public interface Environment extends AutoCloseable {

    /** How many async calls run at once before Java 21, unless another number is set. */
    int USUAL_ASYNC_CALLS = 256;

    /** How many async calls may wait for these to end, unless another number is set. */
    int USUAL_ASYNC_QUEUE = 1_024;

    /**
     * Returns the environment for production: system clocks, thread-local randomness, and virtual threads on Java 21
     * and later. Before Java 21, {@value #USUAL_ASYNC_CALLS} async calls run at once, and {@value #USUAL_ASYNC_QUEUE}
     * more may wait.
     */
    static Environment system() {
        return new SystemEnvironment(null, null);
    }

    /**
     * Returns {@link #system()} with other bounds on async calls, on any version of Java. Calls beyond both fail with
     * {@link dev.aigw.api.ErrorKind#LIMIT_EXCEEDED}.
     *
     * <p>What runs may start more: a hedge, a tool of a loop, an async call in a tool or a callback. Such tasks never
     * wait behind calls, which may wait for them. They have threads of their own, before Java 21 as many as calls.
     * Without a free one, no hedge is sent, and a tool or a call runs in the thread that starts it.
     *
     * @param asyncCalls how many async calls run at once
     * @param asyncQueue how many more may wait for one of these to end; 0 for none
     * @throws IllegalArgumentException if a number is too small
     */
    static Environment system(int asyncCalls, int asyncQueue) {
        if (asyncCalls < 1 || asyncQueue < 0) {
            throw new IllegalArgumentException("asyncCalls is " + asyncCalls + " and asyncQueue is " + asyncQueue
                    + ": use 1 or more calls, and a queue of 0 or more");
        }
        return new SystemEnvironment(asyncCalls, asyncQueue);
    }

    /**
     * Returns {@link #system()} with all tasks run on {@code executor}, which is not closed. Calls may wait for tasks
     * that they start, such as hedges, so use one that gives each task a thread or refuses it. In a pool with a queue,
     * tasks may wait behind the calls that wait for them.
     */
    static Environment system(Executor executor) {
        return new SystemEnvironment(Objects.requireNonNull(executor, "executor"));
    }

    /** Returns a monotonic clock reading in nanoseconds, like {@link System#nanoTime()}. */
    long nanoTime();

    /** Returns the date and time. */
    Instant now();

    /** Returns the source of randomness. */
    RandomGenerator random();

    /**
     * Returns the executor of what calls and the router itself start, such as hedges and health checks. It gives a task
     * a thread or refuses it, since calls may wait for the task.
     */
    Executor executor();

    /** Returns the executor of async calls, which may let them wait; {@link #executor()} by default. */
    default Executor callExecutor() {
        return executor();
    }

    /**
     * Blocks until {@code signal} completes, normally or not, but no longer than {@code nanos}. Every wait of a router
     * goes through this method, so that a test can advance its clock instead.
     *
     * @return whether the signal is complete
     * @throws dev.aigw.api.GatewayException of kind CANCELLED if {@code cancellation} trips first
     * @throws InterruptedException if the thread is interrupted
     */
    boolean await(CompletableFuture<?> signal, long nanos, Cancellation cancellation) throws InterruptedException;

    /**
     * Blocks for {@code nanos}.
     *
     * @throws dev.aigw.api.GatewayException of kind CANCELLED if {@code cancellation} trips first
     * @throws InterruptedException if the thread is interrupted
     */
    default void sleep(long nanos, Cancellation cancellation) throws InterruptedException {
        await(new CompletableFuture<>(), nanos, cancellation);
    }

    /**
     * Runs {@code action}, which must return quickly, after {@code nanos}; never after this is closed.
     *
     * @return a registration; closing it in time prevents the run
     */
    Cancellation.Registration schedule(long nanos, Runnable action);

    /** Releases the threads that this environment has made. */
    @Override
    void close();
}
