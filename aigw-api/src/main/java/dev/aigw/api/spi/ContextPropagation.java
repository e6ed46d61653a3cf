package dev.aigw.api.spi;

import org.jspecify.annotations.Nullable;

/**
 * Carries what is bound to a caller's thread, such as the MDC of a log or a trace, to the threads that work for the
 * call: those of asynchronous calls and publishers, hedges, shadows, and refreshed cache entries.
 *
 * <pre>{@code
 * ModelRouter.builder()
 *     .contextPropagation(Observers.mdc().andThen(ContextPropagation.of(TENANT)))
 * }</pre>
 *
 * <p>A propagation of your own captures, restores and resets:
 *
 * <pre>{@code
 * ContextPropagation user = () -> {
 *     String captured = CurrentUser.get();
 *     return () -> {
 *         String before = CurrentUser.get();
 *         CurrentUser.set(captured);
 *         return () -> CurrentUser.set(before);
 *     };
 * };
 * }</pre>
 *
 * <p>Implementations are safe for use by many threads, and fast: they run for each task that changes threads. One that
 * throws is logged, and the task runs without it.
 */
@FunctionalInterface
public interface ContextPropagation {

    /** Carries nothing. */
    ContextPropagation NONE = () -> Snapshot.EMPTY;

    /** Captures what is bound to this thread, the caller's. */
    Snapshot capture();

    /** Returns a propagation of the value of one thread-local variable, null included. */
    static <T> ContextPropagation of(ThreadLocal<T> variable) {
        return () -> {
            @Nullable T captured = variable.get();
            return () -> {
                @Nullable T before = variable.get();
                set(variable, captured);
                return () -> set(variable, before);
            };
        };
    }

    private static <T> void set(ThreadLocal<T> variable, @Nullable T value) {
        if (value == null) {
            variable.remove();
        } else {
            variable.set(value);
        }
    }

    /** Returns a propagation of both: {@code next} is restored after this one, and reset before it. */
    default ContextPropagation andThen(ContextPropagation next) {
        return () -> {
            Snapshot mine = capture();
            Snapshot others = next.capture();
            return () -> {
                Scope outer = mine.restore();
                Scope inner;
                try {
                    inner = others.restore();
                } catch (Throwable thrown) {
                    outer.close();
                    throw thrown;
                }
                return () -> {
                    try {
                        inner.close();
                    } finally {
                        outer.close();
                    }
                };
            };
        };
    }

    /** What was captured in a caller's thread. It may be restored in many threads, at the same time. */
    @FunctionalInterface
    interface Snapshot {

        /** Nothing was captured. */
        Snapshot EMPTY = () -> Scope.NOTHING;

        /** Binds what was captured to this thread, a working one, until the scope is closed. */
        Scope restore();
    }

    /** What a working thread is bound to for one task. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {

        /** Resets nothing. */
        Scope NOTHING = () -> {};

        /** Resets this thread to what it was bound to before. Called once, in the thread that restored. */
        @Override
        void close();
    }
}
