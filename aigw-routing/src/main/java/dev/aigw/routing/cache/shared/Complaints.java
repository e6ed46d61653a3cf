package dev.aigw.routing.cache.shared;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/** Logs problems of a store when they begin, and not for each call. Safe for use by many threads. */
final class Complaints {

    private static final int MOST_KINDS = 100;

    private final Logger log;
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicBoolean unreadable = new AtomicBoolean();
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

    void unreadable(String key) {
        if (unreadable.compareAndSet(false, true)) {
            log.warn(
                    "the store of the shared cache has an entry of another version, or a damaged one, under {};"
                            + " such entries count as misses, and further ones are not logged",
                    key);
        }
    }

    void unwritable(Unwritable cause) {
        String what = String.valueOf(cause.getMessage());
        if (unwritable.size() < MOST_KINDS && unwritable.add(what)) {
            log.info("the shared cache keeps requests and replies with {} only in this JVM", what);
        }
    }
}
