package dev.aigw.routing.limit;

/** What happens to a call that would exceed a limit. */
public enum OnExceed {
    /** It fails, or falls back if its model has a fallback. The default. */
    REFUSE,
    /** It is admitted; {@code reply.route().warnings()} and the listener report it. A soft limit. */
    WARN,
    /** It is admitted, and only the listener is notified: to try out a limit before enforcing it. */
    REPORT
}
