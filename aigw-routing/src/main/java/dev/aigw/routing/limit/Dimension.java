package dev.aigw.routing.limit;

import dev.aigw.api.Caller;
import dev.aigw.api.spi.CallContext;
import dev.aigw.routing.engine.call.Attempt;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A property by which a limit keeps separate allowances, such as the tenant. All calls without a value (an anonymous
 * caller, a tag not set) count together, so that leaving it out does not evade the limit.
 *
 * <p>In messages and reports, no value is the empty text, an empty value is {@code %}, a percent sign is {@code %25},
 * and a value of more than 200 characters is cut and ends with its digest, so that different values never look alike.
 * Immutable.
 */
public final class Dimension {

    /** When a value becomes known in the course of a call, in order. */
    enum Level {
        CALL,
        MODEL,
        ATTEMPT
    }

    /** The caller's tenant. */
    public static final Dimension TENANT =
            of("tenant", call -> call.options().caller().tenant());

    /**
     * The caller, by tenant and user together: {@code tenant/user}, {@code tenant}, or {@code /user}. A slash within
     * either is {@code %2F}.
     */
    public static final Dimension CALLER = new Dimension(
            "caller",
            Level.CALL,
            (call, attempt) -> DimensionValue.of(call.options().caller()));

    /** The API key of the caller, by its id. */
    public static final Dimension KEY =
            of("key", call -> call.options().caller().key());

    /**
     * Who a tier's allowances belong to: the API key of the caller, or, for one without a key, the caller. The values
     * are {@code key id} and {@code caller tenant/user}.
     */
    public static final Dimension HOLDER =
            new Dimension("holder", Level.CALL, (call, attempt) -> holder(call.options().caller()));

    private static String holder(Caller caller) {
        return caller.key() == null
                ? "caller " + DimensionValue.of(caller)
                : "key " + DimensionValue.of(caller.key());
    }

    /** The caller's tier. */
    public static final Dimension TIER =
            of("tier", call -> call.options().caller().tier());

    /** The kind of call, such as {@code chat}. */
    public static final Dimension OPERATION =
            of("operation", call -> call.operation().name());

    /** The logical model, including fallbacks: a call refused for one model may fall back to another. */
    public static final Dimension MODEL =
            new Dimension("model", Level.MODEL, (call, attempt) -> DimensionValue.of(call.model()));

    /** The deployment; each attempt counts. */
    public static final Dimension DEPLOYMENT = new Dimension(
            "deployment",
            Level.ATTEMPT,
            (call, attempt) -> DimensionValue.of(attempt == null ? null : attempt.deployment()));

    /**
     * The credential a deployment uses, by its {@linkplain dev.aigw.api.Credential#account account}, so that one
     * allowance serves all keys of a named account, and continues when a key is replaced; each attempt counts.
     */
    public static final Dimension CREDENTIAL = new Dimension(
            "credential",
            Level.ATTEMPT,
            (call, attempt) -> DimensionValue.of(
                    attempt == null ? null : attempt.live().definition().accountKey()));

    private final String name;
    private final Level level;
    private final BiFunction<CallContext, @Nullable Attempt, String> value;

    /** Creates one whose values have the texts of {@link DimensionValue}. */
    private Dimension(String name, Level level, BiFunction<CallContext, @Nullable Attempt, String> value) {
        this.name = name;
        this.level = level;
        this.value = value;
    }

    /** Returns the dimension of a tag in the call's options. */
    public static Dimension tag(String tag) {
        return of("tag " + tag, call -> call.options().tags().get(tag));
    }

    /**
     * Returns a custom dimension whose value is known when a call begins.
     *
     * @param name the name in messages and reports
     * @param value returns the value, or null if the call has none; must return quickly
     */
    public static Dimension of(String name, Function<CallContext, @Nullable String> value) {
        Objects.requireNonNull(value, "value");
        return new Dimension(
                Objects.requireNonNull(name, "name"),
                Level.CALL,
                (call, attempt) -> DimensionValue.of(value.apply(call)));
    }

    /** Returns whether it is known of a caller without a call. */
    boolean isKnownOfCaller() {
        return this == TENANT || this == CALLER || this == KEY || this == HOLDER || this == TIER;
    }

    Level level() {
        return level;
    }

    /** Returns the text of a value in a condition; {@link #CALLER} is configured by its text. */
    String textOf(String configured) {
        return configured.isEmpty() || this == CALLER ? configured : DimensionValue.of(configured);
    }

    /** Returns whether it depends on the deployment and not on the caller. */
    boolean isOfDeployment() {
        return level == Level.ATTEMPT;
    }

    String value(CallContext call, @Nullable Attempt attempt) {
        return value.apply(call, attempt);
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name;
    }
}
