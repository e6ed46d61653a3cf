package dev.aigw.routing.redis;

import java.util.TreeSet;

/**
 * Numbers the commands of one allowance that change something, so that each is executed at most once, and so that one
 * whose answer was lost can be undone whether it was executed or not. Safe for use by many threads.
 */
final class Numbers {

    private final TreeSet<Long> open = new TreeSet<>();
    private long last;

    /** Returns the next number; it is open until {@link #close}. */
    synchronized long next() {
        open.add(++last);
        return last;
    }

    /** Returns the number up to which none is open: Redis need not remember these. */
    synchronized long closedUpTo() {
        return open.isEmpty() ? last : open.first() - 1;
    }

    /** Notes that the result of a command is known. */
    synchronized void close(long number) {
        open.remove(number);
    }
}
