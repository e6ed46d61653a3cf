package dev.aigw.api.spi;

import java.util.List;

/**
 * Places texts so that those of like meaning are near each other. Implementations are safe for use by many threads.
 *
 * <pre>{@code
 * Embedder embedder = texts ->
 *     client.embed(EmbeddingRequest.builder("embedder").inputs(texts).build()).embeddings();
 * }</pre>
 */
@FunctionalInterface
public interface Embedder {

    /**
     * Returns a vector for each text, in their order, all of one length. They need not be of unit length.
     *
     * @throws RuntimeException if it cannot
     */
    List<float[]> embed(List<String> texts);
}
