/**
 * OpenAI's chat completions and embeddings, and the many servers that speak the same protocol.
 *
 * <p>Door: {@link dev.aigw.providers.openai.OpenAiAdapter}. Reading order: the adapter, {@code ChatEncoder} (request to
 * JSON), {@code ChatCodec} (JSON to answer), {@code ChatStreamReader} (events to answer), {@code EmbeddingCodec},
 * {@code OpenAiErrors}.
 */
@NullMarked
package dev.aigw.providers.openai;

import org.jspecify.annotations.NullMarked;
