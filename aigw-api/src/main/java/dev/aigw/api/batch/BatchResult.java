package dev.aigw.api.batch;

import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.embedding.EmbeddingResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one item of a batch ended: with a reply, or with a failure.
 *
 * @param id your id of the item
 * @param reply the reply, or null
 * @param failure why there is no reply, of the kind that a plain call would have failed with, or null
 */
public record BatchResult(
        String id, @Nullable ModelReply reply, @Nullable GatewayException failure) {

    /** Checks that there is either a reply or a failure. */
    public BatchResult {
        Objects.requireNonNull(id, "id");
        if ((reply == null) == (failure == null)) {
            throw new IllegalArgumentException("the result of \"" + id + "\" needs a reply or a failure, and not both");
        }
    }

    /** Returns a reply as a result. */
    public static BatchResult of(String id, ModelReply reply) {
        return new BatchResult(id, reply, null);
    }

    /** Returns a failure as a result. */
    public static BatchResult of(String id, GatewayException failure) {
        return new BatchResult(id, null, failure);
    }

    /** Returns whether there is a reply. */
    public boolean succeeded() {
        return reply != null;
    }

    /**
     * Returns the answer of a chat.
     *
     * @throws GatewayException the failure, if there is one
     * @throws ClassCastException if the item is an embedding
     */
    public ChatResponse chat() {
        return (ChatResponse) orThrow();
    }

    /**
     * Returns the vectors of an embedding.
     *
     * @throws GatewayException the failure, if there is one
     * @throws ClassCastException if the item is a chat
     */
    public EmbeddingResponse embedding() {
        return (EmbeddingResponse) orThrow();
    }

    private ModelReply orThrow() {
        ModelReply known = reply;
        if (known == null) {
            throw Objects.requireNonNull(failure);
        }
        return known;
    }
}
