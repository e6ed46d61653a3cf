package dev.aigw.routing.limit;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The allowances of one limit by key, up to a maximum. Keys beyond it share one allowance, so that callers who invent
 * keys neither fill the memory nor evade the limit.
 *
 * <p>An allowance is forgotten only when that changes no result: nothing of it is used or reserved. Each new key looks
 * at a few old ones, in turn, so nothing runs when no key is new, and none waits for a pass over all of them. Safe for
 * use by many threads.
 */
final class AllowanceKeys {

    /** How many old keys a new one looks at; more than one, so that a pass ends before as many new ones have come. */
    private static final int LOOKS = 4;

    /** The same while there is no space for a new one. */
    private static final int LOOKS_WHEN_FULL = 64;

    private final int maximum;
    private final List<String> others;
    private final Function<List<String>, Allowance> create;
    private final Runnable whenFull;
    private final ConcurrentMap<List<String>, Kept> kept = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final ReentrantLock sweeping = new ReentrantLock();
    private @Nullable Iterator<Map.Entry<List<String>, Kept>> next; // guarded by sweeping
    private volatile @Nullable Kept overflow;

    /**
     * Creates an empty one.
     *
     * @param maximum how many keys have an allowance of their own
     * @param others the key of the allowance that all further keys share
     * @param create makes the allowance of a key
     * @param whenFull runs once, when the first key shares that allowance
     */
    AllowanceKeys(int maximum, List<String> others, Function<List<String>, Allowance> create, Runnable whenFull) {
        this.maximum = maximum;
        this.others = others;
        this.create = create;
        this.whenFull = whenFull;
    }

    /** Returns the allowance of a key, pinned: the caller unpins it. */
    Kept pin(List<String> key) {
        while (true) {
            Kept known = kept.get(key);
            if (known == null) {
                known = add(key);
            }
            if (known.pin()) {
                return known;
            }
            remove(key, known); // another thread is about to
        }
    }

    private Kept add(List<String> key) {
        sweep(count.get() < maximum ? LOOKS : LOOKS_WHEN_FULL);
        if (count.incrementAndGet() > maximum) {
            count.decrementAndGet();
            return overflow();
        }
        Kept added = new Kept(key, create.apply(key));
        Kept earlier = kept.putIfAbsent(key, added);
        if (earlier == null) {
            return added;
        }
        count.decrementAndGet();
        return earlier;
    }

    private Kept overflow() {
        Kept known = overflow;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            known = overflow;
            if (known != null) {
                return known;
            }
            known = new Kept(others, create.apply(others));
            overflow = known;
        }
        whenFull.run();
        return known;
    }

    private void sweep(int looks) {
        if (!sweeping.tryLock()) {
            return;
        }
        try {
            for (int i = 0; i < looks; i++) {
                Iterator<Map.Entry<List<String>, Kept>> at = next;
                if (at == null || !at.hasNext()) {
                    at = kept.entrySet().iterator();
                    next = at;
                    if (!at.hasNext()) {
                        return;
                    }
                }
                Map.Entry<List<String>, Kept> entry = at.next();
                if (entry.getValue().forget()) {
                    remove(entry.getKey(), entry.getValue());
                }
            }
        } finally {
            sweeping.unlock();
        }
    }

    private void remove(List<String> key, Kept forgotten) {
        if (kept.remove(key, forgotten)) {
            count.decrementAndGet();
        }
    }

    /** Returns the allowance that a call with this key would use; null if it would get a new one. */
    @Nullable
    Allowance find(List<String> key) {
        Kept known = kept.get(key);
        if (known == null && count.get() >= maximum) {
            known = overflow;
        }
        return known == null ? null : known.allowance();
    }

    /** Calls {@code action} with each key and its allowance. */
    void forEach(BiConsumer<List<String>, Allowance> action) {
        kept.forEach((key, known) -> action.accept(key, known.allowance()));
        Kept shared = overflow;
        if (shared != null) {
            action.accept(others, shared.allowance());
        }
    }
}
