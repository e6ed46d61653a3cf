package dev.aigw.api.spi;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.Outcome;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.internal.SetOnce;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One settled attempt, as a {@link TokenMeter} accounts for it. Immutable. */
public final class MeterRecord {

    private final String callId;
    private final int attempt;
    private final String operation;
    private final String model;
    private final String deployment;
    private final Caller caller;
    private final Map<String, String> tags;
    private final Outcome outcome;
    private final TokenUsage usage;
    private final Cost cost;

    private MeterRecord(
            Builder builder, String callId, String operation, String model, String deployment, Outcome outcome) {
        this.callId = callId;
        this.attempt = builder.attempt;
        this.operation = operation;
        this.model = model;
        this.deployment = deployment;
        this.caller = builder.caller;
        this.tags = Map.copyOf(builder.tags);
        this.outcome = outcome;
        this.usage = builder.usage;
        this.cost = builder.cost;
    }

    /** Starts a record. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this one; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.callId = callId;
        builder.attempt = attempt;
        builder.operation = operation;
        builder.model = model;
        builder.deployment = deployment;
        builder.caller = caller;
        builder.tags = tags;
        builder.outcome = outcome;
        builder.usage = usage;
        builder.cost = cost;
        return builder;
    }

    /** Returns the call's id. */
    public String callId() {
        return callId;
    }

    /** Returns which attempt of the call it is, from 1. */
    public int attempt() {
        return attempt;
    }

    /** Returns the operation's name. */
    public String operation() {
        return operation;
    }

    /** Returns the logical model it was for. */
    public String model() {
        return model;
    }

    /** Returns the deployment's id. */
    public String deployment() {
        return deployment;
    }

    /** Returns the caller. */
    public Caller caller() {
        return caller;
    }

    /** Returns the labels of the call and of the routes that chose the model, such as an experiment's arm. */
    public Map<String, String> tags() {
        return tags;
    }

    /** Returns how it ended. */
    public Outcome outcome() {
        return outcome;
    }

    /** Returns the tokens, reported or estimated. */
    public TokenUsage usage() {
        return usage;
    }

    /** Returns the cost; unknown without a price. */
    public Cost cost() {
        return cost;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof MeterRecord that
                        && callId.equals(that.callId)
                        && attempt == that.attempt
                        && operation.equals(that.operation)
                        && model.equals(that.model)
                        && deployment.equals(that.deployment)
                        && caller.equals(that.caller)
                        && tags.equals(that.tags)
                        && outcome == that.outcome
                        && usage.equals(that.usage)
                        && cost.equals(that.cost));
    }

    @Override
    public int hashCode() {
        return Objects.hash(callId, attempt, operation, model, deployment, caller, tags, outcome, usage, cost);
    }

    @Override
    public String toString() {
        return "MeterRecord{" + callId + "/" + attempt + ", " + operation + ", " + model + ", " + deployment + ", "
                + outcome + ", " + usage + ", " + cost + "}";
    }

    /**
     * Builds a {@link MeterRecord}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private long set;
        private @Nullable String callId;
        private int attempt = 1;
        private @Nullable String operation;
        private @Nullable String model;
        private @Nullable String deployment;
        private Caller caller = Caller.ANONYMOUS;
        private Map<String, String> tags = Map.of();
        private @Nullable Outcome outcome;
        private TokenUsage usage = TokenUsage.NONE;
        private Cost cost = Cost.UNKNOWN;

        private Builder() {}

        /** Sets the call's id. */
        public Builder callId(String callId) {
            set = SetOnce.check(set, 0, "callId");
            this.callId = Objects.requireNonNull(callId, "callId");
            return this;
        }

        /** Sets which attempt of the call it is; 1, the first, by default. */
        public Builder attempt(int attempt) {
            set = SetOnce.check(set, 1, "attempt");
            this.attempt = attempt;
            return this;
        }

        /** Sets the operation's name. */
        public Builder operation(String operation) {
            set = SetOnce.check(set, 2, "operation");
            this.operation = Objects.requireNonNull(operation, "operation");
            return this;
        }

        /** Sets the logical model it was for. */
        public Builder model(String model) {
            set = SetOnce.check(set, 3, "model");
            this.model = Objects.requireNonNull(model, "model");
            return this;
        }

        /** Sets the deployment's id. */
        public Builder deployment(String deployment) {
            set = SetOnce.check(set, 4, "deployment");
            this.deployment = Objects.requireNonNull(deployment, "deployment");
            return this;
        }

        /** Sets the caller; {@link Caller#ANONYMOUS} by default. */
        public Builder caller(Caller caller) {
            set = SetOnce.check(set, 5, "caller");
            this.caller = Objects.requireNonNull(caller, "caller");
            return this;
        }

        /** Sets the labels of the call and of the routes that chose the model; none by default. */
        public Builder tags(Map<String, String> tags) {
            set = SetOnce.check(set, 6, "tags");
            this.tags = Objects.requireNonNull(tags, "tags");
            return this;
        }

        /** Sets how it ended. */
        public Builder outcome(Outcome outcome) {
            set = SetOnce.check(set, 7, "outcome");
            this.outcome = Objects.requireNonNull(outcome, "outcome");
            return this;
        }

        /** Sets the tokens; {@link TokenUsage#NONE} by default. */
        public Builder usage(TokenUsage usage) {
            set = SetOnce.check(set, 8, "usage");
            this.usage = Objects.requireNonNull(usage, "usage");
            return this;
        }

        /** Sets the cost; {@link Cost#UNKNOWN} by default. */
        public Builder cost(Cost cost) {
            set = SetOnce.check(set, 9, "cost");
            this.cost = Objects.requireNonNull(cost, "cost");
            return this;
        }

        /**
         * Returns the record.
         *
         * @throws IllegalStateException if one of these is not set: callId, operation, model, deployment, outcome
         */
        public MeterRecord build() {
            return new MeterRecord(
                    this,
                    SetOnce.required(callId, "callId"),
                    SetOnce.required(operation, "operation"),
                    SetOnce.required(model, "model"),
                    SetOnce.required(deployment, "deployment"),
                    SetOnce.required(outcome, "outcome"));
        }
    }
}
