package dev.aigw.api.batch;

import dev.aigw.api.CallOptions;
import dev.aigw.api.GatewayException;
import java.util.concurrent.CompletableFuture;

/**
 * Has many requests answered by a vendor's batch API, within a day and at about half the price.
 *
 * <pre>{@code
 * BatchClient batches = router.batches();
 * BatchHandle handle = batches.submit(BatchRequest.builder("assistant")
 *     .chat("doc-1", ChatRequest.of("assistant", "Summarize: …"))
 *     .chat("doc-2", ChatRequest.of("assistant", "Summarize: …"))
 *     .build());
 * store.save(handle.text()); // it survives a restart
 *
 * BatchHandle stored = BatchHandle.parse(store.load());
 * batches.await(stored, BatchPolling.DEFAULT);
 * try (BatchResults results = batches.results(stored)) {
 *   for (BatchResult result : results) {
 *     System.out.println(result.id() + ": " + (result.succeeded() ? result.chat().text() : result.failure()));
 *   }
 *   store.save(results.handle().text()); // marked as metered
 * }
 * }</pre>
 *
 * <p>Every item of a batch has exactly one result: a reply, or a failure of the kind that a plain call would have.
 *
 * <p>Implementations are safe for use by many threads. All methods block, except {@link #awaitAsync}. Their options'
 * timeouts and cancellation apply to the calls they make; the rest of the options counts for {@link #submit} only.
 */
public interface BatchClient {

    /**
     * Submits a batch and returns its handle, without waiting for the results.
     *
     * @throws GatewayException if the vendor accepted nothing, as for a plain call; of kind
     *     {@link dev.aigw.api.ErrorKind#UNSUPPORTED} if no deployment of the model takes batches, and of kind
     *     {@link dev.aigw.api.ErrorKind#UNCONFIRMED} if it is unknown whether the vendor accepted the batch
     */
    default BatchHandle submit(BatchRequest request) {
        return submit(request, CallOptions.DEFAULT);
    }

    /**
     * Submits a batch, as {@link #submit(BatchRequest)} does. With an idempotency key in the options, a batch that was
     * submitted to the deployment with this key before is found and returned, where the vendor keeps keys; it is among
     * the vendor's latest batches only. Use a key for one request: the items are not compared.
     *
     * @throws GatewayException as {@link #submit(BatchRequest)} does
     */
    BatchHandle submit(BatchRequest request, CallOptions options);

    /**
     * Returns how far a batch is.
     *
     * @throws GatewayException if it cannot be found out; of kind {@link dev.aigw.api.ErrorKind#NO_ROUTE} if the
     *     deployment of the handle is not declared any more
     */
    default BatchStatus status(BatchHandle handle) {
        return status(handle, CallOptions.DEFAULT);
    }

    /**
     * Returns how far a batch is.
     *
     * @throws GatewayException as {@link #status(BatchHandle)} does
     */
    BatchStatus status(BatchHandle handle, CallOptions options);

    /**
     * Returns the results of a batch that has ended. They are read from the vendor while you iterate; close them. They
     * may be opened again, as long as the vendor keeps them.
     *
     * @throws GatewayException if they cannot be opened; of kind {@link dev.aigw.api.ErrorKind#INVALID_REQUEST} if the
     *     batch has not ended
     */
    default BatchResults results(BatchHandle handle) {
        return results(handle, CallOptions.DEFAULT);
    }

    /**
     * Returns the results of a batch that has ended. The total timeout of the options is not applied to the iteration.
     *
     * @throws GatewayException as {@link #results(BatchHandle)} does
     */
    BatchResults results(BatchHandle handle, CallOptions options);

    /**
     * Asks the vendor to stop a batch. It may take minutes until it has ended; what was answered before then is charged
     * and is among the results. A batch that has ended stays as it is.
     *
     * @return the status afterwards
     * @throws GatewayException if the vendor refuses it
     */
    default BatchStatus cancel(BatchHandle handle) {
        return cancel(handle, CallOptions.DEFAULT);
    }

    /**
     * Asks the vendor to stop a batch.
     *
     * @return the status afterwards
     * @throws GatewayException if the vendor refuses it
     */
    BatchStatus cancel(BatchHandle handle, CallOptions options);

    /**
     * Waits until a batch has ended, in whatever way, and returns its last status.
     *
     * @throws GatewayException of kind {@link dev.aigw.api.ErrorKind#DEADLINE} at the deadline of {@code polling}, of
     *     kind {@link dev.aigw.api.ErrorKind#CANCELLED} if its cancellation trips or the thread is interrupted, and as
     *     {@link #status(BatchHandle)} does for failures that do not pass. The batch itself goes on.
     */
    BatchStatus await(BatchHandle handle, BatchPolling polling);

    /**
     * Does the same without a thread that waits. Cancelling the future ends the polling, not the batch.
     *
     * @return a future that fails as {@link #await} does
     */
    CompletableFuture<BatchStatus> awaitAsync(BatchHandle handle, BatchPolling polling);
}
