package dev.aigw.routing;

import dev.aigw.api.Cancellation;
import dev.aigw.routing.pipeline.Environment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Surroundings in which time passes only when somebody waits, and chance is seeded. */
public final class VirtualEnvironment implements Environment {

    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);
    private final Random random;
    private final List<Long> sleeps = new ArrayList<>();

    public VirtualEnvironment(long seed) {
        this.random = new Random(seed);
    }

    public void advance(java.time.Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    public List<Long> sleeps() {
        return sleeps;
    }

    /** Lets time pass without a note, for fakes that wait. */
    public void await(long waitNanos, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        nanos.addAndGet(waitNanos);
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(nanos.get());
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Executor executor() {
        return Runnable::run;
    }

    @Override
    public boolean await(CompletableFuture<?> signal, long waitNanos, Cancellation cancellation) {
        if (signal.isDone()) {
            return true;
        }
        cancellation.throwIfCancelled();
        sleeps.add(waitNanos);
        nanos.addAndGet(waitNanos);
        return signal.isDone();
    }

    @Override
    public Cancellation.Registration schedule(long delayNanos, Runnable action) {
        throw new UnsupportedOperationException("nothing is scheduled in these tests");
    }

    @Override
    public void close() {}
}
