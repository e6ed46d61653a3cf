package dev.aigw.api.spi;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.DurationText;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for a stage on behalf of an attempt. */
final class AsyncBridge {

    private AsyncBridge() {}

    static <R> R await(@Nullable CompletionStage<R> stage, String operation, AttemptContext attempt) throws Exception {
        if (stage == null) {
            throw GatewayException.of(ErrorKind.MALFORMED_RESPONSE, "the function for " + operation + " returned null");
        }
        CompletableFuture<R> result = new CompletableFuture<>();
        stage.whenComplete((reply, thrown) -> {
            if (thrown != null) {
                result.completeExceptionally(thrown);
            } else if (!result.complete(reply)) {
                discard(reply);
            }
        });
        Cancellation.Registration registration = attempt.cancellation()
                .onCancel(() -> abandon(
                        result, stage, GatewayException.of(ErrorKind.CANCELLED, "the caller cancelled the call")));
        try {
            return await(result, stage, operation, attempt);
        } finally {
            registration.close();
        }
    }

    private static <R> R await(
            CompletableFuture<R> result, CompletionStage<R> stage, String operation, AttemptContext attempt)
            throws Exception {
        try {
            long remaining = attempt.remainingNanos();
            long timeout = nanos(attempt.timeouts().attempt());
            if (remaining == Long.MAX_VALUE && timeout == Long.MAX_VALUE) {
                return result.get();
            }
            try {
                return result.get(Math.max(0, Math.min(remaining, timeout)), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                abandon(
                        result,
                        stage,
                        remaining <= timeout
                                ? GatewayException.of(ErrorKind.DEADLINE, "the call's deadline passed")
                                : GatewayException.of(
                                        ErrorKind.TIMEOUT,
                                        operation + " timed out after " + DurationText.of(Duration.ofNanos(timeout))));
                return result.get();
            }
        } catch (InterruptedException interrupted) {
            abandon(
                    result,
                    stage,
                    GatewayException.builder(ErrorKind.CANCELLED, "interrupted while waiting for " + operation)
                            .cause(interrupted)
                            .build());
            Thread.currentThread().interrupt();
            return settled(result);
        } catch (ExecutionException failed) {
            throw unwrap(failed);
        }
    }

    /** Returns the outcome of a future that is done; an interrupted thread can read it too. */
    private static <R> R settled(CompletableFuture<R> result) throws Exception {
        try {
            return result.join();
        } catch (CompletionException failed) {
            throw unwrap(failed);
        }
    }

    private static void abandon(CompletableFuture<?> result, CompletionStage<?> stage, GatewayException why) {
        if (!result.completeExceptionally(why)) {
            return;
        }
        if (stage instanceof Future<?> future) {
            future.cancel(true);
            return;
        }
        try {
            stage.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException notCancellable) {
            // it runs on, and its result is discarded
        }
    }

    private static long nanos(@Nullable Duration duration) {
        if (duration == null) {
            return Long.MAX_VALUE;
        }
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return Long.MAX_VALUE;
        }
    }

    private static void discard(@Nullable Object reply) {
        if (reply instanceof AutoCloseable open) {
            try {
                open.close();
            } catch (Exception ignored) {
                // nobody waits for it any more
            }
        }
    }

    private static Exception unwrap(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return (Exception) cause;
    }
}
