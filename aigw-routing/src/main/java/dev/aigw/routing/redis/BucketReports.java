package dev.aigw.routing.redis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What one JVM has yet to report of a shared bucket: what was used beyond what was taken, or less, and commands whose
 * answer was lost. One report is sent at a time; it is sent again, with the same number, until it is confirmed. Safe
 * for use by many threads.
 */
final class BucketReports {

    private static final int MOST_UNDONE = 10_000;

    private final SharedRedis redis;
    private final BucketCommands commands;
    private final Runnable whenFailed;
    private final Deque<BucketCommands.Take> lost = new ArrayDeque<>(0);
    private long owed;
    private @Nullable Sent unconfirmed;
    private @Nullable CompletableFuture<Void> sending;

    /** A report, by its number, with that of the command that it undoes, or 0. */
    private record Sent(long number, long undone, Command<List<Object>> command) {}

    /**
     * Creates one that has nothing to report.
     *
     * @param whenFailed runs when a report was not confirmed; must not block
     */
    BucketReports(SharedRedis redis, BucketCommands commands, Runnable whenFailed) {
        this.redis = redis;
        this.commands = commands;
        this.whenFailed = whenFailed;
    }

    /** Notes that more was used than was taken, or less if negative. */
    synchronized void owe(long count) {
        owed += count;
    }

    /** Returns what is owed and was not sent. */
    synchronized long owed() {
        return owed;
    }

    /** Notes that the answer to a command was lost. */
    synchronized void lose(BucketCommands.Take take) {
        if (lost.size() < MOST_UNDONE) {
            lost.add(take);
        } else {
            commands.numbers().close(take.number()); // it refills
        }
    }

    /** Returns whether there is nothing to report. */
    synchronized boolean isEmpty() {
        return owed == 0 && lost.isEmpty() && unconfirmed == null;
    }

    /** Reports; never blocks. The returned stage ends when nothing is left to report, or a report failed. */
    CompletionStage<Void> flush() {
        Sent report;
        CompletableFuture<Void> end;
        synchronized (this) {
            CompletableFuture<Void> present = sending;
            if (present != null) {
                return present;
            }
            report = redis.isOut() ? null : next();
            if (report == null) {
                return CompletableFuture.completedFuture(null);
            }
            end = new CompletableFuture<>();
            sending = end;
        }
        CompletionStage<?> sent = redis.start(report.command);
        sent.whenComplete((answer, failure) -> ended(report, failure == null, end));
        return end;
    }

    /** Returns the report that is not confirmed, or the next one; null if there is none. */
    private @Nullable Sent next() {
        if (unconfirmed == null && !lost.isEmpty()) {
            BucketCommands.Take take = lost.remove();
            long number = commands.numbers().next();
            unconfirmed = new Sent(number, take.number(), commands.undo(number, take));
        } else if (unconfirmed == null && owed != 0) {
            long number = commands.numbers().next();
            unconfirmed = new Sent(number, 0, commands.report(new BucketCommands.Report(number, owed)));
            owed = 0;
        }
        return unconfirmed;
    }

    private void ended(Sent report, boolean confirmed, CompletableFuture<Void> end) {
        if (confirmed) {
            commands.numbers().close(report.number);
            commands.numbers().close(report.undone);
        }
        synchronized (this) {
            sending = null;
            unconfirmed = confirmed ? null : report;
        }
        if (!confirmed) {
            whenFailed.run();
            end.complete(null);
            return;
        }
        CompletionStage<Void> rest = flush(); // what has come up since
        rest.whenComplete((done, failure) -> end.complete(null));
    }
}
