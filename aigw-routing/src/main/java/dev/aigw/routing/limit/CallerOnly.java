package dev.aigw.routing.limit;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Operation;
import dev.aigw.api.spi.CallContext;
import org.jspecify.annotations.Nullable;

/** A call of which only the caller is known, for dimensions that ask for nothing else. */
final class CallerOnly implements CallContext {

    private final CallOptions options;

    CallerOnly(Caller caller) {
        options = CallOptions.builder().caller(caller).build();
    }

    @Override
    public CallOptions options() {
        return options;
    }

    @Override
    public String id() {
        throw unknown();
    }

    @Override
    public Operation<?, ?> operation() {
        throw unknown();
    }

    @Override
    public String requestedModel() {
        throw unknown();
    }

    @Override
    public String model() {
        throw unknown();
    }

    @Override
    public long remainingNanos() {
        throw unknown();
    }

    @Override
    public Cancellation cancellation() {
        throw unknown();
    }

    @Override
    public <T> @Nullable T get(Key<T> key) {
        throw unknown();
    }

    @Override
    public <T> void put(Key<T> key, T value) {
        throw unknown();
    }

    @Override
    public void warn(String message) {
        throw unknown();
    }

    private static UnsupportedOperationException unknown() {
        return new UnsupportedOperationException("only the caller is known");
    }
}
