package dev.aigw.routing.engine.batch;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.batch.BatchClient;
import dev.aigw.api.batch.BatchHandle;
import dev.aigw.api.batch.BatchPolling;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.routing.engine.time.Durations;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Polls one batch until it has ended: in the thread that waits, or in pieces on the router's executor, with the same
 * steps. Safe for use by many threads; one of them polls at a time.
 */
final class BatchWait {

    private static final double GROWTH = 1.5;
    private static final double JITTER = 0.2;

    private final BatchClient client;
    private final Environment environment;
    private final BatchHandle handle;
    private final BatchPolling polling;
    private final Consumer<BatchWait> ended;
    private final Cancellation.Linked stop;
    private final CallOptions options;
    private final long endNanos;
    private final CompletableFuture<BatchStatus> future = new CompletableFuture<>();
    private long intervalNanos;
    private int failures;
    private @Nullable GatewayException last;
    private volatile Cancellation.@Nullable Registration scheduled;
    private volatile boolean closed;

    BatchWait(
            BatchClient client,
            Environment environment,
            BatchHandle handle,
            BatchPolling polling,
            Consumer<BatchWait> ended) {
        this.client = client;
        this.environment = environment;
        this.handle = handle;
        this.polling = polling;
        this.ended = ended;
        this.stop = Cancellation.childOf(polling.cancellation());
        this.options = CallOptions.builder().cancellation(stop.cancellation()).build();
        Duration deadline = polling.deadline();
        this.endNanos = deadline == null ? Long.MAX_VALUE : environment.nanoTime() + nanos(deadline);
        this.intervalNanos = nanos(polling.interval());
    }

    private static long nanos(Duration duration) {
        return duration.toDays() > 10_000 ? Long.MAX_VALUE / 4 : duration.toNanos();
    }

    /** Returns whether a failure of this kind may have passed by the next poll. */
    static boolean mayPass(ErrorKind kind) {
        return switch (kind) {
            case RATE_LIMITED, OVERLOADED, SERVER_ERROR, CONNECTION, TIMEOUT, MALFORMED_RESPONSE, STREAM_INTERRUPTED ->
                true;
            default -> false;
        };
    }

    /** Waits in this thread. */
    BatchStatus block() {
        try {
            while (true) {
                BatchStatus status = poll();
                if (status != null) {
                    return status;
                }
                sleep(environment, pauseNanos(), stop.cancellation());
            }
        } catch (GatewayException e) {
            throw closed ? Batches.closed() : e;
        } finally {
            stop.close();
            ended.accept(this);
        }
    }

    static void sleep(Environment environment, long nanos, Cancellation cancellation) {
        try {
            environment.sleep(nanos, cancellation);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw GatewayException.builder(
                            ErrorKind.CANCELLED, "the thread was interrupted while it waited for a batch")
                    .cause(e)
                    .build();
        }
    }

    /** Starts to wait without a thread. */
    CompletableFuture<BatchStatus> start() {
        Cancellation.Registration registration = stop.cancellation()
                .onCancel(() -> future.completeExceptionally(
                        closed
                                ? Batches.closed()
                                : GatewayException.of(ErrorKind.CANCELLED, "the waiting for a batch was cancelled")));
        CompletionStage<BatchStatus> stage = future;
        stage.whenComplete((status, thrown) -> {
            registration.close();
            Cancellation.Registration waiting = scheduled;
            if (waiting != null) {
                waiting.close();
            }
            stop.cancellation().cancel(); // a poll under way, if the future was ended from outside
            stop.close();
            ended.accept(this);
        });
        step();
        return future;
    }

    private void step() {
        try {
            environment.executor().execute(this::pollOnce);
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(GatewayException.builder(
                            ErrorKind.LIMIT_EXCEEDED, "the router's executor refused to poll a batch: enlarge it")
                    .cause(e)
                    .build());
        }
    }

    private void pollOnce() {
        if (future.isDone()) {
            return;
        }
        try {
            BatchStatus status = poll();
            if (status != null) {
                future.complete(status);
                return;
            }
            Cancellation.Registration next = environment.schedule(pauseNanos(), this::step);
            scheduled = next;
            if (future.isDone()) { // ended meanwhile, maybe before it could see the next poll
                next.close();
            }
        } catch (RuntimeException | Error e) {
            future.completeExceptionally(e);
        }
    }

    /** Returns the status if the batch has ended, and null if there is to be another poll. */
    private @Nullable BatchStatus poll() {
        BatchStatus status;
        try {
            status = client.status(handle, options);
        } catch (GatewayException e) {
            if (!mayPass(e.kind()) || ++failures > polling.maxFailures()) {
                throw e;
            }
            last = e;
            return null;
        }
        failures = 0;
        last = null;
        polling.listener().accept(status);
        return status.hasEnded() ? status : null;
    }

    /** Returns how long to wait before the next poll. */
    private long pauseNanos() {
        double jitter = 1 + JITTER * (2 * environment.random().nextDouble() - 1);
        long pause = (long) (intervalNanos * jitter);
        intervalNanos = Math.min((long) (intervalNanos * GROWTH), nanos(polling.maxInterval()));
        GatewayException failure = last;
        if (failure != null && failure.retryAfter() != null) {
            pause = Math.max(pause, nanos(failure.retryAfter()));
        }
        if (endNanos == Long.MAX_VALUE) {
            return pause;
        }
        long left = endNanos - environment.nanoTime();
        if (left <= 0) {
            Duration deadline = polling.deadline();
            GatewayException.Builder late = GatewayException.builder(
                    ErrorKind.DEADLINE,
                    "the batch " + handle.id() + " has not ended within "
                            + (deadline == null ? "its deadline" : Durations.text(deadline))
                            + "; it goes on: await its handle again, or cancel it");
            throw failure == null ? late.build() : late.suppressed(failure).build();
        }
        return Math.min(pause, left);
    }

    /** Ends the waiting because the router closes. */
    void close() {
        closed = true;
        stop.cancellation().cancel();
    }
}
