package dev.aigw.routing.resilience;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.routing.deployment.FailurePolicy;

/**
 * What a kind of failure means for the next step of its call. What it means for the deployment is the
 * {@link dev.aigw.routing.engine.pool.Verdict}.
 *
 * @param same whether and when the same call may retry the same deployment
 * @param next whether another deployment of the same model may be tried
 * @param fallback whether a fallback model may be tried
 */
record FailureRule(Same same, boolean next, boolean fallback) {

    /** When the same deployment may be retried. */
    enum Same {
        NEVER,
        AT_ONCE,
        ONCE,
        BACKOFF,
        AFTER_RESET
    }

    private static final FailureRule FINAL = new FailureRule(Same.NEVER, false, false);
    private static final FailureRule BUSY = new FailureRule(Same.BACKOFF, true, true);
    private static final FailureRule ELSEWHERE = new FailureRule(Same.NEVER, true, true);
    private static final FailureRule AFTER_RESET = new FailureRule(Same.AFTER_RESET, true, true);
    private static final FailureRule AT_ONCE = new FailureRule(Same.AT_ONCE, true, true);
    private static final FailureRule ONCE = new FailureRule(Same.ONCE, true, true);
    private static final FailureRule OTHER_MODEL = new FailureRule(Same.NEVER, false, true);

    /** Returns the rule for a failure of one attempt: its model's, else the router's. */
    static FailureRule of(GatewayException failure, FailurePolicy policy) {
        FailureRule usual = failure.subject() == FailureSubject.DEPLOYMENT ? AFTER_RESET : of(failure.kind());
        boolean next = policy.triesOthers(failure.kind(), usual.next);
        boolean fallback = policy.triesOthers(failure.kind(), usual.fallback);
        return next == usual.next && fallback == usual.fallback
                ? usual
                : new FailureRule(next ? usual.same : Same.NEVER, next, fallback);
    }

    /** Returns the router's rule for a kind of failure. */
    static FailureRule of(ErrorKind kind) {
        return switch (kind) {
            case RATE_LIMITED -> AFTER_RESET;
            case OVERLOADED, SERVER_ERROR -> BUSY;
            // Only a stream that broke before its first content comes here: the reader has seen nothing of it.
            case CONNECTION, STREAM_INTERRUPTED -> AT_ONCE;
            case MALFORMED_RESPONSE -> ONCE;
            case QUOTA_EXHAUSTED,
                    TIMEOUT,
                    AUTHENTICATION,
                    PERMISSION,
                    NOT_FOUND,
                    CONTEXT_TOO_LONG,
                    PAYLOAD_TOO_LARGE,
                    UNSUPPORTED -> ELSEWHERE;
            case LIMIT_EXCEEDED, BUDGET_EXCEEDED -> OTHER_MODEL;
            case UNCONFIRMED,
                    DEADLINE,
                    CONTENT_FILTERED,
                    INVALID_REQUEST,
                    CANCELLED,
                    UNAUTHENTICATED,
                    DENIED,
                    GUARD_REJECTED,
                    INTERNAL,
                    UNKNOWN_MODEL,
                    NO_ROUTE,
                    ROUTER_CLOSED -> FINAL;
        };
    }
}
