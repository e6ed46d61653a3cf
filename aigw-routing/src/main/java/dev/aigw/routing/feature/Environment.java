package dev.aigw.routing.feature;

import dev.aigw.api.Cancellation;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Time, chance and threads: everything a router takes from its surroundings, in one place so that tests can replace it
 * and replay a race. Safe for use by many threads.
 */
public interface Environment extends AutoCloseable {

    /**
     * Returns the surroundings of production: system clocks, thread-local randomness, virtual threads where there are.
     */
    static Environment system() {
        return new SystemEnvironment(null);
    }

    /** Returns {@link #system()} with asynchronous calls run on {@code executor}, which is not closed. */
    static Environment system(Executor executor) {
        return new SystemEnvironment(executor);
    }

    /** Returns monotone nanoseconds, as {@link System#nanoTime()}. */
    long nanoTime();

    /** Returns the date and time. */
    Instant now();

    /** Returns the source of chance. */
    RandomGenerator random();

    /** Returns where asynchronous calls run. */
    Executor executor();

    /**
     * Blocks until {@code signal} is complete, in whatever way, but no longer than {@code nanos}. Every wait of a
     * router goes through here, so that a test can let time pass instead.
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
     * Runs {@code action}, which must be quick, once {@code nanos} have passed; never, once this is closed.
     *
     * @return closing it before then prevents the run
     */
    Cancellation.Registration schedule(long nanos, Runnable action);

    /** Releases the threads this environment has made. */
    @Override
    void close();
}
