package dev.aigw.api.spi;

import dev.aigw.api.Cost;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Outcome;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.internal.SetOnce;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a call or an attempt ended. Immutable. */
public final class End {

    private final Outcome outcome;
    private final @Nullable ModelReply reply;
    private final TokenUsage usage;
    private final @Nullable GatewayException failure;
    private final long outputChars;
    private final long durationNanos;
    private final long firstContentNanos;
    private final @Nullable String serviceTier;
    private final Cost cost;

    private End(Builder builder) {
        this.outcome = builder.outcome;
        this.reply = builder.reply;
        this.usage = builder.usage;
        this.failure = builder.failure;
        this.outputChars = builder.outputChars;
        this.durationNanos = builder.durationNanos;
        this.firstContentNanos = builder.firstContentNanos;
        this.serviceTier = builder.serviceTier != null ? builder.serviceTier : tierOf(builder.reply);
        this.cost = builder.cost;
    }

    /** Starts an end with this outcome. */
    public static Builder builder(Outcome outcome) {
        return new Builder(outcome);
    }

    /** Starts from this one; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder(outcome);
        builder.reply = reply;
        builder.usage = usage;
        builder.failure = failure;
        builder.outputChars = outputChars;
        builder.durationNanos = durationNanos;
        builder.firstContentNanos = firstContentNanos;
        builder.serviceTier = serviceTier;
        builder.cost = cost;
        return builder;
    }

    /** Returns whether it completed, failed, or was no longer needed. */
    public Outcome outcome() {
        return outcome;
    }

    /** Returns the reply of a successful call that is no stream; null for streams and failures. */
    public @Nullable ModelReply reply() {
        return reply;
    }

    /** Returns the tokens reported before it ended; {@link TokenUsage#NONE} when none were. */
    public TokenUsage usage() {
        return usage;
    }

    /** Returns why it failed, or null. */
    public @Nullable GatewayException failure() {
        return failure;
    }

    /** Returns the characters of content that a stream delivered, for estimates where no usage was reported. */
    public long outputChars() {
        return outputChars;
    }

    /** Returns how long it took. */
    public long durationNanos() {
        return durationNanos;
    }

    /** Returns the time from a stream's start to its first content; 0 when there was none. */
    public long firstContentNanos() {
        return firstContentNanos;
    }

    /** Returns the service tier that the vendor reported, in its own word; null when it reported none. */
    public @Nullable String serviceTier() {
        return serviceTier;
    }

    /**
     * Returns the cost of all attempts of the call, as far as known, for {@link ModelSelector#ended}. Elsewhere it is
     * {@link Cost#UNKNOWN}: a {@link TokenMeter} has the cost of each attempt.
     */
    public Cost cost() {
        return cost;
    }

    private static @Nullable String tierOf(@Nullable ModelReply reply) {
        return reply instanceof ChatResponse chat ? chat.serviceTier() : null;
    }

    /** Returns how long the answer took; of a stream, up to the first content. */
    public long latencyNanos() {
        return firstContentNanos > 0 ? firstContentNanos : durationNanos;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof End that
                        && outcome == that.outcome
                        && Objects.equals(reply, that.reply)
                        && usage.equals(that.usage)
                        && Objects.equals(failure, that.failure)
                        && outputChars == that.outputChars
                        && durationNanos == that.durationNanos
                        && firstContentNanos == that.firstContentNanos
                        && Objects.equals(serviceTier, that.serviceTier)
                        && cost.equals(that.cost));
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                outcome, reply, usage, failure, outputChars, durationNanos, firstContentNanos, serviceTier, cost);
    }

    /** Returns outcome, usage, failure and times; content stays out of logs. */
    @Override
    public String toString() {
        return "End{" + outcome + ", " + usage + (failure == null ? "" : ", " + failure.kind()) + ", durationNanos="
                + durationNanos + ", firstContentNanos=" + firstContentNanos + "}";
    }

    /**
     * Builds an {@link End}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private long set;
        private final Outcome outcome;
        private @Nullable ModelReply reply;
        private TokenUsage usage = TokenUsage.NONE;
        private @Nullable GatewayException failure;
        private long outputChars;
        private long durationNanos;
        private long firstContentNanos;
        private @Nullable String serviceTier;
        private Cost cost = Cost.UNKNOWN;

        private Builder(Outcome outcome) {
            this.outcome = Objects.requireNonNull(outcome, "outcome");
        }

        /** Sets the reply of a successful call that is no stream. */
        public Builder reply(@Nullable ModelReply reply) {
            set = SetOnce.check(set, 0, "reply");
            this.reply = reply;
            return this;
        }

        /** Sets the tokens reported; {@link TokenUsage#NONE} by default. */
        public Builder usage(TokenUsage usage) {
            set = SetOnce.check(set, 1, "usage");
            this.usage = Objects.requireNonNull(usage, "usage");
            return this;
        }

        /** Sets why it failed. */
        public Builder failure(@Nullable GatewayException failure) {
            set = SetOnce.check(set, 2, "failure");
            this.failure = failure;
            return this;
        }

        /** Sets the characters of content that a stream delivered; 0 by default. */
        public Builder outputChars(long outputChars) {
            set = SetOnce.check(set, 3, "outputChars");
            this.outputChars = outputChars;
            return this;
        }

        /** Sets how long it took; 0 by default. */
        public Builder durationNanos(long durationNanos) {
            set = SetOnce.check(set, 4, "durationNanos");
            this.durationNanos = durationNanos;
            return this;
        }

        /** Sets the time from a stream's start to its first content; 0, for none, by default. */
        public Builder firstContentNanos(long firstContentNanos) {
            set = SetOnce.check(set, 5, "firstContentNanos");
            this.firstContentNanos = firstContentNanos;
            return this;
        }

        /** Sets the service tier that the vendor reported; that of the reply by default. */
        public Builder serviceTier(@Nullable String serviceTier) {
            set = SetOnce.check(set, 6, "serviceTier");
            this.serviceTier = serviceTier;
            return this;
        }

        /** Sets the cost of all attempts of the call; {@link Cost#UNKNOWN} by default. */
        public Builder cost(Cost cost) {
            set = SetOnce.check(set, 7, "cost");
            this.cost = Objects.requireNonNull(cost, "cost");
            return this;
        }

        /** Returns the end. */
        public End build() {
            return new End(this);
        }
    }
}
