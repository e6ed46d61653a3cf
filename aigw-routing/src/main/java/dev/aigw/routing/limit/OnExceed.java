package dev.aigw.routing.limit;

/** What happens to a call that would pass a limit. */
public enum OnExceed {
    /** It fails, or falls back where its model names a fallback. The default. */
    REFUSE,
    /** It goes through; {@code reply.route().warnings()} and the listener say so. A soft limit. */
    WARN,
    /** It goes through, and only the listener learns of it: to try a limit out before it is enforced. */
    REPORT
}
