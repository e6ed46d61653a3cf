package dev.aigw.routing.engine.call;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.api.spi.Embedder;
import dev.aigw.routing.engine.time.Durations;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/**
 * Calls an embedder on another thread with a timeout. At most {@link #MOST_AT_ONCE} calls run at once, so that an
 * embedder that hangs cannot exhaust threads. Safe for use by many threads.
 */
public final class BoundedEmbedder {

    private static final int MOST_AT_ONCE = 64;

    /** The texts of one call; vendors accept at least this many. */
    private static final int BATCH = 96;

    /** The embedder is unavailable; the message says why. */
    public static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean isTimeout;

        /** Creates one with a message that says why. */
        public Unavailable(String message, boolean isTimeout) {
            super(message, null, false, false);
            this.isTimeout = isTimeout;
        }

        /** Returns whether it did not answer in time. */
        public boolean isTimeout() {
            return isTimeout;
        }
    }

    /** Virtual threads, or daemon threads that end when idle: made when first needed and never closed. */
    private static final class Threads {
        static final Environment ENVIRONMENT = Environment.system();
    }

    private final Embedder embedder;
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);

    /** Creates one that calls {@code embedder}. */
    public BoundedEmbedder(Embedder embedder) {
        this.embedder = embedder;
    }

    /** Starts to embed texts; completes with a vector of unit length for each. */
    public CompletableFuture<List<float[]>> start(List<String> texts) {
        return start(texts, ContextPropagation.Snapshot.EMPTY);
    }

    /** Starts to embed texts in the context of a caller; completes with a vector of unit length for each. */
    public CompletableFuture<List<float[]>> start(List<String> texts, ContextPropagation.Snapshot context) {
        CompletableFuture<List<float[]>> embedded = new CompletableFuture<>();
        if (!free.tryAcquire()) {
            embedded.completeExceptionally(
                    new IllegalStateException(MOST_AT_ONCE + " calls of it are under way and do not end"));
            return embedded;
        }
        try {
            Threads.ENVIRONMENT.executor().execute(() -> {
                try (ContextPropagation.Scope ignored = context.restore()) {
                    run(texts, embedded);
                }
            });
        } catch (RuntimeException | Error e) { // no thread could be started
            free.release();
            embedded.completeExceptionally(e);
        }
        return embedded;
    }

    private void run(List<String> texts, CompletableFuture<List<float[]>> embedded) {
        try {
            List<float[]> vectors = new ArrayList<>(texts.size());
            for (int from = 0; from < texts.size(); from += BATCH) {
                vectors.addAll(embed(texts.subList(from, Math.min(texts.size(), from + BATCH))));
            }
            embedded.complete(vectors);
        } catch (Throwable e) {
            embedded.completeExceptionally(e);
        } finally {
            free.release();
        }
    }

    private List<float[]> embed(List<String> texts) {
        List<float[]> vectors = embedder.embed(List.copyOf(texts));
        if (vectors == null || vectors.size() != texts.size()) {
            throw new IllegalStateException("it returned " + (vectors == null ? "null" : vectors.size() + " vectors")
                    + " for " + texts.size() + " texts");
        }
        List<float[]> unit = new ArrayList<>(vectors.size());
        for (int i = 0; i < vectors.size(); i++) {
            float[] vector = vectors.get(i) == null ? null : Vectors.unit(vectors.get(i));
            if (vector == null) {
                throw new IllegalStateException("it returned a vector that is empty, zero or not finite");
            }
            unit.add(vector);
        }
        return unit;
    }

    /**
     * Waits for an embedding.
     *
     * @throws Unavailable if it fails or times out
     * @throws GatewayException of kind CANCELLED if the call is cancelled first
     */
    public static <T> T await(CompletableFuture<T> begun, long nanos, Cancellation cancellation) throws Unavailable {
        try {
            if (!begun.isDone() && !Threads.ENVIRONMENT.await(begun, Math.max(0, nanos), cancellation)) {
                throw new Unavailable(
                        "the embedder timed out after " + Durations.text(Duration.ofNanos(Math.max(0, nanos))), true);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw GatewayException.builder(ErrorKind.CANCELLED, "the calling thread is interrupted")
                    .cause(e)
                    .build();
        }
        try {
            return begun.join();
        } catch (CompletionException | CancellationException e) {
            throw new Unavailable("the embedder failed: " + (e.getCause() == null ? e : e.getCause()), false);
        }
    }
}
