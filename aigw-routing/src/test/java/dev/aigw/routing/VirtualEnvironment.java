package dev.aigw.routing;

import dev.aigw.api.Cancellation;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An environment in which time passes only while a thread waits, and randomness is seeded.
 *
 * <p>On their own, tests have one thread: tasks run at once in the thread that submits them, and what is scheduled runs
 * in the thread whose wait passes its time. Inside {@link #simulate}, tasks are threads of which one runs at a time;
 * who goes on where several could is drawn from the seed, so that a race replays. There, a thread must block by this
 * environment only (see {@link #join}), and time passes when all threads wait.
 */
public final class VirtualEnvironment implements Environment {

    /** More than this many timers without a thread woken: none will be. */
    private static final int MAX_IDLE_TIMERS = 1_000_000;

    private record Timer(long dueNanos, long number, Runnable action) {}

    private final long seed;
    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);
    private final Random random;
    private final List<Long> sleeps = new ArrayList<>();
    private final Object lock = new Object();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::dueNanos).thenComparingLong(Timer::number));
    private long timerNumbers;
    private volatile @Nullable Turns turns;

    public VirtualEnvironment(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    /**
     * Runs {@code body} in this thread, with every task it submits in a thread of its own, one at a time, and returns
     * when all have ended. What any of them throws is thrown, with the seed.
     */
    public void simulate(Runnable body) {
        Turns simulated = new Turns(new Random(seed), this::passTime);
        turns = simulated;
        try {
            simulated.run(body);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("replay with new VirtualEnvironment(" + seed + "L): " + e, e);
        } finally {
            turns = null;
        }
    }

    /** Inside a simulation, lets the other threads have a turn, or not, as the seed decides. */
    public void takeTurns() {
        Turns simulated = turns;
        if (simulated != null) {
            simulated.yieldTurn();
        }
    }

    /** Lets time pass, and runs what falls due. */
    public void advance(Duration by) {
        pause(by.toNanos(), new Cancellation());
    }

    /** Returns the waits of the router, in order. */
    public List<Long> sleeps() {
        synchronized (lock) {
            return List.copyOf(sleeps);
        }
    }

    /** Returns how many actions are scheduled. */
    public int scheduled() {
        synchronized (lock) {
            return timers.size();
        }
    }

    /** Lets time pass without a note, for fakes that wait. Returns early when {@code cancellation} trips. */
    public void await(long waitNanos, Cancellation cancellation) {
        pause(waitNanos, cancellation);
    }

    /** Waits for a future, as a thread of a simulation must, and returns what it brings. */
    public <T> T join(CompletableFuture<T> future) {
        if (!future.isDone()) {
            Cancellation done = new Cancellation();
            CompletionStage<T> stage = future;
            stage.whenComplete((value, failure) -> done.cancel());
            pause(Long.MAX_VALUE, done);
        }
        return future.join();
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(nanos.get());
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Executor executor() {
        Turns simulated = turns;
        return simulated == null ? Runnable::run : simulated::start;
    }

    @Override
    public void sleep(long sleepNanos, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        synchronized (lock) {
            sleeps.add(sleepNanos);
        }
        pause(sleepNanos, cancellation);
        cancellation.throwIfCancelled();
    }

    @Override
    public boolean await(CompletableFuture<?> event, long waitNanos, Cancellation cancellation) {
        Cancellation.Linked wake = Cancellation.childOf(cancellation);
        try {
            CompletionStage<?> stage = event;
            stage.whenComplete((value, failure) -> wake.cancellation().cancel());
            pause(waitNanos, wake.cancellation());
        } finally {
            wake.close();
        }
        if (!event.isDone()) {
            cancellation.throwIfCancelled();
        }
        return event.isDone();
    }

    @Override
    public Cancellation.Registration schedule(long delayNanos, Runnable action) {
        synchronized (lock) {
            Timer timer = new Timer(after(delayNanos), timerNumbers++, action);
            timers.add(timer);
            return () -> {
                synchronized (lock) {
                    timers.remove(timer);
                }
            };
        }
    }

    @Override
    public void close() {}

    private long after(long delayNanos) {
        long due = nanos.get() + Math.max(0, delayNanos);
        return due < 0 ? Long.MAX_VALUE : due;
    }

    /** Waits until {@code waitNanos} have passed or {@code cancellation} has tripped. */
    private void pause(long waitNanos, Cancellation cancellation) {
        Turns simulated = turns;
        if (simulated != null) {
            simulated.pause(waitNanos, cancellation, this::schedule);
            return;
        }
        long until = after(waitNanos);
        for (int i = 0; !cancellation.isCancelled(); i++) {
            if (passTime(until)) {
                if (i == MAX_IDLE_TIMERS) {
                    throw new AssertionError("nothing wakes the thread that waits");
                }
                continue;
            }
            if (until == Long.MAX_VALUE) {
                throw new AssertionError("nothing will wake the thread that waits: nothing is scheduled");
            }
            nanos.accumulateAndGet(until, Math::max);
            return;
        }
    }

    /** Goes on to the next timer up to then and runs it; false when there is none. */
    private boolean passTime(long until) {
        Timer next;
        synchronized (lock) {
            next = timers.peek();
            if (next == null || next.dueNanos > until) {
                return false;
            }
            timers.remove();
        }
        nanos.accumulateAndGet(next.dueNanos, Math::max);
        next.action.run();
        return true;
    }
}
