package dev.aigw.providers.kit;

import dev.aigw.api.GatewayException;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.providers.http.HttpReply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the vectors of a reply in the order of the texts, and fails on a reply that does not fit its request: other
 * than one vector a text, vectors without values or with values that are no finite numbers, or of other dimensions than
 * were asked for or than the rest. A vector that belongs to another text, or to another space, would be found much
 * later or never. For one reply. Not safe for use by several threads.
 */
public final class EmbeddingVectors {

    private final HttpReply reply;
    private final int texts;
    private final @Nullable Integer dimensions;
    private final List<float[]> vectors;

    private EmbeddingVectors(HttpReply reply, int texts, @Nullable Integer dimensions) {
        this.reply = reply;
        this.texts = texts;
        this.dimensions = dimensions;
        this.vectors = new ArrayList<>(texts);
    }

    /**
     * Creates an empty one.
     *
     * @param field the name of the field that asks for dimensions; a request that adds it by itself is not checked
     */
    public static EmbeddingVectors of(HttpReply reply, EmbeddingRequest request, String field) {
        return new EmbeddingVectors(
                reply, request.inputs().size(), request.extra().containsKey(field) ? null : request.dimensions());
    }

    /** Creates an empty one for a request whose dimensions, if any, the model does not take. */
    public static EmbeddingVectors ofAnyDimensions(HttpReply reply, EmbeddingRequest request) {
        return new EmbeddingVectors(reply, request.inputs().size(), null);
    }

    /**
     * Creates an empty one for a request that is not known any more.
     *
     * @param texts how many vectors the reply has
     * @throws GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if there are none
     */
    public static EmbeddingVectors ofAny(HttpReply reply, int texts) {
        if (texts == 0) {
            throw reply.malformed("the reply has no embeddings");
        }
        return new EmbeddingVectors(reply, texts, null);
    }

    /**
     * Adds the vector of the next text.
     *
     * @param vector the vector; null if the reply has none there
     * @throws GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if it is none, or one of other
     *     dimensions
     */
    public void add(float @Nullable [] vector) {
        int position = vectors.size();
        if (vector == null || vector.length == 0 || !isFinite(vector)) {
            throw reply.malformed("the reply's embedding " + position + " is not a vector of numbers");
        }
        int expected = dimensions != null ? dimensions : vectors.isEmpty() ? vector.length : vectors.get(0).length;
        if (vector.length != expected) {
            throw reply.malformed("the reply's embedding " + position + " has " + vector.length
                    + " dimensions instead of " + expected);
        }
        vectors.add(vector);
    }

    private static boolean isFinite(float[] vector) {
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the vectors, one a text.
     *
     * @throws GatewayException of kind {@link dev.aigw.api.ErrorKind#MALFORMED_RESPONSE} if there are more or fewer
     */
    public List<float[]> whole() {
        if (vectors.size() != texts) {
            throw reply.malformed("the reply has " + vectors.size() + " embeddings for " + texts + " inputs");
        }
        return vectors;
    }
}
