package dev.aigw.routing.access;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.Outcome;
import dev.aigw.api.internal.SetOnce;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who did what, when, and by which rule it was allowed or denied. It never has content of a request or an answer, nor a
 * secret. Text from outside has no control characters and at most 500 characters; only {@link #caller()} is as it was
 * given. Immutable.
 */
public final class AuditEvent {

    /** The kinds of events. */
    public enum Type {
        /** A credential was accepted. */
        AUTHENTICATED,
        /** A credential was not accepted. */
        REJECTED,
        /** A call ended that was not denied; {@link AuditEvent#outcome()} says how. */
        CALLED,
        /** A call ended because it was denied: by permissions, or by a stage of the application. */
        DENIED,
        /** A key was minted. */
        KEY_MINTED,
        /** A key got a new secret. */
        KEY_ROTATED,
        /** A key was revoked. */
        KEY_REVOKED,
        /** A key's tier, scopes, labels or expiry changed. */
        KEY_CHANGED,
        /** The log itself could not keep earlier events; {@link AuditEvent#reason()} says how many. */
        LOST
    }

    private static final int MOST_CHARS = 500;

    private final Type type;
    private final Instant time;
    private final Caller caller;
    private final @Nullable String key;
    private final @Nullable String source;
    private final @Nullable String callId;
    private final @Nullable String operation;
    private final @Nullable String requestedModel;
    private final @Nullable String model;
    private final List<String> withheld;
    private final @Nullable String deployment;
    private final @Nullable String rule;
    private final @Nullable String reason;
    private final @Nullable Outcome outcome;
    private final @Nullable ErrorKind error;
    private final @Nullable Cost cost;

    private AuditEvent(Builder builder) {
        this.type = builder.type;
        this.time = builder.time;
        this.caller = builder.caller;
        this.key = clean(builder.key == null ? builder.caller.key() : builder.key);
        this.source = clean(builder.source);
        this.callId = clean(builder.callId);
        this.operation = clean(builder.operation);
        this.requestedModel = clean(builder.requestedModel);
        this.model = clean(builder.model);
        this.withheld = builder.withheld.stream()
                .map(each -> AuditText.clean(each, MOST_CHARS))
                .toList();
        this.deployment = clean(builder.deployment);
        this.rule = clean(builder.rule);
        this.reason = clean(builder.reason);
        this.outcome = builder.outcome;
        this.error = builder.error;
        this.cost = builder.cost;
    }

    private static @Nullable String clean(@Nullable String text) {
        return text == null ? null : AuditText.clean(text, MOST_CHARS);
    }

    /** Starts an event. */
    public static Builder builder(Type type, Instant time) {
        return new Builder(type, time);
    }

    /** Returns what happened. */
    public Type type() {
        return type;
    }

    /** Returns when it happened, or ended. */
    public Instant time() {
        return time;
    }

    /** Returns the caller; {@link Caller#ANONYMOUS} if it is not known. */
    public Caller caller() {
        return caller;
    }

    /** Returns the id of the key that was used, presented or managed, or null. */
    public @Nullable String key() {
        return key;
    }

    /** Returns where the request or credential came from, by the application's label, or null. */
    public @Nullable String source() {
        return source;
    }

    /** Returns the id of the call, or null. */
    public @Nullable String callId() {
        return callId;
    }

    /** Returns the name of the operation, or null. */
    public @Nullable String operation() {
        return operation;
    }

    /** Returns the model name that the application asked for, or null. */
    public @Nullable String requestedModel() {
        return requestedModel;
    }

    /** Returns the resolved name of the model that answered, failed last, or was denied, or null. */
    public @Nullable String model() {
        return model;
    }

    /**
     * Returns the models that could have taken part in the call, as a fallback, a step of a cascade or a shadow, and
     * were left out because the caller may not use them; mostly none.
     */
    public List<String> withheld() {
        return withheld;
    }

    /** Returns the deployment that answered, or else the one that was asked last, or null. */
    public @Nullable String deployment() {
        return deployment;
    }

    /**
     * Returns the rule that allowed or denied the call; null if there are no permissions, if no rule allows a call that
     * was denied, or if the call ended before its permission was asked for.
     */
    public @Nullable String rule() {
        return rule;
    }

    /** Returns why a credential was rejected or a call denied by permissions, or null. */
    public @Nullable String reason() {
        return reason;
    }

    /** Returns how the call ended, or null. */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    /** Returns the kind of failure that ended the call, or null. */
    public @Nullable ErrorKind error() {
        return error;
    }

    /**
     * Returns what the call cost, all attempts together; null if it is no call, or a batch, which is billed later.
     * {@link Cost#UNKNOWN} if the cost of one is, and if one had not ended ten seconds after the call.
     */
    public @Nullable Cost cost() {
        return cost;
    }

    @Override
    public String toString() {
        return type + " " + AuditText.clean(caller.toString(), MOST_CHARS) + (model == null ? "" : " " + model)
                + (reason == null ? "" : ": " + reason);
    }

    /**
     * Builds an {@link AuditEvent}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final Type type;
        private final Instant time;
        private Caller caller = Caller.ANONYMOUS;
        private @Nullable String key;
        private @Nullable String source;
        private @Nullable String callId;
        private @Nullable String operation;
        private @Nullable String requestedModel;
        private @Nullable String model;
        private List<String> withheld = List.of();
        private @Nullable String deployment;
        private @Nullable String rule;
        private @Nullable String reason;
        private @Nullable Outcome outcome;
        private @Nullable ErrorKind error;
        private @Nullable Cost cost;

        private Builder(Type type, Instant time) {
            this.type = Objects.requireNonNull(type, "type");
            this.time = Objects.requireNonNull(time, "time");
        }

        /** Sets the caller; anonymous by default. */
        public Builder caller(Caller caller) {
            once.check(0, "caller");
            this.caller = Objects.requireNonNull(caller, "caller");
            return this;
        }

        /** Sets the id of the key; the caller's by default. */
        public Builder key(@Nullable String id) {
            once.check(1, "key");
            this.key = id;
            return this;
        }

        /** Sets where the credential came from. */
        public Builder source(@Nullable String source) {
            once.check(2, "source");
            this.source = source;
            return this;
        }

        /** Sets the id of the call. */
        public Builder callId(@Nullable String id) {
            once.check(3, "callId");
            this.callId = id;
            return this;
        }

        /** Sets the name of the operation. */
        public Builder operation(@Nullable String name) {
            once.check(4, "operation");
            this.operation = name;
            return this;
        }

        /** Sets the model name that the application asked for. */
        public Builder requestedModel(@Nullable String name) {
            once.check(12, "requestedModel");
            this.requestedModel = name;
            return this;
        }

        /** Sets the models that the caller may not use and that could have taken part; none by default. */
        public Builder withheld(List<String> models) {
            once.check(13, "withheld");
            this.withheld = List.copyOf(models);
            return this;
        }

        /** Sets the model. */
        public Builder model(@Nullable String name) {
            once.check(5, "model");
            this.model = name;
            return this;
        }

        /** Sets the deployment. */
        public Builder deployment(@Nullable String id) {
            once.check(6, "deployment");
            this.deployment = id;
            return this;
        }

        /** Sets the rule that allowed or denied the call. */
        public Builder rule(@Nullable String name) {
            once.check(7, "rule");
            this.rule = name;
            return this;
        }

        /** Sets why it was rejected or denied: no content, no secret. */
        public Builder reason(@Nullable String reason) {
            once.check(8, "reason");
            this.reason = reason;
            return this;
        }

        /** Sets how the call ended. */
        public Builder outcome(@Nullable Outcome outcome) {
            once.check(9, "outcome");
            this.outcome = outcome;
            return this;
        }

        /** Sets the kind of failure that ended the call. */
        public Builder error(@Nullable ErrorKind kind) {
            once.check(10, "error");
            this.error = kind;
            return this;
        }

        /** Sets what the call cost. */
        public Builder cost(@Nullable Cost cost) {
            once.check(11, "cost");
            this.cost = cost;
            return this;
        }

        /** Returns the event. */
        public AuditEvent build() {
            return new AuditEvent(this);
        }
    }
}
