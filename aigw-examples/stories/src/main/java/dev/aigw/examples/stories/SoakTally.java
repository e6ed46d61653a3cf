package dev.aigw.examples.stories;

import dev.aigw.api.Route;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts how the calls of the soak ended. Safe for use by many threads. */
final class SoakTally implements RouterListener {

    private final Map<String, LongAdder> outcomes = new ConcurrentSkipListMap<>();
    private final Map<Integer, LongAdder> attempts = new ConcurrentSkipListMap<>();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final LongAdder answered = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final AtomicLong latestNanos = new AtomicLong();
    private final LongAdder openCalls = new LongAdder();
    private final LongAdder openAttempts = new LongAdder();

    void outcome(String way, String outcome, Route route) {
        outcomes.computeIfAbsent(outcome + ", " + way, key -> new LongAdder()).increment();
        attempts.computeIfAbsent(route.attempts().size(), key -> new LongAdder())
                .increment();
    }

    void answered() {
        answered.increment();
    }

    void wrong(String what) {
        wrong.add(what);
    }

    /** Notes how long after its deadline a call returned. */
    void overrun(long nanos, Duration tolerance) {
        if (nanos > tolerance.toNanos()) {
            late.increment();
        }
        latestNanos.accumulateAndGet(nanos, Math::max);
    }

    @Override
    public void onEvent(RouterEvent event) {
        if (event instanceof RouterEvent.CallStarted) {
            openCalls.increment();
        } else if (event instanceof RouterEvent.CallEnded) {
            openCalls.decrement();
        } else if (event instanceof RouterEvent.AttemptStarted) {
            openAttempts.increment();
        } else if (event instanceof RouterEvent.AttemptEnded) {
            openAttempts.decrement();
        }
    }

    long calls() {
        return outcomes.values().stream().mapToLong(LongAdder::sum).sum();
    }

    long answers() {
        return answered.sum();
    }

    /** Returns what was wrong with each wrong answer. */
    List<String> wrongAnswers() {
        return List.copyOf(wrong);
    }

    /** Returns the calls, streams included, that have begun and not ended. */
    long openCalls() {
        return openCalls.sum();
    }

    /** Returns the attempts that have begun and not ended. */
    long openAttempts() {
        return openAttempts.sum();
    }

    void print(PrintStream out, Duration tolerance) {
        Table table = new Table("outcome, by way of calling", ">calls");
        outcomes.forEach(table::row);
        table.print(out);
        out.println();
        Table made = new Table(">attempts made", ">calls");
        attempts.forEach(made::row);
        made.print(out);
        out.println();
        out.println("answered: " + answers() + " of " + calls() + "; wrong answers: " + wrong.size());
        out.println("calls past their deadline by more than " + tolerance.toMillis() + " ms: " + late.sum()
                + "; the latest by " + Duration.ofNanos(latestNanos.get()).toMillis() + " ms");
    }
}
