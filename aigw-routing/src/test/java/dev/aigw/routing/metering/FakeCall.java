package dev.aigw.routing.metering;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.EndAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A call and, in one, its first attempt and the rest of its way, which brings nothing. */
final class FakeCall implements CallContext, Chain {

    final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Map<Key<?>, Object> facts = new ConcurrentHashMap<>();
    private final Operation<?, ?> operation;
    private final ModelRequest request;
    private final CallOptions options;
    private final Cancellation cancellation = new Cancellation();
    private final List<EndAction> actions = new ArrayList<>();
    volatile String model;
    volatile long remainingNanos = Long.MAX_VALUE;

    FakeCall(Operation<?, ?> operation, ModelRequest request, CallOptions options) {
        this.operation = operation;
        this.request = request;
        this.options = options;
        this.model = request.model();
    }

    @Override
    public FakeCall call() {
        return this;
    }

    @Override
    public ModelRequest request() {
        return request;
    }

    @Override
    public @Nullable AttemptContext attempt() {
        return AttemptContext.builder("gpt-5-mini").tags(options.tags()).build();
    }

    @Override
    public ModelReply proceed(ModelRequest request) {
        return ChatResponse.of("");
    }

    @Override
    public Chain under(Cancellation cancellation) {
        throw new AssertionError("nothing here races");
    }

    @Override
    public void onEnd(EndAction action) {
        actions.add(action);
    }

    /** Ends the attempt. */
    void end(End end) {
        actions.forEach(action -> action.onEnd(end));
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
        return request.model();
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public long remainingNanos() {
        return remainingNanos;
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
