package dev.aigw.routing.observe.micrometer;

import dev.aigw.api.spi.ContextPropagation;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;

/**
 * Carries every thread-local context that is registered with Micrometer's {@code ContextRegistry}, such as the current
 * observation, to the threads that work for a call. Safe for use by many threads.
 *
 * <pre>{@code
 * ModelRouter.builder().contextPropagation(MicrometerContext.propagation())
 * }</pre>
 *
 * <p>Add {@code io.micrometer:context-propagation}; Spring Boot and Reactor bring it.
 */
public final class MicrometerContext {

    private MicrometerContext() {}

    /** Returns a propagation by the global registry; what the caller has no value of is cleared in working threads. */
    public static ContextPropagation propagation() {
        return propagation(ContextSnapshotFactory.builder().clearMissing(true).build());
    }

    /** Returns a propagation of what {@code factory} captures. */
    public static ContextPropagation propagation(ContextSnapshotFactory factory) {
        return () -> {
            ContextSnapshot captured = factory.captureAll();
            return () -> {
                ContextSnapshot.Scope scope = captured.setThreadLocals();
                return scope::close;
            };
        };
    }
}
