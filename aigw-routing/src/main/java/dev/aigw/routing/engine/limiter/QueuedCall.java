package dev.aigw.routing.engine.limiter;

import dev.aigw.api.CallOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits in the queues of all deployments that could serve it except for their concurrency limits. The first that has a free permit claims it; {@link #close} removes it from all queues and returns an unused permit.
 *
 * <p>One thread waits; the threads that return permits wake it.
 *
 * @param <T> what the call gets from the deployment that serves it
 */
public final class QueuedCall<T> implements AutoCloseable {

    /** Its state: unclaimed (null), claimed by a queue entry's deployment, or over (no entry). */
    private record State<T>(Limiter.@Nullable Place<T> claimedBy) {}

    private final int rank;
    private final AtomicReference<@Nullable State<T>> state = new AtomicReference<>();
    private final List<Limiter.Place<T>> places = new ArrayList<>(); // used only by the waiting thread
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

    /** Returns a new future that completes when this call is claimed or displaced from a queue; check its state afterwards. */
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
        for (Limiter.Place<T> place : places) {
            if (place.limiter() == limiter) {
                return true;
            }
        }
        Limiter.Place<T> place = new Limiter.Place<>(this, limiter, prize);
        open.incrementAndGet();
        if (!limiter.join(place)) {
            open.decrementAndGet();
            return false;
        }
        places.add(place);
        return true;
    }

    /** Returns whether it is in some queue or is served already. */
    public boolean isWaiting() {
        return open.get() > 0;
    }

    /** Returns how long it may wait: the longest queue timeout of the deployments that it waits for. */
    public long longestNanos() {
        long longest = 0;
        for (Limiter.Place<T> place : places) {
            longest = Math.max(longest, place.limiter().longestNanos());
        }
        return longest;
    }

    /** Takes over the permit of the deployment that has claimed this call, or returns null if none has. */
    public @Nullable T take() {
        State<T> current = state.get();
        Limiter.Place<T> place = current == null ? null : current.claimedBy();
        return place != null && state.compareAndSet(current, new State<>(null)) ? place.prize() : null;
    }

    boolean claim(Limiter.Place<T> place) {
        return state.compareAndSet(null, new State<>(place));
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
        for (Limiter.Place<T> place : places) {
            place.limiter().leave(place);
        }
        Limiter.Place<T> unused = last == null ? null : last.claimedBy();
        if (unused != null) {
            unused.limiter().release();
        }
    }
}
