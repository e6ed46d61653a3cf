package dev.aigw.api;

/** What a guard wants done about something that it found; a later constant outweighs an earlier one. */
public enum GuardAction {
    /** Nothing. */
    ALLOW,
    /** Report it; the content passes unchanged. */
    ANNOTATE,
    /** Replace the span, then go on. Content that cannot be changed, such as an image, is blocked instead. */
    REDACT,
    /** Fail the call with {@link ErrorKind#GUARD_REJECTED}. */
    BLOCK;

    /** Returns whichever of the two outweighs the other. */
    public GuardAction and(GuardAction other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
