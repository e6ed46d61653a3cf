package dev.aigw.api;

/** How an opened thing (a call, an attempt, a stream, a lease, a reservation) ended. Each ends exactly once. */
public enum Outcome {
    /** It ran to its end. */
    SUCCESS,
    /** It ended with an error. */
    FAILED,
    /** Whoever opened it lost interest: cancelled, closed early, or overtaken by a hedge. Says nothing of health. */
    ABANDONED
}
