/**
 * Cohere's API, version 2: chat, embed and rerank.
 *
 * <p>Door: {@link dev.aigw.providers.cohere.CohereAdapter}. Reading order: {@code ChatEncoder} and
 * {@code MessageEncoder} (what is sent), {@code ChatDecoder} (what comes back), {@code CohereStreamReader} (the same in
 * pieces), {@code EmbedCodec}, {@code CohereErrors}.
 */
@NullMarked
package dev.aigw.providers.cohere;

import org.jspecify.annotations.NullMarked;
