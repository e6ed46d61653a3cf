package dev.aigw.routing.cache.shared;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Logs problems of a store when they begin, and not for each call; entries that are not read at the first, the tenth,
 * the hundredth and so on. Safe for use by many threads.
 */
final class Complaints {

    private static final int MOST_KINDS = 100;

    private final Logger log;
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicBoolean keysFailing = new AtomicBoolean();
    private final AtomicLong unreadable = new AtomicLong();
    private final AtomicLong unsealed = new AtomicLong();
    private final Set<String> unwritable = ConcurrentHashMap.newKeySet();

    Complaints(Logger log) {
        this.log = log;
    }

    void failed(RuntimeException cause) {
        if (failing.compareAndSet(false, true)) {
            log.warn("the store of the shared cache fails; calls continue without it", cause);
        }
    }

    void worked() {
        if (failing.get() && failing.compareAndSet(true, false)) {
            log.info("the store of the shared cache works again");
        }
    }

    void keysFailed(RuntimeException cause) {
        if (keysFailing.compareAndSet(false, true)) {
            log.warn("the keys of the shared cache fail; calls continue without its store", cause);
        }
    }

    void keysWorked() {
        if (keysFailing.get() && keysFailing.compareAndSet(true, false)) {
            log.info("the keys of the shared cache work again");
        }
    }

    void unreadable(String name) {
        long count = unreadable.incrementAndGet();
        if (isDue(count)) {
            log.warn(
                    "the store of the shared cache has an entry of another version, or a damaged one, under {}; it"
                            + " counts as a miss, as {} have until now",
                    name,
                    count);
        }
    }

    void unsealed(String name) {
        long count = unsealed.incrementAndGet();
        if (isDue(count)) {
            log.warn(
                    "the store of the shared cache has an entry under {} that was not written there with a known key:"
                            + " it is forged, moved, damaged, unprotected, or its key was removed; it counts as a miss,"
                            + " as {} have until now",
                    name,
                    count);
        }
    }

    private static boolean isDue(long count) {
        long rest = count;
        while (rest % 10 == 0) {
            rest /= 10;
        }
        return rest == 1;
    }

    void unwritable(Unwritable cause) {
        String what = String.valueOf(cause.getMessage());
        if (unwritable.size() < MOST_KINDS && unwritable.add(what)) {
            log.info("the shared cache keeps requests and replies with {} only in this JVM", what);
        }
    }
}
