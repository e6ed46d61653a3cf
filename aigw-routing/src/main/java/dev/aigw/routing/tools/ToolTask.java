package dev.aigw.routing.tools;

import dev.aigw.api.Cancellation;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One run of a tool's code. {@link #stop} interrupts its thread, trips its cancellation and cancels the stage that it
 * returned; whatever it brings afterwards is dropped. So does the loop's cancellation. Safe for use by many threads.
 */
final class ToolTask implements Runnable {

    private final Tool.Prepared code;
    private final ToolContext context;
    private final Cancellation.Linked cancellation;
    private volatile Cancellation.@Nullable Registration registration; // null while the constructor registers
    private final CompletableFuture<ToolOutput> done = new CompletableFuture<>();

    private final Object lock = new Object();
    private @Nullable Thread runner;
    private @Nullable CompletionStage<?> stage;
    private boolean stopped;

    ToolTask(Tool.Prepared code, ToolContext context, Cancellation.Linked cancellation) {
        this.code = code;
        this.context = context;
        this.cancellation = cancellation;
        this.registration = cancellation.cancellation().onCancel(this::stop);
    }

    /** Returns the future of the output; it fails with what the code threw. */
    CompletableFuture<ToolOutput> done() {
        return done;
    }

    @Override
    public void run() {
        synchronized (lock) {
            if (stopped) {
                return;
            }
            runner = Thread.currentThread();
        }
        try {
            accept(code.run(context));
        } catch (Throwable thrown) {
            done.completeExceptionally(thrown);
        } finally {
            synchronized (lock) {
                runner = null;
                if (stopped) {
                    Thread.interrupted(); // the interrupt was for the tool, not for what the thread does next
                }
            }
        }
    }

    private void accept(@Nullable Object value) {
        if (!(value instanceof CompletionStage<?> later)) {
            done.complete(Outputs.of(value));
            return;
        }
        boolean late;
        synchronized (lock) {
            stage = later;
            late = stopped;
        }
        if (late) {
            cancel(later);
            return;
        }
        later.whenComplete((result, thrown) -> {
            try {
                if (thrown != null) {
                    done.completeExceptionally(unwrap(thrown));
                } else {
                    done.complete(Outputs.of(result));
                }
            } catch (Throwable unwritable) {
                done.completeExceptionally(unwritable);
            }
        });
    }

    private static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : null;
        return cause == null ? thrown : cause;
    }

    /** Stops the code if it still runs; a thread that awaits it gets a {@link CancellationException}. */
    void stop() {
        CompletionStage<?> later;
        synchronized (lock) {
            if (stopped) {
                return;
            }
            stopped = true;
            later = stage;
            if (runner != null) {
                runner.interrupt();
            }
        }
        done.cancel(false);
        cancellation.cancellation().cancel();
        release();
        if (later != null) {
            cancel(later);
        }
    }

    /** Unties the task from the loop's cancellation, at its end. */
    void release() {
        Cancellation.Registration registered = registration;
        if (registered != null) {
            registered.close();
        }
        cancellation.close();
    }

    private static void cancel(CompletionStage<?> stage) {
        if (stage instanceof Future<?> future) {
            future.cancel(true);
        }
    }
}
