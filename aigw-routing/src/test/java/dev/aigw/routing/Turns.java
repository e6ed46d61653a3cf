package dev.aigw.routing;

import dev.aigw.api.Cancellation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets the threads of a simulation run one at a time. A thread gives up its turn when it waits, submits a task or ends;
 * a seeded draw decides which of those that could go on does. When none could, time passes.
 */
final class Turns {

    /** More than this many timers without a thread woken: none will be. */
    private static final int MAX_IDLE_TIMERS = 100_000;

    /** Schedules an action. */
    interface Timers {
        Cancellation.Registration schedule(long nanos, Runnable action);
    }

    private static final class Task {
        final Semaphore turn = new Semaphore(0);
        final String name;
        boolean stuck;

        Task(String name) {
            this.name = name;
        }
    }

    private final Random random;
    private final LongPredicate passTime;
    private final Object lock = new Object();
    private final List<Task> ready = new ArrayList<>();
    private final Set<Task> waiting = new LinkedHashSet<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final Task main = new Task("main");
    private Task current = main;
    private int started;
    private int live;

    Turns(Random random, LongPredicate passTime) {
        this.random = random;
        this.passTime = passTime;
    }

    /** Runs {@code body} in this thread, then the tasks it has left until they have ended. */
    void run(Runnable body) {
        try {
            body.run();
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
        while (live > 0) {
            park(main);
        }
        if (!failures.isEmpty()) {
            Throwable first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            if (first instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) first;
        }
    }

    /** Starts a task in a thread of its own, which may or may not run before the one that starts it goes on. */
    void start(Runnable body) {
        Task task;
        synchronized (lock) {
            task = new Task("task-" + ++started);
            live++;
            ready.add(task);
        }
        Thread thread = new Thread(() -> work(task, body), task.name);
        thread.setDaemon(true);
        thread.start();
        yieldTurn();
    }

    private void work(Task task, Runnable body) {
        task.turn.acquireUninterruptibly();
        try {
            body.run();
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
        if (--live == 0) {
            wake(main);
        }
        handOver();
    }

    /** Lets the others have a turn, or not, as the draw decides. */
    void yieldTurn() {
        Task self = current;
        synchronized (lock) {
            ready.add(self);
        }
        handOver();
        self.turn.acquireUninterruptibly();
    }

    /** Waits until the time has passed or {@code cancellation} has tripped. */
    void pause(long nanos, Cancellation cancellation, Timers timers) {
        Task self = current;
        boolean[] passed = new boolean[1];
        Cancellation.Registration timer = nanos == Long.MAX_VALUE
                ? () -> {}
                : timers.schedule(nanos, () -> {
                    passed[0] = true;
                    wake(self);
                });
        Cancellation.Registration trip = cancellation.onCancel(() -> wake(self));
        try {
            while (!passed[0] && !cancellation.isCancelled()) {
                park(self);
            }
        } finally {
            trip.close();
            timer.close();
        }
    }

    private void wake(Task task) {
        synchronized (lock) {
            if (waiting.remove(task)) {
                ready.add(task);
            }
        }
    }

    private void park(Task self) {
        synchronized (lock) {
            waiting.add(self);
        }
        handOver();
        self.turn.acquireUninterruptibly();
        if (self.stuck) {
            throw new AssertionError(self.name + " waits, and nothing will wake it");
        }
    }

    /** Gives the turn to one of those who could go on; the caller has seen to it that it is among them, or waits. */
    private void handOver() {
        Task next = draw();
        for (int timers = 0; next == null; timers++) {
            if (timers == MAX_IDLE_TIMERS || !passTime.test(Long.MAX_VALUE)) {
                releaseOneStuck();
            }
            next = draw();
        }
        current = next;
        next.turn.release();
    }

    private @Nullable Task draw() {
        synchronized (lock) {
            return ready.isEmpty() ? null : ready.remove(random.nextInt(ready.size()));
        }
    }

    private void releaseOneStuck() {
        synchronized (lock) {
            Task task = waiting.iterator().next();
            if (task == main && waiting.size() > 1) {
                waiting.remove(main);
                waiting.add(main); // the tasks first: main waits for their ends
                task = waiting.iterator().next();
            }
            task.stuck = true;
            wake(task);
        }
    }
}
