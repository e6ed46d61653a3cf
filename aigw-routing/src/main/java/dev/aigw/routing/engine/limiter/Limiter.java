package dev.aigw.routing.engine.limiter;

import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.deployment.LimitRule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts the attempts under way on a deployment and enforces its concurrency limit, if it has one. Safe for use by many
 * threads.
 *
 * <p>Permits are taken and returned without a lock while no call waits. While calls wait, a free permit goes to the
 * first in the queue and newcomers get none, so that they cannot overtake. No wake-up is lost: a call that joins the
 * queue looks for a permit afterwards, and a call that returns a permit looks at the queue afterwards.
 */
public final class Limiter {

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger queued = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Deque<Entry<?>>> queues = List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
    private volatile @Nullable ConcurrencyLimit policy;
    private volatile @Nullable LimitRule rule;

    /** A call's entry in one queue, and what the call gets when it is served there. */
    record Entry<T>(QueuedCall<T> call, Limiter limiter, T prize) {

        boolean claim() {
            return call.claim(this);
        }
    }

    /** Creates a limiter without a limit. */
    public Limiter() {}

    /** Sets the limit; null removes it. A rule that stays the same keeps its state. */
    public void configure(@Nullable ConcurrencyLimit next) {
        lock.lock();
        try {
            ConcurrencyLimit old = policy;
            if (next == null) {
                rule = null;
            } else if (old == null || rule == null || !old.rule().equals(next.rule())) {
                rule = next.rule().get();
            }
            policy = next;
        } finally {
            lock.unlock();
        }
        handOut();
    }

    /** Returns the attempts under way. */
    public int inFlight() {
        return inFlight.get();
    }

    /** Returns the calls in the queue. */
    public int queued() {
        return queued.get();
    }

    /** Returns the present limit, or null without one. */
    public @Nullable Integer limit() {
        LimitRule current = rule;
        return current == null ? null : Math.max(1, current.limit());
    }

    /** Returns how long a call may wait in the queue, in nanoseconds. */
    long longestNanos() {
        ConcurrencyLimit current = policy;
        return current == null ? 0 : current.longestNanos();
    }

    /** Returns whether one more attempt could begin now. */
    public boolean hasPermit() {
        LimitRule current = rule;
        return current == null || (queued.get() == 0 && inFlight.get() < Math.max(1, current.limit()));
    }

    /** Takes a permit for one attempt, if one is free and no call waits. Return it by {@link #release}. */
    public boolean tryAcquire() {
        if (rule == null) {
            inFlight.incrementAndGet();
            return true;
        }
        return queued.get() == 0 && tryIncrement();
    }

    private boolean tryIncrement() {
        LimitRule current = rule;
        int limit = current == null ? Integer.MAX_VALUE : Math.max(1, current.limit());
        while (true) {
            int count = inFlight.get();
            if (count >= limit) {
                return false;
            }
            if (inFlight.compareAndSet(count, count + 1)) {
                return true;
            }
        }
    }

    /** Reports an attempt to the rule, before its permit is returned. */
    public void learn(long startNanos, long latencyNanos, boolean dropped) {
        LimitRule current = rule;
        if (current != null) {
            current.onAttempt(startNanos, Math.max(1, latencyNanos), inFlight.get(), dropped);
        }
    }

    /** Returns a permit, to the first call in the queue if there is one. */
    public void release() {
        inFlight.decrementAndGet();
        if (queued.get() > 0) {
            handOut();
        }
    }

    /** Adds a call to the queue, or serves it if a permit is free; false if the queue is full. */
    boolean join(Entry<?> entry) {
        List<Entry<?>> served = new ArrayList<>(1);
        Entry<?> evicted = null;
        lock.lock();
        try {
            if (isFull()) {
                for (Deque<Entry<?>> queue : queues) {
                    queue.removeIf(other -> other.call.isSettled() && queued.decrementAndGet() >= 0);
                }
            }
            serve(served);
            if (isFull() && !(queued.get() == 0 && hasPermit())) {
                evicted = evictBehind(entry.call.rank());
                if (evicted == null) {
                    return false;
                }
            }
            queues.get(entry.call.rank()).add(entry);
            queued.incrementAndGet();
            serve(served);
        } finally {
            lock.unlock();
            wake(served);
        }
        if (evicted != null) {
            evicted.call.evicted();
        }
        return true;
    }

    private boolean isFull() {
        ConcurrencyLimit current = policy;
        return current != null && queued.get() >= current.waiting();
    }

    private @Nullable Entry<?> evictBehind(int rank) {
        for (int i = queues.size() - 1; i > rank; i--) {
            Entry<?> last = queues.get(i).pollLast();
            if (last != null) {
                queued.decrementAndGet();
                return last;
            }
        }
        return null;
    }

    void leave(Entry<?> entry) {
        lock.lock();
        try {
            if (queues.get(entry.call.rank()).remove(entry)) {
                queued.decrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands free permits to the waiting calls. */
    private void handOut() {
        List<Entry<?>> served = new ArrayList<>(1);
        lock.lock();
        try {
            serve(served);
        } finally {
            lock.unlock();
        }
        wake(served);
    }

    /** Serves the highest priority first, and within it the oldest call. Called under the lock. */
    private void serve(List<Entry<?>> served) {
        while (queued.get() > 0 && tryIncrement()) {
            Entry<?> next = claimFirst();
            if (next == null) {
                inFlight.decrementAndGet();
            } else {
                served.add(next);
            }
        }
    }

    private static void wake(List<Entry<?>> served) {
        for (Entry<?> entry : served) {
            entry.call.wake();
        }
    }

    private @Nullable Entry<?> claimFirst() {
        for (Deque<Entry<?>> queue : queues) {
            Entry<?> entry;
            while ((entry = queue.poll()) != null) {
                queued.decrementAndGet();
                if (entry.claim()) {
                    return entry;
                }
            }
        }
        return null;
    }
}
