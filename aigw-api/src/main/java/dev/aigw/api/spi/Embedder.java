package dev.aigw.api.spi;

import java.util.List;

/**
 * Turns texts into vectors; texts of similar meaning get vectors that are close to each other. Implementations are safe
 * for use by many threads.
 *
 * <pre>{@code
 * Embedder embedder = texts ->
 *     client.embed(EmbeddingRequest.builder("embedder").inputs(texts).build()).embeddings();
 * }</pre>
 */
@FunctionalInterface
public interface Embedder {

    /**
     * Returns a vector for each text, in order, all with the same number of dimensions. They need not have unit length.
     *
     * @throws RuntimeException if it fails
     */
    List<float[]> embed(List<String> texts);
}
