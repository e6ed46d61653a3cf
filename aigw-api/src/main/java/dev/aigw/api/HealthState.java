package dev.aigw.api;

/** The states of a deployment's health, as its health checks find it. */
public enum HealthState {
    /** There is no check, or none has come to an end. */
    UNKNOWN,
    /** The last checks succeeded. */
    HEALTHY,
    /** Several checks in a row have failed. */
    UNHEALTHY
}
