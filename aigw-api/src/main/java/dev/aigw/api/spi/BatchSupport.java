package dev.aigw.api.spi;

import dev.aigw.api.GatewayException;
import dev.aigw.api.Operation;
import dev.aigw.api.batch.BatchPart;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.batch.BatchResult;
import dev.aigw.api.batch.BatchStatus;
import dev.aigw.api.batch.BatchSubmitted;
import org.jspecify.annotations.Nullable;

/**
 * How an adapter has requests answered by its vendor's batch API: what {@link ProviderAdapter#batches()} returns. Like
 * the adapter's calls, its methods send once and are safe for use by many threads; {@link AttemptContext#model()} is
 * the model.
 */
public interface BatchSupport {

    /** The results of one vendor's batch, read while they arrive. For one thread. */
    interface Source extends AutoCloseable {

        /**
         * Returns the next result, or null after the last one. The results may be in any order, have ids twice or of
         * other batches, and need not be complete: the router checks it.
         *
         * @throws GatewayException if reading fails; the source is then closed
         */
        @Nullable
        BatchResult next();

        /** Stops reading. */
        @Override
        void close();
    }

    /** Returns whether the vendor takes batches of an operation: chat or embed. */
    boolean supports(Operation<?, ?> itemOperation);

    /**
     * Checks all items, then creates as many of the vendor's batches as they need: all or none. What was created before
     * a failure is cancelled or deleted, or named in the exception.
     *
     * @throws GatewayException if nothing was accepted; of kind {@link dev.aigw.api.ErrorKind#UNCONFIRMED} if that is
     *     unknown
     */
    BatchSubmitted submit(BatchRequest request, AttemptContext attempt);

    /**
     * Returns how far one of the vendor's batches is.
     *
     * @throws GatewayException if the vendor does not say
     */
    BatchStatus status(BatchPart part, AttemptContext attempt);

    /**
     * Opens the results of a batch that has ended.
     *
     * @throws GatewayException if the vendor does not have them (any more)
     */
    Source results(BatchPart part, AttemptContext attempt);

    /**
     * Asks the vendor to stop a batch; does nothing if it has ended.
     *
     * @throws GatewayException if the vendor refuses it
     */
    void cancel(BatchPart part, AttemptContext attempt);
}
