package dev.aigw.routing.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Thread> workers = ConcurrentHashMap.newKeySet();

    private Lane lane(int atOnce, int waiting) {
        return new Lane(threads, workers, atOnce, waiting, "call less");
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void tasksWaitInTheOrderTheyCameAndTheNextIsRefused() {
        List<Runnable> started = new ArrayList<>();
        List<Integer> ran = new ArrayList<>();
        Lane lane = new Lane(started::add, workers, 1, 2, "call less");
        for (int i = 0; i < 3; i++) {
            int number = i;
            lane.execute(() -> ran.add(number));
        }
        assertThatThrownBy(() -> lane.execute(() -> ran.add(3)))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("1 tasks are under way and 2 wait: call less");
        assertThat(started).hasSize(1);
        started.get(0).run();
        assertThat(ran).containsExactly(0, 1, 2);
        assertThat(workers).isEmpty();
        lane.execute(() -> ran.add(4));
        started.get(1).run();
        assertThat(ran).endsWith(4);
    }

    @Test
    void whatATaskThrowsOrIsInterruptedByIsNotTheNextOnes() throws Exception {
        List<Runnable> started = new ArrayList<>();
        AtomicBoolean interrupted = new AtomicBoolean(true);
        Lane lane = new Lane(started::add, workers, 1, 2, "call less");
        lane.execute(() -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("a bug in a task");
        });
        lane.execute(() -> interrupted.set(Thread.currentThread().isInterrupted()));
        AtomicInteger uncaught = new AtomicInteger();
        threads.submit(() -> {
                    Thread.currentThread().setUncaughtExceptionHandler((where, thrown) -> uncaught.incrementAndGet());
                    started.get(0).run();
                })
                .get(60, TimeUnit.SECONDS);
        assertThat(uncaught).hasValue(1);
        assertThat(interrupted).isFalse();
    }

    @Test
    void aThreadThatCannotStartGivesItsPlaceBack() {
        AtomicBoolean full = new AtomicBoolean(true);
        Lane lane = new Lane(
                task -> {
                    if (full.get()) {
                        throw new RejectedExecutionException("no thread");
                    }
                    task.run();
                },
                workers,
                1,
                0,
                "call less");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> lane.execute(() -> {})).hasMessage("no thread");
        }
        full.set(false);
        AtomicInteger ran = new AtomicInteger();
        lane.execute(ran::incrementAndGet);
        assertThat(ran).hasValue(1);
    }

    @Test
    void noTaskIsLostAndNoMoreRunAtOnceThanAllowed() throws Exception {
        Lane lane = lane(3, 100_000);
        int each = 10_000;
        int submitters = 4;
        AtomicInteger ran = new AtomicInteger();
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(submitters);
        List<Future<?>> done = new ArrayList<>();
        for (int s = 0; s < submitters; s++) {
            done.add(threads.submit(() -> {
                start.await();
                for (int i = 0; i < each; i++) {
                    lane.execute(() -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        now.decrementAndGet();
                        ran.incrementAndGet();
                    });
                }
                return null;
            }));
        }
        for (Future<?> submitted : done) {
            submitted.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(each * submitters);
        assertThat(most.get()).isBetween(1, 3);
        assertThat(workers).isEmpty();
    }
}
