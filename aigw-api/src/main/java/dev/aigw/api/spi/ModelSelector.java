package dev.aigw.api.spi;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.internal.SetOnce;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which model answers a call. The router calls it before fallback, retry and the choice of a deployment. It
 * also runs in dry runs, so it must have no side effects. Implementations are safe for use by many threads.
 *
 * <pre>{@code
 * ModelSelector byLength = query -> query.promptTokens() > 20_000
 *     ? new ModelSelector.Selection("long-context", "a long prompt")
 *     : null; // the model's own deployments
 * }</pre>
 */
@FunctionalInterface
public interface ModelSelector {

    /**
     * Returns the model that shall answer, or null for the requested model and its own deployments. If a selector
     * throws or names an unknown model, the call fails with an error that says so.
     */
    @Nullable
    Selection select(Query query);

    /**
     * Called when a call that it chose for has ended; of a stream, at its end. Runs in the thread that ended the call,
     * so it must be quick. A call that a fallback model or the last resort answered counts as failed. Not called for
     * calls answered from the cache or with an identical call, nor for dry runs.
     *
     * @param query what it chose by
     * @param selection what it chose, or null when it chose the requested model
     * @param end how the call ended
     */
    default void ended(Query query, @Nullable Selection selection, End end) {}

    /**
     * Called with the application's score of a reply.
     *
     * @param callId the id of a call of any model
     * @param score from 0 to 1
     */
    default void feedback(String callId, double score) {}

    /**
     * Returns labels for the accounting of a call that it chose for, such as the arm of an experiment; none by default.
     * They are added to the call's tags and override them.
     *
     * @param query what it chose by
     * @param selection what it chose, or null when it chose the requested model
     */
    default Map<String, String> labels(Query query, @Nullable Selection selection) {
        return Map.of();
    }

    /** Returns the models that it may name, which are checked when the router is built; empty when unknown. */
    default Set<String> models() {
        return Set.of();
    }

    /**
     * A choice.
     *
     * @param model the name of a model, an alias, or {@code adapter/upstream-model}
     * @param reason why, for people to read
     */
    record Selection(String model, String reason) {
        /** Requires both. */
        public Selection {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** The input of a choice. Immutable. */
    final class Query {

        private final String callId;
        private final Operation<?, ?> operation;
        private final ModelRequest request;
        private final CallOptions options;
        private final long promptTokens;
        private final Instant now;
        private final long remainingNanos;
        private final RandomGenerator random;
        private final ContextPropagation propagation;

        private Query(Builder builder, Instant now, RandomGenerator random) {
            this.callId = builder.callId;
            this.operation = builder.operation;
            this.request = builder.request;
            this.options = builder.options;
            this.promptTokens = builder.promptTokens;
            this.now = now;
            this.remainingNanos = builder.remainingNanos;
            this.random = random;
            this.propagation = builder.propagation;
        }

        /** Starts a query for a request. */
        public static Builder builder(ModelRequest request) {
            return new Builder(request);
        }

        /** Returns the id of the call, empty in a dry run. */
        public String callId() {
            return callId;
        }

        /** Returns the kind of call. */
        public Operation<?, ?> operation() {
            return operation;
        }

        /** Returns the request as it would be sent. */
        public ModelRequest request() {
            return request;
        }

        /** Returns the options of the call. */
        public CallOptions options() {
            return options;
        }

        /** Returns the estimated number of prompt tokens, at four characters a token; 0 for requests without a text. */
        public long promptTokens() {
            return promptTokens;
        }

        /** Returns the current date and time. */
        public Instant now() {
            return now;
        }

        /**
         * Returns the nanoseconds left until the call's deadline; {@link Long#MAX_VALUE} without one, and in a dry run.
         */
        public long remainingNanos() {
            return remainingNanos;
        }

        /** Returns the random source to use, seeded in tests. */
        public RandomGenerator random() {
            return random;
        }

        /**
         * Returns what carries the caller's context to threads of the selector's own; {@link ContextPropagation#NONE}
         * without any. It is no part of the query's value.
         */
        public ContextPropagation contextPropagation() {
            return propagation;
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || (other instanceof Query that
                            && callId.equals(that.callId)
                            && operation.equals(that.operation)
                            && request.equals(that.request)
                            && options.equals(that.options)
                            && promptTokens == that.promptTokens
                            && now.equals(that.now)
                            && remainingNanos == that.remainingNanos
                            && random.equals(that.random));
        }

        @Override
        public int hashCode() {
            return Objects.hash(callId, operation, request, options, promptTokens, now, remainingNanos, random);
        }

        /** Returns the call and its kind; content stays out of logs. */
        @Override
        public String toString() {
            return "Query{" + callId + ", " + operation.name() + ", " + request + ", promptTokens=" + promptTokens
                    + "}";
        }

        /**
         * Builds a {@link Query}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
         * by several threads.
         */
        public static final class Builder {

            private final SetOnce once = new SetOnce();
            private String callId = "";
            private Operation<?, ?> operation = ChatRequest.CHAT;
            private final ModelRequest request;
            private CallOptions options = CallOptions.DEFAULT;
            private long promptTokens;
            private @Nullable Instant now;
            private long remainingNanos = Long.MAX_VALUE;
            private @Nullable RandomGenerator random;
            private ContextPropagation propagation = ContextPropagation.NONE;

            private Builder(ModelRequest request) {
                this.request = Objects.requireNonNull(request, "request");
            }

            /** Sets the id of the call; empty, as in a dry run, by default. */
            public Builder callId(String callId) {
                once.check(0, "callId");
                this.callId = Objects.requireNonNull(callId, "callId");
                return this;
            }

            /** Sets the kind of call; {@link ChatRequest#CHAT} by default. */
            public Builder operation(Operation<?, ?> operation) {
                once.check(1, "operation");
                this.operation = Objects.requireNonNull(operation, "operation");
                return this;
            }

            /** Sets the options of the call; {@link CallOptions#DEFAULT} by default. */
            public Builder options(CallOptions options) {
                once.check(2, "options");
                this.options = Objects.requireNonNull(options, "options");
                return this;
            }

            /** Sets the estimated number of prompt tokens; 0 by default. */
            public Builder promptTokens(long promptTokens) {
                once.check(3, "promptTokens");
                this.promptTokens = promptTokens;
                return this;
            }

            /** Sets the current date and time. */
            public Builder now(Instant now) {
                once.check(4, "now");
                this.now = Objects.requireNonNull(now, "now");
                return this;
            }

            /**
             * Sets the nanoseconds left until the call's deadline; {@link Long#MAX_VALUE}, for no deadline, by default.
             */
            public Builder remainingNanos(long remainingNanos) {
                once.check(5, "remainingNanos");
                this.remainingNanos = remainingNanos;
                return this;
            }

            /** Sets the random source to use, seeded in tests. */
            public Builder random(RandomGenerator random) {
                once.check(6, "random");
                this.random = Objects.requireNonNull(random, "random");
                return this;
            }

            /** Sets what carries the caller's context; {@link ContextPropagation#NONE} by default. */
            public Builder contextPropagation(ContextPropagation propagation) {
                once.check(7, "contextPropagation");
                this.propagation = Objects.requireNonNull(propagation, "contextPropagation");
                return this;
            }

            /**
             * Returns the query.
             *
             * @throws IllegalStateException if one of these is not set: now, random
             */
            public Query build() {
                return new Query(this, SetOnce.required(now, "now"), SetOnce.required(random, "random"));
            }
        }
    }
}
