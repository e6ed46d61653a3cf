package dev.aigw.routing.target;

import dev.aigw.api.CallOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits in the queues of all deployments that could serve it but for their concurrency limits. The first to
 * come free claims it; {@link #close} takes it out of all queues and gives back a permit that was not used.
 *
 * <p>One thread waits; the threads that free deployments wake it.
 */
public final class Waiter implements AutoCloseable {

    /** What a waiter can be: unclaimed (null), claimed by a deployment, or over. */
    private sealed interface State {}

    private record Claimed(Target target) implements State {}

    private enum Over implements State {
        OVER
    }

    private final int rank;
    private final AtomicReference<@Nullable State> state = new AtomicReference<>();
    private final List<Limiter.Place> places = new ArrayList<>(); // the waiting thread's own
    private final AtomicInteger open = new AtomicInteger();
    private volatile CompletableFuture<Void> bell = new CompletableFuture<>();

    /** Creates a waiter that stands in no queue yet. */
    public Waiter(CallOptions.Priority priority) {
        this.rank = switch (priority) {
            case HIGH -> 0;
            case NORMAL -> 1;
            case LOW -> 2;
        };
    }

    int rank() {
        return rank;
    }

    /** Returns a fresh bell that rings when this waiter is claimed or loses a place; look at it afterwards. */
    public CompletableFuture<Void> bell() {
        CompletableFuture<Void> next = new CompletableFuture<>();
        bell = next;
        return next;
    }

    /** Joins the queue of {@code target} unless it stands there already; false when that queue is full. */
    public boolean join(Target target) {
        if (isSettled()) {
            return true;
        }
        for (Limiter.Place place : places) {
            if (place.target().id().equals(target.id())) {
                return true;
            }
        }
        Limiter.Place place = new Limiter.Place(this, target);
        open.incrementAndGet();
        if (!target.limiter().join(place)) {
            open.decrementAndGet();
            return false;
        }
        places.add(place);
        return true;
    }

    /** Returns whether it stands in some queue, or is served already. */
    public boolean isWaiting() {
        return open.get() > 0;
    }

    /** Returns how long it may wait, by the most patient of the deployments it waits for. */
    public long longestNanos() {
        long longest = 0;
        for (Limiter.Place place : places) {
            longest = Math.max(longest, place.target().limiter().longestNanos());
        }
        return longest;
    }

    /** Takes over the permit of the deployment that has claimed this waiter, or returns null when none has. */
    public @Nullable Target take() {
        State current = state.get();
        if (current instanceof Claimed claimed && state.compareAndSet(claimed, Over.OVER)) {
            return claimed.target;
        }
        return null;
    }

    boolean claim(Target target) {
        return state.compareAndSet(null, new Claimed(target));
    }

    /** Returns whether it waits no more: it is claimed, or over. */
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
        State last = state.getAndSet(Over.OVER);
        for (Limiter.Place place : places) {
            place.target().limiter().leave(place);
        }
        if (last instanceof Claimed claimed) {
            claimed.target.limiter().release();
        }
    }
}
