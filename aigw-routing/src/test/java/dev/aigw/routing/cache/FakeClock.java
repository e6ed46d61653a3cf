package dev.aigw.routing.cache;

import dev.aigw.api.Cancellation;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Time that passes only when set. */
final class FakeClock implements Environment {

    private final AtomicLong nanos = new AtomicLong();

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
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
        return new SplittableRandom(1);
    }

    @Override
    public Executor executor() {
        return Runnable::run;
    }

    /** Waits on the real clock: what is joined here is joined by real threads. */
    @Override
    public boolean await(CompletableFuture<?> signal, long nanos, Cancellation cancellation)
            throws InterruptedException {
        try (Environment real = Environment.system()) {
            return real.await(signal, nanos, cancellation);
        }
    }

    @Override
    public Cancellation.Registration schedule(long nanos, Runnable action) {
        throw new AssertionError("nothing here is scheduled");
    }

    @Override
    public void close() {}
}
