package dev.aigw.api.batch;

import dev.aigw.api.GatewayException;
import java.util.Iterator;
import java.util.List;

/**
 * The results of a batch, one for each item and in no particular order, read from the vendor while you iterate: one
 * result at a time is in memory. Close it, unless you have read to the end. For one thread, and one iteration.
 *
 * <p>An item that the vendor's files do not hold has a failure, which comes after the others: of kind
 * {@link dev.aigw.api.ErrorKind#TIMEOUT} if the batch expired, {@link dev.aigw.api.ErrorKind#CANCELLED} if it was
 * cancelled, what the batch failed with if it failed, otherwise {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE}. When
 * the connection breaks, reading goes on where it broke.
 */
public interface BatchResults extends Iterable<BatchResult>, AutoCloseable {

    /**
     * Returns the iterator; its methods throw {@link GatewayException} when the vendor's files cannot be read further.
     *
     * @throws IllegalStateException if it was returned before
     */
    @Override
    Iterator<BatchResult> iterator();

    /**
     * Returns the handle to keep from now on: after the last result was read, one that says that all results are
     * metered, so that they are not metered again after a restart.
     */
    BatchHandle handle();

    /** Returns what was odd about the vendor's files, such as a line that cannot be read or an id twice. */
    List<String> warnings();

    /** Stops reading. Closing twice is harmless. */
    @Override
    void close();
}
