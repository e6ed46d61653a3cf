package dev.aigw.routing.engine.limiter;

import dev.aigw.api.CallOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits in the queues of all deployments that could serve it except for their concurrency limits. The first
 * that has a free permit claims it; {@link #close} removes it from all queues and returns an unused permit.
 *
 * <p>One thread waits; the threads that return permits wake it.
 *
 * @param <T> what the call gets from the deployment that serves it
 */
public final class QueuedCall<T> implements AutoCloseable {

    /** Its state: unclaimed (null), claimed by a queue entry's deployment, or over (no entry). */
    private record State<T>(Limiter.@Nullable Entry<T> claimedBy) {}

    private final int rank;
    private final AtomicReference<@Nullable State<T>> state = new AtomicReference<>();
    private final List<Limiter.Entry<T>> entries = new ArrayList<>(); // used only by the waiting thread
    private final AtomicInteger open = new AtomicInteger();
    private volatile CompletableFuture<Void> bell = new CompletableFuture<>();

    /** Creates a call that is in no queue yet. */
    public QueuedCall(CallOptions.Priority priority) {
        this.rank = switch (priority) {
            case HIGH -> 0;
            case NORMAL -> 1;
            case LOW -> 2;
        };
    }

    int rank() {
        return rank;
    }

    /**
     * Returns a new future that completes when this call is claimed or displaced from a queue; check its state
     * afterwards.
     */
    public CompletableFuture<Void> bell() {
        CompletableFuture<Void> next = new CompletableFuture<>();
        bell = next;
        return next;
    }

    /**
     * Joins a queue unless it is in it already; false if that queue is full.
     *
     * @param limiter the owner of the queue
     * @param prize what the call gets if it is served there
     */
    public boolean join(Limiter limiter, T prize) {
        if (isSettled()) {
            return true;
        }
        for (Limiter.Entry<T> entry : entries) {
            if (entry.limiter() == limiter) {
                return true;
            }
        }
        Limiter.Entry<T> entry = new Limiter.Entry<>(this, limiter, prize);
        open.incrementAndGet();
        if (!limiter.join(entry)) {
            open.decrementAndGet();
            return false;
        }
        entries.add(entry);
        return true;
    }

    /** Returns whether it is in some queue or is served already. */
    public boolean isWaiting() {
        return open.get() > 0;
    }

    /** Returns how long it may wait: the longest queue timeout of the deployments that it waits for. */
    public long longestNanos() {
        long longest = 0;
        for (Limiter.Entry<T> entry : entries) {
            longest = Math.max(longest, entry.limiter().longestNanos());
        }
        return longest;
    }

    /** Takes over the permit of the deployment that has claimed this call, or returns null if none has. */
    public @Nullable T take() {
        State<T> current = state.get();
        Limiter.Entry<T> entry = current == null ? null : current.claimedBy();
        return entry != null && state.compareAndSet(current, new State<>(null)) ? entry.prize() : null;
    }

    boolean claim(Limiter.Entry<T> entry) {
        return state.compareAndSet(null, new State<>(entry));
    }

    /** Returns whether it no longer waits: it is claimed or over. */
    boolean isSettled() {
        return state.get() != null;
    }

    void evicted() {
        open.decrementAndGet();
        wake();
    }

    void wake() {
        bell.complete(null);
    }

    @Override
    public void close() {
        State<T> last = state.getAndSet(new State<>(null));
        for (Limiter.Entry<T> entry : entries) {
            entry.limiter().leave(entry);
        }
        Limiter.Entry<T> unused = last == null ? null : last.claimedBy();
        if (unused != null) {
            unused.limiter().release();
        }
    }
}
