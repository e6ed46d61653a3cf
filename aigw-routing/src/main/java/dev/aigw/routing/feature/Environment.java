package dev.aigw.routing.feature;

import dev.aigw.api.Cancellation;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Time, randomness and threads: everything nondeterministic that a router uses, in one place so that tests can replace
 * it and replay a race. Safe for use by many threads.
 */
public interface Environment extends AutoCloseable {

    /**
     * Returns the environment for production: system clocks, thread-local randomness, and virtual threads on Java 21
     * and later.
     */
    static Environment system() {
        return new SystemEnvironment(null);
    }

    /** Returns {@link #system()} with asynchronous calls run on {@code executor}, which is not closed. */
    static Environment system(Executor executor) {
        return new SystemEnvironment(executor);
    }

    /** Returns a monotonic clock reading in nanoseconds, like {@link System#nanoTime()}. */
    long nanoTime();

    /** Returns the date and time. */
    Instant now();

    /** Returns the source of randomness. */
    RandomGenerator random();

    /** Returns the executor of asynchronous calls. */
    Executor executor();

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
