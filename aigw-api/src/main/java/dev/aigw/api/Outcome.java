package dev.aigw.api;

/** How a call, an attempt, a stream, a lease or a reservation ended. Each ends exactly once. */
public enum Outcome {
    /** It completed. */
    SUCCESS,
    /** It failed. */
    FAILED,
    /** It was no longer needed: cancelled, closed early, or overtaken by a hedge. Says nothing about health. */
    ABANDONED
}
