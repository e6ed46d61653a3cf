/**
 * Cohere's API, version 2: chat, embed and rerank.
 *
 * <p>Entry point: {@link dev.aigw.providers.cohere.CohereAdapter}. Reading order: {@code ChatEncoder} and
 * {@code MessageEncoder} (requests), {@code ChatDecoder} (replies), {@code CohereStreamReader} (streams),
 * {@code EmbedCodec}, {@code CohereErrors}.
 */
@NullMarked
package dev.aigw.providers.cohere;

import org.jspecify.annotations.NullMarked;
