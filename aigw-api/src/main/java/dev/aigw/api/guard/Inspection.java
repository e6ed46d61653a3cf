package dev.aigw.api.guard;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What a guard is asked to check: the parts of one request, or of the reply to it. Immutable; {@code toString} leaves
 * content out.
 */
public final class Inspection {

    /** What the parts belong to. */
    public enum Direction {
        /** A request on its way to a model. */
        INPUT,
        /** A reply on its way to the caller. */
        OUTPUT
    }

    private final Direction direction;
    private final List<GuardedPart> parts;
    private final Operation<?, ?> operation;
    private final ModelRequest request;
    private final String model;
    private final CallOptions options;
    private final Duration timeout;
    private final boolean complete;
    private final List<GuardedPart> requestParts;
    private final Map<Object, Object> prepared;

    private Inspection(
            Direction direction,
            List<GuardedPart> parts,
            Operation<?, ?> operation,
            ModelRequest request,
            String model,
            CallOptions options,
            Duration timeout,
            boolean complete,
            List<GuardedPart> requestParts,
            Map<Object, Object> prepared) {
        this.direction = Objects.requireNonNull(direction, "direction");
        this.parts = List.copyOf(parts);
        this.operation = Objects.requireNonNull(operation, "operation");
        this.request = Objects.requireNonNull(request, "request");
        this.model = Objects.requireNonNull(model, "model");
        this.options = Objects.requireNonNull(options, "options");
        this.timeout = Objects.requireNonNull(timeout, "timeout");
        this.complete = complete;
        this.requestParts = requestParts;
        this.prepared = prepared;
    }

    /**
     * Returns an inspection of a request or of a whole reply.
     *
     * @param request the request; of a reply, the one it answers
     * @param model the logical model that the request goes to, or that answered
     * @param timeout how long the guard may take
     */
    public static Inspection of(
            Direction direction,
            List<GuardedPart> parts,
            Operation<?, ?> operation,
            ModelRequest request,
            String model,
            Caller caller,
            Duration timeout) {
        return of(
                direction,
                parts,
                operation,
                request,
                model,
                CallOptions.builder().caller(caller).build(),
                timeout);
    }

    /**
     * Returns an inspection of a request or of a whole reply.
     *
     * @param request the request; of a reply, the one it answers
     * @param model the logical model that the request goes to, or that answered
     * @param options the options of the call
     * @param timeout how long the guard may take
     */
    public static Inspection of(
            Direction direction,
            List<GuardedPart> parts,
            Operation<?, ?> operation,
            ModelRequest request,
            String model,
            CallOptions options,
            Duration timeout) {
        return new Inspection(
                direction,
                parts,
                operation,
                request,
                model,
                options,
                timeout,
                true,
                direction == Direction.INPUT ? List.copyOf(parts) : List.of(),
                new ConcurrentHashMap<>());
    }

    /** Returns the same with other parts. */
    public Inspection withParts(List<GuardedPart> parts) {
        return new Inspection(
                direction, parts, operation, request, model, options, timeout, complete, requestParts, prepared);
    }

    /** Returns the same with another time for the guard. */
    public Inspection withTimeout(Duration timeout) {
        return new Inspection(
                direction, parts, operation, request, model, options, timeout, complete, requestParts, prepared);
    }

    /** Returns the same for one part of a reply that is still arriving. */
    public Inspection unfinished(GuardedPart part) {
        return new Inspection(
                direction, List.of(part), operation, request, model, options, timeout, false, requestParts, prepared);
    }

    /** Returns the same with the parts of the request that a reply answers. */
    public Inspection withRequestParts(List<GuardedPart> requestParts) {
        return new Inspection(
                direction,
                parts,
                operation,
                request,
                model,
                options,
                timeout,
                complete,
                List.copyOf(requestParts),
                prepared);
    }

    /** Returns whether this is about a request or a reply. */
    public Direction direction() {
        return direction;
    }

    /** Returns the parts to check, in order. */
    public List<GuardedPart> parts() {
        return parts;
    }

    /** Returns the kind of call. */
    public Operation<?, ?> operation() {
        return operation;
    }

    /** Returns the request; of a reply, the one it answers, as the caller sent it. */
    public ModelRequest request() {
        return request;
    }

    /**
     * Returns the parts of the request, before any guard changed them; of a reply, those of the request that it
     * answers. Empty for a result of a batch, whose request is not known.
     */
    public List<GuardedPart> requestParts() {
        return requestParts;
    }

    /**
     * Returns what {@code make} returns, made once for all inspections of one call in one direction. A stream is
     * inspected often: a guard makes here what it needs of the request.
     *
     * @param key whose it is: the guard itself
     */
    @SuppressWarnings("unchecked") // a key has one type
    public <T> T prepared(Object key, Supplier<T> make) {
        return (T) prepared.computeIfAbsent(key, unknown -> make.get());
    }

    /** Returns the logical model that the request goes to, or that answered. */
    public String model() {
        return model;
    }

    /** Returns the caller. */
    public Caller caller() {
        return options.caller();
    }

    /** Returns the options of the call, with its tags and its session key. */
    public CallOptions options() {
        return options;
    }

    /** Returns how long the guard may take. */
    public Duration timeout() {
        return timeout;
    }

    /** Returns whether the parts are whole; false while a streamed reply is still arriving. */
    public boolean isComplete() {
        return complete;
    }

    /** Returns whether any text holds {@code words}, in any case. */
    public boolean mentions(String words) {
        for (GuardedPart part : parts) {
            String text = part.text();
            if (text != null && indexOfIgnoringCase(text, words) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static int indexOfIgnoringCase(String text, String words) {
        for (int i = 0; i <= text.length() - words.length(); i++) {
            if (text.regionMatches(true, i, words, 0, words.length())) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return "Inspection{" + direction + ", " + operation + ", " + model + ", " + parts.size() + " parts}";
    }
}
