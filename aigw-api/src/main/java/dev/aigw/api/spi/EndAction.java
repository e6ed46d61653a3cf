package dev.aigw.api.spi;

/** Runs exactly once when a call or an attempt is over, in the thread that ended it. Quick, and throws nothing. */
@FunctionalInterface
public interface EndAction {

    /** Learns how it ended. */
    void onEnd(End end);
}
