package dev.aigw.api.client;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEventSource;
import dev.aigw.api.chat.ChatStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The future of a call. Cancelling or completing it from outside, as {@code orTimeout} does, or a future derived from
 * it, cancels the futures it was derived from and stops the call.
 */
final class CallFuture<T> extends CompletableFuture<T> {

    private final @Nullable CallFuture<?> origin;
    private final Cancellation cancellation;

    private CallFuture(@Nullable CallFuture<?> origin, Cancellation cancellation) {
        this.origin = origin;
        this.cancellation = cancellation;
    }

    static <T> CompletableFuture<T> start(Executor executor, CallOptions options, Function<CallOptions, T> work) {
        Cancellation.Linked linked = Cancellation.childOf(options.cancellation());
        CallFuture<T> future = new CallFuture<>(null, linked.cancellation());
        CallOptions linkedOptions =
                options.toBuilder().cancellation(linked.cancellation()).build();
        boolean hasParent = options.cancellation() != null;
        try {
            executor.execute(() -> future.run(work, linkedOptions, linked, hasParent));
        } catch (RejectedExecutionException refused) {
            linked.close();
            future.fail(refusal(refused));
        }
        return future;
    }

    static GatewayException refusal(RejectedExecutionException refused) {
        return GatewayException.builder(
                        ErrorKind.LIMIT_EXCEEDED,
                        "the client's executor refused the call: it is shut down or full; enlarge its queue or pool")
                .cause(refused)
                .build();
    }

    private void run(Function<CallOptions, T> work, CallOptions options, Cancellation.Linked linked, boolean tied) {
        T result;
        try {
            linked.cancellation().throwIfCancelled();
            result = work.apply(options);
            if (tied && result instanceof ChatStream stream) {
                result = cast(stream.map(source -> new Tied(source, linked)));
            } else {
                linked.close();
            }
        } catch (Throwable thrown) {
            linked.close();
            fail(thrown);
            return;
        }
        if (!super.complete(result)) {
            discard(result);
        }
    }

    @SuppressWarnings("unchecked") // the wrapped stream replaces the result
    private T cast(ChatStream stream) {
        return (T) stream;
    }

    private static void discard(@Nullable Object result) {
        if (result instanceof AutoCloseable open) {
            try {
                open.close();
            } catch (Exception ignored) {
                // nobody waits for it any more
            }
        }
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CallFuture<>(this, cancellation);
    }

    private void fail(Throwable thrown) {
        super.completeExceptionally(thrown);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean wasDone = isDone() && !isCancelled();
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (!wasDone) {
            stop();
        }
        return cancelled;
    }

    @Override
    public boolean complete(T value) {
        return stopIf(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable thrown) {
        return stopIf(super.completeExceptionally(thrown));
    }

    private boolean stopIf(boolean completed) {
        if (completed) {
            stop();
        }
        return completed;
    }

    private void stop() {
        for (CallFuture<?> up = origin; up != null; up = up.origin) {
            up.cancelHere();
        }
        cancellation.cancel();
    }

    private void cancelHere() {
        super.cancel(true);
    }

    /** Keeps the call tied to the caller's cancellation while the stream is open. */
    private static final class Tied implements ChatEventSource {

        private final ChatEventSource source;
        private final Cancellation.Linked linked;

        Tied(ChatEventSource source, Cancellation.Linked linked) {
            this.source = source;
            this.linked = linked;
        }

        @Override
        public @Nullable ChatEvent next() {
            return source.next();
        }

        @Override
        public void close() {
            linked.close();
            source.close();
        }
    }
}
