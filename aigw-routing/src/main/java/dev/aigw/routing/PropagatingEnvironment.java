package dev.aigw.routing;

import dev.aigw.api.Cancellation;
import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.routing.feature.Environment;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * The environment of calls whose tasks run in the context of the thread that submits them. What the router does for
 * itself, such as health checks, uses the environment beneath, so that no caller's context outlives its calls.
 */
final class PropagatingEnvironment implements Environment {

    private final Environment environment;
    private final ContextPropagation propagation;

    PropagatingEnvironment(Environment environment, ContextPropagation propagation) {
        this.environment = environment;
        this.propagation = propagation;
    }

    @Override
    public long nanoTime() {
        return environment.nanoTime();
    }

    @Override
    public Instant now() {
        return environment.now();
    }

    @Override
    public RandomGenerator random() {
        return environment.random();
    }

    @Override
    public Executor executor() {
        return inContext(environment.executor());
    }

    @Override
    public Executor callExecutor() {
        return inContext(environment.callExecutor());
    }

    private Executor inContext(Executor executor) {
        return task -> executor.execute(inContext(task));
    }

    @Override
    public boolean await(CompletableFuture<?> signal, long nanos, Cancellation cancellation)
            throws InterruptedException {
        return environment.await(signal, nanos, cancellation);
    }

    @Override
    public Cancellation.Registration schedule(long nanos, Runnable action) {
        return environment.schedule(nanos, inContext(action));
    }

    private Runnable inContext(Runnable task) {
        ContextPropagation.Snapshot context = propagation.capture();
        return () -> {
            try (ContextPropagation.Scope ignored = context.restore()) {
                task.run();
            }
        };
    }

    @Override
    public void close() {
        environment.close();
    }
}
