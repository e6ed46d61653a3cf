package dev.aigw.api;

/** A deployment's health, as its health checks report it. */
public enum HealthState {
    /** There is no health check, or none has completed. */
    UNKNOWN,
    /** The last checks succeeded. */
    HEALTHY,
    /** Several checks in a row have failed. */
    UNHEALTHY
}
