package dev.aigw.api.spi;

/**
 * Runs exactly once at the end of a call or an attempt, in the thread that ended it. It must be quick and must not
 * throw.
 */
@FunctionalInterface
public interface EndAction {

    /** Called with how it ended. */
    void onEnd(End end);
}
