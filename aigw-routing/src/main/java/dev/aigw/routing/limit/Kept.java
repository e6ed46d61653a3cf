package dev.aigw.routing.limit;

import java.util.List;

/**
 * An allowance that a limit keeps for one key. It is pinned while something is taken from it, so that it is not
 * forgotten in between. Safe for use by many threads.
 */
final class Kept {

    private final List<String> key;
    private final Allowance allowance;
    private int pins;
    private boolean forgotten;

    Kept(List<String> key, Allowance allowance) {
        this.key = key;
        this.allowance = allowance;
    }

    /** Returns its key, which is not the call's if it serves all further keys. */
    List<String> key() {
        return key;
    }

    Allowance allowance() {
        return allowance;
    }

    /** Keeps it from being forgotten until {@link #unpin}; false if it was forgotten before. */
    synchronized boolean pin() {
        if (forgotten) {
            return false;
        }
        pins++;
        return true;
    }

    synchronized void unpin() {
        pins--;
    }

    /** Forgets it unless it is pinned or something of it is used; returns whether it did. */
    synchronized boolean forget() {
        forgotten = pins == 0 && allowance.isUnused();
        return forgotten;
    }
}
