package dev.aigw.api.guard;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

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

    private Inspection(
            Direction direction,
            List<GuardedPart> parts,
            Operation<?, ?> operation,
            ModelRequest request,
            String model,
            CallOptions options,
            Duration timeout,
            boolean complete) {
        this.direction = Objects.requireNonNull(direction, "direction");
        this.parts = List.copyOf(parts);
        this.operation = Objects.requireNonNull(operation, "operation");
        this.request = Objects.requireNonNull(request, "request");
        this.model = Objects.requireNonNull(model, "model");
        this.options = Objects.requireNonNull(options, "options");
        this.timeout = Objects.requireNonNull(timeout, "timeout");
        this.complete = complete;
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
        return new Inspection(direction, parts, operation, request, model, options, timeout, true);
    }

    /** Returns the same with other parts. */
    public Inspection withParts(List<GuardedPart> parts) {
        return new Inspection(direction, parts, operation, request, model, options, timeout, complete);
    }

    /** Returns the same for one part of a reply that is still arriving. */
    public Inspection unfinished(GuardedPart part) {
        return new Inspection(direction, List.of(part), operation, request, model, options, timeout, false);
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

    /** Returns the request; of a reply, the one it answers, as the model was sent it. */
    public ModelRequest request() {
        return request;
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
