/**
 * Embeddings: texts in, vectors out. Entry points: {@link dev.aigw.api.embedding.EmbeddingRequest} and
 * {@link dev.aigw.api.embedding.EmbeddingResponse}.
 */
@NullMarked
package dev.aigw.api.embedding;

import org.jspecify.annotations.NullMarked;
