package dev.aigw.api.spi;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Operation;
import org.jspecify.annotations.Nullable;

/**
 * One call of an application, from its request to its outcome. Stages share facts on it under typed keys. Safe for use
 * by the threads that work for the call.
 */
public interface CallContext {

    /**
     * A key for a fact of type {@code T}. Keys are compared by identity, so keep one in a constant.
     *
     * @param <T> the fact's type
     */
    @SuppressWarnings("UnusedTypeParameter") // the type parameter is the point of a key
    final class Key<T> {

        private final String name;

        private Key(String name) {
            this.name = name;
        }

        /** Creates a key; the name is for people to read. */
        public static <T> Key<T> of(String name) {
            return new Key<>(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Returns the id of the call, unique across JVMs and their restarts: 16 random digits and letters that the JVM drew
     * once, a hyphen, and a number, as in {@code k3v9q0s7m2p8c5b1-4f}. Treat it as an opaque text.
     */
    String id();

    /** Returns the kind of call. */
    Operation<?, ?> operation();

    /** Returns the options of the call. */
    CallOptions options();

    /** Returns the model name that the application requested. */
    String requestedModel();

    /** Returns the current logical model of the call: resolved, routed, or a fallback. */
    String model();

    /** Returns the nanoseconds left until the call's deadline; {@link Long#MAX_VALUE} without one. */
    long remainingNanos();

    /** Returns the switch that stops the call. */
    Cancellation cancellation();

    /** Returns the fact under {@code key}, or null. */
    <T> @Nullable T get(Key<T> key);

    /** Puts a fact under {@code key}, replacing what was there. */
    <T> void put(Key<T> key, T value);

    /** Reports something that was changed or skipped; it shows in {@code reply.route().warnings()}. */
    void warn(String message);
}
