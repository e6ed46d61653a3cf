package dev.aigw.routing.guard;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.Route;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.internal.DurationText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One guard that looks at one inspection. */
final class GuardRun {

    private final GuardRule rule;
    private final Inspection inspection;

    GuardRun(GuardRule rule, Inspection inspection) {
        this.rule = rule;
        this.inspection = inspection;
    }

    GuardRule rule() {
        return rule;
    }

    /**
     * Runs all, at the same time unless they take microseconds, and returns their verdicts in order; null for one that
     * only reports and has not ended.
     *
     * @param report is given each verdict in the calling thread; what it throws ends the run, and stops the others
     */
    static List<@Nullable GuardVerdict> all(
            List<GuardRun> runs, Subject subject, BiConsumer<GuardRule, GuardVerdict> report) {
        List<@Nullable GuardVerdict> verdicts = new ArrayList<>(runs.size());
        if (runs.isEmpty() || runs.get(0).rule.guard().effort() == Guard.Effort.MEMORY) {
            for (GuardRun run : runs) {
                GuardVerdict verdict = verdict(run.rule, run.inspection, subject);
                report.accept(run.rule, verdict);
                verdicts.add(verdict);
            }
            return verdicts;
        }
        return new Race(runs, subject, report).run();
    }

    /** Returns the verdict of one guard, in the calling thread. */
    static GuardVerdict verdict(GuardRule rule, Inspection inspection, Subject subject) {
        try {
            return checked(rule, inspection);
        } catch (RuntimeException e) {
            return failed(rule, e, inspection.direction() == Inspection.Direction.INPUT, subject);
        }
    }

    private static GuardVerdict checked(GuardRule rule, Inspection inspection) {
        GuardVerdict verdict = rule.guard().check(inspection);
        if (verdict == null) {
            throw new IllegalStateException("the guard returned null: return GuardVerdict.ALLOW to allow");
        }
        for (GuardFinding finding : verdict.findings()) {
            checkPlace(finding, inspection.parts());
        }
        return verdict;
    }

    /** A finding outside of what the guard was shown is a failure of the guard, as if it had thrown. */
    private static void checkPlace(GuardFinding finding, List<GuardedPart> parts) {
        if (finding.part() >= parts.size() || (finding.part() < 0 && finding.end() > finding.start())) {
            throw misplaced(finding, "is in none of the " + parts.size() + " parts");
        }
        String text = finding.part() < 0 ? null : parts.get(finding.part()).text();
        if (finding.end() > (text == null ? 0 : text.length())) {
            throw misplaced(finding, "lies outside its text");
        }
    }

    private static GatewayException misplaced(GuardFinding finding, String how) {
        return GatewayException.of(ErrorKind.INTERNAL, "the guard has a bug: " + finding + " " + how);
    }

    /** Returns the verdict that stands for a failed guard's: it passes if the rule says so. */
    private static GuardVerdict failed(GuardRule rule, Throwable thrown, boolean input, Subject subject) {
        GatewayException failure = failure(thrown);
        boolean open = rule.failsOpen() || rule.isShadow();
        rule.failures().failed(failure);
        subject.guardFailed(rule.name(), failure, open);
        subject.found(unavailable(rule, input));
        if (open) {
            return GuardVerdict.ALLOW;
        }
        throw GatewayException.builder(
                        ErrorKind.GUARD_REJECTED,
                        "the guard \"" + rule.name() + "\" could not tell, so the call is rejected: "
                                + failure.getMessage())
                .cause(failure)
                .build();
    }

    /** Returns what is reported of a guard that could not tell. */
    static Route.Verdict unavailable(GuardRule rule, boolean input) {
        boolean open = rule.failsOpen() || rule.isShadow();
        return new Route.Verdict(
                rule.name(),
                "unavailable",
                open ? GuardAction.ANNOTATE : GuardAction.BLOCK,
                0,
                input,
                !rule.isShadow(),
                1);
    }

