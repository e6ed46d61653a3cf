package dev.aigw.routing.rollout;

import dev.aigw.api.Cost;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A finished call and its finished copy by a {@link Shadow}. Immutable.
 *
 * @param operation the kind of call
 * @param request the request of both, as it reached the model
 * @param primary the result of the call
 * @param copy the result of the copy
 */
public record Comparison(Operation<?, ?> operation, ModelRequest request, Side primary, Side copy) {

    /** The result of one of the two. Immutable. */
    public static final class Side {

        private final Outcome outcome;
        private final @Nullable ModelReply reply;
        private final @Nullable GatewayException failure;
        private final Route route;
        private final TokenUsage usage;
        private final Cost cost;
        private final Duration duration;
        private final @Nullable Duration firstContent;

        private Side(Builder builder) {
            this.outcome = builder.outcome;
            this.reply = builder.reply;
            this.failure = builder.failure;
            this.route = builder.route;
            this.usage = builder.usage;
            this.cost = builder.cost;
            this.duration = builder.duration;
            this.firstContent = builder.firstContent;
        }

        /** Starts the result of a call with this outcome. */
        public static Builder builder(Outcome outcome) {
            return new Builder(outcome);
        }

        /** Returns how it ended; a copy that timed out is abandoned. */
        public Outcome outcome() {
            return outcome;
        }

        /**
         * Returns the answer; for a stream, the assembled {@link dev.aigw.api.chat.ChatResponse}. Null if it failed or
         * was abandoned, and for a caller's stream that was too long to keep.
         */
        public @Nullable ModelReply reply() {
            return reply;
        }

        /** Returns why there is no answer; null for a success and for a stream closed early. */
        public @Nullable GatewayException failure() {
            return failure;
        }

        /** Returns the route, with the model, the deployments and the call id of the ledger. */
        public Route route() {
            return route;
        }

        /** Returns the tokens of all attempts, estimated where they were not reported. */
        public TokenUsage usage() {
            return usage;
        }

        /** Returns the cost of all attempts; unknown if the cost of one is. */
        public Cost cost() {
            return cost;
        }

        /** Returns how long it took from its start to its end. */
        public Duration duration() {
            return duration;
        }

        /** Returns the time from a stream's start to its first content; null if there was none. */
        public @Nullable Duration firstContent() {
            return firstContent;
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || (other instanceof Side that
                            && outcome == that.outcome
                            && Objects.equals(reply, that.reply)
                            && Objects.equals(failure, that.failure)
                            && route.equals(that.route)
                            && usage.equals(that.usage)
                            && cost.equals(that.cost)
                            && duration.equals(that.duration)
                            && Objects.equals(firstContent, that.firstContent));
        }

        @Override
        public int hashCode() {
            return Objects.hash(outcome, reply, failure, route, usage, cost, duration, firstContent);
        }

        /** Returns outcome, route, usage and times, without content. */
        @Override
        public String toString() {
            return "Side{" + outcome + (failure == null ? "" : ", " + failure.kind()) + ", " + route + ", " + usage
                    + ", " + cost + ", duration=" + Durations.text(duration) + ", firstContent="
                    + (firstContent == null ? null : Durations.text(firstContent)) + "}";
        }

        /**
         * Builds a {@link Side}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
         * several threads.
         */
        public static final class Builder {

            private final SetOnce once = new SetOnce();
            private final Outcome outcome;
            private @Nullable ModelReply reply;
            private @Nullable GatewayException failure;
            private Route route = Route.NONE;
            private TokenUsage usage = TokenUsage.NONE;
            private Cost cost = Cost.UNKNOWN;
            private Duration duration = Duration.ZERO;
            private @Nullable Duration firstContent;

            private Builder(Outcome outcome) {
                this.outcome = Objects.requireNonNull(outcome, "outcome");
            }

            /** Sets the answer. */
            public Builder reply(@Nullable ModelReply reply) {
                once.check(0, "reply");
                this.reply = reply;
                return this;
            }

            /** Sets why there is no answer. */
            public Builder failure(@Nullable GatewayException failure) {
                once.check(1, "failure");
                this.failure = failure;
                return this;
            }

            /** Sets the route; {@link Route#NONE} by default. */
            public Builder route(Route route) {
                once.check(2, "route");
                this.route = Objects.requireNonNull(route, "route");
                return this;
            }

            /** Sets the tokens of all attempts; {@link TokenUsage#NONE} by default. */
            public Builder usage(TokenUsage usage) {
                once.check(3, "usage");
                this.usage = Objects.requireNonNull(usage, "usage");
                return this;
            }

            /** Sets the cost of all attempts; {@link Cost#UNKNOWN} by default. */
            public Builder cost(Cost cost) {
                once.check(4, "cost");
                this.cost = Objects.requireNonNull(cost, "cost");
                return this;
            }

            /** Sets how long it took from its start to its end; zero by default. */
            public Builder duration(Duration duration) {
                once.check(5, "duration");
                this.duration = Objects.requireNonNull(duration, "duration");
                return this;
            }

            /** Sets the time from a stream's start to its first content. */
            public Builder firstContent(@Nullable Duration firstContent) {
                once.check(6, "firstContent");
                this.firstContent = firstContent;
                return this;
            }

            /** Returns the side. */
            public Side build() {
                return new Side(this);
            }
        }
    }
}
