package dev.aigw.routing.resilience;

import dev.aigw.api.ErrorKind;

/**
 * What a kind of failure means for the next step.
 *
 * @param same whether and when the same deployment may be asked again by the same call
 * @param next whether another deployment of the same model may be asked
 * @param fallback whether a fallback model may be asked
 * @param blame who is left alone afterwards
 */
record FailureRule(Same same, boolean next, boolean fallback, Blame blame) {

    /** When the same deployment may be asked again. */
    enum Same {
        NEVER,
        AT_ONCE,
        ONCE,
        BACKOFF,
        AFTER_RESET
    }

    /** Who a failure speaks against. */
    enum Blame {
        NOBODY,
        /** The deployment, until its reset time. */
        UNTIL_RESET,
        /** The deployment, for five minutes. */
        DEPLOYMENT,
        /** The credential, for five minutes. */
        CREDENTIAL,
        /** The credential, for ten minutes: the account has no money. */
        ACCOUNT,
        /** The deployment's breaker, which counts. */
        BREAKER
    }

    private static final FailureRule FINAL = new FailureRule(Same.NEVER, false, false, Blame.NOBODY);
    private static final FailureRule BUSY = new FailureRule(Same.BACKOFF, true, true, Blame.BREAKER);
    private static final FailureRule ELSEWHERE = new FailureRule(Same.NEVER, true, true, Blame.NOBODY);

    static FailureRule of(ErrorKind kind) {
        return switch (kind) {
            case RATE_LIMITED -> new FailureRule(Same.AFTER_RESET, true, true, Blame.UNTIL_RESET);
            case QUOTA_EXHAUSTED -> new FailureRule(Same.NEVER, true, true, Blame.ACCOUNT);
            case OVERLOADED, SERVER_ERROR -> BUSY;
            // Only a stream that broke before its first content comes here: nobody has seen anything of it.
            case CONNECTION, STREAM_INTERRUPTED -> new FailureRule(Same.AT_ONCE, true, true, Blame.BREAKER);
            case TIMEOUT -> new FailureRule(Same.NEVER, true, true, Blame.BREAKER);
            case AUTHENTICATION, PERMISSION -> new FailureRule(Same.NEVER, true, true, Blame.CREDENTIAL);
            case NOT_FOUND -> new FailureRule(Same.NEVER, true, true, Blame.DEPLOYMENT);
            case CONTEXT_TOO_LONG, PAYLOAD_TOO_LARGE, UNSUPPORTED -> ELSEWHERE;
            case MALFORMED_RESPONSE -> new FailureRule(Same.ONCE, true, true, Blame.BREAKER);
            case LIMIT_EXCEEDED, BUDGET_EXCEEDED -> new FailureRule(Same.NEVER, false, true, Blame.NOBODY);
            case DEADLINE, CONTENT_FILTERED, INVALID_REQUEST, CANCELLED, DENIED, GUARD_REJECTED, NO_ROUTE -> FINAL;
        };
    }
}
