package dev.aigw.routing.access;

/**
 * Is told what callers did and were refused, and what became of their keys. Safe for use by many threads.
 *
 * <p>It runs in the thread of the call, so it must return quickly. What it throws is logged, and the call continues.
 */
@FunctionalInterface
public interface AuditListener {

    /** Something happened that an auditor may ask about. */
    void onEvent(AuditEvent event);
}
