package dev.aigw.api.spi;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Operation;
import org.jspecify.annotations.Nullable;

/**
 * One call of an application: everything between its asking and its outcome. Facts that stages share ride on it under
 * typed keys. Safe for use by the threads that work for the call.
 */
public interface CallContext {

    /**
     * Names a fact of type {@code T}; compared by identity, so keep it in a constant.
     *
     * @param <T> the fact's type
     */
    @SuppressWarnings("UnusedTypeParameter") // the type is what the key is for
    final class Key<T> {

        private final String name;

        private Key(String name) {
            this.name = name;
        }

        /** Creates a key; the name is for people. */
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
     * once, a hyphen, and a number, as in {@code k3v9q0s7m2p8c5b1-4f}. Take it as a text without a meaning.
     */
    String id();

    /** Returns the kind of call. */
    Operation<?, ?> operation();

    /** Returns what the caller said beside the request. */
    CallOptions options();

    /** Returns the name that the application asked for. */
    String requestedModel();

    /** Returns the logical model the call is for at present: resolved, routed, or a fallback. */
    String model();

    /** Returns the nanoseconds left until the deadline; {@link Long#MAX_VALUE} without one. */
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
