package dev.aigw.routing.observe;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Operation;
import dev.aigw.api.spi.CallContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A call as a listener sees it. */
final class FakeCall implements CallContext {

    final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Map<Key<?>, Object> facts = new ConcurrentHashMap<>();
    private final Operation<?, ?> operation;
    private final String model;
    private final CallOptions options;
    private final Cancellation cancellation = new Cancellation();

    FakeCall(Operation<?, ?> operation, String model, CallOptions options) {
        this.operation = operation;
        this.model = model;
        this.options = options;
    }

    @Override
    public String id() {
        return "c1";
    }

    @Override
    public Operation<?, ?> operation() {
        return operation;
    }

    @Override
    public CallOptions options() {
        return options;
    }

    @Override
    public String requestedModel() {
        return model;
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public long remainingNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    @SuppressWarnings("unchecked") // put() takes only values of the key's type
    public <T> @Nullable T get(Key<T> key) {
        return (T) facts.get(key);
    }

    @Override
    public <T> void put(Key<T> key, T value) {
        facts.put(key, value);
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }
}
