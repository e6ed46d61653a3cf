package dev.aigw.routing;

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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A call and, in one, the rest of its way, which is a function. */
public final class FakeCall implements CallContext, Chain {

    public final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Map<Key<?>, Object> facts = new ConcurrentHashMap<>();
    private final Operation<?, ?> operation;
    private final ModelRequest request;
    private final CallOptions options;
    private final Cancellation cancellation = new Cancellation();
    private final Function<FakeCall, ModelReply> rest;
    private final @Nullable AttemptContext attempt;
    private final List<EndAction> actions = new CopyOnWriteArrayList<>();
    public volatile String model;
    public volatile long remainingNanos = Long.MAX_VALUE;

    private FakeCall(
            Operation<?, ?> operation,
            ModelRequest request,
            CallOptions options,
            @Nullable AttemptContext attempt,
            Function<FakeCall, ModelReply> rest) {
        this.operation = operation;
        this.request = request;
        this.options = options;
        this.attempt = attempt;
        this.rest = rest;
        this.model = request.model();
    }

    /** Returns a call whose way goes on by a function. */
    public static FakeCall of(
            Operation<?, ?> operation, ModelRequest request, CallOptions options, Function<FakeCall, ModelReply> rest) {
        return new FakeCall(operation, request, options, null, rest);
    }

    /** Returns a call that only looks like one: its way goes nowhere. */
    public static FakeCall of(Operation<?, ?> operation, ModelRequest request, CallOptions options) {
        return of(operation, request, options, call -> {
            throw new AssertionError("nothing here goes on");
        });
    }

    /** Returns a call in its first attempt, which brings an empty answer. */
    public static FakeCall inAttempt(Operation<?, ?> operation, ModelRequest request, CallOptions options) {
        AttemptContext attempt =
                AttemptContext.builder("gpt-5-mini").tags(options.tags()).build();
        return new FakeCall(operation, request, options, attempt, call -> ChatResponse.of(""));
    }

    /** Ends it, or its attempt. */
    public void end(End end) {
        actions.forEach(action -> action.onEnd(end));
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
        return attempt;
    }

    @Override
    public ModelReply proceed(ModelRequest request) {
        return rest.apply(this);
    }

    @Override
    public Chain under(Cancellation cancellation) {
        throw new AssertionError("nothing here races");
    }

    @Override
    public void onEnd(EndAction action) {
        actions.add(action);
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
