package dev.aigw.api;

/** The states of a deployment's circuit breaker. */
public enum BreakerState {
    /** Calls go through. */
    CLOSED,
    /** No call goes through. */
    OPEN,
    /** One call goes through as a probe. */
    HALF_OPEN
}