    /** Returns the failure without the message of an unknown exception, which may hold content of the subject. */
    static GatewayException failure(Throwable thrown) {
        if (thrown instanceof GatewayException known) {
            return known;
        }
        GatewayException failure = GatewayException.of(
                ErrorKind.INTERNAL, "the guard threw " + thrown.getClass().getName());
        failure.setStackTrace(thrown.getStackTrace());
        return failure;
    }

    private boolean isInput() {
        return inspection.direction() == Inspection.Direction.INPUT;
    }

    /** Guards that run at the same time, each in a thread of its own. */
    private static final class Race {

        private final List<GuardRun> runs;
        private final Subject subject;
        private final BiConsumer<GuardRule, GuardVerdict> report;
        private final List<FutureTask<GuardVerdict>> tasks = new ArrayList<>();
        private volatile CompletableFuture<@Nullable Void> signal = new CompletableFuture<>();

        Race(List<GuardRun> runs, Subject subject, BiConsumer<GuardRule, GuardVerdict> report) {
            this.runs = runs;
            this.subject = subject;
            this.report = report;
        }

        List<@Nullable GuardVerdict> run() {
            long start = subject.environment().nanoTime();
            List<@Nullable GuardVerdict> verdicts = new ArrayList<>(runs.size());
            for (GuardRun run : runs) {
                verdicts.add(null);
                FutureTask<GuardVerdict> task = task(run);
                tasks.add(task);
                start(task);
            }
            try {
                while (true) {
                    signal = new CompletableFuture<>(); // before a look at the tasks, so that no end is missed
                    long wait = take(verdicts, subject.environment().nanoTime() - start);
                    if (wait == Long.MAX_VALUE) {
                        return verdicts;
                    }
                    await(Math.min(wait, subject.remainingNanos()));
                    subject.checkAlive();
                }
            } finally {
                for (int i = 0; i < tasks.size(); i++) {
                    if (!runs.get(i).rule.isShadow()) {
                        tasks.get(i).cancel(true);
                    }
                }
            }
        }

        private FutureTask<GuardVerdict> task(GuardRun run) {
            return new FutureTask<>(() -> checked(run.rule, run.inspection)) {
                @Override
                protected void done() {
                    if (run.rule.isShadow()) {
                        report.accept(run.rule, verdict(run, this));
                    }
                    signal.complete(null);
                }
            };
        }

        private void start(FutureTask<GuardVerdict> task) {
            try {
                subject.environment().executor().execute(task);
            } catch (RejectedExecutionException full) {
                task.run(); // in this thread: later, but checked
            }
        }

        /** Takes the verdicts that are there; returns how long to wait for another one, the maximum if for none. */
        private long take(List<@Nullable GuardVerdict> verdicts, long elapsed) {
            long wait = Long.MAX_VALUE;
            for (int i = 0; i < runs.size(); i++) {
                GuardRun run = runs.get(i);
                if (run.rule.isShadow() || verdicts.get(i) != null) {
                    continue;
                }
                long left = run.rule.timeout().toNanos() - elapsed;
                if (tasks.get(i).isDone() || left <= 0) {
                    GuardVerdict verdict = tasks.get(i).isDone() ? verdict(run, tasks.get(i)) : late(run);
                    verdicts.set(i, verdict);
                    report.accept(run.rule, verdict);
                } else {
                    wait = Math.min(wait, left);
                }
            }
            return wait;
        }

        private GuardVerdict late(GuardRun run) {
            return failed(
                    run.rule,
                    GatewayException.of(
                            ErrorKind.TIMEOUT, "it took longer than " + DurationText.of(run.rule.timeout())),
                    run.isInput(),
                    subject);
        }

        private GuardVerdict verdict(GuardRun run, FutureTask<GuardVerdict> task) {
            try {
                return task.get();
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                return failed(run.rule, cause == null ? e : cause, run.isInput(), subject);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw interrupted();
            }
        }

        private void await(long nanos) {
            try {
                subject.environment().await(signal, nanos, subject.cancellation());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw interrupted();
            }
        }

        private static GatewayException interrupted() {
            return GatewayException.of(ErrorKind.CANCELLED, "the thread was interrupted while guards ran");
        }
    }
}
