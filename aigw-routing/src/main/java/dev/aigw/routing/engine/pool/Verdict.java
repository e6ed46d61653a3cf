package dev.aigw.routing.engine.pool;

import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the end of an attempt says about its deployment: its health, and whether a cooldown is due. A pure function of
 * the outcome and its circumstances; {@link Lease#settle} applies it. Immutable.
 *
 * @param health what its breaker counts
 * @param scope what cools down, or null for nothing
 * @param cooldown for how long; zero without a scope
 * @param overloaded whether the deployment could not keep up with its load; adaptive concurrency limits use this
 */
public record Verdict(Health health, @Nullable CooldownScope scope, Duration cooldown, boolean overloaded) {

    /** What an attempt says about a deployment's health. */
    public enum Health {
        /** It serves. */
        GOOD,
        /** It failed by its own fault. */
        BAD,
        /** Nothing. */
        UNKNOWN
    }

    /**
     * The circumstances of an attempt.
     *
     * @param sent whether the adapter was called
     * @param impatient whether it ended by a timeout that the caller, or the router on its behalf, had set shorter than
     *     the model's own
     * @param waitedLong whether it had waited long by the model's own timeouts or the deployment's usual latency
     * @param probeOnly whether the call is a side call, which says nothing about health
     */
    public record Circumstances(boolean sent, boolean impatient, boolean waitedLong, boolean probeOnly) {}

    /** Says nothing. */
    public static final Verdict NOTHING = new Verdict(Health.UNKNOWN, null, Duration.ZERO, false);

    /** The deployment serves. */
    public static final Verdict SERVES = new Verdict(Health.GOOD, null, Duration.ZERO, false);

    private static final Verdict FAILED = new Verdict(Health.BAD, null, Duration.ZERO, false);
    private static final Verdict OVERLOADED = new Verdict(Health.BAD, null, Duration.ZERO, true);

    /** The cooldown of what a person must fix: a key, a permission, a missing model, an account. */
    private static final Duration UNTIL_FIXED = Duration.ofMinutes(5);

    /** Without a reset time, a rate-limited deployment cools down this long. */
    private static final Duration DEFAULT_RESET = Duration.ofSeconds(1);

    /** Returns the verdict on an attempt. */
    public static Verdict of(Outcome outcome, @Nullable GatewayException failure, Circumstances circumstances) {
        if (!circumstances.sent) {
            return NOTHING;
        }
        Verdict verdict = switch (outcome) {
            case SUCCESS -> SERVES;
            case FAILED -> failure == null ? NOTHING : of(failure, circumstances);
            case ABANDONED ->
                failure != null && failure.kind() == ErrorKind.DEADLINE && circumstances.waitedLong
                        ? OVERLOADED
                        : NOTHING;
        };
        return circumstances.probeOnly ? new Verdict(Health.UNKNOWN, null, Duration.ZERO, verdict.overloaded) : verdict;
    }

    private static Verdict of(GatewayException failure, Circumstances circumstances) {
        if (failure.subject() == FailureSubject.REQUEST) {
            return NOTHING;
        }
        return switch (failure.kind()) {
            case OVERLOADED -> OVERLOADED;
            case SERVER_ERROR, CONNECTION, MALFORMED_RESPONSE, STREAM_INTERRUPTED, UNCONFIRMED -> FAILED;
            case TIMEOUT, DEADLINE -> !circumstances.impatient || circumstances.waitedLong ? OVERLOADED : NOTHING;
            case RATE_LIMITED ->
                new Verdict(Health.UNKNOWN, CooldownScope.DEPLOYMENT, reset(failure, DEFAULT_RESET), true);
            case QUOTA_EXHAUSTED -> cooldown(failure, CooldownScope.CREDENTIAL);
            case AUTHENTICATION -> cooldown(failure, CooldownScope.CREDENTIAL);
            case PERMISSION -> cooldown(failure, CooldownScope.CREDENTIAL_MODEL);
            case NOT_FOUND -> cooldown(failure, CooldownScope.DEPLOYMENT);
            default -> NOTHING;
        };
    }

    /** Returns a cooldown of {@code usual}, or of the scope that the failure itself names. */
    private static Verdict cooldown(GatewayException failure, CooldownScope usual) {
        CooldownScope scope = switch (failure.subject()) {
            case UNKNOWN, REQUEST -> usual;
            case DEPLOYMENT -> CooldownScope.DEPLOYMENT;
            case MODEL -> usual == CooldownScope.DEPLOYMENT ? usual : CooldownScope.CREDENTIAL_MODEL;
            case CREDENTIAL -> CooldownScope.CREDENTIAL;
        };
        return new Verdict(Health.UNKNOWN, scope, reset(failure, UNTIL_FIXED), false);
    }

    private static Duration reset(GatewayException failure, Duration otherwise) {
        Duration retryAfter = failure.retryAfter();
        return retryAfter == null ? otherwise : retryAfter;
    }
}
