package dev.aigw.routing.engine.call;

import dev.aigw.api.Cancellation;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.batch.BatchHandle;

/** Checks the replies of batches, which are read outside of calls. Safe for use by many threads. */
@FunctionalInterface
public interface BatchReplies {

    /** Passes all replies. */
    BatchReplies ALL = (handle, reply, cancellation) -> reply;

    /**
     * Returns the reply as the caller may see it.
     *
     * @throws GatewayException if the caller may not see it
     */
    ModelReply checked(BatchHandle handle, ModelReply reply, Cancellation cancellation);
}
