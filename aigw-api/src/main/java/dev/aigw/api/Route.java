package dev.aigw.api;

import dev.aigw.api.internal.JsonFields;
import dev.aigw.api.internal.SetOnce;
import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one call: the model that answered and every attempt. Immutable.
 *
 * <p>A reply has it from {@link ModelReply#route()}, a failure from {@link GatewayException#route()}.
 */
public final class Route implements Serializable {

    @Serial
    private static final long serialVersionUID = 1L;

    /** The route of a reply that no router produced. */
    public static final Route NONE = builder().build();

    /** Where a reply came from. */
    public enum Source {
        /** A deployment answered this call. */
        MODEL,
        /** The result cache answered this call. */
        CACHE,
        /** An identical call under way answered both calls. */
        SHARED,
        /** Every model failed, and the last resort of the model asked for answered: a stale or prepared reply. */
        DEGRADED
    }

    private final String callId;
    private final String requestedModel;
    private final String model;

    @SuppressWarnings("serial") // copies, which can be serialized
    private final List<Attempt> attempts;

    private final Source source;

    @SuppressWarnings("serial")
    private final List<String> warnings;

    @SuppressWarnings("serial")
    private final List<Verdict> verdicts;

    private Route(Builder builder) {
        this.callId = builder.callId;
        this.requestedModel = builder.requestedModel;
        this.model = builder.model;
        this.attempts = List.copyOf(builder.attempts);
        this.source = builder.source;
        this.warnings = List.copyOf(builder.warnings);
        this.verdicts = List.copyOf(builder.verdicts);
    }

    /** Starts a route without attempts. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this route; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.callId = callId;
        builder.requestedModel = requestedModel;
        builder.model = model;
        builder.attempts = attempts;
        builder.source = source;
        builder.warnings = warnings;
        builder.verdicts = verdicts;
        return builder;
    }

    /** Returns the id of the call, unique across JVMs and their restarts; empty for {@link #NONE}. */
    public String callId() {
        return callId;
    }

    /** Returns the model name that the application requested. */
    public String requestedModel() {
        return requestedModel;
    }

    /** Returns the logical model that answered; a fallback's name if a fallback answered. */
    public String model() {
        return model;
    }

    /** Returns all attempts in the order of their ends; of streams, of their first content. */
    public List<Attempt> attempts() {
        return attempts;
    }

    /** Returns where the reply came from. */
    public Source source() {
        return source;
    }

    /** Returns what was changed or skipped on the way, for example a parameter that was left out. */
    public List<String> warnings() {
        return warnings;
    }

    /** Returns what guards found, in the order in which they did; never content of the call. */
    public List<Verdict> verdicts() {
        return verdicts;
    }

    /** Returns the deployment that answered, or null when no attempt succeeded. */
    public @Nullable String deployment() {
        for (int i = attempts.size() - 1; i >= 0; i--) {
            if (attempts.get(i).outcome() == Outcome.SUCCESS) {
                return attempts.get(i).deployment();
            }
        }
        return null;
    }

    /** Returns whether the last resort answered because no model did. */
    public boolean degraded() {
        return source == Source.DEGRADED;
    }

    /** Returns whether a model other than the resolved one answered. */
    public boolean fellBack() {
        return attempts.stream().map(Attempt::model).distinct().count() > 1;
    }

    /** Returns this route as a plain JSON object, to be stored; durations are in nanoseconds. */
    public Map<String, @Nullable Object> toMap() {
        return JsonFields.none()
                .with("call_id", callId)
                .with("requested_model", requestedModel)
                .with("model", model)
                .with("source", source)
                .with(
                        "attempts",
                        attempts,
                        attempt -> JsonFields.none()
                                .with("model", attempt.model())
                                .with("deployment", attempt.deployment())
                                .with("outcome", attempt.outcome())
                                .with("nanos", attempt.duration().toNanos())
                                .with("error", attempt.errorKind())
                                .plain())
                .with("warnings", warnings, warning -> warning)
                .with(
                        "verdicts",
                        verdicts,
                        verdict -> JsonFields.none()
                                .with("guard", verdict.guard())
                                .with("rule", verdict.rule())
                                .with("action", verdict.action())
                                .with("score", verdict.score())
                                .with("input", verdict.input())
                                .with("enforced", verdict.enforced())
                                .with("count", verdict.count())
                                .plain())
                .plain();
    }

    /**
     * Returns the route that {@link #toMap()} wrote. Members of other names are ignored.
     *
     * @throws IllegalArgumentException if a member is missing or does not fit; the message names it
     */
    public static Route fromMap(Map<String, ?> map) {
        JsonFields fields = JsonFields.read(map, "");
        return builder()
                .callId(fields.needText("call_id"))
                .requestedModel(fields.needText("requested_model"))
                .model(fields.needText("model"))
                .source(fields.constant("source", Source.class))
                .attempts(fields.list("attempts", Route::attempt))
                .warnings(fields.texts("warnings"))
                .verdicts(fields.list("verdicts", Route::verdict))
                .build();
    }

    private static Verdict verdict(@Nullable Object form, String path) {
        JsonFields fields = JsonFields.read(form, path);
        return new Verdict(
                fields.needText("guard"),
                fields.needText("rule"),
                fields.constant("action", GuardAction.class),
                fields.need("score", Number.class).doubleValue(),
                fields.flag("input"),
                fields.flag("enforced"),
                fields.needInteger("count"));
    }

    private static Attempt attempt(@Nullable Object form, String path) {
        JsonFields fields = JsonFields.read(form, path);
        return new Attempt(
                fields.needText("model"),
                fields.needText("deployment"),
                fields.constant("outcome", Outcome.class),
                Duration.ofNanos(fields.needWhole("nanos")),
                fields.has("error") ? fields.constant("error", ErrorKind.class) : null);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Route that
                        && callId.equals(that.callId)
                        && requestedModel.equals(that.requestedModel)
                        && model.equals(that.model)
                        && attempts.equals(that.attempts)
                        && source == that.source
                        && warnings.equals(that.warnings)
                        && verdicts.equals(that.verdicts));
    }

    @Override
    public int hashCode() {
        return Objects.hash(callId, requestedModel, model, attempts, source, warnings, verdicts);
    }

    @Override
    public String toString() {
        return "Route{" + callId + ", " + requestedModel + " -> " + model + ", " + source + ", " + attempts
                + (warnings.isEmpty() ? "" : ", " + warnings)
                + (verdicts.isEmpty() ? "" : ", " + verdicts) + "}";
    }

    /**
     * One send to one deployment.
     *
     * @param model the logical model this attempt was for
     * @param deployment the deployment's id, for example {@code openai/gpt-6.1-terra#2}
     * @param outcome how it ended; of a stream, how it stood at its first content unless it broke later
     * @param duration from sending to that end
     * @param errorKind why it failed, or null
     */
    public record Attempt(
            String model,
            String deployment,
            Outcome outcome,
            Duration duration,
            @Nullable ErrorKind errorKind) implements Serializable {}

    /**
     * What a guard found. Equal findings of a call are counted together.
     *
     * @param guard the name of the guard
     * @param rule what it found, such as {@code override} or {@code CARD}; {@code unavailable} if it could not tell
     * @param action what it asked for
     * @param score how sure it was, from 0 to 1; the highest of those counted together
     * @param input whether it was in the request rather than in the reply
     * @param enforced whether the router acted on it; false for a guard in shadow mode
     * @param count how often it was found
     */
    public record Verdict(
            String guard, String rule, GuardAction action, double score, boolean input, boolean enforced, int count)
            implements Serializable {}

    /**
     * Builds a {@link Route}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private long set;
        private String callId = "";
        private String requestedModel = "";
        private String model = "";
        private List<Attempt> attempts = List.of();
        private Source source = Source.MODEL;
        private List<String> warnings = List.of();
        private List<Verdict> verdicts = List.of();

        private Builder() {}

        /** Sets the id of the call; empty by default. */
        public Builder callId(String callId) {
            set = SetOnce.check(set, 0, "callId");
            this.callId = Objects.requireNonNull(callId, "callId");
            return this;
        }

        /** Sets the model name that the application requested; empty by default. */
        public Builder requestedModel(String requestedModel) {
            set = SetOnce.check(set, 1, "requestedModel");
            this.requestedModel = Objects.requireNonNull(requestedModel, "requestedModel");
            return this;
        }

        /** Sets the logical model that answered; empty by default. */
        public Builder model(String model) {
            set = SetOnce.check(set, 2, "model");
            this.model = Objects.requireNonNull(model, "model");
            return this;
        }

        /** Sets every attempt in order; none by default. */
        public Builder attempts(List<Attempt> attempts) {
            set = SetOnce.check(set, 3, "attempts");
            this.attempts = Objects.requireNonNull(attempts, "attempts");
            return this;
        }

        /** Sets where the reply came from; {@link Source#MODEL} by default. */
        public Builder source(Source source) {
            set = SetOnce.check(set, 4, "source");
            this.source = Objects.requireNonNull(source, "source");
            return this;
        }

        /** Sets warnings about what was changed or skipped; none by default. */
        public Builder warnings(List<String> warnings) {
            set = SetOnce.check(set, 5, "warnings");
            this.warnings = Objects.requireNonNull(warnings, "warnings");
            return this;
        }

        /** Sets what guards found; nothing by default. */
        public Builder verdicts(List<Verdict> verdicts) {
            set = SetOnce.check(set, 6, "verdicts");
            this.verdicts = Objects.requireNonNull(verdicts, "verdicts");
            return this;
        }

        /** Returns the route. */
        public Route build() {
            return new Route(this);
        }
    }
}
