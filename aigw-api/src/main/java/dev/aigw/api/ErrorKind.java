package dev.aigw.api;

/**
 * Why a call or an attempt failed, in vendor-neutral terms that decide what to do next.
 *
 * <p>The guide {@code aigw-routing/guide/failover.md} says what the router does with each kind by default.
 */
public enum ErrorKind {
    /** Too many requests or tokens for now; {@link GatewayException#retryAfter()} says how long to wait, if known. */
    RATE_LIMITED,
    /** The account is out of money or over a spending limit. Waiting does not help; another credential may. */
    QUOTA_EXHAUSTED,
    /** The provider is at capacity (503, 529). */
    OVERLOADED,
    /** The provider failed (other 5xx). */
    SERVER_ERROR,
    /** There is no usable connection: refused, reset, DNS or TLS failure. */
    CONNECTION,
    /** The attempt timed out: the deployment stayed silent for too long. */
    TIMEOUT,
    /** The call's deadline passed. */
    DEADLINE,
    /** The credential for the provider is missing, wrong or expired. */
    AUTHENTICATION,
    /** The credential for the provider is valid but lacks the permission. */
    PERMISSION,
    /** The deployment does not know the model, or no longer serves it. */
    NOT_FOUND,
    /** The prompt, or prompt plus answer, does not fit the model's context window. */
    CONTEXT_TOO_LONG,
    /** The request's body is larger than the provider accepts. */
    PAYLOAD_TOO_LARGE,
    /** The deployment cannot do what the request needs. */
    UNSUPPORTED,
    /** The provider's content policy refused the prompt or the answer. */
    CONTENT_FILTERED,
    /** The request itself is invalid; no deployment would accept it. */
    INVALID_REQUEST,
    /** The provider's reply could not be understood: not JSON, not the promised shape, cut off. */
    MALFORMED_RESPONSE,
    /** A stream broke after content had been delivered; {@link GatewayException#partial()} returns what arrived. */
    STREAM_INTERRUPTED,
    /**
     * It is unknown whether the provider carried out what must not be carried out twice, such as the submission of a
     * batch: the connection broke before it answered. The message says where to look.
     */
    UNCONFIRMED,
    /** The caller cancelled the call. */
    CANCELLED,
    /** The credential that the caller presented to the application is missing, unknown, expired or revoked. */
    UNAUTHENTICATED,
    /** The caller may not make this call: its permissions lack the model, or what the request asks of it. */
    DENIED,
    /** A request, token or concurrency limit of the router is reached. */
    LIMIT_EXCEEDED,
    /** A budget of the router is exhausted. */
    BUDGET_EXCEEDED,
    /** A guard of the router refused the request or the answer. */
    GUARD_REJECTED,
    /**
     * A stage, strategy, selector or other part of the router itself failed because of a bug in it; the message names
     * it.
     */
    INTERNAL,
    /** The model is not declared: the request's, a fallback of the call's options, or one that a route chose. */
    UNKNOWN_MODEL,
    /** The model is known, but no deployment of it qualifies for this call. The message lists why. */
    NO_ROUTE,
    /** The router is closed. */
    ROUTER_CLOSED
}
